"""An image as its Dockerfile makes it: what it starts, its environment, and which files stand where in it."""

from __future__ import annotations

from forkfit.model.container import Mapped
from forkfit.model.project import Variable, Words
from forkfit.model.record import Record
from forkfit.model.span import Span, Trail
from forkfit.model.text import Text
from forkfit.model.value import Value


class Made(Record):
    """A file that the Dockerfile itself writes: a here-document, ``echo ... >``."""

    target: str
    text: Text
    at: Span


class Edit(Record):
    """One substitution of a ``sed`` script, line by line: a regular expression and what takes the place of a match.

    In the replacement a number stands for that group, 0 for the match. `line` is the only line that it is for, 0 for
    all; `nth` the match in a line that it begins with; with `every` all later ones too. `stars` counts the repetitions
    in the expression, which decide how long a line may be. `doubt` says why the replacement is not known.
    """

    pattern: str
    replacement: tuple[str | int, ...]
    line: int = 0
    nth: int = 1
    every: bool = False
    stars: int = 0
    doubt: str = ""


class Rewrite(Record):
    """A command that edits files in place: a container path, which may be a pattern, and the edits in their order.

    `said` is the script as written. `doubt` says why its effect is not known; it is empty where the edits are all
    there is to it.
    """

    target: str
    edits: tuple[Edit, ...]
    at: Span
    said: str = ""
    doubt: str = ""


class Foreign(Record):
    """A container path whose content does not stand in the repository, or not as a file of its own, and why."""

    target: str
    why: str
    at: Span


class Install(Record):
    """A command of the build that installs Python packages.

    `folder` is the container folder it runs in; `files` are the repository files it reads (requirements, manifests,
    locks), as far as they are found.
    """

    program: str
    words: Words
    at: Span
    folder: str = "/"
    files: tuple[str, ...] = ()


Layer = Mapped | Made | Rewrite | Foreign


class Image(Record):
    """What an image gives a container. `layers` are in the order in which they shadow each other, the strongest first.

    A shell form is ``/bin/sh -c TEXT``, or the words of SHELL before the text. `base` is the reference of the first
    image that is not built here, such as ``python:3.11-slim``; Absent for ``scratch``. The health check is Known(()) where
    the image turns one off. `trail` says how the Dockerfile was found.
    """

    dockerfile: str
    at: Span
    entrypoint: Value[Words]
    command: Value[Words]
    environment: tuple[Variable, ...]
    working_dir: Value[str]
    user: Value[str]
    layers: tuple[Layer, ...]
    installs: tuple[Install, ...]
    base: Value[Text]
    healthcheck: Value[Words]
    trail: Trail = ()

    @property
    def paths(self) -> tuple[Mapped, ...]:
        """The repository paths that stand in the image, the strongest first."""
        return tuple(layer for layer in self.layers if isinstance(layer, Mapped))
