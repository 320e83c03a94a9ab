"""Expand ``%(name)s`` in a supervisord configuration, as Python's ``%`` does."""

from __future__ import annotations

import re
from collections.abc import Mapping

from forkfit.model.project import Environment
from forkfit.model.record import Record
from forkfit.model.span import Role, Step
from forkfit.model.text import Piece, Slicer, Text, assumed
from forkfit.model.value import Bounded, ByCpus, Known, Unknown

LONGEST = 131_072  # characters; Linux takes no longer argument

_EXPANSION = re.compile(r"%(?:%|\((?P<name>[^)]*)\)(?P<form>[-0-9.]{0,5}[sd]))")


class Expansions(Record):
    """What ``%(here)s`` and ``%(ENV_name)s`` may name: the folder of the configuration, and two environments.

    What [supervisord] sets for all its programs is `shared`; it wins over the environment of the container.
    """

    here: str
    environment: Environment
    shared: tuple[tuple[str, Text], ...] = ()


def expanded(text: Text, expansions: Expansions, names: Mapping[str, Text]) -> Text:
    """Return text with ``%(name)s`` replaced, `names` before all others; what is not known stays as it is written."""
    found: list[Piece] = []
    end = length = 0
    cut = Slicer(text)
    for match in _EXPANSION.finditer(text.plain):
        made = (*cut(end, match.start()).pieces, *_expansion(match, cut(*match.span()), expansions, names).pieces)
        length += sum(len(piece.text) for piece in made)
        if length > LONGEST:
            return Text((Piece(match[0], text.trail, instead=Unknown(f"it has more than {LONGEST} characters")),))
        found.extend(made)
        end = match.end()
    return Text((*found, *cut(end, len(text)).pieces)) if end else text


def _expansion(match: re.Match[str], place: Text, expansions: Expansions, names: Mapping[str, Text]) -> Text:
    name = match["name"]
    if name is None:
        return place[:1]  # %% stands for one of them
    used = (Step(Role.USED, place.at, match[0]),)
    value = names.get(name)
    if value is None and name == "here":
        value = assumed(expansions.here, "the folder of the configuration")
    if value is None and name.startswith("ENV_"):
        shared = dict(expansions.shared)
        value = shared[name[4:]] if name[4:] in shared else _variable(name[4:], match[0], expansions.environment)
    if value is None:
        return Text((Piece(match[0], place.trail, instead=Unknown(f"{match[0]} is known only when it runs")),))
    return _formatted(value, match["form"]).because(*used)


def _variable(name: str, written: str, environment: Environment) -> Text:
    held = environment.get(name)
    if isinstance(held, Known):
        return held.value.because(*held.trail)
    instead: ByCpus | Unknown | Bounded[str]
    match held:
        case ByCpus() | Unknown():
            instead = held
        case Bounded():
            instead = Bounded(tuple(Known(a.value.plain, a.trail) if isinstance(a, Known) else a for a in held.alternatives), held.trail)
        case _:
            instead = Unknown(f"nothing that can be read sets {name}, and supervisord does not start without it", held.trail)
    return Text((Piece(written, held.trail, instead=instead),))


def _formatted(text: Text, form: str) -> Text:
    """Return a value in a form such as ``02d``."""
    # A width such as 99999s makes a text of that size.
    if form == "s" or not text.is_known or any(len(number) > 2 for number in re.findall("[0-9]+", form)):
        return text
    plain = text.plain
    try:
        shown = f"%{form}" % (int(plain) if form.endswith("d") else plain)
    except (ValueError, TypeError):
        return text
    return Text((Piece(shown, text.trail),))
