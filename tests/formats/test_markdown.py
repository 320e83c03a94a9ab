from __future__ import annotations

from html.parser import HTMLParser

import cmarkgfm
import pytest
from cmarkgfm.cmark import Options

from forkfit.formats.escape import markdown
from forkfit.formats.markdown import MOST_BYTES, fitting
from forkfit.model.finding import Finding, Severity, Signed
from forkfit.model.format import Look
from forkfit.model.report import Report
from forkfit.model.span import Span

CASES = ("incident", "kinds", "hostile", "endless", "sources", "healthy", "stopped")
OURS = {"h3", "p", "ul", "li", "strong", "table", "thead", "tbody", "tr", "th", "td", "details", "summary", "pre", "code"}


class Page(HTMLParser):
    """The elements of a page as a browser would see them, and the text in each cell and block of code."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.cells, self.rows, self.code, self._open = [], [], 0, [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self._open.append(tag)
        if tag in ("td", "code"):
            {"td": self.cells, "code": self.code}[tag].append("")
        self.rows += tag == "tr"
        assert not any(name.startswith("on") or name == "href" for name, _ in attrs)

    def handle_endtag(self, tag):
        assert self._open.pop() == tag

    def handle_data(self, data):
        if "td" in self._open:
            self.cells[-1] += data
        if "code" in self._open:
            self.code[-1] += data


def page(text):
    """Render text as GitHub does, with its own parser; what a page of GitHub's would filter afterwards is left in."""
    return Page(cmarkgfm.github_flavored_markdown_to_html(text, Options.CMARK_OPT_UNSAFE))


def finding(message="too much", severity=Severity.ERROR, service="worker"):
    return Signed("FF101", "forks-exceed-memory", severity, Finding(message, Span("compose.yaml", 6, 3, 6, 9), service=service), 0, "1:0")


@pytest.mark.parametrize("case", CASES)
def test_no_name_makes_an_element_a_row_or_a_command(case, reports, rendered):
    report = reports[case]
    written = rendered(report, "markdown")
    shown = [signed for signed in report.findings if signed.suppressed is None]
    read = page(written)
    assert set(read.tags) <= OURS
    assert read.tags.count("details") == len(shown)
    assert read.rows == (len(shown) + 1 if shown else 0)
    assert len(read.cells) == 5 * len(shown)
    assert not any(line.lstrip().startswith("::") or "##[" in line for line in written.split("\n"))
    assert all(line.isprintable() for line in written.split("\n"))


@pytest.mark.parametrize(
    "text",
    [
        *("a|b", "a\\|b", "| |", "||", "`a`", "``", "*a* _b_ __c__", "~~a~~", "\\", "a\\", "C:\\users"),
        *("[a](http://x)", "![a](x)", "[^1]", "http://example.org www.example.org", "#1 :tada:", "$a$ ${b} ${c}"),
        *("<script>alert(1)</script>", "<!-- x", "&lt;", "1. a", "- a", "> a"),
    ],
)
def test_a_cell_says_what_was_written(text):
    read = page(f"| x | y |\n|---|---|\n| {markdown(text)} | after |\n")
    assert [cell.strip() for cell in read.cells] == [text, "after"]
    assert set(read.tags) <= {"table", "thead", "tbody", "tr", "th", "td"}


def test_nobody_is_mentioned():
    assert markdown("ask @me") == "ask @<!-- -->me"


def test_the_gravest_come_first():
    report = Report((), (finding("a note", Severity.INFO), finding("an error"), finding("a warning", Severity.WARNING)), ())
    assert page(fitting(report, Look(), MOST_BYTES)).cells[3::5] == ["an error", "a warning", "a note"]


def test_details_hold_what_text_shows(reports, rendered):
    read = page(rendered(reports["incident"], "markdown"))
    assert any("written here, and replaced: 512m" in code for code in read.code)


@pytest.mark.parametrize("number", [100, 3_000, 20_000])
def test_a_long_report_stays_below_what_github_keeps(number):
    report = Report((), tuple(finding(f"{n} {'ü' * 300}") for n in range(number)), ())
    written = fitting(report, Look(), MOST_BYTES)
    assert len(written.encode()) <= MOST_BYTES
    read = page(written)
    rows, details = read.rows - 1, read.tags.count("details")
    if rows < number:
        assert f"{number - rows} more findings had no room here" in written
        assert details == 0
    elif details < number:
        assert f"Details of {number - details} findings had no room here" in written
    assert rows > 1000 or rows == number


def test_what_ended_the_run_is_told(reports, rendered):
    assert "- **error**: no Compose file was found in ." in rendered(reports["stopped"], "markdown")
