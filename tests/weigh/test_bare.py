from __future__ import annotations

import pytest

from forkfit.model.span import Role, Step
from forkfit.model.value import Absent, Known, Unknown
from forkfit.weigh.bare import PARTS, bare
from forkfit.weigh.companions import CFFI
from forkfit.weigh.load import Load

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
        ("5.2.7", False, (33, 17.3, 19.4)),
        ("4.4.7", False, (33, 15.6, 17.5)),
        ("5", False, (33, 17.3, 19.4)),
        ("6.0", True, (43, 22, 25)),
        ("main", True, (43, 22, 25)),
    ],
)
def test_an_older_celery_weighs_less(celery, django, expected):
    assert figures(bare(Known(celery), NEITHER, django)) == expected


@pytest.mark.parametrize("django", [True, False])
@pytest.mark.parametrize(("python", "eight_children"), [("3.10", 198), ("3.12.1", 214), ("3.13", 231), ("3.14", 231)])
def test_eight_warm_children_need_what_was_measured_on_each_python(python, eight_children, django):
    load = bare(NEITHER, Known(python), django=django)
    assert load.main + 8 * load.child == pytest.approx(eight_children, rel=0.01)


@pytest.mark.parametrize(
    ("django", "cffi", "eight_children"), [(True, False, 243), (True, True, 244), (False, False, 223), (False, True, 240)]
)
def test_what_is_installed_beside_celery_weighs_in_each_child(django, cffi, eight_children):
    load = bare(NEITHER, Known("3.11.7"), django, CFFI.load if cffi else Load())
    assert load.main + 8 * load.child == pytest.approx(eight_children, rel=0.01)


# MiB that the kernel counted for real workers on Redis with 2, 4 and 8 children, idle and after tasks.
@pytest.mark.parametrize(
    ("celery", "python", "idle", "warm"),
    [
        ("5.7.0", "3.11", (72.5, 113.1, 194.9), (86.8, 132.4, 224.7)),
        ("5.7.0", "3.10", (64.9, 101.2, 173.2), (77.4, 118.4, 200.2)),
        ("5.7.0", "3.12", (69.3, 109.3, 189.2), (83.8, 127.8, 215.6)),
        ("5.7.0", "3.13", (72.4, 116.8, 205.0), (88.3, 136.6, 232.6)),
        ("5.4.0", "3.11", (64.0, 100.7, 174.3), (77.1, 118.0, 199.8)),
        ("5.3.6", "3.11", (63.8, 100.4, 173.8), (76.7, 117.4, 198.7)),
        ("5.2.7", "3.11", (61.2, 96.0, 166.1), (73.6, 112.4, 190.4)),
        ("5.2.7", "3.10", (55.0, 86.2, 148.7), (66.1, 101.0, 171.2)),
        ("5.2.7", "3.9", (54.8, 85.5, 147.0), (65.3, 99.4, 168.0)),
        ("4.4.7", "3.10", (58.3, 89.8, 153.2), (69.6, 104.7, 176.0)),
    ],
)
def test_workers_with_nothing_beside_celery_need_what_was_measured(celery, python, idle, warm):
    load = bare(Known(celery), Known(python), django=False)
    counts = (2, 4, 8)
    assert [load.main + (n - 1) * load.idle + 13 + 0.35 * (n + 1) for n in counts] == [pytest.approx(m, rel=0.09) for m in idle]
    assert [load.main + n * load.child + 0.35 * (n + 1) for n in counts] == [pytest.approx(m, rel=0.05) for m in warm]


@pytest.mark.parametrize("version", [NEITHER, Unknown("two files disagree"), Known("5.4.0", GUESSED)])
def test_a_version_that_nobody_wrote_counts_as_the_one_that_was_measured_throughout(version):
    assert figures(bare(version, version, django=True)) == (43, 22, 25)


def test_a_child_is_as_resident_as_measured():
    assert bare(NEITHER, NEITHER, django=True).resident == pytest.approx(48.2, abs=0.5)


def test_a_bare_workers_parts_are_import_names():
    assert all(name.isidentifier() for name in PARTS)
