"""Read .env files as Compose reads them (compose-go's dotenv package), and docker's raw key=value files."""

from __future__ import annotations

import re
from collections.abc import Mapping

from forkfit.compose.bounds import Allowance
from forkfit.compose.interpolate import Lookup, interpolate
from forkfit.model.record import Record
from forkfit.model.source import Source
from forkfit.model.span import Role, Span, Step
from forkfit.model.text import Piece, Text, written
from forkfit.model.trouble import Kind, Refused, Tell, Trouble

# Go's unicode.IsSpace, and the reference's own notion of a blank inside a line.
_SPACE = "\t\n\v\f\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_BLANK = "\t\v\f\r \x85\xa0"
_START = re.compile(f"[{_SPACE}]*+(?:#[^\n]*+[{_SPACE}]*+)*+")
_EXPORT = re.compile(f"export(?=[\t\n\f\r ])[{_BLANK}]*+")
_KEY = re.compile(rf"[{_BLANK}_.\-\[\]\w]*+")
_BLANKS = re.compile(f"[{_BLANK}]*+")
_SPACES = re.compile(f"[{_SPACE}]*+")
_ALL_SPACE = "".join(c for c in map(chr, range(0x3001)) if c.isspace() and not "\x1c" <= c <= "\x1f")
_QUOTED = {"'": re.compile(r"'(?:[^'\\]++|\\[\s\S])*+'"), '"': re.compile(r'"(?:[^"\\]++|\\[\s\S])*+"')}
_RUN = re.compile(r"[^\\\n]++|\n|\\(?:0[0-9]{0,3}+|[\s\S])")
_LETTERS = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", '"': '"', "\\": "\\", "$": "$$"}


MOST_ASSIGNMENTS = 20_000  # of one file; no process could be started with so many
NOTHING: Mapping[str, Text] = {}


class Assignment(Record):
    """One key of a file. Without a value it is only declared, and nothing outside the file gives it one."""

    name: str
    value: Text | None
    key_at: Span


def parse(
    source: Source,
    lookup: Lookup,
    tell: Tell,
    *,
    strict: bool = False,
    earlier: Mapping[str, Text] = NOTHING,
    allowance: Allowance | None = None,
) -> tuple[Assignment, ...]:
    """Return the assignments of a .env file in file order; the last of a name counts.

    A variable in a value is what `lookup` knows, otherwise what the file has assigned so far, otherwise what files
    before it have (`earlier`). What the reference stops at is told, and reading goes on with the next line; a strict
    caller gets it as Refused. No message holds a value.
    """
    found: list[Assignment] = []
    known = dict(earlier)
    allowance = allowance or Allowance()

    def seek(name: str) -> Text | None:
        outer = lookup(name)
        return outer if outer is not None else known.get(name)

    text = source.text
    position = _end(_START, text, 0)
    while position < len(text):
        if len(found) == MOST_ASSIGNMENTS:
            trouble = Trouble(
                Kind.BOUND,
                f"{source.path} has more than {MOST_ASSIGNMENTS} variables; the rest is not read",
                source.span(position, position),
                "Remove some.",
            )
            if strict:
                raise Refused(trouble)
            tell(trouble)
            break
        try:
            name, key_at, position, inherits = _key(source, position)
            if inherits:
                outer = lookup(name)
                value = None if outer is None else outer.because(Step(Role.USED, key_at))
            else:
                value, single, position = _value(source, name, position)
                if not single:
                    value = interpolate(value, seek, tell, strict=strict, allowance=allowance)
            found.append(Assignment(name, value, key_at))
            if value is not None:
                known[name] = value
        except Refused as refused:
            if strict:
                raise
            tell(refused.trouble)
            position = text.find("\n", position) + 1 or len(text)
        position = _end(_START, text, position)
    return tuple(found)


