"""The environment of a service's containers: `environment` over the files of `env_file`."""

from __future__ import annotations

from forkfit.compose.nodes import is_null, leaf, plain, string
from forkfit.compose.reading import NOWHERE, Reading, Variables, env_source
from forkfit.compose.refusal import about
from forkfit.model.document import Entry, Mapping, Node, Scalar, Sequence
from forkfit.model.project import Environment, Variable
from forkfit.model.span import Role, Span, Step, Trail
from forkfit.model.text import Piece, Text
from forkfit.model.trouble import Kind, Tell, Trouble
from forkfit.model.value import Absent, Known, Value
from forkfit.syntax.yaml_scalars import spell

EXTENSIONS = "#extensions"  # the name under which the reference keeps x- keys, and by which they get into an environment
FORMATS = ("", "raw")


def with_value(item: Node, variables: Variables) -> Node:
    """Return the item of a list that stands without a value with the one that a variable of its name has."""
    name = string(item)
    value = variables.get(name) if name is not None else None
    if value is None or not isinstance(item, Scalar):
        return item
    joint = Text((*item.text.pieces, Piece("=", (Step(Role.WRITTEN, item.at),)), *value.because(Step(Role.USED, item.at)).pieces))
    return leaf(joint, item.at, item.trail)


def declared(node: Node | None, variables: Variables, refuse: Tell) -> tuple[Variable, ...]:
    """Return the variables of a mapping or of a list of NAME=VALUE; a name alone takes the value that the project has for it."""
    if isinstance(node, Mapping):
        return _of_mapping(node, variables)
    if not isinstance(node, Sequence):
        return ()
    found: dict[str, Variable] = {}
    for item in node.items:
        if isinstance(item, Scalar):
            variable = _of_item(item, variables, refuse)
            found[variable.name] = variable
    return tuple(found.values())


def _of_mapping(node: Mapping, variables: Variables) -> tuple[Variable, ...]:
    found = [Variable(e.key.raw, _value(e, variables)) for e in node.entries if not e.key.raw.startswith("x-")]
    odd = tuple(e for e in node.entries if e.key.raw.startswith("x-"))
    if odd:
        said = " ".join(f"{e.key.raw}:{_printed(e.value)}" for e in sorted(odd, key=lambda e: e.key.raw))
        at = odd[0].key.at
        found.append(Variable(EXTENSIONS, Known(Text((Piece(f"map[{said}]", (Step(Role.WRITTEN, at),)),)), (Step(Role.WRITTEN, at),))))
    return tuple(found)


def _printed(node: Node) -> str:
    return spell(node.value) or "<nil>" if isinstance(node, Scalar) else str(plain(node))


def _value(entry: Entry, variables: Variables) -> Value[Text]:
    node = entry.value
    if is_null(node):
        return _from_project(entry.key.raw, entry.key.at, node.trail, variables)
    if not isinstance(node, Scalar):
        return Absent(f"{entry.key.raw} is no text", node.trail)
    text = node.text
    if not isinstance(node.value, str) or (node.pieces is None and node.value != node.raw):
        spelled = spell(node.value)
        if spelled != node.raw:
            text = Text((Piece(spelled, (Step(Role.WRITTEN, node.at), *node.trail)),))
    return Known(text, text.trail)


def _of_item(item: Scalar, variables: Variables, refuse: Tell) -> Variable:
    text = item.text
    raw = text.plain
    name, equals, _ = raw.partition("=")
    if name and name[-1].isspace():
        why = f"the variable {name.strip()} has a blank before the equals sign"
        refuse(Trouble(Kind.ENVIRONMENT_SYNTAX, why, item.at, "Write NAME=VALUE without a blank."))
        name = name.rstrip()
    if not equals:
        return Variable(name, _from_project(name, item.at, item.trail, variables))
    value = text[len(raw.partition("=")[0]) + 1 :]
    if not value.pieces:
        value = Text((Piece("", text.pieces[-1].trail if text.pieces else (Step(Role.WRITTEN, item.at),)),))
    return Variable(name, Known(value, value.trail))


