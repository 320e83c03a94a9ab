"""What Celery's worker takes up where it is installed, against workers that were measured."""

import pytest

from forkfit.model.span import Role, Step
from forkfit.model.value import Absent
from forkfit.weigh.bare import bare
from forkfit.weigh.companions import CFFI, COMPANIONS, taken_up

NEITHER = Absent("no file says", (Step(Role.ASSUMED, None, "none"),))
EVERYTHING = frozenset({"django", "pyyaml", "pygments", "cryptography"})


def nothing(_):
    return False


# A bare worker of Celery 5.7 with 8 children, idle and after garbage collection, as the cgroup counted it (MiB).
@pytest.mark.parametrize(
    ("installed", "idle", "warm"),
    [
        (frozenset(), 196, 226),
        (frozenset({"pyyaml"}), 201, 231),
        (frozenset({"cffi"}), 220, 242),
        (frozenset({"cryptography"}), 220, 242),
        (frozenset({"pygments"}), 203, 234),
    ],
    ids=["alone", "PyYAML", "cffi", "cryptography", "Pygments"],
)
def test_eight_children_need_what_was_measured(installed, idle, warm):
    load = bare(NEITHER, NEITHER, False, taken_up(installed, nothing))
    assert load.main + 8 * load.idle == pytest.approx(idle, rel=0.03)
    assert load.main + 8 * load.child == pytest.approx(warm, rel=0.03)


def test_all_of_them_beside_django_need_what_was_measured():
    load = bare(NEITHER, NEITHER, True, taken_up(EVERYTHING, nothing))
    assert load.main + 8 * load.idle == pytest.approx(235, rel=0.04)
    assert load.main + 8 * load.child == pytest.approx(258, rel=0.03)


def test_nothing_is_taken_up_that_no_file_lists():
    assert taken_up(None, nothing).main == 0
    assert taken_up(frozenset({"flask"}), nothing).child == 0


def test_code_that_imports_cryptography_runs_where_cffi_is():
    assert taken_up(None, lambda name: name == "cryptography").idle == CFFI.load.idle


def test_django_was_measured_with_some_of_them_beside_it():
    some = taken_up(frozenset({"pyyaml"}), nothing)
    assert bare(NEITHER, NEITHER, True, some) == bare(NEITHER, NEITHER, True)


@pytest.mark.parametrize("companion", COMPANIONS, ids=[companion.name for companion in COMPANIONS])
def test_distributions_are_named_as_indexes_compare_them(companion):
    assert all(name == name.lower().replace("_", "-").replace(".", "-") for name in companion.distributions)