def parse_raw(
    source: Source,
    lookup: Lookup,
    tell: Tell,
    *,
    strict: bool = False,
    earlier: Mapping[str, Text] = NOTHING,
    allowance: Allowance | None = None,
) -> tuple[Assignment, ...]:
    """Return the assignments of an env_file with ``format: raw``: no quotes, no variables, values to the end of the line."""
    del earlier, allowance  # there are no variables in its values
    found: list[Assignment] = []
    for number, start in enumerate(source.starts, 1):
        line = source.line(number)
        begin = _end(_SPACES, line, 0)
        if begin == len(line) or line[begin] == "#":
            continue
        name, equals, value = line[begin:].partition("=")
        key_at = source.span(start + begin, start + begin + len(name))
        if not name or " " in name or "\t" in name:
            why = "a variable's name holds a blank" if name else "a variable's name is missing before ="
            trouble = Trouble(Kind.ENV_FILE_SYNTAX, why, key_at, "Write NAME=value.")
            if strict:
                raise Refused(trouble)
            tell(trouble)
            continue
        text: Text | None
        if equals:
            text = written(value, source.span(start + begin + len(name) + 1, start + len(line)))
        else:
            outer = lookup(name)
            text = None if outer is None else outer.because(Step(Role.USED, key_at))
        found.append(Assignment(name, text, key_at))
    return tuple(found)


def _key(source: Source, position: int) -> tuple[str, Span, int, bool]:
    """Return a key, its place, where its value begins, and whether it has none of its own."""
    text = source.text
    position = _end(_EXPORT, text, position)
    end = _end(_KEY, text, position)
    if position == len(text):
        raise _refused(source, position, "a variable's name is missing after export", "Write export NAME=value.")
    if end == len(text):
        # The reference finds no end of the key and takes the line as the value of a variable without a name.
        return "", source.span(position, position), _end(_BLANKS, text, position), False
    if text[end] not in "=:\n":
        raise _refused(source, end, "a character here cannot stand in a variable's name", "Write NAME=value, and quote values.")
    name = text[position:end].rstrip(_ALL_SPACE)
    if " " in name:
        raise _refused(source, position, "a variable's name holds a blank", "Write NAME=value; a comment begins with #.")
    return name, source.span(position, position + len(name)), _end(_BLANKS, text, end + 1), text[end] == "\n"


def _value(source: Source, name: str, position: int) -> tuple[Text, bool, int]:
    """Return a value before its variables are replaced, whether single quotes protect it, and where the rest begins."""
    text = source.text
    quote = text[position : position + 1]
    if quote not in _QUOTED:
        newline = text.find("\n", position)
        end = newline if newline != -1 else len(text)
        value = text[position:end].partition(" #")[0].rstrip(_ALL_SPACE)
        return written(value, source.span(position, position + len(value))), False, end + 1
    found = _QUOTED[quote].match(text, position)
    if found is None:
        raise _refused(
            source, position, f"the quote that begins the value of {name} is never closed", f"Close the value of {name} with {quote}."
        )
    pieces = _unescaped(source, position + 1, found.end() - 1, quote)
    return Text(pieces or (Piece("", (Step(Role.WRITTEN, source.span(position + 1, position + 1)),)),)), quote == "'", found.end()


def _unescaped(source: Source, start: int, stop: int, quote: str) -> tuple[Piece, ...]:
    """Return the characters between quotes, line by line, each escape as a piece of its own."""
    pieces = []
    for run in _RUN.finditer(source.text, start, stop):
        raw = run[0]
        made = raw
        if raw[0] == "\\":
            made = raw[1:] if raw[1:] == quote else raw if quote == "'" else _escape(raw)
        pieces.append(Piece(made, (Step(Role.WRITTEN, source.span(*run.span())),), exact=made == raw and "\n" not in raw))
    return tuple(pieces)


def _escape(raw: str) -> str:
    """Return what an escape in double quotes stands for; most are kept as written. A zero begins three octal digits."""
    if raw[1] == "0":
        digits = raw[2:]
        if len(digits) == 3 and digits.isdecimal() and max(digits) < "8" and (code := int(digits, 8)) < 256:
            return chr(code)
        return "\\" + digits  # the reference drops the zero of one that it does not know
    return _LETTERS.get(raw[1], raw)


def _refused(source: Source, position: int, why: str, cure: str) -> Refused:
    return Refused(Trouble(Kind.ENV_FILE_SYNTAX, why, source.span(position, position + 1), cure))


def _end(pattern: re.Pattern[str], text: str, position: int) -> int:
    match = pattern.match(text, position)
    return match.end() if match else position
