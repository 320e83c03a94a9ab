"""Run every rule on every project, and put what they find in order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from forkfit.judging.advice import welcome
from forkfit.judging.sign import sign
from forkfit.model.finding import Finding, Signed
from forkfit.model.rule import Rule
from forkfit.model.settings import Settings
from forkfit.model.stack import Stack


class RuleFailed(Exception):
    """A rule that broke: a bug of ours. `found` is what the other rules found; the cause has the traceback."""

    def __init__(self, rule: Rule, cause: Exception, found: tuple[Signed, ...]) -> None:
        super().__init__(f"the rule {rule.id} {rule.name} failed: {type(cause).__name__}: {cause}")
        self.rule = rule
        self.found = found


def judge(stacks: Sequence[Stack], rules: Sequence[Rule], settings: Settings) -> tuple[Signed, ...]:  # noqa: ARG001 (see below)
    """Return the findings of all rules, sorted and signed; raise RuleFailed where one broke, after the others have run.

    Of the rules that advise, only what speaks of a service that can do with advice.
    """
    found: list[Signed] = []
    broken: list[tuple[Rule, Exception]] = []
    for number, stack in enumerate(stacks):
        said: list[Signed] = []
        advised: list[Signed] = []
        for rule in rules:
            try:
                (advised if rule.advises else said).extend(_stamped(rule, finding, number) for finding in rule.check(stack))
            except Exception as error:
                broken.append((rule, error))
        services = welcome(stack, said) if advised else frozenset()
        found += (*said, *(advice for advice in advised if advice.finding.service in services))
    signed = sign(_ordered(found))
    if broken:
        rule, cause = broken[0]
        raise RuleFailed(rule, cause, signed) from cause
    return signed


def _stamped(rule: Rule, finding: Finding, project: int) -> Signed:
    """Name the rule and the severity: the finding's own, where it has one, over the rule's."""
    return Signed(rule.id, rule.name, finding.severity or rule.severity, finding, project, fingerprint="")


def _ordered(found: list[Signed]) -> Iterator[Signed]:
    """Yield findings by place, rule and message, each once: projects that share a file share its findings."""
    seen: set[tuple[str, Finding]] = set()
    for signed in sorted(found, key=_place):
        alike = (signed.rule, signed.finding)
        if alike not in seen:
            seen.add(alike)
            yield signed


def _place(signed: Signed) -> tuple[str, int, int, str, str, int]:
    at = signed.finding.at
    return (at.file, at.line, at.column, signed.rule, signed.finding.message, signed.project)
