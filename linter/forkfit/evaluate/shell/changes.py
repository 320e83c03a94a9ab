"""Change the value of a parameter: cut it, replace in it, write it in capitals."""

from __future__ import annotations

from collections.abc import Callable

from forkfit.evaluate.shell.arithmetic import number
from forkfit.evaluate.shell.patterns import Pattern, matches, pattern, prefix, suffix
from forkfit.evaluate.shell.states import Content, Context, Expand, Kind, State, Unset, joined_chunks, unknown
from forkfit.model.text import Piece, Text
from forkfit.model.value import Bounded, Known, Single, Unknown
from forkfit.syntax.shell_nodes import Parameter

Change = Callable[[Text], Text | None]


def modified_by(context: Context, state: State, part: Parameter, expand: Expand, content: Content) -> tuple[Content | None, State]:
    """Apply an operator that changes the value; None where the operator's own words are not known."""
    if part.operator == ":":
        return _sliced(context, state, part, expand, content)
    change, state = _change(context, state, part, expand)
    if change is None or isinstance(content, Unset):
        return (None if change is None else content), state
    return tuple(changed(item, change) for item in content) if isinstance(content, tuple) else changed(content, change), state


def _change(context: Context, state: State, part: Parameter, expand: Expand) -> tuple[Change | None, State]:
    operator = part.operator
    if operator[0] in "^,@":
        return recasing(operator), state
    if part.argument is None:
        return None, state
    chunks, state = expand(context, state, part.argument.parts)
    if not all(c.text.is_known for c in chunks):
        return None, state
    wanted = pattern((c.text.plain, c.kind is Kind.QUOTED) for c in chunks)
    if wanted is None:
        return None, state
    if operator[0] in "#%":
        return cutting(operator, wanted), state
    chunks, state = expand(context, state, part.second.parts) if part.second is not None else ([], state)
    return replacing(operator, wanted, joined_chunks(chunks)), state


def _sliced(context: Context, state: State, part: Parameter, expand: Expand, content: Content) -> tuple[Content | None, State]:
    """Apply ``${x:offset:length}``; among the positional arguments, ``$0`` has the offset 0."""
    bounds: list[int | None] = []
    for word in (part.argument, part.second):
        if word is None:
            bounds.append(None)
            continue
        chunks, state = expand(context, state, word.parts)
        found, state = number(context, state, joined_chunks(chunks))
        if not isinstance(found, int):
            return None, state
        bounds.append(found)
    start, length = bounds[0] or 0, bounds[1]
    if isinstance(content, tuple):
        items = state.arguments if part.name in ("@", "*") else content
        return items[stretch(start, length, len(items))], state
    return (changed(content, lambda text: text[stretch(start, length, len(text))]) if isinstance(content, Text) else content), state


def cutting(operator: str, wanted: Pattern) -> Change:
    """Return what ``#``, ``##``, ``%`` or ``%%`` does with a pattern."""
    longest = len(operator) == 2
    if operator[0] == "#":
        return lambda text: text[prefix(wanted, text.plain, longest=longest) :]
    return lambda text: text[: suffix(wanted, text.plain, longest=longest)]


def replacing(operator: str, wanted: Pattern, instead: Text) -> Change:
    """Return what ``/``, ``//``, ``/#`` or ``/%`` does with a pattern and its replacement."""

    def replace(text: Text) -> Text | None:
        plain = text.plain
        if operator == "/#":
            size = prefix(wanted, plain, longest=True)
            return instead + text[size:] if size else text
        if operator == "/%":
            start = suffix(wanted, plain, longest=True)
            return text[:start] + instead if start < len(plain) else text
        found = matches(wanted, plain, every=operator == "//")
        if found is None:
            return None
        result, index = Text(), 0
        for start, end in found:
            result = result + text[index:start] + instead
            index = end
        return result + text[index:]

    return replace


def recasing(operator: str) -> Change | None:
    """Return what ``^``, ``^^``, ``,``, ``,,`` or ``@U`` and its like do; None where it is not worked out."""
    change = _LETTERS.get(operator)
    if change is None:
        return None
    if len(operator) == 1 or operator == "@u":
        return lambda text: _recased(text[:1], change) + text[1:]
    return lambda text: _recased(text, change)


_LETTERS: dict[str, Callable[[str], str]] = {
    "^": str.upper,
    "^^": str.upper,
    ",": str.lower,
    ",,": str.lower,
    "@U": str.upper,
    "@u": str.upper,
    "@L": str.lower,
    "@Q": str,
}


def _recased(text: Text, change: Callable[[str], str]) -> Text:
    return Text(tuple(p.replace(text=change(p.text), exact=p.exact and len(change(p.text)) == len(p.text)) for p in text.pieces))


def stretch(start: int, length: int | None, size: int) -> slice:
    """Return which part of so many characters or elements ``${x:start:length}`` takes; negative numbers count from the end."""
    begin = start if start >= 0 else size + start
    if begin < 0 or begin > size:
        return slice(0, 0)
    end = size if length is None else begin + length if length >= 0 else size + length
    return slice(begin, max(begin, end))


def changed(text: Text, change: Change) -> Text:
    """Change a text where it is known, and each alternative where it is one of several."""
    if text.is_known:
        found = change(text)
        return found if found is not None else unknown(text.plain[:60], "working it out would take too long", text.trail[:1])
    piece = text.pieces[0]
    if len(text.pieces) == 1 and isinstance(piece.instead, Bounded):
        singles = tuple(_changed_single(single, change) for single in piece.instead.alternatives)
        return Text((piece.replace(instead=Bounded(singles, piece.instead.trail)),))
    return unknown(text.plain, "it is worked out from what is not known", text.trail)


def _changed_single(single: Single[str], change: Change) -> Single[str]:
    if not isinstance(single, Known):
        return single if isinstance(single, Unknown) else Unknown("it is worked out from what is not known", single.trail)
    found = change(Text((Piece(single.value, single.trail),)))
    return Known(found.plain, found.trail) if found is not None else Unknown("working it out would take too long", single.trail)
