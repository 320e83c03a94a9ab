"""What well-known programs print, where that can be known without running them."""

from __future__ import annotations

import re
from collections.abc import Callable

from forkfit.evaluate.shell.arithmetic import calculate
from forkfit.evaluate.shell.expressions import matches_expression
from forkfit.evaluate.shell.filters import LINE_END, cut, first_line, lines, tr, xargs
from forkfit.evaluate.shell.script import lines_of
from forkfit.evaluate.shell.states import Context, State, by_cpus, unknown
from forkfit.evaluate.shell.variables import lookup
from forkfit.model.span import Role, Step
from forkfit.model.text import Piece, Text, join

Print = Callable[[Context, State, tuple[Text, ...]], Text | None]


def printed(context: Context, state: State, argv: tuple[Text, ...]) -> Text:
    """Return what a program prints; not known, with the reason, for all but a few."""
    name = argv[0].plain.rpartition("/")[2]
    program = _PROGRAMS.get(name)
    found = program(context, state, argv[1:]) if program is not None and all(word.is_known or name == "expr" for word in argv) else None
    if found is None:
        return unknown(f"$({' '.join(word.plain for word in argv)})"[:80], f"what {name} prints is decided when it runs")
    return found


def _nproc(context: Context, state: State, words: tuple[Text, ...]) -> Text | None:
    """Say the host's CPU count; without ``--all``, OMP_NUM_THREADS stands in for it (GNU coreutils)."""
    plain = [word.plain for word in words]
    ignored = next((word.partition("=")[2] for word in plain if word.startswith("--ignore=")), "0")
    if not ignored.isdigit():
        return None
    if "--all" not in plain:
        threads = lookup(context, state, "OMP_NUM_THREADS")
        if isinstance(threads, Text) and threads.is_known and threads.plain.isdigit() and int(threads.plain) > 0:
            return threads + LINE_END
    return by_cpus("$(nproc)", "n" if int(ignored) == 0 else f"max(1, n - {int(ignored)})") + LINE_END


def _getconf(context: Context, state: State, words: tuple[Text, ...]) -> Text | None:  # noqa: ARG001
    asked = words[-1].plain if words else ""
    return by_cpus("$(getconf)", "n") + LINE_END if asked.lstrip("_") in ("NPROCESSORS_ONLN", "NPROCESSORS_CONF") else None


_COUNTS_CPUS = re.compile(r"(?:import (?:os|multiprocessing)|from (?:os|multiprocessing) import cpu_count)(?: as \w+)?[ \t]*[;\n]\s*"
                          r"print\((?:(?:os|multiprocessing)\.)?cpu_count\(\)\)\s*;?")  # fmt: skip


def _python(context: Context, state: State, words: tuple[Text, ...]) -> Text | None:  # noqa: ARG001
    if len(words) == 2 and words[0].plain == "-c" and _COUNTS_CPUS.fullmatch(words[1].plain.strip()):
        return by_cpus("$(python -c ...)", "n") + LINE_END
    return None


def _grep(context: Context, state: State, words: tuple[Text, ...]) -> Text | None:
    """Count processors, or let through the lines that a simple expression fits."""
    plain = [word.plain for word in words]
    letters = "".join(word[1:] for word in plain if word.startswith("-") and not word.startswith("--"))
    counts = "c" in letters or "--count" in plain
    operands = [word for word in words if not word.plain.startswith("-")]
    if not operands:
        return None
    if len(operands) > 1 and operands[1].plain == "/proc/cpuinfo":
        if re.fullmatch(r"\^?(?:processor|cpu cores)\W*", operands[0].plain):
            return by_cpus("$(grep -c processor /proc/cpuinfo)", "n") + LINE_END if counts else Text((_PROCESSORS,))
        return None
    given = _read(context, state, operands[1:])
    if given is None:
        return None
    if given.pieces[:1] == (_CPUINFO,):
        return (by_cpus("$(grep -c processor)", "n") + LINE_END) if counts else Text((_PROCESSORS,))
    if counts or set(letters) - set("vEih") or not given.is_known:
        return None
    kept: list[Text] = []
    for line in lines(given):
        found = matches_expression(operands[0].plain, line.plain.rstrip("\n"))
        if found is None:
            return None
        if found is not ("v" in letters):
            kept.append(line)
    return join(kept)


# Stand for the text of /proc/cpuinfo, and for its lines that name a processor, until something counts them.
_CPUINFO = by_cpus("/proc/cpuinfo", "n").pieces[0]
_PROCESSORS = by_cpus("processor lines of /proc/cpuinfo", "n").pieces[0]