def _from_project(name: str, at: Span, trail: Trail, variables: Variables) -> Value[Text]:
    value = variables.get(name)
    if value is None:
        return Absent(f"{name} is declared without a value, and nothing gives it one", (Step(Role.WRITTEN, at), *trail))
    used = value.because(Step(Role.USED, at), *trail)
    return Known(used, used.trail)


def environment_of(service: Mapping, name: str, variables: Variables, reading: Reading) -> Environment:
    """Return the environment of a service; a file that is missing leaves it open what else is set."""
    refuse = about(name, reading.refuse)
    own = {v.name: v.value for v in declared(service.get("environment"), variables, refuse)}
    given: dict[str, Value[Text]] = {}
    unread: list[Step] = []
    for node in _files(service.get("env_file")):
        read = _read(node, own, given, variables, about(name, reading.tell), reading, refuse)
        if isinstance(read, Step):
            unread.append(read)
            given = {
                key: value.because(Step(Role.ASSUMED, None, f"{read.note} and is taken not to set it")) for key, value in given.items()
            }
        else:
            given.update(read)
    for key, value in own.items():
        below = given.get(key)
        lost = next((s.at for s in below.trail if s.at is not None), None) if below is not None else None
        given[key] = value if lost is None else value.because(Step(Role.REPLACED, lost))
    return Environment(tuple(Variable(key, value) for key, value in given.items()), tuple(unread))


def _files(node: Node | None) -> tuple[Mapping, ...]:
    return tuple(item for item in node.items if isinstance(item, Mapping)) if isinstance(node, Sequence) else ()


def _read(
    node: Mapping,
    own: dict[str, Value[Text]],
    given: dict[str, Value[Text]],
    variables: Variables,
    tell: Tell,
    reading: Reading,
    refuse: Tell,
) -> dict[str, Value[Text]] | Step:
    """Return what a file sets; where it should be read and cannot be, the step that says why.

    In it ``${X}`` is the project's X first, then the service's, then that of the files so far.
    """
    path = node.get("path")
    written = string(path)
    if path is None or written is None or not isinstance(path, Scalar):
        return Step(Role.USED, node.at, "an env file without a path cannot be read")
    if not path.text.is_known:
        return Step(Role.USED, path.at, f"the path {path.raw} is not known")
    if written == NOWHERE:
        return {}
    if not written:
        refuse(Trouble(Kind.MISSING_ENV_FILE, "env_file names no file", path.at, "Write a path.", trail=path.text.trail))
        return Step(Role.USED, path.at, "an env file without a name cannot be read")
    if written not in reading.env_sources and _is_optional(node) and _is_missing(written, reading):
        return {}
    shown = reading.shown(written)
    watched = reading.replace(tell=tell)
    text = env_source(written, watched, path.at)
    if text is None:
        return Step(Role.USED, path.at, f"{shown} cannot be read")
    form = string(node.get("format")) or ""
    if form not in FORMATS:
        refuse(Trouble(Kind.ENV_FILE_FORMAT, f"{shown} has the format {form!r}", node.at, "Remove `format`, or write `raw`."))
        return Step(Role.USED, path.at, f"{shown} has an unknown format")

    if (written, form) in reading.env_values:
        return reading.env_values[written, form]

    def seek(name: str) -> Text | None:
        outer = variables.get(name)
        if outer is not None:
            return outer
        value = own.get(name)
        return value.value if isinstance(value, Known) else None

    earlier = {key: value.value for key, value in given.items() if isinstance(value, Known)}
    from forkfit.compose.dotenv import parse, parse_raw  # only a project with such a file pays for its grammar

    assigned = (parse_raw if form == "raw" else parse)(
        text, seek, tell, strict=reading.strict, earlier=earlier, allowance=reading.allowance
    )
    values: dict[str, Value[Text]] = {a.name: Known(a.value, a.value.trail) for a in assigned if a.value is not None}
    if "$" not in text.text and all(a.value is not None and a.value.at is not None and a.value.at.file == shown for a in assigned):
        reading.env_values[written, form] = values
    return values


def _is_missing(path: str, reading: Reading) -> bool:
    return not (reading.is_outside(path) or reading.is_file(path) or reading.is_folder(path))


def _is_optional(node: Mapping) -> bool:
    required = node.get("required")
    return isinstance(required, Scalar) and str(required.value).lower() in ("false", "no", "off", "n")
