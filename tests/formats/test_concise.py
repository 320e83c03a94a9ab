from __future__ import annotations


def test_a_finding_is_a_line(reports, rendered):
    assert rendered(reports["incident"], "concise").split("\n") == [
        ".env:1:12: warning FF404 this line is read differently by python-dotenv",
        ".env:4:13: note FF202 CONCURRENCY counts children, not CPUs",
        "compose.yaml:5:50: error FF101 worker needs about 480 MiB for 20 children at start, before any task, but may use only 256 MiB",
        "",
    ]


def test_a_hostile_finding_is_one_line_too(reports, rendered):
    report = reports["hostile"]
    lines = rendered(report, "concise").split("\n")
    assert len(lines) == len(report.findings) + len(report.errors) + 1
    assert not any(line.lstrip().startswith("::") or "##[" in line for line in lines)
    assert all(line.isprintable() for line in lines)


def test_nothing_found_is_nothing_written(reports, rendered):
    assert rendered(reports["healthy"], "concise") == ""


def test_what_ended_the_run_is_told(reports, rendered):
    assert rendered(reports["stopped"], "concise").startswith("error: no Compose file was found in .\n")
