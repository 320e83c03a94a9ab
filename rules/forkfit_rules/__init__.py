"""The built-in rules: one file a rule, named by its fault; the docstring is its manual page."""

from __future__ import annotations

from collections.abc import Iterable

from forkfit.api import Rule


def forkfit_rules() -> Iterable[Rule]:
    """Return the built-in rules, none of them imported yet."""
    from forkfit_rules.index import RULES

    return RULES
