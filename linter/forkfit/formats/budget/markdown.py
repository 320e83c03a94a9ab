"""A budget as Markdown: a table of the containers, then each as text shows it."""

from __future__ import annotations

import re
from io import StringIO
from typing import TextIO

from forkfit.formats.budget import text
from forkfit.formats.budget.words import need, tally
from forkfit.formats.escape import markdown, xml
from forkfit.formats.place import place
from forkfit.formats.redact import said
from forkfit.model.budget import Budget, Dark, Ledgers
from forkfit.model.format import Look

_HEAD = "| container | runs | needs | limit | verdict | where |\n|---|---|---|---|---|---|\n"
_MOST_OF_A_CELL = 500  # characters
_COLUMNS = 100


def write(ledgers: Ledgers, out: TextIO, look: Look) -> None:
    """Write the table, what was not seen through, and each container."""
    budgets = [budget for project in ledgers.projects for budget in project.budgets]
    out.write(f"### compose-lint workers\n\n{markdown(tally(ledgers))}\n")
    if budgets:
        out.write(f"\n{_HEAD}{''.join(_row(budget, look) for budget in budgets)}")
    notes = [_dark(dark, look) for project in ledgers.projects for dark in project.dark]
    notes += [f"- **error**: {_cell(error)}\n" for error in ledgers.errors]
    if notes:
        out.write(f"\n{''.join(notes)}")
    out.writelines(_details(budget, look) for budget in budgets)


def _row(budget: Budget, look: Look) -> str:
    limit = str(budget.limit) if budget.limit is not None else ""
    cells = (
        budget.service,
        budget.headline,
        f"{'at least ' if budget.floors else ''}{need(budget)}",
        limit,
        budget.verdict,
        place(budget.at, look),
    )
    return f"| {' | '.join(map(_cell, cells))} |\n"


def _dark(dark: Dark, look: Look) -> str:
    return f"- {_cell(dark.service)} was not seen through: {_cell(dark.why)} ({markdown(place(dark.at, look))})\n"


def _cell(written: str) -> str:
    return markdown(said(written, _MOST_OF_A_CELL))


def _details(budget: Budget, look: Look) -> str:
    """Return a container as text shows it, in a fence longer than any in it."""
    out = StringIO()
    text.write_budget(budget, out, look.replace(colour=False, width=_COLUMNS, wraps=False))
    body = out.getvalue().rstrip("\n")
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", body)), default=0))
    title = xml(said(f"{budget.service}: {budget.headline}", _MOST_OF_A_CELL))
    return f"\n<details open><summary>{title}</summary>\n\n{fence}text\n{body}\n{fence}\n\n</details>\n"
