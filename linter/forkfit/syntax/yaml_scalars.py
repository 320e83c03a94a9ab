"""What Compose makes of a YAML scalar: go-yaml v4's resolution of plain scalars, and Go's spelling of the result."""

from __future__ import annotations

import re

from forkfit.model.document import Plain

CORE = "tag:yaml.org,2002:"

_WORDS: dict[str, Plain] = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), float("inf")),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), float("-inf")),
    **dict.fromkeys(("-0", "-0.0"), -0.0),
}
_LOOKED_AT = frozenset("0123456789+-.tTfFnN~")  # a plain scalar that begins otherwise is text
_ENDINGS = frozenset("0123456789abcdefABCDEF._")  # a plain scalar that ends otherwise, such as 512m, is no number
_INTEGER = re.compile(r"[-+]?(?:0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|0|[1-9][0-9]*)")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
# Go's ParseFloat, which alone decides where the first character is a dot: digits may be grouped by single underscores.
_DOTTED = r"\.[0-9]+(?:_[0-9]+)*(?:[eE][-+]?[0-9]+(?:_[0-9]+)*)?"
_DATE = (
    r"(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})-(?P<day>[0-9]{1,2})"
    r"(?:(?P<between>[Tt]| +)(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{1,2}):(?P<second>[0-9]{1,2})(?:[.,](?P<fraction>[0-9]+))?"
    r"(?P<zone>Z|[-+][0-9]{2}:[0-9]{2})?)?"
)
_BASES = {"x": 16, "b": 2, "o": 8}
_MONTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def resolve(raw: str) -> Plain:
    """Return the value of a plain scalar without a tag: text, number, boolean, None, or the text of a date."""
    if raw[:1] not in _LOOKED_AT and raw:
        return raw
    if raw in _WORDS:
        return _WORDS[raw]
    first = raw[0]
    if first in "tTfFnN~":
        return raw
    if first == ".":
        return _finite(raw.replace("_", ""), raw) if re.fullmatch(_DOTTED, raw) else raw
    if (date := _date(raw)) is not None:
        return date
    return number(raw)


def resolve_tagged(tag: str, raw: str) -> Plain:
    """Return the value of a scalar with a core tag, however it is quoted; raise ValueError where the two do not agree."""
    kind = tag.removeprefix(CORE)
    if kind == "str" or kind not in _KINDS:
        return raw
    if kind == "binary":
        return _decoded(raw)
    value = resolve(raw)
    if kind == "timestamp" and raw[:1].isdigit() and isinstance(value, str) and value != raw:
        return value
    if kind == "float" and type(value) is int and value < 2**63:
        return float(value)
    if kind in _KINDS and type(value) in _KINDS[kind]:
        return value
    raise ValueError(f"{raw!r} is no !!{kind}")


_KINDS: dict[str, tuple[type, ...]] = {
    "bool": (bool,),
    "int": (int,),
    "float": (float,),
    "null": (type(None),),
    "timestamp": (),
    "binary": (),
}


def _decoded(raw: str) -> str:
    from base64 import b64decode

    try:
        return b64decode("".join(raw.splitlines()), validate=True).decode("utf-8", "replace")
    except ValueError as error:
        raise ValueError("this is no base64") from error


def number(raw: str) -> int | float | str:
    """Return the number that go-yaml sees in a text that begins with a digit or a sign; the text where it sees none."""
    if raw[-1] not in _ENDINGS:
        return raw
    digits = raw.replace("_", "")
    if _INTEGER.fullmatch(digits):
        whole = _integer(digits)
        # Go's int64 and, without a sign, its uint64; past them it is a float.
        if -(2**63) <= whole < 2**63 or (whole < 2**64 and digits[0] not in "+-"):
            return whole
    if _FLOAT.fullmatch(digits):
        return _finite(digits, raw)
    return raw


def _finite(digits: str, raw: str) -> float | str:
    """Return the float; the text where it is out of a float's range, as Go's ParseFloat then fails."""
    made = float(digits)
    return raw if made in (float("inf"), float("-inf")) else made


def _integer(digits: str) -> int:
    sign = -1 if digits[0] == "-" else 1
    bare = digits.lstrip("+-").lower()
    if bare[:1] == "0" and len(bare) > 1:
        base = _BASES.get(bare[1])
        return sign * (int(bare[2:], base) if base else int(bare, 8))
    # A whole number of more than 19 digits is past 64 bits, and Python counts digits before it converts.
    return sign * (int(bare) if len(bare) < 30 else 2**80)


def _date(raw: str) -> str | None:
    """Return a date as Go prints it, "2024-01-02 00:00:00 +0000 UTC"; None where it is no date."""
    if len(raw) < 8 or raw[4] != "-" or not (match := re.fullmatch(_DATE, raw)):
        return None
    year, month, day = int(match["year"]), int(match["month"]), int(match["day"])
    between, zone = match["between"], match["zone"]
    # A zone belongs to the forms with a "T", and is a must there.
    if (between in ("T", "t")) != (zone is not None):
        return None
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    if not 1 <= month <= 12 or not 1 <= day <= _MONTHS[month - 1] + (leap and month == 2):
        return None
    hour, minute, second = (int(match[n] or 0) for n in ("hour", "minute", "second"))
    if hour > 23 or minute > 59 or second > 59:
        return None
    fraction = (match["fraction"] or "")[:9].rstrip("0")
    if zone in (None, "Z", "+00:00", "-00:00"):
        offset = "+0000 UTC"
    else:
        hours, minutes = int(zone[1:3]), int(zone[4:])
        if hours > 24 or minutes > 60:
            return None
        name = f"{zone[0]}{hours + minutes // 60:02}{minutes % 60:02}"
        offset = f"{name} {name}"
    clock = f"{hour:02}:{minute:02}:{second:02}" + (f".{fraction}" if fraction else "")
    return f"{year:04}-{month:02}-{day:02} {clock} {offset}"


def spell(value: Plain) -> str:
    """Return a value as Go's fmt.Sprint spells it, which is how Compose puts it in an environment: true, 1.1, 1.2e+07."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case float():
            return _spell_float(value)
        case _:
            return str(value)


def _spell_float(value: float) -> str:
    """Return the shortest digits that read back as the same float; with an exponent below 1e-4 and from 1e6 on (Go's %v)."""
    if value != value:
        return "NaN"
    if value in (float("inf"), float("-inf")):
        return "+Inf" if value > 0 else "-Inf"
    mantissa, _, power = repr(value).partition("e")
    sign = "-" if mantissa[0] == "-" else ""
    whole, _, part = mantissa.lstrip("-").partition(".")
    digits = (whole + part).lstrip("0")
    exponent = len(whole) + int(power or 0) - (len(whole + part) - len(digits)) - 1
    digits = digits.rstrip("0")
    if not digits:
        return sign + "0"
    if exponent < -4 or exponent >= 6:
        tail = digits[1:] and "." + digits[1:]
        return f"{sign}{digits[0]}{tail}e{'-' if exponent < 0 else '+'}{abs(exponent):02}"
    if exponent < 0:
        return f"{sign}0.{'0' * (-exponent - 1)}{digits}"
    digits = digits.ljust(exponent + 1, "0")
    tail = digits[exponent + 1 :] and "." + digits[exponent + 1 :]
    return sign + digits[: exponent + 1] + tail
