from __future__ import annotations

import pytest

from forkfit.model.span import Role, Step
from forkfit.model.value import Absent, Known, Unknown
from forkfit.weigh.bare import PARTS, bare

NEITHER = Absent("not said")
GUESSED = (Step(Role.ASSUMED, None, "the newest"),)


def figures(load):
    return round(load.main, 1), round(load.idle, 1), round(load.child, 1)


@pytest.mark.parametrize(
    ("celery", "django", "expected"),
    [
        ("5.7.0", True, (43, 22, 25)),
        ("5.7.0", False, (39, 20, 23)),
        ("5.6.3", False, (39, 20, 23)),
        ("5.4.0", True, (36, 19, 21)),
        ("5.3", False, (36, 19, 21)),
        ("5.2.7", False, (26, 15, 17)),
        ("4.4.7", False, (20, 13.5, 15.5)),
        ("5", False, (26, 15, 17)),
        ("6.0", True, (43, 22, 25)),
        ("main", True, (43, 22, 25)),
    ],
)
def test_an_older_celery_weighs_less(celery, django, expected):
    assert figures(bare(Known(celery), NEITHER, django)) == expected


@pytest.mark.parametrize(("python", "eight_children"), [("3.10", 243), ("3.11.7", 243), ("3.12.1", 214), ("3.13", 231), ("3.14", 231)])
def test_eight_warm_children_need_what_was_measured_on_each_python(python, eight_children):
    load = bare(NEITHER, Known(python), django=True)
    assert load.main + 8 * load.child == pytest.approx(eight_children, rel=0.01)


@pytest.mark.parametrize(("celery", "measured"), [("5.7", (52, 72, 113, 195)), ("5.2", (40, 55, 86, 148)), ("4.4", (34, 48, 75, 130))])
def test_idle_workers_without_django_need_what_was_measured(celery, measured):
    load = bare(Known(celery), NEITHER, django=False)
    needs = [load.main + (n - 1) * load.idle + 13 + 0.35 * (n + 1) for n in (1, 2, 4, 8)]
    assert needs == [pytest.approx(m, abs=2) for m in measured]


@pytest.mark.parametrize("version", [NEITHER, Unknown("two files disagree"), Known("5.4.0", GUESSED)])
def test_a_version_that_nobody_wrote_counts_as_the_one_that_was_measured_throughout(version):
    assert figures(bare(version, version, django=True)) == (43, 22, 25)


def test_a_child_is_as_resident_as_measured():
    assert bare(NEITHER, NEITHER, django=True).resident == pytest.approx(48.2, abs=0.5)


def test_a_bare_workers_parts_are_import_names():
    assert all(name.isidentifier() for name in PARTS)
