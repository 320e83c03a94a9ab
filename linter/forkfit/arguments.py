"""What may be written on the command line, and what it means."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Sequence
from typing import Any, NoReturn, TextIO

from forkfit import __version__
from forkfit.config import Layer, count, severity, size
from forkfit.formats.choose import DEFAULT, SHIPPED
from forkfit.model.record import Record

CHECK, RESOLVE, RULE = "check", "resolve", "rule"

_ABOUT = {
    CHECK: "Find Celery workers that cannot fit their container. Without a path: the project of this folder.",
    RESOLVE: "Print the effective project as JSON, environments and their secrets included, as `docker compose config` does.",
    RULE: "Print the manual page of a rule, by its id or name.",
}
_EPILOG = """\
exit status: 0 nothing at or above the threshold; 1 findings; 2 could not run, or could not see.
A named Compose file is what `docker compose -f FILE` loads; a folder is searched for projects, each with its
override; any other file stands for the projects that load it. Commands: check (the default), resolve, rule."""


class Usage(Exception):
    """Arguments that cannot be used."""


class Arguments(Record):
    """One command with its arguments as written: what is loaded, how it is judged and how it is shown."""

    command: str
    paths: tuple[str, ...]
    files: tuple[str, ...]
    environment: tuple[tuple[str, str], ...]
    inherits: bool
    env_files: tuple[str, ...]
    profiles: tuple[str, ...]
    project_directory: str | None
    root: str | None
    exclude: tuple[str, ...]
    services: tuple[str, ...]
    strict: bool
    interpolates: bool
    formats: str | None
    outputs: tuple[tuple[str, str], ...]
    color: str
    settings: Layer


class _Parser(argparse.ArgumentParser):
    """A parser that raises instead of leaving the process, and prints where it is told to."""

    out: TextIO

    def error(self, message: str) -> NoReturn:
        raise Usage(f"{message} (--help tells what there is)")

    def _print_message(self, message: str, file: Any = None) -> None:  # noqa: ARG002 (argparse names the stream; ours is given)
        self.out.write(message)

    def exit(self, status: int = 0, message: str | None = None) -> NoReturn:  # noqa: ARG002 (only help and version come here)
        raise _Done


def _wide(prog: str) -> argparse.HelpFormatter:
    """Return the formatter of help texts; with a width of its own it asks no terminal, which would cost 4 ms at each start."""
    return argparse.RawDescriptionHelpFormatter(prog, max_help_position=32, width=110)


class _Done(Exception):
    """Help or version was printed; there is nothing more to do."""


def parse(argv: Sequence[str], out: TextIO) -> Arguments | None:
    """Read the arguments; return None where help or version was asked for and printed; raise Usage."""
    command = argv[0] if argv and argv[0] in _ABOUT else CHECK
    rest = list(argv[1:] if argv and argv[0] in _ABOUT else argv)
    parser = _parser(command)
    parser.out = out
    try:
        found = parser.parse_args(rest)
    except _Done:
        return None
    if getattr(found, "explain", None):
        command, found.paths = RULE, [found.explain]
    given = {name: value for name in ("cpus", "memory") if (value := getattr(found, name, None)) is not None}
    if getattr(found, "fail_on", _UNSET) is not _UNSET:
        given["fail_on"] = found.fail_on
    return Arguments(
        command=command,
        paths=tuple(found.paths),
        files=tuple(found.file),
        environment=tuple(found.env),
        inherits=found.inherit_env,
        env_files=tuple(found.env_file),
        profiles=tuple(found.profile),
        project_directory=found.project_directory,
        root=found.root,
        exclude=tuple(found.exclude),
        services=tuple(getattr(found, "service", ())),
        strict=getattr(found, "strict", False),
        interpolates=not getattr(found, "no_interpolate", False),
        formats=getattr(found, "format", None),
        outputs=_each_to_its_own(getattr(found, "output", ())),
        color=getattr(found, "color", "auto"),
        settings=Layer(given),
    )


_UNSET = object()


def _parser(command: str) -> _Parser:
    name = "compose-lint" if command == CHECK else f"compose-lint {command}"
    parser = _Parser(prog=name, description=_ABOUT[command], epilog=_EPILOG, formatter_class=_wide, allow_abbrev=False)
    parser.add_argument("paths", nargs="*", metavar="RULE" if command == RULE else "PATH")
    parser.add_argument("--version", action="version", version=f"compose-lint {__version__} (forkfit)")
    project = parser.add_argument_group("which project")
    _many(project, "-f", "--file", metavar="FILE", help="a Compose file; several are merged into one project")
    _many(project, "--env", metavar="NAME=VALUE", help="a variable of the deployment's environment; none is read by default", type=_pair)
    project.add_argument("--inherit-env", action="store_true", help="read the environment of this process too")
    _many(project, "--env-file", metavar="FILE", help="read this file in place of .env")
    _many(project, "--profile", metavar="NAME", help="make a profile active")
    project.add_argument("--project-directory", metavar="DIR", help="the folder that relative paths start from")
    project.add_argument("--root", metavar="DIR", help="the project root; nothing outside it is read (default: the folder with .git)")
    _many(project, "--exclude", metavar="PATTERN", help="leave out paths, by a pattern as in .gitignore")
    if command == CHECK:
        judged = parser.add_argument_group("how it is judged")
        judged.add_argument(
            "--fail-on", type=_typed(severity), default=_UNSET, metavar="LEVEL", help="error, warning (default), info or never"
        )
        judged.add_argument("--cpus", type=_typed(count), metavar="N", help="the CPU count of the host, for workers that take it")
        judged.add_argument("--memory", type=_typed(size), metavar="SIZE", help="a limit to assume where none is declared, such as 2g")
        shown = parser.add_argument_group("how it is shown")
        shown.add_argument("--format", metavar="NAME", help=f"{', '.join(SHIPPED)}, or one of a plugin (default: {DEFAULT})")
        _many(shown, "--output", metavar="FORMAT:PATH", help="write a file in a format beside standard output", type=_output)
        shown.add_argument("--color", choices=("auto", "always", "never"), default="auto", help="colour the text (default: auto)")
        shown.add_argument("--explain", metavar="RULE", help="print the manual page of a rule")
    elif command == RESOLVE:
        _many(project, "--service", metavar="NAME", help="only this service and what it depends on")
        project.add_argument("--no-interpolate", action="store_true", help="leave variables as written")
        project.add_argument("--strict", action="store_true", help="stop where the reference implementation stops")
        project.add_argument("--format", choices=("json",), default="json", help="json")
    return parser


def _many(group: argparse._ArgumentGroup, *names: str, metavar: str, help: str, type: Callable[[str], Any] = str) -> None:  # noqa: A002
    """Add an option that may be given several times."""
    group.add_argument(*names, action="append", default=[], metavar=metavar, help=help, type=type)


def _pair(written: str) -> tuple[str, str]:
    name, equals, value = written.partition("=")
    if not name or not equals:
        raise argparse.ArgumentTypeError(f"{written!r} is not NAME=VALUE")
    return name, value


def _output(written: str) -> tuple[str, str]:
    """Return format and path; only the first colon parts them, so that a path may begin with a drive."""
    name, colon, path = written.partition(":")
    if not name or not colon or not path:
        raise argparse.ArgumentTypeError(f"{written!r} is not FORMAT:PATH, such as sarif:report.sarif")
    if path == "-":
        raise argparse.ArgumentTypeError(f"{written!r}: for standard output there is --format {name}")
    return name, path


def _each_to_its_own(outputs: Sequence[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Return the outputs; raise Usage where two go to one file."""
    seen: set[str] = set()
    for _, path in outputs:
        if os.path.realpath(path) in seen:
            raise Usage(f"--output: two reports go to {path}")
        seen.add(os.path.realpath(path))
    return tuple(outputs)


def _typed(reader: Callable[[Any], Any]) -> Callable[[str], Any]:
    """Return the reader of a setting as a reader of an argument, with its own message."""

    def read(written: str) -> Any:
        try:
            return reader(written)
        except ValueError as error:
            raise argparse.ArgumentTypeError(str(error)) from error

    return read
