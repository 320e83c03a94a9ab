"""One model of all files of a project, and with what it was read."""

from __future__ import annotations

from posixpath import basename, isabs

from forkfit.compose.assemble import assembled
from forkfit.compose.bounds import Allowance
from forkfit.compose.nodes import is_null, kind
from forkfit.compose.reading import Group, Reading, Variables, documents
from forkfit.compose.request import Request
from forkfit.compose.surroundings import UNKNOWN_ROOT, Surroundings, root_of, surroundings
from forkfit.files import tidy
from forkfit.model.document import Mapping, Node, Scalar, Sequence
from forkfit.model.files import Files
from forkfit.model.record import Record
from forkfit.model.span import Role, Step, whole_file
from forkfit.model.text import Piece, Text
from forkfit.model.trouble import Kind, Tell, Trouble
from forkfit.model.value import Known, Unknown, Value

NAME = "COMPOSE_PROJECT_NAME"
_IN_NAMES = frozenset("abcdefghijklmnopqrstuvwxyz0123456789_-")


class Model(Record):
    """The files of a project merged, all that they were read with, and the project's name."""

    tree: Mapping
    surroundings: Surroundings
    reading: Reading
    variables: Variables
    named: Value[str]

    @property
    def name(self) -> str:
        """The project's name, empty where it is not known."""
        return self.named.value if isinstance(self.named, Known) else ""


def model_of(request: Request, files: Files, tell: Tell) -> Model | None:
    """Merge the files of a project; None where there is none. Raise Refused where a strict load stops."""
    root = root_of(request)
    home = dict(request.environment).get("HOME", "")
    folder = tidy(request.folder)
    cwd = root if folder == "." else f"{root.rstrip('/')}/{folder}"
    reading = Reading(
        files=files,
        tell=tell,
        strict=request.strict,
        root=root,
        cwd=cwd,
        home=home if isabs(home) else "",
        parsed={},
        read=[],
        lost={},
        refused=set(),
        tagged=set(),
        env_sources={},
        env_values={},
        allowance=Allowance(),
    )
    around = surroundings(request, reading)
    if around is None:
        return None
    _are_mappings(around, reading)
    named = _name(around, request, reading)
    name = named.value if isinstance(named, Known) else ""
    variables = {**around.variables, NAME: Text((Piece(name, (Step(Role.ASSUMED, None, "the project's name"),)),))}
    tree = assembled(around.paths, Group(around.folder, around.folder, variables, request.interpolate), reading)
    if not tree.entries and not reading.refused:
        at = whole_file(reading.shown(around.paths[0]))
        reading.refuse(Trouble(Kind.STRUCTURE, "this Compose file is empty", at, "Write `services:` and the services below it."))
    return Model(tree, around, reading, variables, named)


def _are_mappings(around: Surroundings, reading: Reading) -> None:
    """Refuse a file whose first document is no mapping: it is decoded for the project's name before anything else."""
    for path in around.paths:
        for first in documents(path, reading)[:1]:
            if not isinstance(first, Mapping) and not is_null(first):
                why = f"a Compose file is a mapping, and this one is {kind(first)}"
                reading.refuse(Trouble(Kind.YAML, why, first.at, "Write `services:` and the services below it."))


def _name(around: Surroundings, request: Request, reading: Reading) -> Value[str]:
    """Return the project's name: as the environment states it, as the last file says, otherwise the folder's."""
    stated = around.variables.get(NAME)
    if stated is not None and stated.plain:
        name = stated.plain
        if _normalised(name) != name:
            why = f"the project name {name!r} is not made of small letters, digits, - and _ alone"
            reading.refuse(Trouble(Kind.CONSISTENCY, why, stated.at or whole_file("."), f"Give {NAME} another value."))
        return Known(_normalised(name), stated.trail)
    said = _said(around, reading)
    if said is not None:
        from forkfit.compose.interpolate import interpolate

        text = (
            interpolate(said.text, around.variables.get, reading.tell, strict=reading.strict, allowance=reading.allowance)
            if request.interpolate
            else said.text
        )
        if name := _normalised(text.plain):
            return Known(name, text.trail)
        why = f"of the project's name {text.plain!r} no character can stay"
        reading.refuse(Trouble(Kind.STRUCTURE, why, said.at, "Write small letters, digits, - and _."))
    folder = around.folder
    if UNKNOWN_ROOT in folder and reading.shown(folder) == ".":
        return Unknown("the folder's name is not known")
    return Known(_normalised(basename(folder)), (Step(Role.ASSUMED, None, "the folder's name"),))


def _said(around: Surroundings, reading: Reading) -> Scalar | None:
    found: Scalar | None = None
    for path in around.paths:
        for document in reading.parsed.get(reading.shown(path)) or ():
            node: Node | None = document.get("name") if isinstance(document, Mapping) else None
            if isinstance(node, Mapping | Sequence) and found is None:
                reading.refuse(Trouble(Kind.YAML, f"the project's name is {kind(node)}", node.at, "Write a text."))
            if isinstance(node, Scalar) and node.raw and node.value is not None:
                found = node
    return found


def _normalised(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter in _IN_NAMES).lstrip("_-")
