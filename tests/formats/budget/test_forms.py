"""What holds for every form of a budget, whatever the project is called."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from importlib import import_module
from io import StringIO

import cmarkgfm
import pytest
from cmarkgfm.cmark import Options

from forkfit.commands.workers import ledgers
from forkfit.model.container import Unseen
from forkfit.model.format import Look
from forkfit.model.report import Report
from forkfit.model.value import Unknown

FORMS = ("html", "markdown", "text")
CASES = ("incident", "kinds", "hostile", "endless", "healthy", "stopped")
VOID = {"meta", "wbr"}
OURS = set(
    re.findall(
        r"\w+",
        """html head meta title style body svg defs pattern line main h1 h2 h3 p article header span dl div dt dd b rect text ul li i
        table thead tbody tr th td details summary code wbr polyline circle""",
    )
)
ATTRIBUTES = set(
    re.findall(
        r"[\w-]+",
        """lang charset http-equiv content name class width height aria-hidden id patternunits patterntransform x x1 x2 y y1 y2 role
        aria-label text-anchor viewbox points cx cy r""",
    )
)


@pytest.fixture
def shown(reports):
    """Return a function that writes what a report's workers are in one form."""

    def write(case, form, **look):
        out = StringIO()
        import_module(f"forkfit.formats.budget.{form}").write(ledgers(reports[case]), out, Look(**look))
        return out.getvalue()

    return write


class Page(HTMLParser):
    """The elements, attributes and words of a page, as a browser would see them."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.attributes, self.words, self._open = set(), set(), [], []
        self.feed(page)
        assert self._open == []

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_endtag(self, tag):
        assert self._open.pop() == tag

    def handle_data(self, data):
        if self._open and self._open[-1] != "style":
            self.words.append(data)


@pytest.mark.parametrize("case", CASES)
def test_a_page_has_no_element_and_no_attribute_but_ours(case, shown):
    page = Page(shown(case, "html"))
    assert page.tags <= OURS
    assert page.attributes <= ATTRIBUTES


def test_markup_in_a_name_is_shown_as_it_is_written(shown):
    assert "a|b`c`<script>alert(1)</script>" in "".join(Page(shown("hostile", "html")).words)


def test_a_page_asks_nobody_for_anything(shown):
    page = shown("hostile", "html")
    assert not re.search(r"(?i)(?:src|href|action|data|srcset|poster)\s*=", re.sub(r">[^<]*<", "><", page))
    assert re.findall(r"url\(([^)]*)\)", page) == ["#beyond"]
    assert "@import" not in page
    assert "default-src 'none'" in page


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("case", CASES)
def test_no_text_of_a_user_commands_a_ci_or_a_terminal(case, form, shown):
    for line in shown(case, form).split("\n"):
        assert line.isprintable()
        assert "##[" not in line
        assert not line.lstrip().startswith("::")


def test_no_markdown_of_a_user_becomes_an_element(shown):
    html = cmarkgfm.github_flavored_markdown_to_html(shown("hostile", "markdown"), Options.CMARK_OPT_UNSAFE)
    tags = set(re.findall(r"<([a-z0-9]+)", html))
    assert tags <= {"h3", "p", "ul", "li", "strong", "table", "thead", "tbody", "tr", "th", "td", "details", "summary", "pre", "code"}


@pytest.mark.parametrize("form", FORMS)
def test_what_ended_the_run_is_never_lost(form, shown):
    assert "no Compose file was found in ." in shown("stopped", form)


@pytest.mark.parametrize("form", FORMS)
def test_a_secret_in_a_name_or_a_reason_is_not_shown(form, container, make_stack):
    name = "redis://me:hunter2@host"
    estimate = container.estimate.replace(gaps=(f"{name} was not found",))
    secretive = container.replace(service=name, estimate=estimate, memory_limit=Unknown(f"no {name}"))
    written = StringIO()
    report = Report((make_stack([secretive], [Unseen(name, container.at, name, name)]),), (), (name,))
    import_module(f"forkfit.formats.budget.{form}").write(ledgers(report), written, Look())
    assert "host" in written.getvalue()
    assert "hunter2" not in written.getvalue()


@pytest.mark.parametrize("form", FORMS)
def test_what_was_not_seen_through_says_why(form, shown):
    written = shown("kinds", form)
    assert "legacy" in written
    assert "its image is built elsewhere" in written


@pytest.mark.parametrize("form", FORMS)
def test_places_are_seen_from_the_reader(form, shown):
    assert "ci/compose.yaml:3:3" in shown("incident", form, root="ci").replace("<wbr>", "")
