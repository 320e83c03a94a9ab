"""A bar on the terminal for whoever waits longer than a second."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Timer
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from rich.progress import Progress

PATIENCE = 1.0  # seconds


@contextmanager
def shown(err: TextIO, total: int) -> Iterator[Callable[[int], None]]:
    """Show on a terminal how many projects of the total are done; what is yielded is told how many more are."""
    bar = _Bar(err, total)
    waiting = Timer(PATIENCE, bar.show)
    waiting.daemon = True
    waiting.start()
    try:
        yield bar.advance
    finally:
        waiting.cancel()
        waiting.join()
        bar.hide()


@contextmanager
def unseen(total: int) -> Iterator[Callable[[int], None]]:
    """Show nothing: nobody looks."""
    del total
    yield lambda _: None


class _Bar:
    """A bar that may not be there yet."""

    def __init__(self, err: TextIO, total: int) -> None:
        self._err, self._total, self._done = err, total, 0
        self._progress: Progress | None = None

    def show(self) -> None:
        """Draw it; a terminal that cannot move its cursor gets none."""
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TimeElapsedColumn

        console = Console(file=self._err)
        if console.is_terminal and not console.is_dumb_terminal:
            columns = (SpinnerColumn(), "projects", BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
            progress = Progress(*columns, console=console, transient=True, redirect_stdout=False, redirect_stderr=False)
            progress.add_task("", total=self._total, completed=self._done)
            progress.start()
            self._progress = progress

    def advance(self, more: int) -> None:
        """Take in that more are done."""
        self._done = min(self._done + more, self._total)
        if self._progress is not None:
            self._progress.update(self._progress.task_ids[0], completed=self._done)

    def hide(self) -> None:
        """Take it away again."""
        if self._progress is not None:
            self._progress.stop()
