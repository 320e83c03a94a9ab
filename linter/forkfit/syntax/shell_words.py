"""Read the words of a shell script: quotes, escapes, parameters and where substitutions end, by hand and in one pass."""

from __future__ import annotations

import re

from forkfit.syntax.shell_extent import closing_backtick, closing_parenthesis
from forkfit.syntax.shell_nodes import Arithmetic, Literal, Opaque, Parameter, Part, Substitution, Word

DEEPEST_WORD = 24  # expansions inside expansions; people write three

_END_OF_WORD = " \t\n;&|<>()"
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_PARAMETER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*|[0-9]+|[@*#?$!-]")
_OPERATOR = re.compile(r":[-=?+]|[-=?+]|##?|%%?|/[/#%]?|\^\^?|,,?|@[A-Za-z]|:")
_RUN = re.compile(r"[^\\'\"$`<> \t\n;&|()}/:\]]+")
_RUN_QUOTED = re.compile(r"[^\\\"$`}/:\]]+")
# Compiled when first met, which is hardly ever.
_ANSI = r"\\(?:x(?P<hex>[0-9a-fA-F]{1,2})|u(?P<long>[0-9a-fA-F]{1,4})|(?P<octal>[0-7]{1,3})|(?P<letter>[\s\S]))"
_ANSI_LETTERS = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "e": "\033", "f": "\f", "v": "\v"}


def read_word(text: str, start: int, stop: int) -> Word:
    """Return the word that begins at an offset; it ends before an unquoted blank or operator, at the latest at `stop`."""
    parts, end = _read(text, start, stop, _END_OF_WORD, quoted=False, depth=0)
    while end - 2 > start and text.startswith("\\\n", end - 2):
        end -= 2  # the line goes on, but the word does not
    return Word(start, end, tuple(parts))


def read_whole(text: str, start: int, stop: int, *, quoted: bool = False) -> Word:
    """Return everything between two offsets as one word, blanks and operators included."""
    parts, _ = _read(text, start, stop, "", quoted=quoted, depth=0)
    return Word(start, stop, tuple(parts))


def _read(text: str, index: int, stop: int, ends: str, *, quoted: bool, depth: int) -> tuple[list[Part], int]:
    """Return the parts up to one of the characters `ends`; inside quotes each part is quoted."""
    parts: list[Part] = []
    run = _RUN_QUOTED if quoted else _RUN
    while index < stop:
        letter = text[index]
        if letter in ends:
            break
        if letter == "\\":
            index = _escape(text, index, stop, parts, quoted=quoted)
        elif letter == "'" and not quoted:
            close = text.find("'", index + 1, stop)
            if close == -1:
                parts.append(Opaque(index, stop, "a single quote is never closed", quoted))
                return parts, stop
            parts.append(Literal(index + 1, close, True))
            index = close + 1
        elif letter == '"':
            index = _double_quoted(text, index, stop, parts, depth)
        elif letter == "$":
            index = _dollar(text, index, stop, parts, quoted=quoted, depth=depth)
        elif letter == "`":
            index = _backticks(text, index, stop, parts, quoted=quoted)
        elif letter in "<>" and not quoted and text.startswith("(", index + 1):
            close = closing_parenthesis(text, index + 2, stop)
            end = stop if close == -1 else close + 1
            parts.append(Opaque(index, end, "a process substitution has a name that is made when it runs", quoted))
            index = end
        else:
            found = run.match(text, index, stop)
            end = found.end() if found else index + 1
            last = parts[-1] if parts else None
            if isinstance(last, Literal) and last.end == index and last.quoted == quoted and last.text is None:
                parts[-1] = Literal(last.start, end, quoted)
            else:
                parts.append(Literal(index, end, quoted))
            index = end
    return parts, index


def _escape(text: str, index: int, stop: int, parts: list[Part], *, quoted: bool) -> int:
    """Take a backslash and what it protects; inside double quotes it protects only a few characters."""
    following = text[index + 1 : index + 2] if index + 1 < stop else ""
    if following == "\n":
        return index + 2
    if not following:
        parts.append(Literal(index, index + 1, quoted))
        return index + 1
    if quoted and following not in '$`"\\':
        parts.append(Literal(index, index + 2, True))
    else:
        parts.append(Literal(index + 1, index + 2, True))
    return index + 2


def _double_quoted(text: str, index: int, stop: int, parts: list[Part], depth: int) -> int:
    if depth > DEEPEST_WORD:
        parts.append(Opaque(index, stop, "quotes are nested too deeply", True))
        return stop
    inside, end = _read(text, index + 1, stop, '"', quoted=True, depth=depth + 1)
    if end >= stop:
        parts.append(Opaque(index, stop, "a double quote is never closed", True))
        return stop
    parts.extend(inside or [Literal(index + 1, index + 1, True)])
    return end + 1


