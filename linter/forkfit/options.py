"""What may be written on the command line: the parser of each command, and its manual page, which is ``--help``."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any, NoReturn, TextIO

from forkfit import __version__
from forkfit.arguments import CHECK, COMPLETION, MEASURE, RESOLVE, RULE, WORKERS
from forkfit.config.readers import count_in_words, size, threshold, words_by_comma
from forkfit.formats.choose import DEFAULT, SHIPPED

PREFERENCES = ("concurrency", "limit")
SHELLS = ("bash", "fish", "zsh")
# The formats of `workers`.
PICTURES = ("html", "json", "markdown", "text")
# The formats of a table of scenarios.
TABLES = ("json", "markdown", "text")
# The most children that a measurement starts at once.
MOST_CHILDREN = 64

ABOUT = {
    CHECK: "Find Celery workers that cannot fit their container, without running anything.",
    COMPLETION: "Print a script that completes compose-lint in a shell: bash, fish or zsh.",
    MEASURE: """\
Weigh your own application, or a library. This is the one command that runs your code: it starts a real Celery
worker of it in this environment, without a broker, and writes compose-lint.measured.json at the project root,
which the linter then reads in place of its table. Linux only.""",
    RESOLVE: "Print the effective project as JSON, environments and their secrets included, as `docker compose config` does.",
    RULE: "Print the manual page of rules, by id or name; without one, list them.",
    WORKERS: """\
Show each container's memory as a budget: what parent, children, models and tasks take of the limit, how many run
and how many fit, where pool, concurrency and limit come from, and what could not be seen. As text, Markdown,
JSON, or one HTML page.""",
}
_PATHS = """\

Without a path it is the project of this folder and those below it. A named Compose file is what
`docker compose -f FILE` loads: that file, no override. A folder is searched, .gitignore honoured, and each
project is taken with its override. Any other file (.env, script, Dockerfile, Python) stands for the projects
that load it. A path with the name of a command is given as ./check."""
_MORE = {
    CHECK: """\
commands:
  compose-lint [check] [PATH ...]   judge projects, as described here
  compose-lint workers [PATH ...]   show each container's memory as a budget
  compose-lint measure -A APP       weigh your own application; the one command that runs your code
  compose-lint resolve [FILE ...]   print the effective project, as Compose would load it
  compose-lint rule [RULE ...]      print the manual page of a rule, or list the rules
  compose-lint completion SHELL     print a script for bash, fish or zsh

examples:
  compose-lint                                   the projects of this folder
  compose-lint services/a services/b             the projects of several folders
  compose-lint -f compose.yaml -f prod.yaml      files merged into one project
  compose-lint --env CONCURRENCY=8 --cpus 16     what the deployment has; nothing is taken from this machine
  compose-lint --what-if worker.concurrency=4    the report that this would give; also .memory=1g, .pool=threads
  compose-lint --since origin/main               and what has changed since: memory at start, warm, and what fits
  compose-lint --select FF1 --fail-on error      only the memory rules, and only errors fail the run
  compose-lint --diff                            what --fix would change; --unsafe-fixes for more, --prefer limit
  compose-lint --write-baseline baseline.json    accept what there is; --baseline then tells only what is new
  compose-lint - --stdin-filename compose.yaml <compose.new.yaml

settings:
  [tool.compose-lint] in pyproject.toml, or compose-lint.toml, the nearest at or above each project. The command
  line wins. `--show-settings` prints those in force. On a line, above it, or at the service:
  # compose-lint: ignore[FF101] reason

exit status:
  0  nothing at or above the threshold
  1  findings
  2  could not run, or could not see: usage, settings, a named file that cannot be read, no Compose file""",
    COMPLETION: """\
examples:
  compose-lint completion bash >~/.local/share/bash-completion/completions/compose-lint
  compose-lint completion fish >~/.config/fish/completions/compose-lint.fish
  compose-lint completion zsh >"${fpath[1]}/_compose-lint\"""",
    MEASURE: """\
examples:
  compose-lint measure -A proj                   one worker with 1 child, one with 4
  compose-lint measure -A proj --task proj.tasks.thumbnail    each child runs this task too: it really runs
  compose-lint measure --service worker          the application of a service, with the variables Compose gives it
  compose-lint measure --library torch           the weight of an import, written to torch.toml

exit status:
  0    written
  2    could not be measured: it cannot be imported, it hangs, this is not Linux
  130  ended by Ctrl-C; nothing is written, and nothing is left running""",
    RESOLVE: """\
examples:
  compose-lint resolve                           the project of this folder
  compose-lint resolve -f compose.yaml --service worker

exit status:
  0  printed
  2  could not be loaded""",
    WORKERS: """\
examples:
  compose-lint workers                           the workers of the projects of this folder
  compose-lint workers --output html:budget.html a page beside the text, with the curves; it needs no network
  compose-lint workers --cpus 16 --memory 2g     what the deployment has, where the files leave it open

exit status:
  0  shown, whatever fits or does not
  2  could not run, or could not see""",
    RULE: """\
examples:
  compose-lint rule FF101
  compose-lint rule little-headroom""",
}


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
    about = ABOUT[command] + ("" if command in (RULE, COMPLETION) else f"\n{_PATHS}")
    made = Parser(prog=name, description=about, epilog=_MORE[command], formatter_class=_wide, allow_abbrev=False)
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
    _many(group, "--env", metavar="NAME=VALUE", help="a variable of the deployment's environment; none is read by default", type=_pair)
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
    how.add_argument("-c", "--concurrency", type=_counts, default=(1, 4), metavar="N,N", help="children to start (default: 1,4)")
    _many(how, "--task", metavar="NAME", help="a task of yours that each child runs too, without arguments: it really runs")
    how.add_argument("--python", default="", metavar="PATH", help="the Python that has the application (default: this one)")
    how.add_argument("--folder", metavar="DIR", help="where the worker is started (default: here; with --service, beside its code)")
    how.add_argument("--timeout", type=_seconds, default=60.0, metavar="SECONDS", help="for each start of it (default: 60)")
    how.add_argument("--statement", default="", metavar="CODE", help="how the --library is imported (default: as the table does)")
    how.add_argument("--into", default=".", metavar="DIR", help="the folder for the weights of libraries (default: here)")