def _wc(context: Context, state: State, words: tuple[Text, ...]) -> Text | None:
    if [word.plain for word in words[:1]] != ["-l"]:
        return None
    given = _read(context, state, list(words[1:]))
    if given is None:
        return None
    if given.pieces[:1] == (_PROCESSORS,):
        return by_cpus("$(grep processor /proc/cpuinfo | wc -l)", "n") + LINE_END
    return Text((Piece(f"{given.plain.count(chr(10))}\n"),)) if given.is_known else None


def _cat(context: Context, state: State, words: tuple[Text, ...]) -> Text | None:
    if [word.plain for word in words] == ["/proc/cpuinfo"]:
        return Text((_CPUINFO,))
    return _read(context, state, [word for word in words if word.plain != "-"])


def _read(context: Context, state: State, paths: list[Text]) -> Text | None:
    """Return what stands in repository files, or what there is to read where no file is named."""
    if not paths:
        return state.given
    texts: list[Text] = []
    for path in paths:
        found = context.frame.read(path.plain, state.working_dir)
        if found is None:
            return None
        texts.append(lines_of(found))
    return join(texts)


def _expr(context: Context, state: State, words: tuple[Text, ...]) -> Text | None:
    expression = join(t for word in words for t in (word, Text((Piece(" "),))))
    text, _ = calculate(context, state, expression, None)
    return text + LINE_END


def _bc(context: Context, state: State, words: tuple[Text, ...]) -> Text | None:  # noqa: ARG001
    given = state.given
    if given is None or any(mark in given.plain for mark in (";", "scale", ".", "=")):
        return None
    text, _ = calculate(context, state, _trimmed(given), None)
    return text + LINE_END


def _trimmed(text: Text) -> Text:
    """Return the text without line ends at its end; a piece that is not known counts as no blank."""
    pieces = list(text.pieces)
    while pieces and pieces[-1].instead is None and not pieces[-1].text.strip():
        pieces.pop()
    return Text(tuple(pieces))


def _seq(context: Context, state: State, words: tuple[Text, ...]) -> Text | None:  # noqa: ARG001
    plain = [word.plain for word in words]
    if not 1 <= len(plain) <= 3 or not all(re.fullmatch(r"-?[0-9]{1,9}", word) for word in plain):
        return None
    numbers = [int(word) for word in plain]
    first, step, last = (1, 1, numbers[0]) if len(numbers) == 1 else (numbers[0], 1, numbers[1]) if len(numbers) == 2 else numbers
    if step == 0 or abs(last - first) // abs(step) > 2000:
        return None
    return Text((Piece("".join(f"{n}\n" for n in range(first, last + (1 if step > 0 else -1), step))),))


def _basename(context: Context, state: State, words: tuple[Text, ...]) -> Text | None:  # noqa: ARG001
    if not words:
        return None
    path = words[0][: len(words[0].plain.rstrip("/"))]
    name = path[path.plain.rfind("/") + 1 :]
    if len(words) > 1 and name.plain.endswith(words[1].plain) and name.plain != words[1].plain:
        name = name[: len(name) - len(words[1])]
    return name + LINE_END


def _dirname(context: Context, state: State, words: tuple[Text, ...]) -> Text | None:  # noqa: ARG001
    if not words:
        return None
    path = words[0][: len(words[0].plain.rstrip("/"))]
    at = path.plain.rfind("/")
    return (Text((Piece("."),)) if at == -1 else path[: max(at, 1)]) + LINE_END


def _which(context: Context, state: State, words: tuple[Text, ...]) -> Text | None:  # noqa: ARG001
    return found_program(words[0]) + LINE_END if len(words) == 1 and not words[0].plain.startswith("-") else None


def found_program(name: Text) -> Text:
    """Return what ``which`` and ``command -v`` print of a program: it, wherever it stands, for a script that asks goes on to start it."""
    return name.because(Step(Role.ASSUMED, name.at, f"the image is taken to have {name.plain}"))


def _filter(change: Callable[[Text | None, tuple[Text, ...]], Text | None]) -> Print:
    return lambda _, state, words: change(state.given, words)


_PROGRAMS: dict[str, Print] = {
    "nproc": _nproc,
    "getconf": _getconf,
    "python": _python,
    "python3": _python,
    "grep": _grep,
    "egrep": _grep,
    "wc": _wc,
    "cat": _cat,
    "expr": _expr,
    "bc": _bc,
    "seq": _seq,
    "basename": _basename,
    "dirname": _dirname,
    "which": _which,
    "xargs": _filter(xargs),
    "head": _filter(first_line),
    "cut": _filter(cut),
    "tr": _filter(tr),
}