def _dollar(text: str, index: int, stop: int, parts: list[Part], *, quoted: bool, depth: int) -> int:
    following = text[index + 1 : index + 2] if index + 1 < stop else ""
    if following == "(":
        return _substitution(text, index, stop, parts, quoted=quoted)
    if following == "{":
        part = _braces(text, index, stop, quoted=quoted, depth=depth)
        parts.append(part)
        return part.end
    if following == "[":
        close = text.find("]", index, stop)
        end = stop if close == -1 else close + 1
        parts.append(Opaque(index, end, "arithmetic in brackets is not read", quoted))
        return end
    if following == "'" and not quoted:
        return _ansi(text, index, stop, parts)
    if following == '"' and not quoted:
        return _double_quoted(text, index + 1, stop, parts, depth)
    found = _NAME.match(text, index + 1, stop)
    if found is None and ((following.isascii() and following.isdigit()) or following in "@*#?$!-") and following:
        parts.append(Parameter(index, index + 2, following, quoted))
        return index + 2
    if found is None:
        parts.append(Literal(index, index + 1, quoted))
        return index + 1
    parts.append(Parameter(index, found.end(), found.group(), quoted))
    return found.end()


def _substitution(text: str, index: int, stop: int, parts: list[Part], *, quoted: bool) -> int:
    close = closing_parenthesis(text, index + 2, stop)
    if close == -1:
        parts.append(Opaque(index, stop, "a parenthesis is never closed", quoted))
        return stop
    if text.startswith("(", index + 2) and text[close - 1] == ")" and closing_parenthesis(text, index + 3, stop) == close - 1:
        parts.append(Arithmetic(index, close + 1, read_whole(text, index + 3, close - 1, quoted=True), quoted))
    else:
        parts.append(Substitution(index, close + 1, index + 2, close, quoted))
    return close + 1


def _backticks(text: str, index: int, stop: int, parts: list[Part], *, quoted: bool) -> int:
    close = closing_backtick(text, index + 1, stop)
    if close == -1:
        parts.append(Opaque(index, stop, "a backtick is never closed", quoted))
        return stop
    inside = text[index + 1 : close]
    bare = re.sub(r'\\([$`\\"])' if quoted else r"\\([$`\\])", r"\1", inside) if "\\" in inside else None
    parts.append(Substitution(index, close + 1, index + 1, close, quoted, bare))
    return close + 1


def _ansi(text: str, index: int, stop: int, parts: list[Part]) -> int:
    """Read ``$'...'``, whose escapes are those of C."""
    end = index + 2
    while end < stop and text[end] != "'":
        end += 2 if text[end] == "\\" else 1
    if end >= stop:
        parts.append(Opaque(index, stop, "a single quote is never closed", True))
        return stop
    parts.append(Literal(index + 2, end, True, re.sub(_ANSI, _ansi_letter, text[index + 2 : end])))
    return end + 1


def _ansi_letter(found: re.Match[str]) -> str:
    digits = found["hex"] or found["long"]
    if digits:
        return chr(int(digits, 16))
    if found["octal"]:
        return chr(int(found["octal"], 8))
    return _ANSI_LETTERS.get(found["letter"], found["letter"])


def _braces(text: str, index: int, stop: int, *, quoted: bool, depth: int) -> Parameter | Opaque:
    """Read ``${...}``."""
    if depth > DEEPEST_WORD:
        return Opaque(index, stop, "expansions are nested too deeply", quoted)
    start, prefix = index + 2, ""
    if text.startswith("#", start) and not re.match(r"#(\}|[-=?+:%/#][^}])", text[start : start + 3]):
        prefix, start = "#", start + 1
    elif text.startswith("!", start) and not text.startswith("!}", start):
        prefix, start = "!", start + 1
    found = _PARAMETER.match(text, start, stop)
    if found is None:
        return _unreadable(text, index, stop, quoted=quoted)
    name, end = found.group(), found.end()
    subscript: Word | None = None
    if text.startswith("[", end):
        inside, close = _read(text, end + 1, stop, "]", quoted=True, depth=depth + 1)
        subscript, end = Word(end + 1, close, tuple(inside)), min(close + 1, stop)
    operator, argument, second = "length" if prefix == "#" else "", None, None
    if prefix == "!" and (subscript is not None or text.startswith(("*}", "@}"), end)):
        return _unreadable(text, index, stop, quoted=quoted)  # the keys of an array, the names of variables
    shape = _OPERATOR.match(text, end, stop)
    if shape is not None and prefix != "#":
        operator = shape.group()
        argument, second, end = _arguments(text, shape.end(), stop, operator, quoted=quoted, depth=depth + 1)
    if not text.startswith("}", end) or end >= stop:
        return _unreadable(text, index, stop, quoted=quoted)
    return Parameter(index, end + 1, name, quoted, operator, argument, second, subscript, prefix == "!")


def _arguments(text: str, start: int, stop: int, operator: str, *, quoted: bool, depth: int) -> tuple[Word, Word | None, int]:
    """Return the words after an operator and the offset of the closing brace."""
    divider = "/" if operator[0] == "/" else ":" if operator == ":" else ""
    # A pattern may hold single quotes even inside double quotes; a default may not.
    plain = quoted and operator[0] not in "#%/^,"
    parts, end = _read(text, start, stop, "}" + divider, quoted=plain, depth=depth)
    first, second = Word(start, end, tuple(parts)), None
    if divider and end < stop and text[end] == divider:
        more, close = _read(text, end + 1, stop, "}", quoted=plain, depth=depth)
        second, end = Word(end + 1, close, tuple(more)), close
    return first, second, end


def _unreadable(text: str, index: int, stop: int, *, quoted: bool) -> Opaque:
    close = text.find("}", index, stop)
    end = stop if close == -1 else close + 1
    return Opaque(index, end, f"{text[index : min(end, index + 60)]} is not understood", quoted)
