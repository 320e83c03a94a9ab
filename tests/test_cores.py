from __future__ import annotations

import os

import pytest

from forkfit import cores
from forkfit.cores import FEWEST, spread
from forkfit.progress import unseen

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")

ITEMS = range(2 * FEWEST + 7)


def squared(number):
    return number * number


@pytest.mark.parametrize("count", [1, 2, 3, 16])
def test_results_stand_in_the_order_of_their_items_whoever_worked_them_out(count):
    assert spread(squared, ITEMS, unseen, cores=count) == list(map(squared, ITEMS))


def test_several_processes_work_on_many_items():
    assert len(set(spread(lambda _: os.getpid(), ITEMS, unseen, cores=2))) == 2


def test_one_process_works_on_few_items():
    assert set(spread(lambda _: os.getpid(), ITEMS[: FEWEST + 1], unseen, cores=2)) == {os.getpid()}


def test_nothing_comes_of_no_items():
    assert spread(squared, (), unseen, cores=2) == []


def test_what_another_process_fails_at_is_worked_out_here():
    here = os.getpid()

    def only_here(number):
        if os.getpid() != here:
            raise ValueError
        return number

    assert spread(only_here, ITEMS, unseen, cores=2) == list(ITEMS)


def test_no_process_is_left_where_the_first_one_fails(monkeypatch):
    begun = []
    fork = os.fork
    monkeypatch.setattr(cores.os, "fork", lambda: begun.append(fork()) or begun[-1])
    here = os.getpid()

    def not_here(number):
        if os.getpid() == here:
            raise KeyboardInterrupt
        return number

    with pytest.raises(KeyboardInterrupt):
        spread(not_here, ITEMS, unseen, cores=2)
    with pytest.raises(ChildProcessError):
        os.waitpid(begun[0], 0)
