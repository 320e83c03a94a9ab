"""The runs by which a change is judged: the one that was asked for, and the projects that read a changed file beside it."""

from __future__ import annotations

from collections.abc import Callable

from forkfit.compose.targets import targets
from forkfit.compose.whole import sees_all
from forkfit.lint import Run, linted
from forkfit.model.files import Files
from forkfit.model.record import Record
from forkfit.model.report import Report
from forkfit.model.stack import Stack


class Lints(Record):
    """A run that can be made again, as of a day, on other files."""

    run: Run
    today: str
    report_bug: Callable[[Exception], None]

    def again(self, files: Files) -> Report:
        """Make the run on these files."""
        return linted(self.run.replace(files=files), self.today, self.report_bug)

    def beside(self, path: str, seen: Report, files: Files) -> tuple[Stack, ...]:
        """Return the other projects of the root that load a file which is no Compose file; none where the run saw them all."""
        if any(path in stack.project.files for stack in seen.stacks):
            return ()
        if sees_all(self.run.targets.requests, {source.path for source in seen.sources}, files):
            return ()
        wanted = targets(self.run.order.replace(paths=(path,), merged=()), files)
        return linted(self.run.replace(files=files, targets=wanted), self.today, self.report_bug).stacks
