from __future__ import annotations

import pickle
from typing import Generic, TypeVar

import pytest

from forkfit.model.record import Record

T = TypeVar("T")


class Pair(Record):
    """Two fields, the second with a default."""

    left: int
    right: str = "r"


class Triple(Pair):
    """A third field on top."""

    more: tuple[int, ...] = ()


class Box(Record, Generic[T]):
    """A generic record."""

    value: T


def test_fields_are_taken_in_order_by_name_or_from_defaults():
    assert Pair(1, "a") == Pair(left=1, right="a")
    assert Pair(1) == Pair(1, "r")
    assert Triple(1, "a", (2,)).more == (2,)


@pytest.mark.parametrize(
    ("values", "named", "complaint"),
    [
        ((), {}, "needs 'left'"),
        ((1, "a", 3), {}, "has 2 fields, 3 values given"),
        ((1,), {"wrong": 2}, "has no field 'wrong'"),
        ((1,), {"left": 2}, "given twice"),
    ],
)
def test_a_missing_or_unknown_field_is_refused(values, named, complaint):
    with pytest.raises(TypeError, match=complaint):
        Pair(*values, **named)


def test_a_record_does_not_change():
    pair = Pair(1)
    with pytest.raises(AttributeError, match="does not change"):
        pair.left = 2
    with pytest.raises(AttributeError, match="does not change"):
        del pair.left
    assert pair.replace(left=2) == Pair(2)
    with pytest.raises(TypeError, match="no field 'other'"):
        pair.replace(other=1)


def test_records_of_different_classes_differ_even_with_equal_fields():
    assert Pair(1, "a") != Triple(1, "a")
    assert len({Pair(1), Pair(1), Triple(1)}) == 2


def test_a_record_is_slotted_printable_picklable_and_may_be_generic():
    assert not hasattr(Pair(1), "__dict__")
    assert repr(Pair(1)) == "Pair(left=1, right='r')"
    assert pickle.loads(pickle.dumps(Triple(1, "a", (3,)))) == Triple(1, "a", (3,))
    assert Box[int](4).value == 4
