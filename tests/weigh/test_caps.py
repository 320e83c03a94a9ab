from __future__ import annotations

import pytest

from forkfit.model.container import Container
from forkfit.model.memory import Memory
from forkfit.model.span import whole_file
from forkfit.model.value import Absent, Bounded, ByCpus, Known, Unknown
from forkfit.model.worker import Pool
from forkfit.weigh.caps import allowed, at_birth, cap_of

NONE = Absent("not said")


@pytest.fixture
def contain(weigh):
    def make(*workers):
        return Container("worker", whole_file("compose.yaml"), Known(1), NONE, NONE, workers, NONE, NONE, weigh(*workers))

    return make


def mib(amount):
    return Known(Memory.mib(amount))


def test_children_may_grow_to_their_cap_beside_their_parent(contain, worker):
    found = allowed(contain(worker(8, max_memory_per_child=mib(100))))
    assert (found.children, found.capped) == (8, Memory.mib(800))
    assert found.beside.in_mib == pytest.approx(43.35)


def test_a_program_without_a_cap_counts_as_it_is_when_busy(contain, worker, weigh):
    found = allowed(contain(worker(2, max_memory_per_child=mib(100)), worker(4)))
    assert found.beside.in_mib == pytest.approx(43.35 + weigh(worker(4)).busy.value.in_mib, abs=0.01)


@pytest.mark.parametrize("cap", [NONE, Unknown("from the environment"), Bounded((NONE, mib(100)))])
def test_where_there_may_be_no_cap_there_is_nothing_to_add_up(contain, worker, cap):
    assert allowed(contain(worker(8, max_memory_per_child=cap))) is None


@pytest.mark.parametrize("count", [ByCpus("n"), Unknown("from the environment")])
def test_a_count_that_is_not_known_multiplies_nothing(contain, worker, count):
    assert allowed(contain(worker(count, max_memory_per_child=mib(100)))) is None


def test_of_open_values_the_smallest_sum_counts(contain, worker):
    open_ones = worker(Bounded((Known(8), Known(4))), max_memory_per_child=Bounded((mib(200), mib(100))))
    assert allowed(contain(open_ones)).capped == Memory.mib(400)
    assert (cap_of(open_ones, min), cap_of(open_ones, max)) == (Memory.mib(100), Memory.mib(200))


@pytest.mark.parametrize("pool", [Pool.SOLO, Pool.THREADS, Pool.GEVENT])
def test_a_pool_without_children_heeds_no_cap(worker, pool):
    assert cap_of(worker(4, pool=pool, max_memory_per_child=mib(1)), min) is None


def test_a_child_is_born_with_all_that_its_parent_holds_and_not_with_what_comes_later(contain, worker, code):
    both = contain(worker(4, code("torch", late=["pandas"]), embedded_beat=Known(True)), worker(4))
    assert at_birth(both, 0).in_mib == pytest.approx(43 + 122.2, abs=0.1)
    assert at_birth(both, 1).in_mib == pytest.approx(43)
