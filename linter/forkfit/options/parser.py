"""What may be written on the command line: the parser of each command."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any, NoReturn, TextIO

from forkfit import __version__
from forkfit.arguments import CHECK, COMPLETION, MEASURE, RESOLVE, RULE, WORKERS
from forkfit.config.readers import count_in_words, size, threshold, words_by_comma
from forkfit.formats.choose import DEFAULT, SHIPPED
from forkfit.options.pages import ABOUT, MORE, PATHS
from forkfit.options.values import counts, output, pair, scenario, seconds, supposition, typed

PREFERENCES = ("concurrency", "limit")
SHELLS = ("bash", "fish", "zsh")
# The formats of `workers`.
PICTURES = ("html", "json", "markdown", "text")
# The formats of a table of scenarios.
TABLES = ("json", "markdown", "text")


class Refused(Exception):
    """Arguments that the parser refuses."""


class Printed(Exception):
    """Help or version was printed; there is nothing more to do."""


class Parser(argparse.ArgumentParser):
    """A parser that raises instead of leaving the process, and prints where it is told to."""

    out: TextIO

    def error(self, message: str) -> NoReturn:
        """Raise Refused."""
        raise Refused(f"{message} (--help tells what there is)")

    def _print_message(self, message: str, file: Any = None) -> None:  # noqa: ARG002 (argparse names the stream; ours is given)
        self.out.write(message)

    def exit(self, status: int = 0, message: str | None = None) -> NoReturn:  # noqa: ARG002 (only help and version come here)
        """Raise Printed."""
        raise Printed


def _wide(prog: str) -> argparse.HelpFormatter:
    """Return the formatter of help texts; with a width of its own it asks no terminal, which would cost 4 ms at each start."""
    return argparse.RawDescriptionHelpFormatter(prog, max_help_position=32, width=110)


def parser(command: str) -> Parser:
    """Return the parser of a command."""
    name = "compose-lint" if command == CHECK else f"compose-lint {command}"
    about = ABOUT[command] + ("" if command in (RULE, COMPLETION) else f"\n{PATHS}")
    made = Parser(prog=name, description=about, epilog=MORE[command], formatter_class=_wide, allow_abbrev=False)
    if command == COMPLETION:
        made.add_argument("shell", choices=SHELLS, help="the shell that is to complete")
    else:
        made.add_argument("paths", nargs="*", metavar="RULE" if command == RULE else "PATH")
    made.add_argument("--version", action="version", version=f"compose-lint {__version__} (forkfit)")
    if command in (RULE, COMPLETION):
        return made
    project = made.add_argument_group("which project")
    _project(project)
    if command == MEASURE:
        _measured(made.add_argument_group("what is measured"), made.add_argument_group("how it is measured"))
        return made
    if command == RESOLVE:
        _many(project, "--service", metavar="NAME", help="only this service and what it depends on")
        project.add_argument("--no-interpolate", action="store_true", help="leave variables as written")
        project.add_argument("--format", choices=("json",), default="json", help="json")
        return made
    if command == WORKERS:
        _many(project, "--exclude", metavar="PATTERN", help="leave out paths when searching, by a pattern as in .gitignore")
        _supposed(made.add_argument_group("what is taken for true"))
        _drawn(made.add_argument_group("how it is shown"))
        return made
    project.add_argument("--stdin-filename", metavar="FILE", help="the file that standard input, given as the path -, stands for")
    _many(project, "--exclude", metavar="PATTERN", help="leave out paths when searching, by a pattern as in .gitignore")
    _rules(made.add_argument_group("which rules, by id, name or the beginning of an id; several between commas"))
    _judged(made.add_argument_group("how it is judged"))
    _shown(made.add_argument_group("how it is shown"))
    _mended(made.add_argument_group("how it is mended"))
    return made


def _project(group: argparse._ArgumentGroup) -> None:
    _many(group, "-f", "--file", metavar="FILE", help="a Compose file; several are merged into one project")
    _many(group, "--env", metavar="NAME=VALUE", help="a variable of the deployment's environment; none is read by default", type=pair)
    group.add_argument("--inherit-env", action="store_true", help="read the environment of this process too")
    _many(group, "--env-file", metavar="FILE", help="read this file in place of .env")
    _many(group, "--profile", metavar="NAME", help="make a profile active")
    group.add_argument("--project-directory", metavar="DIR", help="the folder that relative paths start from")
    group.add_argument("--root", metavar="DIR", help="the project root; nothing outside it is read (default: the folder with .git)")
    group.add_argument("--strict", action="store_true", help="stop where Compose itself would stop, instead of going on")


def _measured(what: argparse._ArgumentGroup, how: argparse._ArgumentGroup) -> None:
    what.add_argument("-A", "--app", metavar="APP", help="the application, as `celery -A` names it")
    what.add_argument("--service", dest="served", metavar="NAME", help="what this service runs, with the variables that Compose gives it")
    _many(what, "--library", metavar="NAME", help="the weight of an import, as the table has it, written to NAME.toml")
    how.add_argument("-c", "--concurrency", type=counts, default=(1, 4), metavar="N,N", help="children to start (default: 1,4)")
    _many(how, "--task", metavar="NAME", help="a task of yours that each child runs too, without arguments: it really runs")
    how.add_argument("--python", default="", metavar="PATH", help="the Python that has the application (default: this one)")
    how.add_argument("--folder", metavar="DIR", help="where the worker is started (default: here; with --service, beside its code)")
    how.add_argument("--timeout", type=seconds, default=60.0, metavar="SECONDS", help="for each start of it (default: 60)")
    how.add_argument("--statement", default="", metavar="CODE", help="how the --library is imported (default: as the table does)")
    how.add_argument("--into", default=".", metavar="DIR", help="the folder for the weights of libraries (default: here)")


def _rules(group: argparse._ArgumentGroup) -> None:
    for name, about in (
        ("--select", "only these rules, whatever the settings select and ignore"),
        ("--ignore", "not these rules"),
        ("--extend-select", "these rules too"),
        ("--extend-ignore", "nor these rules"),
    ):
        _many(group, name, metavar="RULES", help=about, type=typed(words_by_comma))


def _judged(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--fail-on", type=typed(threshold), metavar="LEVEL", help="error, warning (default), info or never")
    _supposed(group)
    group.add_argument(
        "--host-memory", type=typed(size), metavar="SIZE", help="the memory of the host that all services share, such as 16g"
    )
    _many(
        group,
        "--scenario",
        metavar='NAME:"-f ..."',
        help="a table of verdicts in place of findings: one column for each of these, with files and variables of its own",
        type=scenario,
    )
    group.add_argument("--since", metavar="REV", help="say too how each worker's memory has changed since a git revision, such as main")
    group.add_argument("--baseline", metavar="FILE", help="what stands in this file is suppressed: the findings that you live with for now")
    group.add_argument("--write-baseline", metavar="FILE", help="write what is found to this file, and suppress it")


def _supposed(group: argparse._ArgumentGroup) -> None:
    """Add what stands in for the deployment, and which settings hold."""
    group.add_argument("--cpus", type=typed(count_in_words), metavar="N", help="the CPU count of the host, for workers that take it")
    group.add_argument("--memory", type=typed(size), metavar="SIZE", help="a limit to assume where none is declared, such as 2g")
    _many(
        group,
        "--what-if",
        metavar="SERVICE.KEY=VALUE",
        help="judge as if a service had this concurrency, memory or pool, such as worker.concurrency=4",
        type=typed(supposition),
    )
    group.add_argument("--config", metavar="FILE", help="take the settings from this file, and from no other")
    group.add_argument("--isolated", action="store_true", help="read no settings file")


def _drawn(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--format", choices=PICTURES, default=DEFAULT, help=f"{', '.join(PICTURES)} (default: {DEFAULT})")
    _many(group, "--output", metavar="FORMAT:PATH", help="write a file in a format beside standard output", type=output)
    group.add_argument("--color", choices=("auto", "always", "never"), default="auto", help="colour the text (default: auto)")


def _shown(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--format", metavar="NAME", help=f"{', '.join(SHIPPED)}, or one of a plugin (default: {DEFAULT})")
    _many(group, "--output", metavar="FORMAT:PATH", help="write a file in a format beside standard output", type=output)
    group.add_argument("--color", choices=("auto", "always", "never"), default="auto", help="colour the text (default: auto)")
    group.add_argument("-q", "--quiet", action="store_true", help="as text, print nothing where nothing fails the run")
    group.add_argument("-v", "--verbose", action="store_true", help="as text, print what is suppressed and what was not seen through too")
    group.add_argument("--statistics", action="store_true", help="as text, print how often each rule speaks, in place of its findings")
    group.add_argument("--show-settings", action="store_true", help="print the settings in force, with where each comes from")
    group.add_argument("--explain", metavar="RULE", help="print the manual page of a rule")


def _mended(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--fix", action="store_true", help="change the files so that what can be mended is, and report what is left")
    group.add_argument("--diff", action="store_true", help="print what --fix would change, and change nothing; 1 where it would")
    group.add_argument(
        "--unsafe-fixes",
        action="store_true",
        help="with these, also changes of behaviour: less throughput or a higher limit by figures that nobody measured or stated, and code",
    )
    group.add_argument("--prefer", choices=PREFERENCES, help="with these, what to change where either would do (default: concurrency)")


def _many(group: argparse._ArgumentGroup, *names: str, metavar: str, help: str, type: Callable[[str], Any] = str) -> None:  # noqa: A002
    """Add an option that may be given several times."""
    group.add_argument(*names, action="append", default=[], metavar=metavar, help=help, type=type)
