"""Run every rule on every project, and put what they find in order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from forkfit.config.patterns import rules_for
from forkfit.judging.advice import OCCASIONS, welcome
from forkfit.judging.choose import asks_for, may_select, selects, severity_of
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


def judge(stacks: Sequence[Stack], rules: Sequence[Rule]) -> tuple[Signed, ...]:
    """Return what the rules that each project's settings choose find, sorted and signed.

    Raise RuleFailed where one broke, after the others have run.
    """
    found: list[Signed] = []
    broken: list[tuple[Rule, Exception]] = []
    for number, stack in enumerate(stacks):
        found += _judged(stack, number, rules, broken)
    signed = sign(_ordered(found))
    if broken:
        rule, cause = broken[0]
        raise RuleFailed(rule, cause, signed) from cause
    return signed


def _judged(stack: Stack, number: int, rules: Sequence[Rule], broken: list[tuple[Rule, Exception]]) -> Iterator[Signed]:
    """Yield what is found in one project, as far as its settings choose to hear it."""
    chosen = [rule for rule in rules if may_select(stack.settings, rule)]
    advises = any(rule.advises for rule in chosen)
    said: list[tuple[Rule, Finding]] = []
    for rule in rules:
        # Whether a service can do with advice is said by rules that run for that even where nobody chose them.
        if rule in chosen or (advises and rule.id in OCCASIONS):
            try:
                said.extend((rule, finding) for finding in rule.check(stack))
            except Exception as error:
                broken.append((rule, error))
    services = welcome(stack, said) if advises else frozenset()
    for rule, finding in said:
        service = stack.project.service(finding.service)
        files = (finding.at.file, *([service.at.file] if service else []))
        settings = rules_for(stack.settings, finding.service, files)
        unwelcome = rule.advises and finding.service not in services and not asks_for(settings, rule)
        if selects(settings, rule) and not unwelcome:
            yield _stamped(rule, finding, number, settings)


def _stamped(rule: Rule, finding: Finding, project: int, settings: Settings) -> Signed:
    """Name the rule and the severity: what the settings say, over the finding's own, over the rule's."""
    severity = severity_of(settings, rule, finding.severity or rule.severity)
    fails = rule.fails and settings.fail_on is not None and severity >= settings.fail_on
    return Signed(rule.id, rule.name, severity, finding, project, fingerprint="", fails=fails)


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
