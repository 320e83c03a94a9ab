from __future__ import annotations

import pytest

from forkfit.formats.summary import counted, summary
from forkfit.model.container import Unseen
from forkfit.model.finding import Finding, Severity, Signed
from forkfit.model.memory import Memory
from forkfit.model.report import Report
from forkfit.model.settings import Settings
from forkfit.model.span import Span
from forkfit.model.value import Absent, Bounded, Known, Unknown

AT = Span("compose.yaml", 3, 3, 3, 9)
UNSEEN = Unseen("legacy", AT, "its image is built elsewhere")


@pytest.fixture
def healthy(container, make_stack):
    """Return the line for a project whose containers differ from one that fits in this or that."""

    def line(*changes, unseen=(), settings=None):
        roomy = container.replace(memory_limit=Known(Memory.mib(1024)))
        stack = make_stack([roomy.replace(**change) for change in changes], unseen)
        return summary(Report((stack.replace(settings=settings or Settings()),), (), ()))

    return line


def finding(severity=Severity.ERROR, file="compose.yaml", suppressed=None):
    return Signed("FF101", "forks-exceed-memory", severity, Finding("x", AT.replace(file=file)), 0, "1:0", suppressed)


def test_one_is_not_many():
    assert [counted(n, "file") for n in (0, 1, 2)] == ["0 files", "1 file", "2 files"]


def test_what_fits_is_said_to_fit(healthy):
    assert healthy({}) == "No problems: 1 worker in 1 container fits, as far as the files tell."
    assert healthy({}, {}) == "No problems: 2 workers in 2 containers fit, as far as the files tell."


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"memory_limit": Absent("no limit declared")}, "has no memory limit"),
        ({"memory_limit": Unknown("$SIZE has no value")}, "cannot be judged from the files"),
        ({"memory_limit": Bounded((Known(Memory.mib(2048)), Unknown("x")))}, "cannot be judged from the files"),
        ({"memory_limit": Bounded((Known(Memory.mib(2048)), Known(Memory.mib(700))))}, "fits"),
        ({"memory_limit": Known(Memory.mib(100))}, "needs more than its limit"),
        ({"memory_limit": Bounded((Known(Memory.mib(2048)), Known(Memory.mib(100))))}, "needs more than its limit"),
        ({"replicas": Known(0)}, "is scaled to 0"),
    ],
)
def test_what_is_not_known_to_fit_is_not_said_to(change, words, healthy):
    assert healthy(change) == f"No problems: 1 worker in 1 container {words}, as far as the files tell."


def test_an_estimate_that_is_a_floor_promises_less(container, healthy):
    line = healthy({"estimate": container.estimate.replace(at_least=True)})
    assert line == "No problems: 1 worker in 1 container fits by what could be weighed, as far as the files tell."


def test_a_stated_figure_decides(container, healthy):
    stated = container.estimate.replace(per_worker=Known(Memory.mib(120)), handbook=Known(Memory.mib(2400)))
    assert "needs more than its limit" in healthy({"estimate": stated})


def test_the_handbook_decides_where_settings_say_so(healthy):
    assert "needs more than its limit" in healthy({}, settings=Settings(handbook_decides=True))


def test_containers_that_differ_are_counted_apart(healthy):
    assert healthy({}, {"memory_limit": Absent("none")}, {"memory_limit": Absent("none")}) == (
        "No problems: 3 workers in 3 containers, of which 1 fits, 2 have no memory limit, as far as the files tell."
    )


def test_what_was_not_seen_through_is_always_counted(healthy):
    assert healthy({}, unseen=[UNSEEN]) == (
        "No problems: 1 worker in 1 container fits, as far as the files tell; 1 service that looks like a worker not seen through."
    )
    assert healthy(unseen=[UNSEEN, UNSEEN]) == (
        "No problems: no worker found in 1 service; 2 services that look like a worker not seen through."
    )


def test_findings_are_counted_by_severity_and_file():
    findings = (finding(), finding(Severity.WARNING), finding(Severity.INFO, file=".env"), finding(suppressed="known"))
    assert summary(Report((), findings, ())) == "1 error, 1 warning, 1 note in 2 files; 0 workers; 1 finding suppressed"


def test_a_project_with_nothing_but_suppressed_findings_says_so(container, make_stack):
    report = Report((make_stack([container]),), (finding(suppressed="known"),), ())
    assert summary(report) == (
        "No problems: 1 worker in 1 container needs more than its limit, as far as the files tell; 1 finding suppressed."
    )


@pytest.mark.parametrize(
    ("findings", "line"),
    [
        ((), "The run is not complete: no project was looked at."),
        ((finding(),), "1 error, 0 warnings, 0 notes in 1 file; 0 workers; the run is not complete"),
    ],
    ids=["nothing found", "something found"],
)
def test_a_run_that_could_not_finish_is_never_healthy(findings, line):
    assert summary(Report((), findings, ("broken",))) == line


def test_a_run_that_could_not_finish_counts_what_it_saw(container, make_stack):
    assert summary(Report((make_stack([container]),), (), ("broken",))) == "The run is not complete: no problem in 1 worker."
