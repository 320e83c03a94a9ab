"""Work on many items with several processes: where there are enough of them, and the system can fork."""

from __future__ import annotations

import os
import pickle
import signal
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Generic, NoReturn, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")
# Shows so many items, and is told how many more are done.
Watch = Callable[[int], AbstractContextManager[Callable[[int], None]]]

FEWEST = 100  # for each process: so many small projects take 0.2 s, and to hand their results over takes 0.03 s
MOST = 4  # processes, each of which holds its part of the results


def spread(work: Callable[[Item], Result], items: Sequence[Item], watch: Watch, cores: int | None = None) -> list[Result]:
    """Return the result of each item in its order; what another process fails at is worked out here."""
    count = max(1, min(_cores() if cores is None else cores, MOST, len(items) // FEWEST))
    size = -(-len(items) // count) or 1
    own, *others = [items[start : start + size] for start in range(0, len(items), size)] or [items]
    helpers = [_Helper(work, share) for share in others]
    try:
        with watch(len(items)) as done:
            results = []
            for item in own:
                results.append(work(item))
                done(1 + len(helpers))  # the others are about as fast
            for helper, share in zip(helpers, others, strict=True):
                answer = helper.results()
                results += [work(item) for item in share] if answer is None else answer
        return results
    finally:
        for helper in helpers:
            helper.end()


def _cores() -> int:
    """Return how many cores this process may use; 1 where it is not safe to fork, as on macOS."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") and hasattr(os, "fork") else 1


class _Helper(Generic[Item, Result]):
    """A process with all that this one knows, which works on its share and ends."""

    def __init__(self, work: Callable[[Item], Result], share: Sequence[Item]) -> None:
        self._reading, writing = os.pipe()
        self._process = os.fork()
        if self._process == 0:
            _answer(work, share, writing)
        os.close(writing)

    def results(self) -> list[Result] | None:
        """Wait for the results; None where the process has failed."""
        with os.fdopen(self._reading, "rb") as stream:
            answer = stream.read()
        _, status = os.waitpid(self._process, 0)
        self._process = 0
        found: list[Result] = pickle.loads(answer) if status == 0 else []
        return found if status == 0 else None

    def end(self) -> None:
        """End a process that nobody waits for any more."""
        if self._process:
            os.kill(self._process, signal.SIGKILL)
            os.waitpid(self._process, 0)
            os.close(self._reading)


def _answer(work: Callable[[Item], Result], share: Sequence[Item], writing: int) -> NoReturn:
    status = 1
    try:
        answer = pickle.dumps([work(item) for item in share], protocol=5)
        with os.fdopen(writing, "wb") as stream:
            stream.write(answer)
        status = 0
    finally:  # whatever went wrong, the first process works on the share itself, and tells it
        os._exit(status)
