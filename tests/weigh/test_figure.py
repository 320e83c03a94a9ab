from __future__ import annotations

import pytest

from forkfit.model.memory import Memory
from forkfit.model.span import Role, Span, Step
from forkfit.model.value import Absent, Bounded, ByCpus, Known, Unknown
from forkfit.model.weight import Confidence, Part
from forkfit.weigh.figure import amounts, figure, total

PARTS = (
    Part("a", Memory(100), Memory(10), Confidence.TABLE),
    Part("b", Memory(-20), Memory(5), Confidence.TABLE),
)
TRAIL = (Step(Role.WRITTEN, Span(".env", 1, 13, 1, 15)),)


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (Known(4, TRAIL), Known(Memory(140), TRAIL)),
        (Known(0), Known(Memory(80))),
        (Known(-1), Known(Memory(80))),
        (ByCpus("max(2, n // 2)", TRAIL), ByCpus("80 + 15 * (max(2, n // 2))", TRAIL)),
        (Unknown("why", TRAIL), Unknown("why", TRAIL)),
        (Absent("nothing", TRAIL), Unknown("nothing", TRAIL)),
        (Bounded((Known(1), Known(2))), Bounded((Known(Memory(95)), Known(Memory(110))))),
        (Bounded((Known(1), ByCpus())), Bounded((Known(Memory(95)), ByCpus("80 + 15 * (n)")))),
    ],
)
def test_a_figure_is_of_the_kind_of_its_count(count, expected):
    assert figure(PARTS, count) == expected


def test_a_sum_without_children_is_known_whatever_the_count():
    assert figure((Part("a", Memory(7), Memory(0), Confidence.TABLE),), ByCpus()) == Known(Memory(7))


def test_parts_add_up():
    assert amounts(PARTS) == (80, 15)
    assert amounts(()) == (0, 0)


@pytest.mark.parametrize(
    ("figures", "expected"),
    [
        ((Known(Memory(1)), Known(Memory(2))), Known(Memory(3))),
        ((Known(Memory(1)), ByCpus("2 + 3 * (n)")), ByCpus("2 + 3 * (n) + 1")),
        ((ByCpus("1 + 2 * (n)"), ByCpus("3 + 4 * (n - 1)")), ByCpus("1 + 2 * (n) + 3 + 4 * (n - 1)")),
        ((Known(Memory(1)), Unknown("why")), Unknown("why")),
        ((Known(Memory(1)), Absent("nothing")), Unknown("nothing")),
        ((Known(Memory(1)), Bounded((Known(Memory(2)), Known(Memory(3))))), Bounded((Known(Memory(3)), Known(Memory(4))))),
        ((Known(Memory(1), TRAIL), Known(Memory(2), TRAIL)), Known(Memory(3), TRAIL)),
    ],
)
def test_what_is_unknown_in_one_program_is_unknown_in_the_container(figures, expected):
    assert total(figures) == expected


def test_too_many_sums_are_unknown():
    many = Bounded(tuple(Known(Memory(2**i)) for i in range(20)))
    assert isinstance(total((many, many, many)), Unknown)
