"""A rule: an id, a name that states the fault, and a module whose docstring is the manual page."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module

from forkfit.model.finding import Finding, Severity
from forkfit.model.record import Record
from forkfit.model.stack import Stack


class Rule(Record):
    """A rule, not yet imported: `module` has ``check(stack) -> Iterator[Finding]`` and the manual page as docstring.

    A rule that `advises` is heard only of services that are short of memory or that nothing bounds, or where it is asked
    for. One that never `fails` a run leaves the exit status alone, whatever its severity. One that `comes_last` speaks of
    the suppressions, after they have met what the others found. `needs` is what a project must have, in a word of
    `forkfit.judging.needs`; a rule that needs nothing is asked of every project.
    """

    id: str
    name: str
    severity: Severity
    module: str
    advises: bool = False
    fails: bool = True
    comes_last: bool = False
    needs: str = ""

    def check(self, stack: Stack) -> Iterator[Finding]:
        """Yield what the rule finds in one project."""
        found: Iterator[Finding] = import_module(self.module).check(stack)
        return found

    @property
    def page(self) -> str:
        """The manual page."""
        return import_module(self.module).__doc__ or ""
