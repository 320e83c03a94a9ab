"""A budget for a terminal: the verdict, a bar for each case, the four figures, and where the numbers come from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TextIO

from forkfit.formats import trail
from forkfit.formats.budget.bar import ASCII, BLOCKS, Glyphs, drawn
from forkfit.formats.budget.words import fits, label, needs, reasons, share, tally, widest
from forkfit.formats.colour import Paint, painter
from forkfit.formats.columns import padded, width, wrapped
from forkfit.formats.escape import line
from forkfit.formats.place import place
from forkfit.formats.redact import said
from forkfit.model.budget import Budget, Dark, Grade, Kind, Ledgers
from forkfit.model.format import Look

_MARGIN = "    "
_STYLES = {Grade.OVER: "error", Grade.TIGHT: "warning", Grade.FITS: "help", Grade.OPEN: "note"}
_PAINTS = {Kind.PARENT: "parent", Kind.CHILDREN: "children", Kind.MODELS: "models", Kind.TASKS: "tasks", Kind.TOOLS: "tools"}
_MOST_COLUMNS = 72


def write(ledgers: Ledgers, out: TextIO, look: Look) -> None:
    """Write every budget, then what was not seen through, then what was looked at."""
    paint = painter(look.colour)
    for project in ledgers.projects:
        for budget in project.budgets:
            write_budget(budget, out, look)
        for dark in project.dark:
            out.writelines(f"{line(text)}\n" for text in _dark(dark, look, paint))
    out.writelines(f"{paint('error', 'error')}: {line(said(error))}\n" for error in ledgers.errors)
    out.write(f"{tally(ledgers)}\n")


def write_budget(budget: Budget, out: TextIO, look: Look) -> None:
    """Write one budget, and an empty line."""
    glyphs = BLOCKS if _draws_blocks(out) else ASCII
    out.writelines(f"{line(text)}\n" for text in _budget(budget, look, painter(look.colour), glyphs))


def _draws_blocks(out: TextIO) -> bool:
    try:
        "".join((*BLOCKS.kinds.values(), BLOCKS.free, BLOCKS.limit)).encode(out.encoding or "utf-8")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def _budget(budget: Budget, look: Look, paint: Paint, glyphs: Glyphs) -> Iterator[str]:
    style = _STYLES[budget.grade]
    yield f"{paint('place', f'{place(budget.at, look)}:')} {said(budget.service)}: {paint(style, said(budget.headline))}"
    yield from _wrapped(said(budget.verdict), look)
    yield ""
    yield from _bars(budget, look, paint, glyphs)
    yield from _figures(budget, paint)
    if len(budget.members) > 1:
        yield from (_MARGIN + said(share(member)) for member in budget.members)
        yield ""
    yield from trail.lines(reasons(budget), look, paint)
    for why in budget.unweighed:
        yield from _labelled("not weighed", why, look, paint)
    if budget.cure:
        yield from _labelled("help", budget.cure, look, paint)
    yield ""


def _bars(budget: Budget, look: Look, paint: Paint, glyphs: Glyphs) -> Iterator[str]:
    """Yield a bar for each case with its sum behind it, below the last one what its parts are, then an empty line."""
    if not budget.bars:
        return
    cases = max(width(bar.case) for bar in budget.bars)
    indent = cases + 2 if cases else 0
    sums = max(len(str(bar.total)) for bar in budget.bars)
    columns = max(10, min(_MOST_COLUMNS, look.width - len(_MARGIN) - indent - 2 - sums))
    scale = widest(budget)
    for bar in budget.bars:
        cells = drawn(bar, budget.limit, scale, columns, glyphs)
        kinds = {glyph: _PAINTS[kind] for kind, glyph in glyphs.kinds.items()}
        shown = "".join(paint("error" if over or cell == glyphs.limit else kinds.get(cell, "free"), cell) for cell, over in cells)
        yield f"{_MARGIN}{padded(bar.case, indent)}{shown}  {bar.total}"
    last = budget.bars[-1]
    parts = [f"{glyphs.kinds[portion.kind]} {label(last, portion)}" for portion in last.portions]
    if budget.limit is not None:
        parts.append(f"{glyphs.limit} limit {budget.limit}")
    yield from _wrapped_parts(parts, look)
    yield ""


def _wrapped_parts(parts: list[str], look: Look) -> Iterator[str]:
    """Yield parts side by side, none broken."""
    row = ""
    for part in parts:
        if row and len(_MARGIN) + width(row) + 3 + width(part) > look.width:
            yield _MARGIN + row
            row = part
        else:
            row = f"{row}   {part}" if row else part
    yield _MARGIN + row


def _figures(budget: Budget, paint: Paint) -> Iterator[str]:
    """Yield the four figures as a table, the one that decides marked, then an empty line."""
    if not budget.readings:
        return
    head = needs(budget)
    columns = max(len(head), *(len(reading.need) for reading in budget.readings))
    bounded = any(reading.fits is not None for reading in budget.readings)
    yield f"{_MARGIN}{'':10}{head:>{columns}}{'   fit' if bounded else ''}"
    for reading in budget.readings:
        row = f"{reading.figure:10}{reading.need:>{columns}}{f'{fits(reading.fits):>6}' if bounded else ''}"
        decides = "  decides" if reading.decides else ""
        yield f"{_MARGIN}{paint('place', row) if reading.decides else row.rstrip()}{decides}"
    yield ""


def _dark(dark: Dark, look: Look, paint: Paint) -> Iterator[str]:
    yield f"{paint('place', f'{place(dark.at, look)}:')} {said(dark.service)}: {paint('note', 'not seen through')}"
    yield from _wrapped(said(dark.why), look)
    if dark.help:
        yield from _labelled("help", dark.help, look, paint)
    yield ""


def _wrapped(text: str, look: Look) -> Iterator[str]:
    yield from (_MARGIN + part for part in wrapped(text, look.width - len(_MARGIN)))


def _labelled(label: str, prose: str, look: Look, paint: Paint) -> Iterator[str]:
    lead = f"{label}: "
    first, *more = wrapped(said(prose), look.width - len(_MARGIN) - len(lead))
    yield f"{_MARGIN}{paint('help', label)}: {first}"
    yield from (_MARGIN + " " * len(lead) + text for text in more)
