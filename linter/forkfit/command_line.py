"""What is written on the command line, and what it means."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TextIO

from forkfit.arguments import CHECK, COMMANDS, COMPLETION, MEASURE, RULE, WORKERS, Arguments, Measuring, Usage, supposing
from forkfit.model.settings import Key, Layer, Written

if TYPE_CHECKING:
    import argparse

# The settings that have an option of the same name.
_SETTINGS = ("select", "ignore", "extend-select", "extend-ignore", "fail-on", "cpus", "memory", "host-memory")

STDIN = "-"
_UNNAMED = "stdin-compose.yaml"  # what standard input is called where nobody names it


def parse(argv: Sequence[str], out: TextIO) -> Arguments | None:
    """Read the arguments; return None where help or version was asked for and printed; raise Usage."""
    named = bool(argv) and argv[0] in COMMANDS
    if not named and not any(word.startswith("-") for word in argv):
        return Arguments(CHECK, paths=tuple(argv))  # as hooks ask: argparse would say the same, 3 ms later
    from forkfit.options.parser import Printed, Refused, parser

    command = argv[0] if named else CHECK
    reader = parser(command)
    reader.out = out
    try:
        found = reader.parse_args(list(argv[1:] if named else argv))
    except Printed:
        return None
    except Refused as refused:
        raise Usage(str(refused)) from refused
    if command == COMPLETION:
        return Arguments(COMPLETION, (found.shell,))
    if command == RULE:
        return Arguments(RULE, tuple(found.paths))
    if getattr(found, "explain", None):
        return Arguments(RULE, (found.explain,))
    arguments = Arguments(
        command,
        paths=tuple(found.paths),
        files=tuple(found.file),
        environment=tuple(found.env),
        inherits=found.inherit_env,
        env_files=tuple(found.env_file),
        profiles=tuple(found.profile),
        project_directory=found.project_directory,
        root=found.root,
        strict=found.strict,
    )
    if command == MEASURE:
        return arguments.replace(measuring=_measuring(found))
    if command == WORKERS:
        return _of_workers(arguments, found)
    return _of_check(arguments, found) if command == CHECK else _of_resolve(arguments, found)


def _of_check(arguments: Arguments, found: argparse.Namespace) -> Arguments:
    _refuse_both(found)
    if found.quiet and found.verbose:
        raise Usage("--quiet and --verbose: give one of them")
    if found.statistics and found.since is not None:
        raise Usage("--statistics shows no change: give it without --since")
    if found.statistics and found.format is not None:
        raise Usage("--statistics is a form of its own, for people: give it without --format")
    if found.what_if and found.write_baseline is not None:
        raise Usage("--write-baseline accepts what there is, and --what-if supposes what is not: give one of them")
    _refuse_mending(found)
    return _with_stdin(arguments, found.stdin_filename).replace(
        exclude=tuple(found.exclude),
        formats=found.format,
        outputs=_each_to_its_own(found.output),
        color=found.color,
        quiet=found.quiet,
        verbose=found.verbose,
        settings=_layer(found),
        config=found.config,
        isolated=found.isolated,
        shows_settings=found.show_settings,
        statistics=found.statistics,
        baseline=found.baseline,
        new_baseline=found.write_baseline,
        since=found.since,
        scenarios=_each_named(found),
        fixes=found.fix,
        diffs=found.diff,
        unsafe=found.unsafe_fixes,
        prefers=found.prefer or "",
    )


def _each_named(found: argparse.Namespace) -> tuple[tuple[str, str], ...]:
    """Return the scenarios; raise Usage where two have one name, or beside what makes no sense with a table of verdicts."""
    names = [name for name, _ in found.scenario]
    for number, name in enumerate(names):
        if name in names[:number]:
            raise Usage(f"--scenario {name} is given twice")
    alone = found.statistics or found.fix or found.diff or found.baseline or found.write_baseline or found.since
    if names and alone:
        raise Usage("--scenario has a form of its own, which shows what there is, and changes nothing")
    from forkfit.options.parser import TABLES

    strange = next((form for form in (found.format, *(form for form, _ in found.output)) if form not in (None, *TABLES)), None)
    if names and strange is not None:
        raise Usage(f"--scenario prints a table, as {', '.join(TABLES)}: {strange} is for findings")
    if names and STDIN in (*found.paths, *found.file):
        raise Usage("standard input can be read once: a scenario names its files")
    return tuple(found.scenario)


def _refuse_mending(found: argparse.Namespace) -> None:
    """Raise Usage for options that go with neither --fix nor --diff, or for those beside which neither makes sense."""
    if found.fix and found.diff:
        raise Usage("--diff changes nothing, and --fix does: give one of them")
    mends = "--fix" if found.fix else "--diff" if found.diff else ""
    if not mends and (found.unsafe_fixes or found.prefer):
        raise Usage(f"{'--unsafe-fixes' if found.unsafe_fixes else '--prefer'} says how to mend: give it with --fix or --diff")
    if mends and found.what_if:
        raise Usage(f"{mends} mends what there is, and --what-if supposes what is not: give one of them")
    if mends and found.write_baseline is not None:
        raise Usage(f"{mends} mends what --write-baseline would accept: give one of them")
    if mends and found.since is not None:
        raise Usage(f"{mends} mends what there is, and --since says what became of it: give one of them")
    if found.fix and STDIN in (*found.paths, *found.file):
        raise Usage("standard input cannot be changed: --diff shows what --fix would do")
    if found.diff and (found.format is not None or found.output or found.statistics):
        raise Usage("--diff has a form of its own: give it without --format, --output and --statistics")


def _refuse_both(found: argparse.Namespace) -> None:
    """Raise Usage where two options exclude each other."""
    if found.isolated and found.config is not None:
        raise Usage("--isolated reads no settings file, --config names one: give one of them")
    if found.paths and found.file:
        raise Usage(f"-f files are one project, and {found.paths[0]} is another: give one of them")


def _with_stdin(arguments: Arguments, name: str | None) -> Arguments:
    """Return the arguments with the file that standard input stands for in place of ``-``."""
    named = (*arguments.paths, *arguments.files).count(STDIN)
    if not named and name is not None:
        raise Usage("--stdin-filename names what standard input stands for: give the path - for that")
    if named > 1:
        raise Usage("standard input can be read once: give the path - once")
    if not named:
        return arguments
    name = name or _UNNAMED
    paths, files = (tuple(name if path == STDIN else path for path in given) for given in (arguments.paths, arguments.files))
    return arguments.replace(paths=paths, files=files, stdin=name)


def _of_workers(arguments: Arguments, found: argparse.Namespace) -> Arguments:
    _refuse_both(found)
    if STDIN in (*found.paths, *found.file):
        raise Usage("workers reads no standard input: name the files")
    from forkfit.options.parser import PICTURES

    if strange := next((name for name, _ in found.output if name not in PICTURES), None):
        raise Usage(f"--output: no format {strange!r} here; there are {', '.join(PICTURES)}")
    return arguments.replace(
        exclude=tuple(found.exclude),
        formats=found.format,
        outputs=_each_to_its_own(found.output),
        color=found.color,
        settings=_layer(found),
        config=found.config,
        isolated=found.isolated,
    )


def _of_resolve(arguments: Arguments, found: argparse.Namespace) -> Arguments:
    return arguments.replace(services=tuple(found.service), interpolates=not found.no_interpolate)


def _measuring(found: argparse.Namespace) -> Measuring:
    if sum(map(bool, (found.app, found.served, found.library))) != 1:
        raise Usage("measure needs -A APP, --service NAME or --library NAME, one of them (--help tells what there is)")
    if found.statement and len(found.library) != 1:
        raise Usage("--statement says how one --library is imported")
    return Measuring(
        app=found.app or "",
        service=found.served or "",
        counts=found.concurrency,
        libraries=tuple(found.library),
        statement=found.statement,
        into=found.into,
        tasks=tuple(found.task),
        python=found.python,
        folder=found.folder or ".",
        seconds=found.timeout,
    )


def _layer(found: argparse.Namespace) -> Layer:
    """Return the layer of settings that the command line makes."""
    from forkfit.config.keys import OF_PROJECT
    from forkfit.config.table import with_choice

    read: dict[str, Any] = {}
    written: dict[Key, Written] = {}
    for key in _SETTINGS:
        said = getattr(found, key.replace("-", "_"), None)
        field = OF_PROJECT[key].field
        if isinstance(said, list) and said:
            words = tuple(word for _, listed in said for word in listed)
            read[field] = (*read.get(field, ()), *words)
            written[(key,)] = Written(list(words), None)
        elif isinstance(said, tuple):
            word, read[field] = said
            written[(key,)] = Written(int(word) if key == "cpus" else word, None)
    return supposing(Layer(with_choice(read), written), tuple(one for _, one in found.what_if))


def _each_to_its_own(outputs: Sequence[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Return the outputs; raise Usage where two go to one file."""
    seen: set[str] = set()
    for _, path in outputs:
        if os.path.realpath(path) in seen:
            raise Usage(f"--output: two reports go to {path}")
        seen.add(os.path.realpath(path))
    return tuple(outputs)
