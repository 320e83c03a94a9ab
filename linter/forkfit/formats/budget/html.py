"""A budget as one HTML page that needs nothing else: no network, no script, no font."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TextIO

from forkfit.formats import trail
from forkfit.formats.budget.plot import plot
from forkfit.formats.budget.strip import CLASSES, STRIPES, strip
from forkfit.formats.budget.style import STYLE
from forkfit.formats.budget.words import fits, label, need, needs, reasons, tally
from forkfit.formats.escape import xml
from forkfit.formats.place import place
from forkfit.formats.redact import said
from forkfit.model.budget import Budget, Dark, Ledger, Ledgers
from forkfit.model.finding import Reason
from forkfit.model.format import Look
from forkfit.model.span import Span, Step

# Even where a name got past its escape, the page would load and run nothing.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_MOST_OF_A_NUMBER = 16  # characters that stand as large as a number
_SIGNS = {"over": "\u2715", "tight": "!", "fits": "\u2713", "open": "?"}


def write(ledgers: Ledgers, out: TextIO, look: Look) -> None:
    """Write the page."""
    out.write(
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n<meta name="color-scheme" content="light dark">\n'
        f"<title>compose-lint workers</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n{STRIPES}\n<main>\n"
        f'<h1>What workers need, and may use</h1>\n<p class="soft">{_text(tally(ledgers))}</p>\n'
    )
    out.writelines(f'<p class="error">{_text(error)}</p>\n' for error in ledgers.errors)
    for project in ledgers.projects:
        out.writelines(f"{part}\n" for part in _project(project, look))
    out.write("</main>\n</body>\n</html>\n")


def _text(written: str) -> str:
    return xml(said(written))


def _place(at: Span, look: Look) -> str:
    """Return a place that a narrow page breaks behind a folder."""
    return xml(place(at, look)).replace("/", "/<wbr>")


def _project(project: Ledger, look: Look) -> Iterator[str]:
    for budget in project.budgets:
        yield f'<article class="{budget.grade.value}">'
        yield from _head(budget, look)
        yield from _bars(budget)
        yield from _curves(budget)
        yield from _trail(reasons(budget), look)
        yield from _behind(budget)
        yield "</article>"
    for dark in project.dark:
        yield from _dark(dark, look)


def _head(budget: Budget, look: Look) -> Iterator[str]:
    yield f'<header><h2>{_text(budget.service)}</h2><span class="place">{_place(budget.at, look)}</span></header>'
    yield f'<p class="verdict">{_SIGNS[budget.grade.value]}&#160; {_text(budget.verdict)}</p>'
    yield '<dl class="numbers">'
    if len(budget.members) == 1:
        (member,) = budget.members
        yield _number("runs", member.now)
        if member.fits is not None:
            yield _number("fits" if member.fits == 1 else "fit", fits(member.fits), "fit")
    yield _number(needs(budget), need(budget), "need")
    yield _number("may use", str(budget.limit) if budget.limit is not None else "no known limit")
    yield "</dl>"
    if budget.cure:
        yield f'<p class="cure">{_text(budget.cure)}</p>'


def _number(term: str, said_of_it: str, kind: str = "") -> str:
    classes = f"{kind} long".lstrip() if len(said_of_it) > _MOST_OF_A_NUMBER else kind
    return f'<div><dt>{term}</dt><dd class="{classes}">{_text(said_of_it)}</dd></div>'


def _bars(budget: Budget) -> Iterator[str]:
    for bar in budget.bars:
        drawn = strip(bar, budget, labelled=bar is budget.bars[-1])
        yield f'<div class="bar"><div class="case"><span>{_text(bar.case)}</span><b>{bar.total}</b></div>{drawn}</div>'
    if budget.bars:
        last = budget.bars[-1]
        parts = (f'<li><i class="{CLASSES[portion.kind]}"></i>{_text(label(last, portion))}</li>' for portion in last.portions)
        yield f'<ul class="legend">{"".join(parts)}</ul>'


def _curves(budget: Budget) -> Iterator[str]:
    """Yield the four figures, and beside them the curve of each worker whose count changes them."""
    drawn = [(member.program, member.curve) for member in budget.members if member.curve is not None]
    several = len(budget.members) > 1
    yield '<div class="pair"><div>'
    yield from _figures(budget)
    yield "</div><div>"
    if several:
        yield from _members(budget)
        yield '</div></div><div class="grid">'
    for program, curve in drawn:
        whose = f"{program}: memory" if several else "Memory"
        yield f'<div><h3>{_text(whose)} over {xml(curve.unit)}</h3><div class="curve">{plot(curve, budget.limit)}</div></div>'
    yield "</div>" if several else "</div></div>"


def _members(budget: Budget) -> Iterator[str]:
    """Yield what runs and what fits of each of several workers."""
    yield '<h3>Workers</h3><table><thead><tr><th></th><th>runs</th><th class="number">fit beside the others</th></tr></thead><tbody>'
    for member in budget.members:
        yield f'<tr><th>{_text(member.program)}</th><td>{_text(member.now)}</td><td class="number">{fits(member.fits)}</td></tr>'
    yield "</tbody></table>"


def _figures(budget: Budget) -> Iterator[str]:
    if not budget.readings:
        return
    bounded = any(reading.fits is not None for reading in budget.readings)
    head = '<th class="number">fit</th>' if bounded else ""
    yield f'<h3>Four figures</h3><table><thead><tr><th></th><th class="number">{needs(budget)}</th>{head}</tr></thead><tbody>'
    for reading in budget.readings:
        row = f'<th>{xml(reading.figure)}</th><td class="number">{xml(reading.need)}</td>'
        if bounded:
            row += f'<td class="number">{fits(reading.fits)}</td>'
        yield f'<tr class="decides">{row}</tr>' if reading.decides else f"<tr>{row}</tr>"
    yield "</tbody></table>"


def _trail(because: tuple[Reason, ...], look: Look) -> Iterator[str]:
    yield '<h3>Where the numbers come from</h3><table class="trail"><tbody>'
    for reason in because:
        steps = "".join(f"<p>{_step(step, more, look)}</p>" for step, more in trail.followed(reason.trail))
        yield f"<tr><th>{_text(reason.what)}</th><td>{steps}</td></tr>"
    yield "</tbody></table>"


def _behind(budget: Budget) -> Iterator[str]:
    """Yield what could not be weighed, and, folded, the sum line by line."""
    if budget.unweighed:
        yield f'<h3>What could not be weighed</h3><ul class="plain">{"".join(f"<li>{_text(why)}</li>" for why in budget.unweighed)}</ul>'
    if budget.sums:
        lines = "".join(f"<li>{_text(reason.what)}</li>" for reason in budget.sums)
        yield f"<details><summary>What adds up to it</summary><ul>{lines}</ul></details>"


def _dark(dark: Dark, look: Look) -> Iterator[str]:
    yield f'<article class="open"><header><h2>{_text(dark.service)}</h2><span class="place">{_place(dark.at, look)}</span></header>'
    yield f'<p class="verdict">{_SIGNS["open"]}&#160; not seen through</p><p>{_text(dark.why)}</p>'
    if dark.help:
        yield f'<p class="cure">{_text(dark.help)}</p>'
    yield "</article>"


def _step(step: Step, more: int, look: Look) -> str:
    at = f"<code>{_place(step.at, look)}</code> " if step.at is not None else ""
    others = f" (and {more} more imports)" if more else ""
    return f'{at}<span class="soft">{xml(trail.told(step))}{others}</span>'
