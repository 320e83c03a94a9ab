"""Replace the variables of a document, and make numbers and booleans of texts where Compose wants them."""

from __future__ import annotations

import re
from collections.abc import Callable

from forkfit.compose.bounds import Allowance
from forkfit.compose.nodes import is_date, is_known, kind, leaf, with_entries, with_items
from forkfit.compose.numbers import single
from forkfit.compose.reading import Reading
from forkfit.compose.refusal import about, unset
from forkfit.compose.tree import ANY, ITEM, Branch, Path, planted
from forkfit.model.document import Entry, Mapping, Node, Plain, Scalar, Sequence
from forkfit.model.record import Record
from forkfit.model.text import Piece, Text
from forkfit.model.trouble import Kind, Tell, Trouble
from forkfit.model.value import Unknown

Cast = Callable[[str, Scalar, Tell], Plain]  # raises ValueError, with what the text is not

_WHOLE = r"[+-]?[0-9]+"
_FRACTION = r"[+-]?(?:[0-9]++\.?[0-9]*+|\.[0-9]++)(?:[eE][+-]?[0-9]++)?"
_SPECIAL = r"[+-]?(?:inf|infinity)|nan"
_HEXADECIMAL = r"[+-]?0[xX](?:[0-9a-fA-F]++\.?[0-9a-fA-F]*+|\.[0-9a-fA-F]++)[pP][+-]?[0-9]+"


class _Walk(Record):
    """What a walk over one document needs."""

    lookup: Callable[[str], Text | None]
    tell: Tell
    refuse: Tell
    strict: bool
    allowance: Allowance


def filled(document: Mapping, lookup: Callable[[str], Text | None], reading: Reading) -> Mapping:
    """Return the document with its variables replaced; keys are never looked at."""
    done = _filled(document, (), _TREE, _Walk(lookup, reading.tell, reading.refuse, reading.strict, reading.allowance))
    return done if isinstance(done, Mapping) else document


def _filled(node: Node, path: Path, branch: Branch[Cast] | None, walk: _Walk) -> Node:
    if type(node) is Scalar:
        value = node.value
        if type(value) is not str:
            return node
        if "$" in value:
            node = _substituted(node, path, walk)
        return _cast(node, path, branch.here, walk) if branch is not None and branch.here is not None and not is_date(node) else node
    if type(node) is Mapping:
        changed = False
        entries = []
        for entry in node.entries:
            name = entry.key.raw
            if type(entry.key.value) is not str:
                walk.refuse(odd_key(entry.key, path))
            below = _filled(entry.value, (*path, name), branch.down(name) if branch is not None else None, walk)
            if below is not entry.value:
                changed = True
                entry = Entry(entry.key, below)
            entries.append(entry)
        return with_entries(node, tuple(entries)) if changed else node
    if type(node) is Sequence:
        branch = branch.down(ITEM) if branch is not None else None
        items = tuple(_filled(item, (*path, ITEM), branch, walk) for item in node.items)
        return with_items(node, items) if any(new is not old for new, old in zip(items, node.items, strict=True)) else node
    return node


def odd_key(key: Scalar, path: Path) -> Trouble:
    """Return what is to be told of a key that is no text."""
    return Trouble(Kind.YAML, f"the key {key.raw} is {kind(key)}, and a key must be text", key.at, "Put it in quotes.", _service(path))


def _substituted(node: Scalar, path: Path, walk: _Walk) -> Scalar:
    from forkfit.compose.interpolate import interpolate  # only a file with a dollar pays for it

    text = node.replace(trail=()).text if node.trail else node.text
    made = interpolate(text, walk.lookup, about(_service(path), walk.tell), strict=walk.strict, allowance=walk.allowance)
    return leaf(made, node.at, node.trail).replace(tag=node.tag, style=node.style)


def _cast(node: Scalar, path: Path, cast: Cast, walk: _Walk) -> Scalar:
    if not is_known(node):
        return node
    written = str(node.value)
    try:
        return node.replace(value=cast(written, node, about(_service(path), walk.tell)))
    except ValueError as error:
        why = f"{'.'.join(path)} is {written!r}, which is {error}" if written else f"{'.'.join(path)} is empty, which is {error}"
        trail = node.text.trail
        walk.refuse(Trouble(Kind.CAST, why, node.at, _cure(node), _service(path), trail))
        return node.replace(pieces=(Piece(node.raw, trail, instead=Unknown(unset(trail) or why)),))


