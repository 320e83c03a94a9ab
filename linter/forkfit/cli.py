"""The command line: arguments in, exit status out. Streams and environment are given, so that a test needs no process."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from io import TextIOWrapper
from typing import TextIO

from forkfit.arguments import CHECK, RESOLVE, RULE, Arguments, Usage, parse
from forkfit.config import BadSettings, fold, from_project
from forkfit.formats.choose import NoSuchFormat, choose, look_on, named
from forkfit.model.format import Look
from forkfit.model.record import Record
from forkfit.place import locate
from forkfit.plugins import BadPlugin, Parts


class Unwritable(Exception):
    """Standard output that takes nothing more, as on a full disk."""


class Streams(Record):
    """Where to write, and what the process was started with."""

    out: TextIO
    err: TextIO
    environ: Mapping[str, str]


def main(
    argv: Sequence[str] | None = None, out: TextIO | None = None, err: TextIO | None = None, environ: Mapping[str, str] | None = None
) -> int:
    """Run one command and return its exit status: 0 nothing found, 1 findings, 2 could not run or could not see."""
    if out is None and isinstance(sys.stdout, TextIOWrapper):
        # A name in a file may have characters that the terminal's encoding lacks.
        sys.stdout.reconfigure(errors="backslashreplace")
        # A run builds many small records, no cycles, and ends: looking for garbage as often as Python does costs a tenth of it.
        gc.set_threshold(200_000, 20, 20)
    streams = Streams(_usable(out, sys.stdout), _usable(err, sys.stderr), os.environ if environ is None else environ)
    try:
        arguments = None
        with _whole(streams.out):
            arguments = parse(list(sys.argv[1:] if argv is None else argv), streams.out)
        return _COMMANDS[arguments.command](arguments, streams) if arguments is not None else 0
    except (Usage, BadSettings, BadPlugin, NoSuchFormat, Unwritable) as wrong:
        print(f"compose-lint: {wrong}", file=streams.err)
    except Exception as bug:
        _trace(bug, streams)
        print(f"compose-lint: internal error, please report it with the lines above: {bug}", file=streams.err)
    return 2


def _usable(given: TextIO | None, own: TextIO | None) -> TextIO:
    """Return the stream that is given, or the process's own, which may be closed."""
    return given or own or open(os.devnull, "w", encoding="utf-8")


@contextmanager
def _whole(out: TextIO) -> Iterator[None]:
    """See that all that is written within arrives; raise Unwritable.

    A reader that has gone, as `head` does, wants no more: that is no fault, and the exit status stays the verdict's.
    """
    try:
        yield
        out.flush()
    except BrokenPipeError:
        _discard(out)
    except OSError as error:
        _discard(out)
        raise Unwritable(f"standard output cannot be written: {error.strerror or error}") from error


def _discard(out: TextIO) -> None:
    """Send what is left of standard output nowhere, so that Python does not complain while it closes it."""
    if out is sys.stdout:
        os.dup2(os.open(os.devnull, os.O_WRONLY), out.fileno())


def _trace(bug: Exception, streams: Streams) -> None:
    """Keep the traceback of a bug of ours."""
    import traceback

    traceback.print_exception(bug, file=streams.err)


def _check(arguments: Arguments, streams: Streams) -> int:
    from forkfit.compose.targets import targets
    from forkfit.pipeline import check

    place = locate(arguments)
    project_file, _ = from_project(place.files, place.settings_folder)
    settings = fold(project_file, arguments.settings)
    parts = _parts(settings.plugins)
    write = choose(arguments.formats, parts.formats, streams.environ)
    outputs = [(named(name, parts.formats), path) for name, path in arguments.outputs]
    report = check(
        targets(place.order(arguments, streams.environ), place.files), place.files, parts, settings, lambda bug: _trace(bug, streams)
    )
    readers = place.seen_from(streams.environ.get("GITHUB_WORKSPACE") or streams.environ.get("CI_PROJECT_DIR") or ".")
    summary = streams.environ.get("GITHUB_STEP_SUMMARY") if streams.environ.get("GITHUB_ACTIONS") == "true" else None
    if outputs or summary:
        from forkfit.deliver import deliver, summarise

        on_file = Look(arguments.color == "always", root=readers)
        report = report.replace(errors=(*report.errors, *deliver(report, outputs, on_file, place.files.root)))
        if summary:
            summarise(report, on_file, summary, streams.err)
    look = look_on(streams.out, arguments.color, streams.environ, readers)
    with _whole(streams.out):
        write(report, streams.out, look)
    return report.status


def _resolve(arguments: Arguments, streams: Streams) -> int:
    import json

    from forkfit.compose.resolve import effective

    place = locate(arguments)
    order = place.order(arguments, streams.environ)
    request = order.request(order.merged or order.paths, order.folder)
    request = request.replace(services=arguments.services, interpolate=arguments.interpolates, strict=arguments.strict)
    project = effective(request, place.files, lambda trouble: print(f"compose-lint: {trouble.at}: {trouble.message}", file=streams.err))
    with _whole(streams.out):
        json.dump(project, streams.out, indent=2, ensure_ascii=False)
        streams.out.write("\n")
    return 2 if "error" in project else 0


def _rule(arguments: Arguments, streams: Streams) -> int:
    rules = _parts(()).rules
    with _whole(streams.out):
        for wanted in arguments.paths:
            rule = next((r for r in rules if wanted.upper() == r.id or wanted == r.name), None)
            if rule is None:
                raise Usage(f"no rule {wanted!r}; there are {', '.join(r.id for r in rules)}")
            print(f"{rule.id} {rule.name} ({rule.severity.word})\n\n{rule.page.rstrip()}", file=streams.out)
        if not arguments.paths:
            for rule in rules:
                print(f"{rule.id}  {rule.severity.word:<8}{rule.name}", file=streams.out)
    return 0


def _parts(plugins: Sequence[str]) -> Parts:
    from forkfit.builtin import shipped
    from forkfit.plugins import gather

    return gather(shipped(), plugins)


_COMMANDS: dict[str, Callable[[Arguments, Streams], int]] = {CHECK: _check, RESOLVE: _resolve, RULE: _rule}
