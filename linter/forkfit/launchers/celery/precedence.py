"""The strongest place that gives a value decides: walk the places in their order, and remember what each beat."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from forkfit.launchers.celery.release import Version
from forkfit.launchers.celery.values import Outcome
from forkfit.model.record import Record
from forkfit.model.span import Role, Span, Step, Trail
from forkfit.model.value import Absent, Bounded, ByCpus, Known, Single, Unknown, Value, alternatives, either
from forkfit.model.worker import Remark


class Place(Record):
    """One place that may give a setting: its name in messages, what stands there, and how Celery reads it.

    Where `asked` is False a stronger place keeps Celery from ever looking here, even when that one gives nothing.
    """

    name: str
    written: Value[Any]
    read: Callable[[object], Outcome]
    asked: bool = True


class Decision(Record):
    """A setting decided: its value, what is odd about the values that were read for it, and every valid value with its place."""

    value: Value[Any]
    remarks: tuple[Remark, ...] = ()
    valid: tuple[tuple[str, Value[Any]], ...] = ()


def decide(places: tuple[Place, ...], default: Value[Any], version: Version) -> Decision:
    """Return the value of the first place that gives one, else the default; each with the steps that led there."""
    read = tuple((place, tuple(_read(place, single) for single in alternatives(place.written))) for place in places)
    valid = tuple((place.name, value) for place, found in read if (value := _valid(found)) is not None)
    remarks: list[Remark] = []
    value = _strongest(read, default, version, remarks, supposed=False)
    return Decision(value, tuple(dict.fromkeys(remarks)), valid)


def _read(place: Place, single: Single[Any]) -> Outcome:
    """Let Celery read one alternative; what is not known stays so, with its trail."""
    if not isinstance(single, Known):
        return Outcome(single)
    if isinstance(single.value, Record):
        return Outcome(_not_followed(place, single))
    outcome = place.read(single.value)
    return outcome.replace(value=outcome.value.because(*single.trail))


def _not_followed(place: Place, single: Known[Any]) -> Unknown:
    """Say of an object of a library where it is made."""
    from forkfit.evaluate.python.objects import Made, Member  # where there is an object, Python was read anyway

    thing = single.value
    while isinstance(thing, Member):
        thing = thing.base
    if not isinstance(thing, Made):
        return Unknown(f"{place.name} is an object that is not followed", single.trail)
    why = f"{place.name} is an object that is not followed ({thing.at.file}:{thing.at.line})"
    return Unknown(why, (*single.trail, Step(Role.WRITTEN, thing.at)))


def _valid(outcomes: tuple[Outcome, ...]) -> Value[Any] | None:
    """Return what of a place is a value, where any alternative is."""
    found = [o.value for o in outcomes if not isinstance(o.value, Absent) and o.effect is None]
    return either(found) if found else None


def _strongest(
    places: tuple[tuple[Place, tuple[Outcome, ...]], ...],
    default: Value[Any],
    version: Version,
    remarks: list[Remark],
    *,
    supposed: bool,
) -> Value[Any]:
    if not places:
        return default
    (place, outcomes), weaker = places[0], places[1:]
    if not place.asked:
        return _strongest(weaker, default, version, remarks, supposed=supposed)
    found: list[Value[Any]] = []
    supposed = supposed or len(outcomes) > 1
    for outcome in outcomes:
        value = outcome.value
        if outcome.effect is not None:
            remarks.append(_remark(place, outcome, version).replace(supposed=supposed, pools=outcome.pools))
        if isinstance(value, Absent):
            below = _strongest(weaker, default, version, remarks, supposed=supposed)
            found.append(below.because(*_passed_over(place, value)))
        else:
            found.append(value.because(*_beaten(place, weaker)))
    return either(found)


def _passed_over(place: Place, value: Absent) -> Trail:
    """Return the steps of a value that counts as not given, and of files that might have given one."""
    if any(step.role is Role.ASSUMED for step in value.trail):
        return value.trail
    at = first_place(value.trail)
    if at is None:
        return ()
    return (Step(Role.CONVERTED, at, f"{place.name}: {value.why}"),)


def _beaten(place: Place, weaker: Iterable[tuple[Place, tuple[Outcome, ...]]]) -> Trail:
    """Return a step for each weaker value that is really written somewhere."""
    steps = []
    for other, outcomes in weaker:
        for outcome in outcomes:
            at = first_place(outcome.value.trail)
            if at is not None and not isinstance(outcome.value, Absent):
                steps.append(Step(Role.REPLACED, at, f"{place.name} overrides {other.name} = {words(outcome.value)}"))
    return tuple(steps)


def _remark(place: Place, outcome: Outcome, version: Version) -> Remark:
    trail = outcome.value.trail
    effect = outcome.effect
    assert effect is not None
    assumed = version.assumed and outcome.releases != "all"
    return Remark(effect, place.name, outcome.message, first_place(trail), outcome.releases, outcome.instead, assumed, trail)


def first_place(trail: Trail) -> Span | None:
    """Return where the characters stand that a trail begins with."""
    return next((step.at for step in trail if step.at is not None), None)


def words(value: Value[Any]) -> str:
    """Say a value in a message."""
    match value:
        case Known():
            return str(value.value.value if hasattr(value.value, "value") else value.value)
        case ByCpus():
            return f"{value.expression} (n = the host's CPUs)"
        case Bounded():
            return " or ".join(words(a) for a in value.alternatives)
        case Unknown():
            return "a value that is not known"
        case Absent():
            return "nothing"
