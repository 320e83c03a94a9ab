from __future__ import annotations

import pytest

from forkfit.judging.verdict import Need
from forkfit.judging.words import memory_finding
from forkfit.model.memory import Memory
from forkfit.model.project import Ceiling
from forkfit.model.settings import Settings
from forkfit.model.value import Absent, Known, Unknown


def told(container, need=Need.AT_START):
    return memory_finding(container, need, Settings())


class TestWhatBecomesOfAContainerBeyondItsLimit:
    def test_it_is_killed_where_it_may_not_swap(self, container):
        finding = told(container(8, limit=128).replace(memory_swap=Known(Memory.mib(128))))
        assert finding.help.endswith("Beyond its limit it is killed.")

    @pytest.mark.parametrize(
        "swap", [Absent("not said"), Known(Memory.mib(512)), Known(Memory(-1)), Unknown("a variable")], ids=["none", "more", "all", "open"]
    )
    def test_it_may_swap_everywhere_else(self, container, swap):
        finding = told(container(8, limit=128).replace(memory_swap=swap))
        assert finding.help.endswith("Beyond its limit it is killed, or swaps where the host has swap.")

    def test_nothing_is_said_where_it_fits(self, container):
        assert "Beyond" not in told(container(8, limit=300), Need.HEADROOM).help


class TestMemoryThatFillsWithFiles:
    def lines(self, container, *ceilings, limit=512):
        finding = told(container(8, limit=limit).replace(ceilings=ceilings), Need.HEADROOM)
        return [reason.what for reason in finding.because if "may fill" in reason.what]

    def test_it_is_named_where_busy_children_leave_too_little(self, container):
        shared = Ceiling("shm_size", Known(Memory.mib(1024)))
        assert self.lines(container, shared) == ["shm_size may fill with 1024 MiB, and there is 226 MiB left for it"]
        assert self.lines(container, shared, limit=256) == ["shm_size may fill with 1024 MiB, and there is nothing left for it"]

    def test_it_is_not_named_where_all_of_it_fits(self, container):
        assert self.lines(container, Ceiling("shm_size", Known(Memory.mib(64)))) == []

    def test_what_has_no_size_fits_nowhere(self, container):
        assert self.lines(container, Ceiling("tmpfs /run", Absent("open")))[0].startswith("tmpfs /run may fill with any amount")


def test_the_limit_that_leaves_no_headroom_stands_beside_the_one_that_does(container):
    assert "the limit to 384m (287m at the least)" in told(container(8, limit=256), Need.BUSY).help
