"""What a stage tells when it meets input that it cannot use; it then goes on with the rest."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum

from forkfit.model.record import Record
from forkfit.model.span import Span, Trail


class Kind(Enum):
    """What is wrong with the input; `resolve` prints the name, and each kind belongs to one rule."""

    # What stops the reference implementation of Compose, by the oracle's names.
    YAML = "yaml"
    STRUCTURE = "structure"
    SCHEMA = "schema"
    INTERPOLATION = "interpolation"
    REQUIRED_VARIABLE = "required-variable"
    CAST = "cast"
    SIZE = "size"
    DURATION = "duration"
    COMMAND_SYNTAX = "command-syntax"
    ENVIRONMENT_SYNTAX = "environment-syntax"
    ENV_FILE_SYNTAX = "env-file-syntax"
    ENV_FILE_FORMAT = "env-file-format"
    MISSING_ENV_FILE = "missing-env-file"
    MISSING_FILE = "missing-file"
    NOT_A_FILE = "not-a-file"
    EXTENDS = "extends"
    INCLUDE = "include"
    CONFLICT = "conflict"
    CONSISTENCY = "consistency"
    VOLUME_SPEC = "volume-spec"
    PORTS = "ports"
    # What Compose goes past and we tell.
    UNDEFINED_VARIABLE = "undefined-variable"
    WARNING = "warning"
    TEMPLATE = "template"
    # Files of other languages.
    PYTHON = "python"
    SHELL = "shell"
    DOCKERFILE = "dockerfile"
    UNREADABLE = "unreadable"
    OUTSIDE_ROOT = "outside-root"
    ENV_FILE_OUTSIDE_ROOT = "env-file-outside-root"
    BOUND = "bound"
    # What is stated for compose-lint, under keys that Compose does not look at.
    STATED = "stated"
    # What compose-lint itself wrote down, and what has changed since.
    STALE = "stale"


class Trouble(Record):
    """One thing that could not be used: what, where, and what cures it.

    `limit` is the key of a limit that contradicts its twin in the deploy section.
    """

    kind: Kind
    message: str
    at: Span
    cure: str = ""
    service: str = ""
    trail: Trail = ()
    limit: str = ""


Tell = Callable[[Trouble], None]


class Refused(Exception):
    """The reference implementation stops here; raised where the caller asked to be as strict."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.message)
        self.trouble = trouble
