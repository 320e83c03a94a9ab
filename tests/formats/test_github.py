from __future__ import annotations

from io import StringIO

import pytest

from forkfit.formats import github
from forkfit.model.finding import Finding, Severity, Signed
from forkfit.model.format import Look
from forkfit.model.report import Report
from forkfit.model.source import source
from forkfit.model.span import Span

CASES = ("incident", "kinds", "hostile", "sources", "healthy", "stopped")
TOKEN = "a-token"
REGISTERED = {"error", "warning", "notice", "debug", "group", "endgroup", "add-mask", "stop-commands", "set-output", "add-matcher"}


def as_the_runner_reads(output: str) -> list[tuple[str, dict[str, str], str]]:
    """Return the commands that actions/runner would carry out (ActionCommand.TryParseV2 and TryParse, v2.3xx)."""
    found, registered, stopped = [], set(REGISTERED), ""
    for line in output.replace("\r", "\n").split("\n"):
        command = _second_form(line.lstrip(), registered) or _first_form(line, registered)
        if command is None:
            continue
        name, properties, data = command
        if stopped:
            if name == stopped:
                registered.remove(stopped)
                stopped = ""
        elif name == "stop-commands":
            stopped = data.lower()
            registered.add(stopped)
        else:
            found.append((name, properties, data))
    return found


def _second_form(line, registered):
    if not line.startswith("::") or "::" not in line[2:]:
        return None
    head, data = line[2:].split("::", 1)
    name, _, properties = head.partition(" ")
    return (name.lower(), _properties(properties, ","), _plain(data)) if name.lower() in registered else None


def _first_form(line, registered):
    for invisible in "\u00ad\u200b\u034f\u2066":
        line = line.replace(invisible, "")
    _, found, rest = line.partition("##[")
    if not found or "]" not in rest:
        return None
    head, data = rest.split("]", 1)
    name, _, properties = head.partition(" ")
    return (name.lower(), _properties(properties, ";"), data) if name.lower() in registered else None


def _properties(written, separator):
    pairs = (pair.split("=", 1) for pair in written.strip().split(separator) if "=" in pair)
    return {name: _plain(value.replace("%3A", ":").replace("%2C", ",")) for name, value in pairs}


def _plain(value):
    return value.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")


def written(report, form=github.write, look=None, **more):
    out = StringIO()
    form(report, out, look or Look(), **more)
    return out.getvalue()


def finding(message="too much", at=None, severity=Severity.ERROR, evidence=""):
    return Signed(
        "FF101", "forks-exceed-memory", severity, Finding(message, at or Span("compose.yaml", 6, 3, 6, 9), evidence=evidence), 0, "1:0"
    )


@pytest.mark.parametrize("case", CASES)
def test_annotations_beside_text_read_as_recorded(case, reports, as_recorded):
    as_recorded(f"{case}/github-beside-text.txt", written(reports[case], github.write_beside_text, token=TOKEN))


@pytest.mark.parametrize("case", [*CASES, "endless"])
@pytest.mark.parametrize("form", [github.write, github.write_beside_text], ids=["alone", "beside text"])
def test_every_command_is_one_of_ours(case, form, reports):
    report = reports[case]
    commands = as_the_runner_reads(written(report, form))
    files = {s.finding.at.file for s in report.findings}
    for name, properties, message in commands:
        assert name in {"error", "warning", "notice"}
        assert set(properties) <= {"file", "line", "endLine", "col", "endColumn", "title"}
        if "file" in properties and case not in ("hostile", "endless"):
            assert properties["file"] in files
            assert message.startswith(f"{properties['file']}:")
        assert message.isprintable() or message.replace("\n", "").isprintable()
        assert len(message) <= 4096


@pytest.mark.parametrize("form", [github.write, github.write_beside_text], ids=["alone", "beside text"])
def test_a_line_that_begins_a_command_is_one_that_we_wrote(form, reports):
    ours = ("::error ", "::warning ", "::notice ", "::stop-commands::compose-lint-", "::compose-lint-")
    lines = [line for line in written(reports["hostile"], form).split("\n") if line.lstrip().startswith("::")]
    assert lines
    assert [line for line in lines if not line.startswith(ours)] == []


