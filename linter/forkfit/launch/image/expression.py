"""The regular expressions of ``sed`` in Python's grammar, and what takes the place of a match."""

from __future__ import annotations

import re

_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "f": "\f", "v": "\v", "a": "\a"}
_CLASSES = frozenset("wWsSbB")


def expression(pattern: str, delimiter: str, extended: bool) -> tuple[str, int] | None:
    """Translate a basic or extended expression to Python's, and count its repetitions; None where it is beyond this.

    A group may not be repeated: nothing is repeated inside something repeated, so that no input makes it slow beyond
    the count of repetitions.
    """
    found: list[str] = []
    stars = 0
    index = 0
    after_group = True  # nothing before it that could be repeated
    while index < len(pattern):
        letter = pattern[index]
        escaped = letter == "\\"
        if escaped:
            index += 1
            letter = pattern[index]  # an expression never ends with a backslash: its delimiter would be escaped
        index += 1
        operator = letter in "+?(){}|" and escaped != extended
        if escaped and letter == delimiter and delimiter not in "+?(){}|":
            found.append(re.escape(letter))
        elif operator and letter in "()|":
            found.append(letter)
            after_group = True
            continue
        elif (operator and letter in "+?") or (letter == "*" and not escaped):
            if letter == "*" and (not found or found[-1] in ("^", "(", "|")):
                found.append(r"\*")
            elif after_group:
                return None
            else:
                found.append(letter)
                stars += 1
                after_group = True
                continue
        elif operator:
            close = re.compile(r"(\d{0,3}(?:,\d{0,3})?)\\?\}").match(pattern, index)
            if letter == "}" or close is None or after_group:
                return None
            found.append("{" + close.group(1) + "}")
            stars += 1
            index = close.end()
            after_group = True
            continue
        elif escaped:
            found.append(f"\\{letter}" if letter in _CLASSES else re.escape(_ESCAPES.get(letter, letter)))
            if letter.isdigit() or letter in "<>'`":
                return None
        elif letter == "[":
            end = pattern.find("]", index + (2 if pattern[index : index + 2] == "^]" else 1))
            if end == -1 or "[:" in pattern[index:end]:
                return None
            inside = pattern[index:end]
            negated = inside.startswith("^")
            body = inside[negated:].replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]").replace("^", "\\^")
            body = (
                re.sub(r"\\\\([ntr])", r"\\\1", body)
                .replace("&&", "&\\&")
                .replace("--", "-\\-")
                .replace("||", "|\\|")
                .replace("~~", "~\\~")
            )
            found.append(f"[{'^' if negated else ''}{body}]")
            index = end + 1
        elif letter == "^":
            found.append("^" if not found or found[-1] in ("(", "|") else r"\^")
        elif letter == "$":
            at_end = index == len(pattern) or pattern.startswith(("\\)", "\\|") if not extended else (")", "|"), index)
            found.append(r"\Z" if at_end else r"\$")
        else:
            found.append("." if letter == "." else re.escape(letter))
        after_group = False
    return "".join(found), stars


def replacement_parts(text: str, delimiter: str) -> tuple[str | int, ...]:
    """Return the pieces of a replacement, a number for each group and for ``&``."""
    found: list[str | int] = []
    letters = iter(text)
    for letter in letters:
        if letter == "&":
            found.append(0)
        elif letter == "\\":
            following = next(letters, "\\")
            if following.isdigit():
                found.append(int(following))
            else:
                found.append(_ESCAPES.get(following, following) if following != delimiter else following)
        else:
            found.append(letter)
    return tuple(found)
