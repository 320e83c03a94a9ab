"""What Ctrl-C and its kin do to a measurement: they end it, and never what clears up after it."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

ENDING = ("SIGINT", "SIGTERM", "SIGHUP")


@contextmanager
def interruptible() -> Iterator[None]:
    """Let each signal that ends this process end it as Ctrl-C does, once: whoever presses it twice waits all the same."""

    def interrupt(*_: object) -> None:
        for number in kept:
            signal.signal(number, _nothing)
        raise KeyboardInterrupt

    # What is ignored already, as SIGHUP under nohup, stays so.
    kept = {number: handler for number in _numbers() if (handler := signal.getsignal(number)) is not signal.SIG_IGN}
    for number in kept:
        signal.signal(number, interrupt)
    try:
        yield
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Let such a signal wait until the block ends; signals are for the main thread, so another need not ask."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[int] = []
    # A mask would not do: it is a thread's own, and another thread takes the signal.
    kept = {number: signal.signal(number, lambda number, _: came.append(number)) for number in _numbers()}
    try:
        yield
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)
        if any(kept[signal.Signals(number)] not in (_nothing, signal.SIG_IGN) for number in came):
            raise KeyboardInterrupt


def _nothing(*_: object) -> None:
    """Be called in vain: of a signal that is ignored, Python complains where it is on its way already."""


def _numbers() -> tuple[signal.Signals, ...]:
    return tuple(getattr(signal, name) for name in ENDING if hasattr(signal, name))
