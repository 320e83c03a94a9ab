from __future__ import annotations

import io

import pytest

from forkfit.progress import _Bar, shown


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def terminal(monkeypatch):
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    return Terminal()


def test_a_bar_counts_projects_and_goes_away(terminal):
    bar = _Bar(terminal, 3)
    bar.advance(1)
    bar.show()
    bar.advance(1)
    bar.hide()
    assert "2/3" in terminal.getvalue()
    assert terminal.getvalue().endswith("\x1b[2K")  # the line is wiped


def test_a_terminal_that_cannot_wipe_a_line_gets_no_bar(terminal, monkeypatch):
    monkeypatch.setenv("TERM", "dumb")
    bar = _Bar(terminal, 3)
    bar.show()
    bar.hide()
    assert terminal.getvalue() == ""


def test_a_run_that_ends_at_once_shows_none(terminal):
    with shown(terminal, 1) as done:
        done(1)
    assert terminal.getvalue() == ""
