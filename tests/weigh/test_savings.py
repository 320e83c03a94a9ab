from __future__ import annotations

import pytest

from forkfit.model.container import Container
from forkfit.model.memory import Memory
from forkfit.model.span import whole_file
from forkfit.model.value import Absent, Known, Unknown
from forkfit.model.worker import Pool
from forkfit.weigh.savings import forks, heavy_imports, late_imports, saved_by_freezing, saved_by_importing_early

NONE = Absent("not said")
EVERYTHING = frozenset({"numpy", "scipy", "pandas", "requests", "torch", "scikit-learn", "django"})


@pytest.fixture
def contain(weigh):
    def make(*workers):
        estimate = weigh(*workers, installed=EVERYTHING)
        return Container("worker", whole_file("compose.yaml"), Known(1), NONE, NONE, workers, NONE, NONE, estimate)

    return make


class TestFreezing:
    @pytest.mark.parametrize(
        ("imports", "without", "frozen"),
        [([], 243, 128), (["rest_framework", "sqlalchemy"], 496, 268), (["torch"], 643, 280), (["transformers", "torch"], 1516, 601)],
    )
    def test_eight_children_save_no_more_than_was_measured_and_not_much_less(self, contain, worker, code, imports, without, frozen):
        saved = 8 * saved_by_freezing(contain(worker(8, code(*imports))), 0).in_mib
        assert 0.55 * (without - frozen) <= saved <= 1.02 * (without - frozen)

    def test_what_comes_with_the_tasks_is_never_shared(self, contain, worker, code):
        late, bare = contain(worker(8, code(late=["torch"]))), contain(worker(8))
        assert saved_by_freezing(late, 0) == saved_by_freezing(bare, 0)

    @pytest.mark.parametrize("pool", [Pool.SOLO, Pool.THREADS, Pool.GEVENT, Pool.EVENTLET])
    def test_a_pool_that_forks_nothing_saves_nothing(self, contain, worker, pool):
        assert saved_by_freezing(contain(worker(8, pool=pool)), 0) is None

    @pytest.mark.parametrize("method", [Known("spawn"), Known("forkserver"), Unknown("from the environment")])
    def test_only_what_is_known_to_fork_shares(self, worker, method):
        assert not forks(worker(8, start_method=method))
        assert forks(worker(8))

    @pytest.mark.parametrize(("version", "has_signal"), [("5.2.7", False), ("5.3.0", True), ("5.7.0", True)])
    def test_a_release_without_the_signal_has_nothing_to_connect_to(self, contain, worker, version, has_signal):
        assert (saved_by_freezing(contain(worker(8, celery_version=Known(version))), 0) is not None) == has_signal


class TestHeavyImports:
    def test_a_library_counts_with_all_that_only_it_brings_along(self, contain, worker, code):
        (heavy,) = heavy_imports(contain(worker(2, code("pandas"))), 0)
        assert (heavy.part.what, [part.what for part in heavy.brought]) == ("pandas", ["numpy"])
        assert heavy.cost.parent.in_mib == pytest.approx(30.7, abs=0.1)

    def test_what_another_import_needs_would_not_go(self, contain, worker, code):
        found = heavy_imports(contain(worker(2, code("torch", "whisper"))), 0)
        assert "torch" not in [heavy.part.what for heavy in found]
        assert "torch" not in [part.what for heavy in found for part in heavy.brought]

    def test_light_libraries_are_no_news(self, contain, worker, code):
        assert heavy_imports(contain(worker(2, code("requests", "django", "boto3"))), 0) == ()


class TestLateImports:
    def test_an_import_at_module_level_is_paid_once_and_shared_in_part(self, contain, worker, code):
        """Measured on eight children: 1314 MiB with torch in the task, 643 with torch at module level."""
        parts = late_imports(contain(worker(8, code(late=["torch"]))), 0)
        assert saved_by_importing_early(parts, 8).in_mib == pytest.approx(1314 - 643, rel=0.1)

    def test_for_one_child_it_would_be_more(self, contain, worker, code):
        parts = late_imports(contain(worker(1, code(late=["torch"]))), 0)
        assert saved_by_importing_early(parts, 1) < Memory(0)

    def test_imports_before_the_fork_are_not_late(self, contain, worker, code):
        assert late_imports(contain(worker(8, code("torch"))), 0) == ()
