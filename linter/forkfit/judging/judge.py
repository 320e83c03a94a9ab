"""Run every rule on every project, and put what they find in order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from forkfit.config.patterns import rules_for
from forkfit.judging.advice import OCCASIONS, welcome
from forkfit.judging.choose import asks_for, may_select, selects, severity_of
from forkfit.judging.needs import unmet
from forkfit.judging.sign import sign
from forkfit.model.finding import Finding, Signed
from forkfit.model.rule import Rule
from forkfit.model.settings import Settings
from forkfit.model.stack import Stack
from forkfit.model.suppression import Suppression

if TYPE_CHECKING:
    from forkfit.judging.silence import Silence


class RuleFailed(Exception):
    """A rule that broke: a bug of ours. `found` is what the other rules found; the cause has the traceback."""

    def __init__(self, rule: Rule, cause: Exception, found: tuple[Signed, ...]) -> None:
        super().__init__(f"the rule {rule.id} {rule.name} failed: {type(cause).__name__}: {cause}")
        self.rule = rule
        self.found = found


Told = tuple[Rule, Finding]


def judge(stacks: Sequence[Stack], rules: Sequence[Rule], today: str = "", knows: Callable[[], bool] = bool) -> tuple[Signed, ...]:
    """Return what the rules that each project's settings choose find, sorted and signed.

    `today` is the day after which suppressions until it no longer hold, as in 2027-01-31; `knows` tells whether the run
    has seen every project that a suppression may be meant for. Raise RuleFailed where a rule broke, after the others
    have run.
    """
    found: list[Signed] = []
    broken: list[tuple[Rule, Exception]] = []
    silence = _silence(rules, today) if any(stack.suppressions for stack in stacks) else None
    for number, stack in enumerate(stacks):
        heard = _heard(stack, [rule for rule in rules if not rule.comes_last], broken)
        for rule, finding in heard:
            silenced = silence.of(rule, finding, stack.suppressions) if silence else None
            found.append(_stamped(rule, finding, number, stack, silenced))
    for number, stack in enumerate(stacks):
        if silence is not None:
            settled = silence.settled(stack.suppressions, _whose_silence_tells(stack, rules), stack.project.disabled)
            if any(one.unused for one in settled) and not knows():
                settled = tuple(one.replace(unused=()) for one in settled)
            heard = _heard(stack.replace(suppressions=settled), [rule for rule in rules if rule.comes_last], broken)
            found += [_stamped(rule, finding, number, stack, None) for rule, finding in heard]
    ordered = tuple(_ordered(found))
    if any(one.finding.cause for one in ordered):
        from forkfit.judging.once import told_once  # few findings have a cause that others may share

        ordered = told_once(ordered)
    signed = sign(ordered)
    if broken:
        rule, cause = broken[0]
        raise RuleFailed(rule, cause, signed) from cause
    return signed


def _silence(rules: Sequence[Rule], today: str) -> Silence:
    from forkfit.judging.silence import Silence  # few projects have suppressions

    return Silence(rules, today)


def _whose_silence_tells(stack: Stack, rules: Sequence[Rule]) -> frozenset[str]:
    """Return the rules that would have spoken; advice also falls silent when its service is no longer short of memory."""
    return frozenset(rule.id for rule in rules if may_select(stack.settings, rule) and not rule.advises)


def _heard(stack: Stack, rules: Sequence[Rule], broken: list[tuple[Rule, Exception]]) -> list[Told]:
    """Return what rules find in one project, as far as its settings choose to hear it."""
    chosen = [rule for rule in rules if may_select(stack.settings, rule)]
    advises = any(rule.advises for rule in chosen)
    asked = {rule.id for rule in chosen}
    if advises:
        asked |= OCCASIONS  # whether a service can do with advice is said by rules that run for that even where nobody chose them
    lacking = unmet(stack)
    said: list[Told] = []
    for rule in rules:
        if rule.id in asked and rule.needs not in lacking:
            try:
                said.extend((rule, finding) for finding in rule.check(stack))
            except Exception as error:
                broken.append((rule, error))
    services = welcome(stack, said) if advises else frozenset()
    heard: list[Told] = []
    for rule, finding in said:
        settings = _settings(stack, finding)
        unwelcome = rule.advises and finding.service not in services and not asks_for(settings, rule)
        if selects(settings, rule) and not unwelcome:
            heard.append((rule, finding))
    return heard


def _settings(stack: Stack, finding: Finding) -> Settings:
    """Return the settings that choose the rules for a finding."""
    service = stack.project.service(finding.service)
    return rules_for(stack.settings, finding.service, (finding.at.file, *([service.at.file] if service else [])))


def _stamped(rule: Rule, finding: Finding, project: int, stack: Stack, silenced: Suppression | None) -> Signed:
    """Name the rule and the severity: what the settings say, over the finding's own, over the rule's."""
    settings = _settings(stack, finding)
    severity = severity_of(settings, rule, finding.severity or rule.severity)
    fails = rule.fails and settings.fail_on is not None and severity >= settings.fail_on
    suppressed = None if silenced is None else silenced.reason
    return Signed(rule.id, rule.name, severity, finding, project, fingerprint="", suppressed=suppressed, fails=fails)


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
