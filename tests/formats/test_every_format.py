"""What holds for every format that ships; a new one is held to it by its name alone."""

from __future__ import annotations

import re

import pytest

from forkfit.formats.choose import SHIPPED

CASES = ("incident", "kinds", "hostile", "sources", "healthy", "stopped")
OURS = re.compile(r"::(error|warning|notice) |::stop-commands::compose-lint-[0-9a-f]{32}$|::compose-lint-[0-9a-f]{32}::$")


@pytest.mark.parametrize("form", SHIPPED)
@pytest.mark.parametrize("case", CASES)
def test_a_report_reads_as_recorded(case, form, reports, rendered, as_recorded):
    written = re.sub("compose-lint-[0-9a-f]{32}", "compose-lint-token", rendered(reports[case], form))
    as_recorded(f"{case}/report.{form}", written)


@pytest.mark.parametrize("form", SHIPPED)
@pytest.mark.parametrize("case", [*CASES, "endless"])
def test_no_text_of_a_user_commands_a_ci_or_a_terminal(case, form, reports, rendered):
    for line in rendered(reports[case], form).split("\n"):
        assert line.isprintable()
        assert "##[" not in line
        assert not line.lstrip().startswith("::") or (form == "github" and OURS.match(line))


@pytest.mark.parametrize("form", SHIPPED)
@pytest.mark.parametrize(("case", "secret"), [("incident", "hunter2"), ("sources", "me:pw@"), ("sources", ":pass@")])
def test_no_report_shows_a_secret(case, secret, form, reports, rendered):
    assert secret not in rendered(reports[case], form)


@pytest.mark.parametrize("form", SHIPPED)
def test_the_same_report_is_written_in_the_same_bytes(form, reports, rendered):
    def written():
        return re.sub("compose-lint-[0-9a-f]{32}", "", rendered(reports["incident"], form))

    assert written() == written()


@pytest.mark.parametrize("form", SHIPPED)
def test_what_ended_the_run_is_never_lost(form, reports, rendered):
    assert "no Compose file was found in ." in rendered(reports["stopped"], form)