def _rules(group: argparse._ArgumentGroup) -> None:
    for name, about in (
        ("--select", "only these rules, whatever the settings select and ignore"),
        ("--ignore", "not these rules"),
        ("--extend-select", "these rules too"),
        ("--extend-ignore", "nor these rules"),
    ):
        _many(group, name, metavar="RULES", help=about, type=_typed(words_by_comma))


def _judged(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--fail-on", type=_typed(threshold), metavar="LEVEL", help="error, warning (default), info or never")
    _supposed(group)
    group.add_argument(
        "--host-memory", type=_typed(size), metavar="SIZE", help="the memory of the host that all services share, such as 16g"
    )
    _many(
        group,
        "--scenario",
        metavar='NAME:"-f ..."',
        help="a table of verdicts in place of findings: one column for each of these, with files and variables of its own",
        type=_scenario,
    )
    group.add_argument("--since", metavar="REV", help="say too how each worker's memory has changed since a git revision, such as main")
    group.add_argument("--baseline", metavar="FILE", help="what stands in this file is suppressed: the findings that you live with for now")
    group.add_argument("--write-baseline", metavar="FILE", help="write what is found to this file, and suppress it")


def _supposed(group: argparse._ArgumentGroup) -> None:
    """Add what stands in for the deployment, and which settings hold."""
    group.add_argument("--cpus", type=_typed(count_in_words), metavar="N", help="the CPU count of the host, for workers that take it")
    group.add_argument("--memory", type=_typed(size), metavar="SIZE", help="a limit to assume where none is declared, such as 2g")
    _many(
        group,
        "--what-if",
        metavar="SERVICE.KEY=VALUE",
        help="judge as if a service had this concurrency, memory or pool, such as worker.concurrency=4",
        type=_typed(_supposition),
    )
    group.add_argument("--config", metavar="FILE", help="take the settings from this file, and from no other")
    group.add_argument("--isolated", action="store_true", help="read no settings file")


def _drawn(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--format", choices=PICTURES, default=DEFAULT, help=f"{', '.join(PICTURES)} (default: {DEFAULT})")
    _many(group, "--output", metavar="FORMAT:PATH", help="write a file in a format beside standard output", type=_output)
    group.add_argument("--color", choices=("auto", "always", "never"), default="auto", help="colour the text (default: auto)")


def _shown(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--format", metavar="NAME", help=f"{', '.join(SHIPPED)}, or one of a plugin (default: {DEFAULT})")
    _many(group, "--output", metavar="FORMAT:PATH", help="write a file in a format beside standard output", type=_output)
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


def _scenario(written: str) -> tuple[str, str]:
    name, colon, words = written.partition(":")
    if not name or not colon:
        raise argparse.ArgumentTypeError(f"""{written!r} is not NAME:ARGUMENTS, such as prod:"-f compose.yaml -f prod.yaml\"""")
    return name, words


def _typed(reader: Callable[[str], Any]) -> Callable[[str], tuple[str, Any]]:
    """Return the reader of a setting as a reader of an argument, with its own message; what is written is kept beside it."""

    def read(written: str) -> tuple[str, Any]:
        try:
            return written, reader(written)
        except ValueError as error:
            raise argparse.ArgumentTypeError(str(error)) from error

    return read


def _supposition(written: str) -> Any:
    from forkfit.config.suppositions import supposition  # few runs suppose anything

    return supposition(written)


def _counts(written: str) -> tuple[int, ...]:
    """Return numbers of children; there must be one that shows what two children share."""
    words = written.split(",")
    if not all(word.isascii() and word.isdigit() and 1 <= int(word) <= MOST_CHILDREN for word in words):
        raise argparse.ArgumentTypeError(f"{written!r} is no list of numbers from 1 to {MOST_CHILDREN}")
    counts = tuple(dict.fromkeys(int(word) for word in words))
    if max(counts) < 2:
        raise argparse.ArgumentTypeError("what children share shows with two of them or more")
    return counts


def _seconds(written: str) -> float:
    try:
        seconds = float(written)
    except ValueError:
        seconds = 0.0
    if not 1 <= seconds <= 86400:
        raise argparse.ArgumentTypeError(f"{written!r} is no number of seconds from 1 to 86400")
    return seconds
