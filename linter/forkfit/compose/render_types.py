"""The types of the keys that ``docker compose config`` prints: what each takes, and how it is printed."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from forkfit.compose.casts import truth
from forkfit.compose.environment import declared
from forkfit.compose.nodes import Json, is_null, plain, string
from forkfit.compose.numbers import single
from forkfit.compose.quantity import nanoseconds_of, number, size
from forkfit.compose.service import words
from forkfit.model.document import Mapping, Node, Scalar, Sequence
from forkfit.model.project import Variable
from forkfit.model.trouble import Kind, Tell, Trouble
from forkfit.model.value import Known
from forkfit.syntax.yaml_scalars import spell

Type = Callable[[Node, Tell], Json]  # None stands for a value that is left out


def environment(variables: tuple[Variable, ...]) -> Json:
    """Return variables by name; null is one that is declared and has no value."""
    return {v.name: v.value.value.plain if isinstance(v.value, Known) else None for v in variables} or None


def structured(node: Mapping, fields: dict[str, Type], refuse: Tell) -> dict[str, Json]:
    """Return the keys that have a type, each as its type prints it."""
    found: dict[str, Json] = {}
    for entry in node.entries:
        kind = fields.get(entry.key.raw)
        made = kind(entry.value, _about_key(entry.key.raw, refuse)) if kind is not None else None
        if made is not None:
            found[entry.key.raw] = made
    return found


def _about_key(key: str, refuse: Tell) -> Tell:
    """Return a listener that names the key; the words of a warning are the reference's own."""
    return lambda trouble: refuse(trouble if trouble.kind is Kind.WARNING else trouble.replace(message=f"{key}: {trouble.message}"))


def text(node: Node, refuse: Tell) -> Json:
    """A text; empty is left out."""
    del refuse
    return spell(node.value) or None if isinstance(node, Scalar) else None


def texts(node: Node, refuse: Tell) -> Json:
    """A list of texts; a text is the only one."""
    del refuse
    if string(node) is not None:
        return [string(node)]
    return [spell(i.value) for i in node.items if isinstance(i, Scalar)] or None if isinstance(node, Sequence) else None


def command(node: Node, refuse: Tell) -> Json:
    """A command; one without words is printed, and one that is null left out."""
    value, _ = words(node, "", refuse)
    return [word.plain for word in value.value] if isinstance(value, Known) else None


def health_test(node: Node, refuse: Tell) -> Json:
    """A test; a text is run by a shell."""
    return ["CMD-SHELL", string(node)] if string(node) is not None else texts(node, refuse)


def flag(node: Node, refuse: Tell) -> Json:
    """A boolean; false is left out."""
    return _truth(node, refuse) or None


def switch(node: Node, refuse: Tell) -> Json:
    """A boolean that is printed whatever it is."""
    return _truth(node, refuse)


def opted_out(node: Node, refuse: Tell) -> Json:
    """A boolean that is true unless it is turned off; true is left out."""
    return False if _truth(node, refuse) is False else None


def env_files(node: Node, refuse: Tell) -> Json:
    """Nothing: the files are in the environment already; whether each is required must be a boolean all the same."""
    for item in node.items if isinstance(node, Sequence) else ():
        required = item.get("required") if isinstance(item, Mapping) else None
        if required is not None:
            _truth(required, refuse)
    return None


def _truth(node: Node, refuse: Tell) -> bool | None:
    if not isinstance(node, Scalar) or node.value is None:
        return None
    if not isinstance(node.value, str):
        return bool(node.value)
    try:
        return truth(node.value, node, refuse)
    except ValueError as error:
        refuse(Trouble(Kind.CAST, f"{node.raw!r} is {error}", node.at, "Write true or false."))
        return None


def count(node: Node, refuse: Tell) -> Json:
    """A whole number; nought is left out."""
    return counted(node, refuse) or None


def counted(node: Node, refuse: Tell) -> Json:
    """A whole number that is printed whatever it is."""
    if string(node) is not None and isinstance(node, Scalar):
        from forkfit.compose.casts import whole as cast

        try:
            return cast(node.raw, node, refuse)
        except ValueError as error:
            refuse(Trouble(Kind.CAST, f"{node.raw!r} is {error}", node.at, "Write a whole number."))
            return None
    # A fraction loses what stands behind its point.
    return int(node.value) if isinstance(node, Scalar) and isinstance(node.value, int | float) else None


def natural(node: Node, refuse: Tell) -> Json:
    """A whole number from nought on, that is printed whatever it is."""
    value = counted(node, refuse)
    if isinstance(value, int) and value < 0:
        refuse(Trouble(Kind.STRUCTURE, f"{value} is negative", node.at, "Write 0 or more."))
    return value


def real(node: Node, refuse: Tell) -> Json:
    """A number of single precision; nought is left out."""
    value = number(node, "")
    if isinstance(value, Known):
        return single(value.value) or None
    if string(node) is not None:
        refuse(Trouble(Kind.CAST, f"{string(node)!r} is no number", node.at, "Write a number."))
    return None


def size_in_bytes(node: Node, refuse: Tell) -> Json:
    """A size in bytes, as text; nought is left out."""
    value = size(node, "", refuse)
    return str(value.value.bytes) if isinstance(value, Known) and value.value.bytes else None


