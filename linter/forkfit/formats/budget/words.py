"""What every form of a budget says in the same words."""

from __future__ import annotations

from forkfit.formats.summary import counted
from forkfit.model.budget import Bar, Budget, Kind, Ledgers, Member, Portion
from forkfit.model.finding import Reason
from forkfit.model.memory import Memory


def label(bar: Bar, portion: Portion) -> str:
    """Name a portion of a bar: "20 children 448 MiB"."""
    if portion.kind is Kind.PARENT and not bar.children:
        return f"process {portion.amount}"
    name = portion.kind.value
    if portion.kind is Kind.CHILDREN:
        name = "child" if bar.children == 1 else f"{bar.children} children" if bar.children else "threads"
    return f"{name} {portion.amount}"


def widest(budget: Budget) -> Memory:
    """Return the amount that a bar's whole width stands for."""
    return Memory(max((budget.limit.bytes if budget.limit else 0, *(bar.total.bytes for bar in budget.bars))))


def fits(count: int | None) -> str:
    """Say how many fit, in a table."""
    return "" if count is None else "none" if count == 0 else str(count)


def need(budget: Budget) -> str:
    """Say what the deciding figure is."""
    return next((reading.need for reading in budget.readings if reading.decides), "unknown")


def needs(budget: Budget) -> str:
    """Return the word over what is needed."""
    return "needs at least" if budget.floors else "needs"


def share(member: Member) -> str:
    """Say of one of several workers what runs and what fits."""
    room = "" if member.fits is None else f", {fits(member.fits)} {'fits' if member.fits < 2 else 'fit'} beside the others"
    return f"{member.program}: {member.now}{room}"


def reasons(budget: Budget) -> tuple[Reason, ...]:
    """Return where the numbers come from; of several workers, each reason says whose it is."""
    several = len(budget.members) > 1
    of_members = (
        reason.replace(what=f"{member.program}: {reason.what}") if several else reason
        for member in budget.members
        for reason in member.because
    )
    return (*of_members, *budget.because)


def tally(ledgers: Ledgers) -> str:
    """Say what was looked at, in a last line."""
    budgets = [budget for project in ledgers.projects for budget in project.budgets]
    workers = sum(len(budget.members) for budget in budgets)
    dark = sum(len(project.dark) for project in ledgers.projects)
    services = sum(project.services for project in ledgers.projects)
    seen = f"{counted(workers, 'worker')} in {counted(len(budgets), 'container')}" if workers else "no worker found"
    return f"{seen} of {counted(services, 'service')}" + (f"; {counted(dark, 'service')} not seen through" if dark else "")
