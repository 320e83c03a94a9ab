from __future__ import annotations

import pytest

from forkfit.formats.trail import followed
from forkfit.model.span import Role, Span, Step

WRITTEN = Step(Role.WRITTEN, Span("a.yaml", 1, 1, 1, 2))
IMPORTED = Step(Role.IMPORTED, Span("a.py", 1, 1, 1, 2))


def on_the_way(line):
    return Step(Role.IMPORTED, Span("b.py", line, 1, line, 2), "on the way")


@pytest.mark.parametrize(
    ("trail", "shown"),
    [
        ((), []),
        ((WRITTEN, WRITTEN, WRITTEN), [(WRITTEN, 0)] * 3),
        ((IMPORTED, on_the_way(1)), [(IMPORTED, 0), (on_the_way(1), 0)]),
        ((IMPORTED, on_the_way(1), on_the_way(2)), [(IMPORTED, 0), (on_the_way(1), 0), (on_the_way(2), 0)]),
        ((IMPORTED, *map(on_the_way, (1, 2, 3))), [(IMPORTED, 0), (on_the_way(1), 2)]),
        ((IMPORTED, *map(on_the_way, range(1, 9)), WRITTEN), [(IMPORTED, 0), (on_the_way(1), 7), (WRITTEN, 0)]),
    ],
    ids=["nothing", "no imports", "one on the way", "two on the way", "three on the way", "a chain in the middle"],
)
def test_a_long_chain_of_imports_is_shown_by_its_first(trail, shown):
    assert list(followed(trail)) == shown


def test_a_long_report_shows_the_whole_chain(reports, rendered):
    report = reports["incident"]
    signed = report.findings[2]
    reason = signed.finding.because[2]
    chain = reason.replace(trail=(*reason.trail, *map(on_the_way, range(1, 6))))
    report = report.replace(findings=(signed.replace(finding=signed.finding.replace(because=(chain,))),))
    assert "... 4 more imports" in rendered(report, "text")
    assert "b.py:1:1 imported here: on the way (and 4 more)" in rendered(report, "github")
    assert rendered(report, "text", verbose=True).count("on the way") == 5
