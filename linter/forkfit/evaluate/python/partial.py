"""Texts that are known in part: what is left of an f-string, a sum or a format where one of its values is not known."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from forkfit.evaluate.python.objects import Items, Partial, Path, Raises, Thing
from forkfit.evaluate.python.operators import is_plain
from forkfit.model.text import Piece, Text
from forkfit.model.value import Bounded, ByCpus, Known, Unknown, Value

MOST_PIECES = 200
LONGEST = 4096  # characters; of a command the beginning matters
_HOLE = "?"
_PERCENT = re.compile(r"%(?:\((?P<name>\w+)\))?[-#0 +]*\d*(?:\.\d+)?[a-zA-Z%]")
_BRACES = re.compile(r"\{(?P<name>\w*)[^{}]*\}")


def pieced(made: Value[Thing], parts: Callable[[], Iterable[Value[Thing]]]) -> Value[Thing]:
    """Return a text that was made of parts; where it is not known, with those that are."""
    if not isinstance(made, Unknown) or isinstance(made, Raises):
        return made
    pieces = tuple(piece for _, part in zip(range(MOST_PIECES), parts(), strict=False) for piece in _pieces(part))
    if not any(piece.instead is None for piece in pieces) or sum(len(piece.text) for piece in pieces) > LONGEST:
        return made
    return Partial(made.why, made.trail, Text(pieces))


def _pieces(part: Value[Thing]) -> tuple[Piece, ...]:
    match part:
        case Known(value=Path(text=text)):
            return (Piece(text, part.trail),)
        case Known(value=thing) if is_plain(thing):
            return (Piece(str(thing), part.trail),)
        case Partial(text=text):
            return text.pieces
        case Unknown() | ByCpus():
            return (Piece(_HOLE, part.trail, instead=part),)
        case Bounded() if len(known := [single for single in part.alternatives if isinstance(single, Known)]) == 1:
            return _pieces(known[0])  # a default beside what only the environment may give
        case _:
            return (Piece(_HOLE, part.trail, instead=Unknown("this part is worked out only when the program runs", part.trail)),)


def with_separator(separator: str, items: Sequence[Value[Thing]], rest: Unknown | None) -> Iterator[Value[Thing]]:
    """Yield what ``separator.join(items)`` is made of."""
    for index, item in enumerate((*items, *([rest] if rest is not None else ()))):
        if index:
            yield Known(separator)
        yield item


def filled_by_percent(text: str, values: Value[Thing]) -> Iterator[Value[Thing]]:
    """Yield what ``text % values`` is made of."""
    tuple_of = values.value if isinstance(values, Known) and isinstance(values.value, Items) else None
    return _filled(_PERCENT, text, tuple_of.items if tuple_of is not None else (values,), {})


def filled_by_format(text: str, values: Sequence[Value[Thing]], named: Mapping[str, Value[Thing]]) -> Iterator[Value[Thing]]:
    """Yield what ``text.format(*values, **named)`` is made of."""
    return _filled(_BRACES, text, values, named)


def _filled(holes: re.Pattern[str], text: str, values: Sequence[Value[Thing]], named: Mapping[str, Value[Thing]]) -> Iterator[Value[Thing]]:
    unknown: Value[Thing] = Unknown("what is filled in here is not known")
    done = filled = 0
    for hole in holes.finditer(text):
        yield Known(text[done : hole.start()])
        done = hole.end()
        if hole[0] == "%%":
            yield Known("%")
            continue
        name = hole["name"]
        if name and not name.isdigit():
            yield named.get(name, unknown)
        else:
            index = int(name) if name else filled
            yield values[index] if index < len(values) else unknown
            filled += 1
    yield Known(text[done:])
