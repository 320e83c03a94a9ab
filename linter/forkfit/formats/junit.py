"""JUnit XML, for CI servers that show tests: a suite a file, a test case for each rule and service with a finding.

A finding that fails the run is a failed test; any other is a passed test with the finding as its output, a
suppressed one is skipped. With ``--fail-on never`` warnings and errors still show as failed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TextIO

from forkfit.formats.block import block
from forkfit.formats.escape import xml
from forkfit.formats.place import path
from forkfit.formats.redact import said
from forkfit.formats.summary import WORDS
from forkfit.model.finding import Severity, Signed
from forkfit.model.format import Look
from forkfit.model.record import Record
from forkfit.model.report import Report
from forkfit.model.span import whole_file

_TOOL = "compose-lint"


class _Case(Record):
    """A test case: the name, the element that says how it went, and what it says; a bare pass has no element."""

    name: str
    element: str = ""
    attributes: tuple[tuple[str, str], ...] = ()
    text: str = ""


def write(report: Report, out: TextIO, look: Look) -> None:
    """Write one document; a file without a finding has one passed test, as some servers refuse an empty report."""
    suites = dict(_suites(report, look))
    everything = [case for cases in suites.values() for case in cases]
    out.write(f'<?xml version="1.0" encoding="UTF-8"?>\n<testsuites{_attributes((("name", _TOOL), *_counts(everything)))}>\n')
    for name, cases in suites.items():
        out.write(f"  <testsuite{_attributes((('name', name), *_counts(cases)))}>\n")
        out.writelines(_written(case, name) for case in cases)
        out.write("  </testsuite>\n")
    out.write("</testsuites>\n")


def _suites(report: Report, look: Look) -> Iterator[tuple[str, list[_Case]]]:
    """Yield the file and the cases of each suite, the run itself first where it could not finish."""
    if report.errors:
        yield _TOOL, [_Case("the run", "error", (("message", said(error)), ("type", "error"))) for error in report.errors]
    by_file: dict[str, list[Signed]] = {file: [] for stack in report.stacks for file in stack.project.files}
    for signed in report.findings:
        by_file.setdefault(signed.finding.at.file, []).append(signed)
    if not by_file and not report.errors:
        yield _TOOL, [_Case("the run")]
    for file in sorted(by_file):
        yield path(whole_file(file), look), list(_cases(by_file[file], report, look)) or [_Case("no problem")]


def _cases(findings: Iterable[Signed], report: Report, look: Look) -> Iterator[_Case]:
    """Yield a case for each rule and service; what is suppressed has one of its own."""
    alike: dict[tuple[str, str, str, bool], list[Signed]] = {}
    for signed in findings:
        alike.setdefault((signed.rule, signed.name, signed.finding.service, signed.suppressed is not None), []).append(signed)
    for (rule, name, service, suppressed), several in alike.items():
        title = said(f"{rule} {name}: {service}" if service else f"{rule} {name}")
        gravest = max(several, key=lambda signed: signed.severity)
        text = "\n".join(block(signed, report, look) for signed in several)
        if suppressed:
            yield _Case(title, "skipped", (("message", said(several[0].suppressed or "suppressed, no reason given")),))
        elif any(signed.fails for signed in several) or (report.fail_on is None and gravest.severity >= Severity.WARNING):
            yield _Case(title, "failure", (("message", said(gravest.finding.message)), ("type", WORDS[gravest.severity])), text)
        else:
            yield _Case(title, "system-out", (), text)


def _counts(cases: Iterable[_Case]) -> Iterator[tuple[str, str]]:
    elements = [case.element for case in cases]
    yield "tests", str(len(elements))
    for name, element in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        yield name, str(elements.count(element))


def _written(case: _Case, suite: str) -> str:
    opened = f"    <testcase{_attributes((('classname', suite), ('name', case.name)))}"
    if not case.element:
        return f"{opened}/>\n"
    element = f"{case.element}{_attributes(case.attributes)}"
    inner = f"<{element}>{xml(case.text)}</{case.element}>" if case.text else f"<{element}/>"
    return f"{opened}>\n      {inner}\n    </testcase>\n"


def _attributes(pairs: Iterable[tuple[str, str]]) -> str:
    return "".join(f' {name}="{xml(value)}"' for name, value in pairs)