def _cure(node: Scalar) -> str:
    return "Give the variable a value." if node.pieces is not None else "Write a value of that kind."


def _service(path: Path) -> str:
    return path[1] if len(path) > 1 and path[0] == "services" else ""


def whole(text: str, at: Scalar, tell: Tell) -> int:
    """Read a whole number as Go's Atoi does: decimal digits and a sign."""
    del at, tell
    if re.fullmatch(_WHOLE, text) and len(text) < 25 and -(2**63) <= (number := int(text)) < 2**63:
        return number
    raise ValueError("no whole number")


def fraction(text: str, at: Scalar, tell: Tell) -> float:
    """Read a number as Go's ParseFloat does."""
    del at, tell
    if re.fullmatch(_FRACTION, text):
        number = float(text)
        if number not in (float("inf"), float("-inf")):
            return number
    elif re.fullmatch(_SPECIAL, text, re.IGNORECASE):
        return float(text)
    elif re.fullmatch(_HEXADECIMAL, text):
        return float.fromhex(text)
    raise ValueError("no number")


def single_fraction(text: str, at: Scalar, tell: Tell) -> float:
    """Read a number of single precision."""
    return single(fraction(text, at, tell))


def truth(text: str, at: Scalar, tell: Tell) -> bool:
    """Read a boolean; the words of YAML 1.1 are warned of."""
    word = text.lower()
    if word in ("true", "false"):
        return word == "true"
    if word in ("y", "yes", "on", "n", "no", "off"):
        right = word in ("y", "yes", "on")
        better = "true" if right else "false"
        tell(Trouble(Kind.WARNING, f'"{text}" for boolean is not supported by YAML 1.2, please use `{better}`', at.at))
        return right
    raise ValueError("no boolean")


def _of_service(*path: str) -> Path:
    return ("services", ANY, *path)


# Where the reference (compose-go 2.13) makes something else of a text, as it replaces variables.
CASTS: tuple[tuple[Path, Cast], ...] = (
    (_of_service("cpu_count"), whole),
    (_of_service("cpu_percent"), fraction),
    (_of_service("cpu_period"), whole),
    (_of_service("cpu_quota"), whole),
    (_of_service("cpu_rt_period"), whole),
    (_of_service("cpu_rt_runtime"), whole),
    (_of_service("cpus"), single_fraction),
    (_of_service("cpu_shares"), whole),
    (_of_service("init"), truth),
    (_of_service("depends_on", ANY, "required"), truth),
    (_of_service("depends_on", ANY, "restart"), truth),
    (_of_service("deploy", "replicas"), whole),
    (_of_service("deploy", "update_config", "parallelism"), whole),
    (_of_service("deploy", "update_config", "max_failure_ratio"), fraction),
    (_of_service("deploy", "rollback_config", "parallelism"), whole),
    (_of_service("deploy", "rollback_config", "max_failure_ratio"), fraction),
    (_of_service("deploy", "restart_policy", "max_attempts"), whole),
    (_of_service("deploy", "placement", "max_replicas_per_node"), whole),
    (_of_service("healthcheck", "retries"), whole),
    (_of_service("healthcheck", "disable"), truth),
    (_of_service("oom_kill_disable"), truth),
    (_of_service("oom_score_adj"), whole),
    (_of_service("pids_limit"), whole),
    (_of_service("ports", ITEM, "target"), whole),
    (_of_service("privileged"), truth),
    (_of_service("read_only"), truth),
    (_of_service("scale"), whole),
    (_of_service("stdin_open"), truth),
    (_of_service("tty"), truth),
    (_of_service("ulimits", ANY), whole),
    (_of_service("ulimits", ANY, "hard"), whole),
    (_of_service("ulimits", ANY, "soft"), whole),
    (_of_service("volumes", ITEM, "read_only"), truth),
    (_of_service("volumes", ITEM, "volume", "nocopy"), truth),
    (("networks", ANY, "external"), truth),
    (("networks", ANY, "internal"), truth),
    (("networks", ANY, "attachable"), truth),
    (("networks", ANY, "enable_ipv4"), truth),
    (("networks", ANY, "enable_ipv6"), truth),
    (("volumes", ANY, "external"), truth),
    (("secrets", ANY, "external"), truth),
    (("configs", ANY, "external"), truth),
)
_TREE: Branch[Cast] = planted(CASTS)