def test_an_annotation_says_where_and_what(reports):
    (_, properties, message), *_ = as_the_runner_reads(written(reports["incident"]))
    assert properties == {
        "file": "compose.yaml",
        "line": "5",
        "endLine": "5",
        "col": "50",
        "endColumn": "67",
        "title": "FF101 forks-exceed-memory",
    }
    assert message.split("\n") == [
        "compose.yaml:5:50: worker needs about 480 MiB for 20 children at start, before any task, but may use only 256 MiB",
        "concurrency 20: .env:4:13 written here, compose.yaml:5:50 used here: ${CONCURRENCY}",
        "limit 256 MiB: deploy/compose.prod.yaml:3:16 written here, compose.yaml:6:16 written here, and replaced: 512m",
        "torch: shop/tasks.py:1:1 imported here: by way of shop/celery.py",
        "celery: 43 MiB once + 22 MiB a child (table): assumed: Celery 5.5, which no file names",
        "43 MiB + 20 x 22 MiB = 483 MiB at start; when every child runs an ordinary task, 660 MiB",
        "Set --concurrency to 6 or less, or mem_limit to 825m or more.",
        "A threads pool would need one process.",
    ]


@pytest.mark.parametrize(
    ("at", "region"),
    [
        ((6, 3, 6, 9), {"line": "6", "endLine": "6", "col": "3", "endColumn": "9"}),
        ((2, 3, 4, 5), {"line": "2", "endLine": "4"}),
        ((2, 3, 3, 1), {"line": "2", "endLine": "2"}),
        ((6, 3, 6, 3), {"line": "6", "endLine": "6"}),
        ((1, 1, 1, 1), {"line": "1", "endLine": "1"}),
        ((8, 1, 8, 1), {"line": "7", "endLine": "7"}),
        ((7, 1, 8, 1), {"line": "7", "endLine": "7"}),
    ],
    ids=["one line", "several lines", "up to the next line", "a point", "a file", "after the last line", "the last line"],
)
def test_a_place_is_given_as_the_runner_keeps_it(at, region):
    compose = source("compose.yaml", "line\n" * 7)
    report = Report((), (finding(at=Span("compose.yaml", *at)),), (), (compose,))
    ((_, properties, _),) = as_the_runner_reads(written(report))
    assert {name: properties[name] for name in properties if name not in ("file", "title")} == region


@pytest.mark.parametrize(("root", "file"), [("", "compose.yaml"), ("backend", "backend/compose.yaml"), ("./a/..", "compose.yaml")])
def test_paths_start_at_the_workspace(root, file):
    ((_, properties, message),) = as_the_runner_reads(written(Report((), (finding(),), ()), look=Look(root=root)))
    assert properties["file"] == file
    assert message.startswith(f"{file}:6:3: ")


def test_ten_of_a_kind_are_all_shown():
    report = Report((), tuple(finding(f"number {n}") for n in range(10)), ())
    assert len(as_the_runner_reads(written(report))) == 10


def test_of_eleven_nine_are_shown_and_the_rest_is_in_the_log():
    report = Report((), tuple(finding(f"number {n}") for n in range(11)), ())
    output = written(report)
    commands = as_the_runner_reads(output)
    assert len(commands) == 10
    assert commands[-1][1:] == ({"title": "compose-lint"}, "2 more errors in the log of this step: the runner shows 10 of a kind.")
    assert "compose.yaml:6:3: error FF101 number 9\ncompose.yaml:6:3: error FF101 number 10\n" in output


def test_beside_text_the_rest_is_not_said_twice():
    report = Report((), tuple(finding(f"number {n}") for n in range(11)), ())
    assert written(report, github.write_beside_text).count("number 10") == 1


def test_notes_never_crowd_out_errors():
    notes = tuple(finding(f"note {n}", severity=Severity.INFO) for n in range(50))
    commands = as_the_runner_reads(written(Report((), (*notes, finding("the error")), ("the run broke",))))
    assert [(name, message) for name, _, message in commands][:2] == [
        ("error", "the run broke"),
        ("error", "compose.yaml:6:3: the error"),
    ]
    assert sum(name == "notice" for name, _, _ in commands) == 10


def test_the_same_annotation_is_written_once():
    report = Report((), (finding(evidence="one"), finding(evidence="two")), ())
    assert len(as_the_runner_reads(written(report))) == 1


def test_a_suppressed_finding_is_no_annotation():
    assert written(Report((), (finding().replace(suppressed="known"),), ())) == ""


def test_nobody_can_guess_the_token(reports):
    first, second = (written(reports["healthy"], github.write_beside_text).split("\n")[0] for _ in range(2))
    assert first != second
    assert first.startswith("::stop-commands::")
