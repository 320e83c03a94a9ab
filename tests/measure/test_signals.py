"""What Ctrl-C does to a measurement, and what it does not."""

from __future__ import annotations

import os
import signal
import threading

import pytest

from forkfit.measure.signals import interruptible, uninterrupted


def test_a_signal_that_comes_while_something_is_cleared_up_waits_for_its_end():
    done = []

    def clear_up():
        with uninterrupted():
            os.kill(os.getpid(), signal.SIGINT)
            done.append("cleared up")

    with pytest.raises(KeyboardInterrupt):
        clear_up()
    assert done == ["cleared up"]


def test_the_second_of_two_is_not_heard():
    done = []

    def interrupted():
        with interruptible():
            try:
                os.kill(os.getpid(), signal.SIGTERM)
            finally:
                with uninterrupted():
                    os.kill(os.getpid(), signal.SIGINT)
                os.kill(os.getpid(), signal.SIGINT)
                done.append("cleared up")

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert done == ["cleared up"]


def test_what_is_ignored_stays_so():
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with interruptible():
            os.kill(os.getpid(), signal.SIGHUP)
    finally:
        signal.signal(signal.SIGHUP, before)


def test_another_thread_clears_up_as_well():
    done = []

    def clear_up():
        with uninterrupted():
            done.append("cleared up")

    thread = threading.Thread(target=clear_up)
    thread.start()
    thread.join()
    assert done == ["cleared up"]
