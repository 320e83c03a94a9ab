"""Find where a substitution of a shell script ends, in one pass and without recursion."""

from __future__ import annotations

import re

_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_PARENTHESIS, _QUOTE, _BRACE = "(", '"', "{"


def closing_parenthesis(text: str, index: int, stop: int) -> int:
    """Return the offset of the parenthesis that closes the one before `index`, -1 where there is none.

    Quotes, comments, nested substitutions and the patterns of ``case`` are stepped over.
    """
    open_ones: list[str] = [_PARENTHESIS]
    cases: list[int] = [0]  # one count for each open parenthesis
    while index < stop:
        letter, mode = text[index], open_ones[-1]
        if letter == "\\":
            index += 2
            continue
        if letter == "$" and index + 1 < stop and text[index + 1] in "({":
            opened = text[index + 1]
            open_ones.append(opened)
            if opened == _PARENTHESIS:
                cases.append(0)
            index += 2
            continue
        if letter == "`":
            close = closing_backtick(text, index + 1, stop)
            if close == -1:
                return -1
            index = close + 1
            continue
        if letter == '"':
            if mode == _QUOTE:
                open_ones.pop()
            else:
                open_ones.append(_QUOTE)
        elif mode == _BRACE:
            if letter == "}":
                open_ones.pop()
            elif letter == "'" and _QUOTE not in open_ones[-2:]:
                index = _closing_quote(text, index, stop)
        elif mode == _PARENTHESIS:
            if letter == "'":
                index = _closing_quote(text, index, stop)
            elif letter == "(":
                open_ones.append(_PARENTHESIS)
                cases.append(0)
            elif letter == ")" and not cases[-1]:
                open_ones.pop()
                cases.pop()
                if not open_ones:
                    return index
            elif letter == "#" and text[index - 1] in " \t\n;(":
                end = text.find("\n", index, stop)
                index = stop if end == -1 else end
                continue
            elif letter.isalpha() and (found := _WORD.match(text, index, stop)):
                if text[index - 1] in " \t\n;(&|":
                    cases[-1] = max(0, cases[-1] + {"case": 1, "esac": -1}.get(found.group(), 0))
                index = found.end()
                continue
        index += 1
    return -1


def closing_backtick(text: str, index: int, stop: int) -> int:
    """Return the offset of the next backtick that no backslash protects, -1 where there is none."""
    while index < stop:
        if text[index] == "`":
            return index
        index += 2 if text[index] == "\\" else 1
    return -1


def _closing_quote(text: str, index: int, stop: int) -> int:
    close = text.find("'", index + 1, stop)
    return stop if close == -1 else close
