from __future__ import annotations

import pytest

from forkfit.model.arithmetic import evaluate
from forkfit.model.span import Role, Span, Step
from forkfit.model.value import Absent, Bounded, ByCpus, Known, Unknown, alternatives, apply, combine, either

HERE = Step(Role.WRITTEN, Span("a", 1, 1, 1, 2))
THERE = Step(Role.USED, Span("b", 1, 1, 1, 2))


def test_values_that_agree_are_one_value_and_others_are_bounded():
    assert either([Known(4, (HERE,)), Known(4, (THERE,))]) == Known(4, (HERE,))
    assert either([Known(4), ByCpus()]) == Bounded((Known(4), ByCpus()))
    assert either([Bounded((Known(1), Known(2))), Known(2)]) == Bounded((Known(1), Known(2)))
    assert either([]) == Absent("no value")


def test_more_than_sixty_four_alternatives_are_unknown():
    assert isinstance(either(Known(n) for n in range(64)), Bounded)
    assert isinstance(either(Known(n) for n in range(65)), Unknown)


def test_what_is_not_known_passes_through_a_change():
    assert apply(lambda n: n + 1, Known(1, (HERE,))) == Known(2, (HERE,))
    assert apply(lambda n: n + 1, Unknown("why")) == Unknown("why")
    assert apply(lambda n: n + 1, Bounded((Known(1), Absent("no")))) == Bounded((Known(2), Absent("no")))


def test_values_combine_in_every_alternative_and_keep_both_trails():
    total = combine(lambda a, b: a + b, Known(1, (HERE,)), Bounded((Known(10, (THERE,)), Known(20))))
    assert total == Bounded((Known(11, (HERE, THERE)), Known(21, (HERE,))))
    assert combine(lambda a, b: a + b, Known(1), Unknown("why")) == Unknown("why")


def test_the_steps_to_a_choice_belong_to_every_alternative():
    assert alternatives(Bounded((Known(1),), (HERE,))) == (Known(1, (HERE,)),)


@pytest.mark.parametrize(
    ("expression", "on_eight"),
    [("n", 8), ("n // 2", 4), ("max(2, n // 3)", 2), ("2 * n + 1", 17), ("-n + 10", 2), ("4 if n > 6 else 1", 4), ("min(n, 4)", 4)],
)
def test_expressions_in_the_cpu_count_have_a_number_on_each_host(expression, on_eight):
    assert ByCpus(expression).at(8) == on_eight


@pytest.mark.parametrize(
    "expression",
    ["", "m", "n / 2", "n ** n", "__import__('os')", "n.real", "n // 0", "max()", "[n]", "'n' * 9", "f(n)", "n" + "+n" * 100_000],
)
def test_anything_else_is_refused_and_nothing_is_run(expression):
    with pytest.raises(ValueError, match="CPU"):
        evaluate(expression, 8)


def test_only_the_plain_count_is_the_cpu_count():
    assert ByCpus().is_cpu_count
    assert not ByCpus("n // 2").is_cpu_count
