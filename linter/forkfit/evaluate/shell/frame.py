"""What a shell script runs in, and what running it comes to."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum

from forkfit.model.project import Environment
from forkfit.model.record import Record
from forkfit.model.source import Source
from forkfit.model.span import Trail
from forkfit.model.text import Text
from forkfit.model.value import Unknown, Value

MOST_STATES = 64
MOST_STEPS = 8_000  # commands and loop rounds of one run, in all its branches
LARGEST_SCRIPT = 128 * 1024  # characters
LARGEST_TEXT = 32 * 1024  # characters of one value
MOST_PIECES = 1000  # stretches of one value that come from different places
MOST_ELEMENTS = 1000  # elements of an array, or positional arguments
MOST_LEVELS = 60  # statements inside each other, through functions and files
DEEPEST = 16  # functions, sourced files, substitutions and evals inside each other

# Commands that start no worker and are no sign of a role: two runs that differ only in them are one run.
EVERYDAY = frozenset(
    """
    awk base64 basename cat chgrp chmod chown cp curl cut date dirname find getent grep head hostname id install ln ls
    md5sum mkdir mkfifo mktemp mv mysqladmin nc netcat nproc pg_isready ps psql pwd realpath redis-cli rm sed sleep sort
    stat stty sync tail tar tee touch tr tty uname uniq wc wget whoami xargs
    """.split()  # noqa: SIM905
)


def tells_runs_apart(argv: tuple[Text, ...]) -> bool:
    """Tell whether two runs that differ in this command are two runs."""
    return argv[0].plain.rpartition("/")[2] not in EVERYDAY


def _reads_nothing(path: str, working_dir: Value[str]) -> Source | None:  # noqa: ARG001
    return None


def _sees_nothing(path: str, working_dir: Value[str], test: str) -> bool | None:  # noqa: ARG001
    return None


class Frame(Record):
    """What a script is started with.

    `arguments` are ``$0``, ``$1`` and so on. `read` returns the repository file that stands at a path as written, None
    where there is none to be seen. `sees` answers the file tests ``-f``, ``-d`` and their like (the letter is its third
    argument), None where that is not known. `matters` says which commands tell two runs apart.
    """

    arguments: tuple[Text, ...] = ()
    environment: Environment = Environment()
    working_dir: Value[str] = Unknown("the working directory is not known")
    read: Callable[[str, Value[str]], Source | None] = _reads_nothing
    sees: Callable[[str, Value[str], str], bool | None] = _sees_nothing
    matters: Callable[[tuple[Text, ...]], bool] = tells_runs_apart


class Started(Record):
    """A command that a script starts.

    `environment` has the script's exports and the assignments before the command. `replaces` says that ``exec`` puts it
    in the shell's place. `conditions` are the steps supposed on the way to it, `trail` the functions and files it lies in
    and the command itself.
    """

    argv: tuple[Text, ...]
    environment: Environment
    working_dir: Value[str]
    background: bool = False
    replaces: bool = False
    conditions: Trail = ()
    trail: Trail = ()


class How(Enum):
    """How a run of a script ends."""

    EXITS = "exits"  # it comes to its end, or says exit
    REPLACED = "replaced"  # exec put a command in its place
    FAILS = "fails"  # with a status other than 0, for a reason that can be seen or supposed
    FOREVER = "for ever"  # it goes round in a loop
    UNKNOWN = "unknown"  # not followed to its end; `why` says why


class Ending(Record):
    """One way in which a script may run: what it starts, in order, and how it ends."""

    started: tuple[Started, ...]
    how: How
    status: int | None = None
    why: str = ""
    conditions: Trail = ()
