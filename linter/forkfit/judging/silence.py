"""Bind suppressions to findings by their causes, and keep the account of what silenced something."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from forkfit.judging.choose import closeness, nearest
from forkfit.model.finding import Finding
from forkfit.model.rule import Rule
from forkfit.model.span import Span
from forkfit.model.suppression import Suppression


class Silence:
    """The suppressions of all projects of a run, and which of their words have silenced something in any of them."""

    def __init__(self, rules: Sequence[Rule], today: str) -> None:
        """Take the rules that there are, and the day as in 2027-01-31."""
        self._rules = rules
        self._today = today
        self._used: set[tuple[Span, str]] = set()

    def of(self, rule: Rule, finding: Finding, suppressions: Sequence[Suppression]) -> Suppression | None:
        """Return what silences a finding, None where nothing does; every word that would is used."""
        silencing: Suppression | None = None
        for one in suppressions:
            words = [word for word in one.words if closeness(word, rule)]
            if words and not one.fault and _binds(one, finding):
                self._used.update((one.at, word) for word in words)
                if silencing is None and not self._has_expired(one):
                    silencing = one
        return silencing

    def settled(self, suppressions: Sequence[Suppression], ran: frozenset[str], disabled: Sequence[str]) -> tuple[Suppression, ...]:
        """Return the suppressions with what became of them.

        A word is known to be unused only where every rule that it names has run (`ran`, by id), and where the service
        in which it stands was looked at.
        """
        return tuple(
            one.replace(
                expired=self._has_expired(one),
                unknown=tuple(self._strangers(one)),
                unused=() if one.within in disabled else tuple(word for word in one.words if self._is_unused(one, word, ran)),
            )
            for one in suppressions
        )

    def _has_expired(self, one: Suppression) -> bool:
        return bool(one.until) and one.until < self._today

    def _strangers(self, one: Suppression) -> Iterator[tuple[str, str]]:
        for word in one.words:
            if not any(closeness(word, rule) for rule in self._rules):
                yield word, nearest(word, self._rules)

    def _is_unused(self, one: Suppression, word: str, ran: frozenset[str]) -> bool:
        named = [rule for rule in self._rules if closeness(word, rule)]
        return bool(named) and (one.at, word) not in self._used and all(rule.id in ran for rule in named)


def _binds(one: Suppression, finding: Finding) -> bool:
    """Tell whether a suppression stands at the service of a finding, or at any step of what led to it."""
    if one.service and one.service == finding.service:
        return True
    causes = (finding.at, *(at for reason in finding.because for at in reason.places))
    return any(at.file == one.at.file and one.first <= at.line <= one.last for at in causes)