def duration(node: Node, refuse: Tell) -> Json:
    """A duration as Go prints it."""
    written = spell(node.value) if isinstance(node, Scalar) else ""
    nanoseconds = nanoseconds_of(written)
    if nanoseconds is None:
        refuse(Trouble(Kind.DURATION, f"{written!r} is no duration", node.at, "Write a number with ms, s, m or h, such as 30s."))
        return None
    return _printed_duration(nanoseconds)


def waiting(node: Node, refuse: Tell) -> Json:
    """A duration; nought is left out."""
    made = duration(node, refuse)
    return None if made == "0s" else made


def _printed_duration(nanoseconds: int) -> str:
    sign, left = ("-", -nanoseconds) if nanoseconds < 0 else ("", nanoseconds)
    if left < 1_000_000_000:
        for unit, length in (("ms", 1_000_000), ("µs", 1_000), ("ns", 1)):
            if left >= length:
                return f"{sign}{_decimal(Fraction(left, length))}{unit}"
        return "0s"
    hours, left = divmod(left, 3_600_000_000_000)
    minutes, left = divmod(left, 60_000_000_000)
    seconds = f"{_decimal(Fraction(left, 1_000_000_000))}s"
    return sign + (f"{hours}h{minutes}m{seconds}" if hours else f"{minutes}m{seconds}" if minutes else seconds)


def _decimal(value: Fraction) -> str:
    whole_part, rest = divmod(value, 1)
    digits = f"{int(rest * 10**9):09d}".rstrip("0")
    return f"{whole_part}.{digits}" if digits else str(whole_part)


def pairs(node: Node, refuse: Tell) -> Json:
    """Texts by name, of a mapping or of a list of KEY=VALUE; nothing is an empty text."""
    found = environment(declared(node, {}, _unmoved(refuse)))
    return {key: value if value is not None else "" for key, value in found.items()} if isinstance(found, dict) else None


def _unmoved(refuse: Tell) -> Tell:
    """Return a listener that takes a blank before an equals sign, which matters in environments alone."""
    return lambda trouble: None if trouble.kind is Kind.ENVIRONMENT_SYNTAX else refuse(trouble)


def variables(node: Node, refuse: Tell) -> Json:
    """Variables by name."""
    return environment(declared(node, {}, refuse))


def hosts(node: Node, refuse: Tell) -> Json:
    """Host names and their addresses, as sorted NAME=ADDRESS."""
    found: list[str] = []
    if isinstance(node, Mapping):
        for entry in node.entries:
            value = entry.value
            addresses = value.items if isinstance(value, Sequence) else (value,)
            found.extend(f"{entry.key.raw}={_bare(spell(a.value))}" for a in addresses if isinstance(a, Scalar))
    for item in node.items if isinstance(node, Sequence) else ():
        written = spell(item.value) if isinstance(item, Scalar) else ""
        separator = next((s for s in "=:" if s in written), None)
        if separator is None:
            refuse(Trouble(Kind.STRUCTURE, f"the host {written!r} has no address", item.at, "Write NAME=ADDRESS."))
            continue
        name, _, addresses_of = written.partition(separator)
        found.extend(f"{name}={_bare(address)}" for address in addresses_of.split(","))
    return sorted(found) or None


def _bare(address: str) -> str:
    return address[1:-1] if len(address) > 2 and address[0] == "[" and address[-1] == "]" else address


def ulimit(node: Node, refuse: Tell) -> Json:
    """A limit for both, or a soft and a hard one."""
    return structured(node, {"soft": count, "hard": count}, refuse) if isinstance(node, Mapping) else counted(node, refuse) or {}


def mode(node: Node, refuse: Tell) -> Json:
    """The rights of a file, as octal text."""
    if isinstance(node, Scalar) and isinstance(node.value, int):
        return f"0{node.value:o}"
    try:
        return f"0{int(string(node) or '', 8):o}"
    except ValueError:
        refuse(Trouble(Kind.CAST, f"{string(node)!r} is no octal number", node.at, "Write an octal number."))
        return None


def device_count(node: Node, refuse: Tell) -> Json:
    """A number of devices; all is -1."""
    return -1 if (string(node) or "").lower() == "all" else count(node, refuse)


def keys(node: Node, refuse: Tell) -> Json:
    """SSH keys: their names, with a path where there is one."""
    del refuse
    entries = node.entries if isinstance(node, Mapping) else ()
    return [e.key.raw if is_null(e.value) else f"{e.key.raw}: {plain(e.value)}" for e in entries] or None


def any_of(node: Node, refuse: Tell) -> Json:
    """Whatever is written."""
    del refuse
    return plain(node)


def struct(**fields: Type) -> Type:
    """Return the type of a mapping with these keys."""
    return lambda node, refuse: structured(node, fields, refuse) if isinstance(node, Mapping) else None


def each(kind: Type) -> Type:
    """Return the type of a list."""
    return lambda node, refuse: [kind(item, refuse) for item in node.items] or None if isinstance(node, Sequence) else None


def by_name(kind: Type) -> Type:
    """Return the type of a mapping of names."""

    def made(node: Node, refuse: Tell) -> Json:
        entries = node.entries if isinstance(node, Mapping) else ()
        return {e.key.raw: kind(e.value, refuse) for e in entries if not e.key.raw.startswith("x-")} or None

    return made
