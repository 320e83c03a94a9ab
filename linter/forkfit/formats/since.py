"""What has changed since a revision, in words: of each service the figures that are others now, before and after."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from forkfit.formats.escape import cut, markdown
from forkfit.formats.redact import said
from forkfit.formats.summary import counted
from forkfit.model.change import Change, Sight, Since
from forkfit.model.container import Container, Unseen
from forkfit.model.memory import MIB, Memory
from forkfit.model.record import Record
from forkfit.model.span import Span
from forkfit.model.value import Absent, Known, Value, alternatives, in_words
from forkfit.model.weight import Part

_ARROW = " -> "
_MOST_LISTED = 5
_MOST_ROWS = 100
_MOST_OF_A_CELL = 500  # characters
_SHORT = 12  # characters of a commit's name
_ABSENT, _UNSEEN = "none", "not seen through"


class Row(Record):
    """One figure of a service: its name, what it was and is in words ("" where there is no such service), and by how much it grew."""

    name: str
    before: str
    now: str
    growth: int | None = None

    @property
    def is_other(self) -> bool:
        """Whether it is another now."""
        return self.before != self.now

    def __str__(self) -> str:
        change = _ARROW.join(dict.fromkeys(words for words in (self.before, self.now) if words))
        return f"{change} ({self.growth / MIB:+.0f} MiB)" if self.growth and round(self.growth / MIB) else change


def each(since: Since) -> Iterator[tuple[Span, str]]:
    """Yield the place of each service that changed, and in one line its figures that are others now, and its verdict."""
    for change in since.changes:
        if change.is_one:
            named = [row for row in rows(change) if row.is_other or row.name == "verdict"]
            yield change.at, f"since {said(since.revision)}: {title(change, since)}: {'; '.join(f'{row.name} {row}' for row in named)}"


def lines(since: Since) -> Iterator[str]:
    """Yield what is said of it to people, line by line."""
    yield f"{head(since)}."
    for change in since.changes:
        if change.is_one:
            yield f"  {title(change, since)}"
            named = [row for row in rows(change) if row.is_other or row.name in ("at start", "warm", "verdict")]
            yield from (f"    {row.name:<10} {row}" for row in named)
    yield from (f"  {sentence}" for sentence in doubts(since))


def table(since: Since) -> Iterator[str]:
    """Yield a table in Markdown of the services that changed, each figure before and now."""
    yield f"\n#### {markdown(head(since))}\n\n"
    changed = [change for change in since.changes if change.is_one]
    if changed:
        names = [row.name for row in rows(changed[0])]
        yield f"| service | {' | '.join(names)} |\n|{'---|' * (1 + len(names))}\n"
    for change in changed[:_MOST_ROWS]:
        cells = (title(change, since), *map(str, rows(change)))
        yield f"| {' | '.join(markdown(cut(cell, _MOST_OF_A_CELL)) for cell in cells)} |\n"
    if len(changed) > _MOST_ROWS:
        yield f"\n{counted(len(changed) - _MOST_ROWS, 'more service')} changed; the log of the run has them all.\n"
    yield from (f"\n{markdown(sentence)}\n" for sentence in doubts(since))


def head(since: Since) -> str:
    """Return the sentence about all of it, without its end."""
    changed = sum(change.is_one for change in since.changes)
    looked_at = counted(len(since.changes), "service")
    if not since.changes:
        return f"Since {said(since.revision)} ({since.commit[:_SHORT]}): no service with workers is found, neither then nor now"
    told = f"{changed} of {looked_at} with workers changed" if changed else f"nothing changed in {looked_at} with workers"
    return f"Since {said(since.revision)} ({since.commit[:_SHORT]}): {told}"


def title(change: Change, since: Since) -> str:
    """Return the name of a service, its file where there are several, and whether it is new or gone."""
    several = len({one.at.file for one in since.changes if one.now is not None}) > 1
    name = said(f"{change.service} ({change.at.file})" if several else change.service)
    if change.before is None:
        return f"{name}, {'of which nothing is known before' if change.unloaded else 'which is new'}"
    return f"{name}, which is gone" if change.now is None else name


def doubts(since: Since) -> Iterator[str]:
    """Yield a sentence where what was before is not known, or is not of the revision."""
    if since.unloaded:
        yield f"What was before is not known where these could not be loaded: {_listed(since.unloaded)}."
    if since.beside:
        yield f"In no revision, and so taken as now: {_listed(since.beside)}."


def _listed(paths: tuple[str, ...]) -> str:
    more = f" and {counted(len(paths) - _MOST_LISTED, 'more file')}" if len(paths) > _MOST_LISTED else ""
    return said(", ".join(paths[:_MOST_LISTED])) + more


def rows(change: Change) -> tuple[Row, ...]:
    """Return the figures of a service, all of them, in their order."""
    sights = (change.before, change.now)
    figures = (_row(name, figure, sights) for name, figure in _FIGURES)
    return (
        *figures,
        Row("adds", "", _only(change.now, change.before)),
        Row("drops", "", _only(change.before, change.now)),
        _judged(change),
    )


def _judged(change: Change) -> Row:
    return Row("verdict", _verdict(change.before), _verdict(change.now))


def _only(one: Sight | None, other: Sight | None) -> str:
    """Return what is weighed in one of two sights of a service alone: libraries, models."""
    if one is None or other is None or isinstance(one.found, Unseen) or isinstance(other.found, Unseen):
        return ""
    known = {part.what for part in other.found.estimate.parts}
    more = dict.fromkeys(p.what for p in one.found.estimate.parts if p.what not in known and _is_brought(p))
    return said(", ".join(what for what in more if what.partition(": ")[0] not in more or ": " not in what))


def _is_brought(part: Part) -> bool:
    """Tell whether a part is a library, a model or a process that came or went: it weighs something, and is no code of the project."""
    return not part.own_modules and not part.alone and bool(part.parent.bytes or part.child.bytes)


def growth(before: Value[Memory], now: Value[Memory]) -> int | None:
    """Return by how many bytes a figure grew, None where one of them is open."""
    return now.value.bytes - before.value.bytes if isinstance(before, Known) and isinstance(now, Known) else None


def _row(name: str, figure: Callable[[Container], str | Value[Memory]], sights: tuple[Sight | None, Sight | None]) -> Row:
    found = [figure(sight.found) if sight is not None and isinstance(sight.found, Container) else "" for sight in sights]
    before, now = found
    words = [one if isinstance(one, str) else _amount(one, sight) for one, sight in zip(found, sights, strict=True)]
    return Row(name, words[0], words[1], None if isinstance(before, str) or isinstance(now, str) else growth(before, now))


def _amount(figure: Value[Memory], sight: Sight | None) -> str:
    """Return an amount as it is known, "at least" where something could not be weighed."""
    known = sorted(one.value.bytes for one in alternatives(figure) if isinstance(one, Known))
    if not known:
        return _ABSENT if isinstance(figure, Absent) else "unknown"
    words = " to ".join(dict.fromkeys((f"{known[0] / MIB:.0f}", f"{known[-1] / MIB:.0f}"))) + " MiB"
    floor = sight is not None and isinstance(sight.found, Container) and sight.found.estimate.at_least
    return f"at least {words}" if floor else words


def _limit(container: Container) -> str:
    return _amount(container.memory_limit, None)


def _room(container: Container) -> str:
    fits = container.estimate.safe_concurrency
    return "" if fits is None else str(fits)


def _verdict(sight: Sight | None) -> str:
    if sight is None:
        return ""
    return f"{_UNSEEN}: {said(sight.found.why)}" if isinstance(sight.found, Unseen) else sight.fit.value


_FIGURES: tuple[tuple[str, Callable[[Container], str | Value[Memory]]], ...] = (
    ("at start", lambda container: container.estimate.at_start),
    ("warm", lambda container: container.estimate.warm),
    ("busy", lambda container: container.estimate.busy),
    ("handbook", lambda container: container.estimate.handbook if isinstance(container.estimate.per_worker, Known) else ""),
    ("limit", _limit),
    ("children", lambda container: in_words(container.processes)),
    ("that fit", _room),
)
