"""From readings to figures, and from figures to what so many children need."""

from __future__ import annotations

from forkfit.measure.application import Reading, Run
from forkfit.measure.cgroup import Count
from forkfit.measure.figures import charged, figures
from forkfit.measure.smaps import Usage
from forkfit.model.memory import Memory


def usage(anonymous, share, private, resident=60.0, tables=0.1):
    return Usage(*(Memory.mib(n) for n in (resident, anonymous, share, private, tables)), threads=1)


def run(count, kernel=None):
    """A parent of 40 MiB whose children have 20 for themselves at start and 25 warm; the last one has 5 at start."""
    counted = Count(Memory.mib(40 + 25 * count), Memory.mib(kernel * (count + 1))) if kernel is not None else None
    start = Reading(usage(40, 40, 0), (*(usage(40, 20, 20) for _ in range(count - 1)), usage(40, 5, 5)), None)
    warm = Reading(usage(40, 40 - 10, 30), tuple(usage(41, 25 + 10 / count, 25) for _ in range(count)), counted)
    return Run(count, start, warm)


def test_the_figures_are_those_of_the_run_with_the_most_children():
    found = figures([run(1), run(4, kernel=0.5)])
    assert [round(value, 3) for value in found._values()] == [40, 20, 13, 25, 60, 0.5]


def test_without_a_cgroup_page_tables_stand_for_the_memory_of_the_kernel():
    assert round(figures([run(4)]).kernel_per_process, 2) == 0.3


def test_figures_hold_for_any_number_of_children():
    found = figures([run(4, kernel=0.5)])
    assert (round(found.at_start(10), 1), round(found.warm(10), 1)) == (40 + 9 * 20 + 13 + 5.5, 40 + 250 + 5.5)


def test_each_page_is_charged_once_with_and_without_a_cgroup():
    with_group, without = run(4, kernel=0.3), run(4)
    assert round(charged(with_group.warm), 1) == round(charged(without.warm), 1) == 40 + 100 + 1.5
