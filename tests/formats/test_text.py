from __future__ import annotations

import pytest

from forkfit.formats.columns import width

CASES = ("incident", "kinds", "hostile", "sources", "healthy", "stopped")


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("width", [60, 200])
def test_the_report_reads_as_recorded(case, width, reports, rendered, as_recorded):
    as_recorded(f"{case}/text-{width}.txt", rendered(reports[case], "text", width=width))


@pytest.mark.parametrize("case", CASES)
def test_the_report_in_colour_reads_as_recorded(case, reports, rendered, as_recorded):
    as_recorded(f"{case}/text-100-colour.txt", rendered(reports[case], "text", colour=True))


@pytest.mark.parametrize("case", CASES)
def test_the_long_report_reads_as_recorded(case, reports, rendered, as_recorded):
    as_recorded(f"{case}/text-100-verbose.txt", rendered(reports[case], "text", verbose=True))


def test_a_healthy_project_gets_one_line(reports, rendered):
    assert rendered(reports["healthy"], "text", colour=True).count("\n") == 1


@pytest.mark.parametrize("case", [*CASES, "endless"])
@pytest.mark.parametrize("verbose", [False, True], ids=["short", "long"])
def test_no_line_is_a_command_or_a_terminal_escape(case, verbose, reports, rendered):
    for line in rendered(reports[case], "text", verbose=verbose).split("\n"):
        assert not line.lstrip().startswith("::")
        assert "##[" not in line
        assert line.isprintable()
        assert len(line) < 4 * 4096


def test_a_hostile_name_forges_no_finding(reports, rendered):
    report = reports["hostile"]
    written = rendered(report, "text")
    heads = [line for line in written.split("\n") if line and not line.startswith((" ", "error: "))]
    # Every finding has one head; the last line is the summary, and one name begins with blanks.
    assert len(heads) == len(report.findings)


def test_paths_are_shown_as_the_reader_sees_them(reports, rendered):
    assert "../compose.yaml:5:50: error" in rendered(reports["incident"], "text", root="..")


def test_a_trail_of_thousands_of_steps_is_cut(reports, rendered):
    report = reports["incident"]
    finding = report.findings[2].finding
    reason = finding.because[0]
    long = report.findings[2].replace(finding=finding.replace(because=(reason.replace(trail=reason.trail * 1000),)))
    written = rendered(report.replace(findings=(long,)), "text")
    assert "... 1988 more steps" in written
    assert written.count("\n") < 30
    assert "more steps" not in rendered(report.replace(findings=(long,)), "text", verbose=True)


@pytest.mark.parametrize("width", [0, 1, 39, 40])
def test_no_terminal_is_too_narrow(width, reports, rendered):
    assert rendered(reports["incident"], "text", width=width) == rendered(reports["incident"], "text", width=40)


def test_a_file_that_was_not_read_has_no_excerpt(reports, rendered):
    assert " | " not in rendered(reports["incident"].replace(sources=()), "text")


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("width", [40, 60])
def test_the_report_on_a_terminal_reads_as_recorded(case, width, reports, rendered, as_recorded):
    as_recorded(f"{case}/text-{width}-terminal.txt", rendered(reports[case], "text", width=width, wraps=True))


@pytest.mark.parametrize("case", ["incident", "kinds", "sources", "healthy", "stopped"])
@pytest.mark.parametrize("columns", [40, 60, 80, 100])
def test_on_a_terminal_only_a_path_or_a_word_is_wider_than_it(case, columns, reports, rendered):
    lines = rendered(reports[case], "text", width=columns, wraps=True, verbose=True).split("\n")
    assert [line for line in lines if width(line) > columns and " " in line.strip()] == []


def test_on_a_terminal_no_path_is_broken(reports, rendered):
    written = rendered(reports["incident"], "text", width=40, wraps=True)
    for path in ("compose.yaml:5:50", "deploy/compose.prod.yaml:3:16", ".env:4:13", "shop/tasks.py:1:1"):
        assert path in written


def test_elsewhere_a_findings_first_line_stays_whole(reports, rendered):
    lines = rendered(reports["incident"], "text", width=40).split("\n")
    assert any(line.startswith("compose.yaml:5:50: error[FF101]") and line.endswith("only 256 MiB") for line in lines)
