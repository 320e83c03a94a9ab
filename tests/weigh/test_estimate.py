from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import booleans, integers, sampled_from

from forkfit.model.memory import Memory
from forkfit.model.settings import Settings
from forkfit.model.span import Role, Span, Step, whole_file
from forkfit.model.value import Absent, Bounded, ByCpus, Known, Unknown
from forkfit.model.weight import Confidence
from forkfit.model.worker import Code, Gap, ModelLoad, Pool, When
from forkfit.weigh.estimate import largest_cpus

WRITTEN = (Step(Role.WRITTEN, Span(".env", 1, 13, 1, 15)),)
FIGURES = ("at_start", "warm", "busy", "handbook")


def mib(value):
    return round(value.value.in_mib, 1)


def all_of(estimate):
    return tuple(mib(getattr(estimate, name)) for name in FIGURES)


def counted(parts, counts):
    return sum(p.parent.bytes + p.child.bytes * counts[p.worker] for p in parts)


class TestTheIncident:
    def test_twenty_bare_children_need_about_480_mib_at_start(self, weigh, worker):
        """Measured: 484 MiB is killed, 490 lives."""
        assert mib(weigh(worker(20)).at_start) == pytest.approx(487, rel=0.02)

    def test_twenty_times_120_mib_is_more_than_two_gib_and_seventeen_fit(self, weigh, worker):
        found = weigh(worker(20), limit=2048, per_worker=120)
        assert (mib(found.handbook), found.safe_concurrency, found.handbook_concurrency) == (2400, 17, 17)
        assert found.confidence is Confidence.STATED

    def test_a_stated_parent_counts_once(self, weigh, worker):
        found = weigh(worker(20), limit=2048, per_worker=120, parent=90)
        assert (mib(found.handbook), found.safe_concurrency) == (2490, 16)

    def test_a_parent_alone_states_nothing(self, weigh, worker):
        assert weigh(worker(20), limit=2048, parent=90) == weigh(worker(20), limit=2048)

    def test_at_the_number_that_fits_nothing_exceeds_the_limit(self, weigh, worker):
        found = weigh(worker(17), limit=2048, per_worker=120)
        assert all(getattr(found, name).value <= Memory.mib(2048) for name in FIGURES)


@pytest.mark.parametrize(
    ("children", "at_start", "warm", "busy", "handbook"),
    [(1, 56.7, 68.7, 73.7, 48), (2, 79.1, 94.1, 104.1, 96), (4, 123.8, 144.8, 164.8, 192), (20, 481.4, 550.4, 650.4, 960)],
)
def test_a_bare_worker_costs_what_the_closed_form_says(weigh, worker, children, at_start, warm, busy, handbook):
    assert all_of(weigh(worker(children))) == (at_start, warm, busy, handbook)


def test_figures_are_in_mib_of_1024_squared_bytes(weigh, worker, code):
    found = weigh(worker(8, code("torch")))
    a, c, k = 122.23, 31.41, 0.35 * (1 + 122.23 / 150)
    assert found.at_start.value.in_mib == pytest.approx(43 + a + 7 * (22 + c) + 13 + 9 * k, abs=0.001)
    assert found.warm.value.in_mib == pytest.approx(43 + a + 8 * (25 + c) + 9 * k, abs=0.001)
    assert found.busy.value.in_mib == pytest.approx(43 + a + 8 * (25 + c + 5) + 9 * k, abs=0.001)


class TestHowProcessesComeAbout:
    def test_autoscale_starts_with_its_minimum_and_grows_to_its_maximum(self, weigh, worker):
        scaled = weigh(worker(10, processes_at_start=Known(2)))
        assert scaled.at_start == weigh(worker(2)).at_start
        assert scaled.warm == weigh(worker(10)).warm

    @pytest.mark.parametrize("pool", [Pool.SOLO, Pool.GEVENT, Pool.EVENTLET])
    def test_one_process_is_not_multiplied(self, weigh, worker, code, pool):
        found = weigh(worker(100, code("torch", late=["requests"]), pool=pool))
        assert (mib(found.at_start), mib(found.warm), mib(found.busy)) == (165.9, 170.1, 175.1)
        assert mib(found.handbook) == mib(weigh(worker(1, code("torch", late=["requests"]))).handbook)

    def test_each_thread_has_a_tasks_memory_of_its_own(self, weigh, worker):
        found = weigh(worker(20, pool=Pool.THREADS))
        assert (mib(found.warm), mib(found.busy)) == (43.4, 143.4)

    @pytest.mark.parametrize(("imports", "measured"), [([], 175), (["torch"], 817), (["rest_framework", "sqlalchemy"], 379)])
    def test_spawned_children_share_nothing(self, weigh, worker, code, imports, measured):
        found = weigh(worker(4, code(*imports), start_method=Known("spawn")), installed=frozenset({"numpy", "requests", "django"}))
        assert mib(found.warm) == pytest.approx(measured, rel=0.03)
        assert found.at_start == found.warm

    def test_embedded_beat_is_one_more_child_once_it_is_warm(self, weigh, worker, code):
        without, beat = weigh(worker(4, code("torch"))), weigh(worker(4, code("torch"), embedded_beat=Known(True)))
        assert mib(beat.warm) - mib(without.warm) == pytest.approx(58, abs=2)  # measured
        assert beat.at_start == without.at_start

    def test_a_health_check_that_imports_the_application_is_one_more_parent(self, weigh, worker, code):
        """Measured: 164 MiB for torch."""
        without, probed = weigh(worker(2, code("torch"))), weigh(worker(2, code("torch")), probe=True)
        assert mib(probed.warm) - mib(without.warm) == pytest.approx(164, abs=3)
        assert probed.at_start == without.at_start

    def test_imports_in_a_function_body_cost_each_child_after_its_first_task(self, weigh, worker, code):
        installed = frozenset({"django", "numpy"})
        lazy, bare = weigh(worker(8, code(late=["torch"])), installed=installed), weigh(worker(8), installed=installed)
        assert lazy.at_start == bare.at_start
        assert mib(lazy.warm) == pytest.approx(1314, rel=0.05)

    def test_a_boto3_client_costs_each_child_that_builds_it(self, weigh, worker):
        found = weigh(worker(4, Code(uses_boto3_client=True)))
        assert mib(found.busy) - mib(found.warm) == pytest.approx(4 * (5 + 15), abs=0.1)

    def test_a_boto3_client_at_module_level_is_shared(self, weigh, worker):
        held, without = weigh(worker(4, Code(holds_boto3_client=True))), weigh(worker(4))
        assert mib(held.warm) - mib(without.warm) == pytest.approx(14.6 + 4 * 7.9, abs=0.3)
        assert mib(held.busy) - mib(held.warm) == pytest.approx(4 * 5, abs=0.1)

    def test_the_working_set_of_a_task_is_a_setting(self, weigh, worker):
        found = weigh(worker(4), settings=Settings(working_set=Memory.mib(50)))
        assert mib(found.busy) - mib(found.warm) == pytest.approx(200, abs=0.1)

    @pytest.mark.parametrize(
        ("installed", "code", "at_start"),
        [
            (None, Code(), 123.8),
            (frozenset({"celery", "redis"}), Code(), 113.8),
            (frozenset({"Django"}), Code(), 123.8),
            (frozenset({"djangorestframework"}), Code(), 123.8),
            (frozenset({"django_celery_beat"}), Code(), 123.8),
            (frozenset({"celery"}), Code(uses_django=True), 168.1),
        ],
        ids=["nothing known", "without", "django", "rest framework", "django package", "used"],
    )
    def test_a_worker_is_lighter_where_django_is_not_installed(self, weigh, worker, installed, code, at_start):
        assert mib(weigh(worker(4, code), installed=installed).at_start) == at_start


class TestOpenValues:
    @pytest.mark.parametrize("expression", ["n", "max(2, n // 2)", "2 * n + 1", "4 if n > 8 else n"])
    def test_a_figure_by_cpus_is_the_known_figure_for_the_same_number(self, weigh, worker, code, expression):
        count = ByCpus(expression, WRITTEN)
        app = code("torch", "mystery", late=["pandas"], modules=7)
        both = [worker(count, app, embedded_beat=Known(True)), worker(3)]
        found = weigh(*both, probe=True)
        for name in FIGURES:
            assert getattr(found, name).trail == WRITTEN
        for cpus in range(1, 65):
            known = weigh(worker(count.at(cpus), app, embedded_beat=Known(True)), worker(3), probe=True)
            assert [getattr(found, name).at(cpus) for name in FIGURES] == [getattr(known, name).value.bytes for name in FIGURES]

    def test_a_figure_keeps_the_steps_of_the_concurrency(self, weigh, worker):
        found = weigh(worker(Known(20, WRITTEN)))
        assert [getattr(found, name).trail for name in FIGURES] == [WRITTEN] * 4

    def test_an_unknown_count_makes_unknown_figures(self, weigh, worker):
        found = weigh(worker(Unknown("a script decides")), limit=512)
        assert [getattr(found, name) for name in FIGURES] == [Unknown("a script decides")] * 4
        assert found.safe_concurrency == 15

    def test_an_unknown_pool_makes_unknown_figures_and_no_count_fits(self, weigh, worker):
        found = weigh(worker(4, pool=Pool.PREFORK).replace(pool=Unknown("a class of the project")), limit=512)
        assert found.at_start == Unknown("the pool is not known")
        assert (found.fits_at_start, found.safe_concurrency, found.parts) == (None, None, ())

    def test_a_count_of_two_branches_makes_figures_of_two(self, weigh, worker):
        found = weigh(worker(Bounded((Known(2), Known(4)))), limit=512)
        assert [mib(a) for a in found.at_start.alternatives] == [79.1, 123.8]
        assert found.safe_concurrency == 15

    def test_where_the_pool_depends_on_a_branch_both_are_weighed(self, weigh, worker):
        found = weigh(worker(4).replace(pool=Bounded((Known(Pool.PREFORK), Known(Pool.SOLO)))), limit=60)
        assert [mib(a) for a in found.warm.alternatives] == [144.8, 43.4]
        assert found.parts == weigh(worker(4)).parts
        assert found.fits_at_start == 1

    def test_the_users_cpu_count_stands_in_for_the_hosts(self, weigh, worker):
        found = weigh(worker(ByCpus()), settings=Settings(cpus=8))
        assert mib(found.at_start) == mib(weigh(worker(8)).at_start)
        assert found.at_start.trail[-1].role is Role.ASSUMED

    def test_an_unknown_beat_and_start_method_are_celerys_own(self, weigh, worker):
        odd = worker(4, embedded_beat=Unknown("why"), start_method=Unknown("why"))
        assert weigh(odd) == weigh(worker(4))


class TestWhatFits:
    @pytest.mark.parametrize("limit", [64, 100, 256, 512, 1024, 4096])
    def test_one_more_child_than_fits_does_not_fit(self, weigh, worker, code, limit):
        app = code("rest_framework", modules=30)
        fits = weigh(worker(1, app), limit=limit)
        for name, most in (("at_start", fits.fits_at_start), ("warm", fits.fits_warm), ("busy", fits.safe_concurrency)):
            needs = [getattr(weigh(worker(n, app)), name).value.in_mib for n in (most, most + 1)]
            assert needs[1] > limit
            assert needs[0] <= limit or most == 0
        assert fits.handbook_concurrency == limit // weigh(worker(1, app)).handbook.value.in_mib

    def test_without_a_limit_no_count_is_told(self, weigh, worker):
        found = weigh(worker(4))
        assert (found.fits_at_start, found.fits_warm, found.safe_concurrency, found.handbook_concurrency) == (None,) * 4

    @pytest.mark.parametrize(
        "limit", [Unknown("a variable"), Absent("no limit declared"), Bounded((Known(Memory.mib(512)), Unknown("why")))]
    )
    def test_without_a_known_limit_no_count_is_told(self, weigh, worker, limit):
        assert weigh(worker(4), limit=limit).safe_concurrency is None

    def test_of_two_limits_the_smaller_decides(self, weigh, worker):
        limit = Bounded((Known(Memory.mib(512)), Known(Memory.mib(1024))))
        assert weigh(worker(4), limit=limit).safe_concurrency == weigh(worker(4), limit=512).safe_concurrency

    def test_where_the_parent_alone_is_too_large_nothing_fits(self, weigh, worker):
        found = weigh(worker(4), limit=32)
        assert (found.fits_at_start, found.fits_warm, found.safe_concurrency) == (0, 0, 0)

    def test_the_handbook_decides_where_settings_say_so(self, weigh, worker):
        found = weigh(worker(4), limit=512, settings=Settings(handbook_decides=True))
        assert found.safe_concurrency == found.handbook_concurrency == 10

    def test_a_number_of_threads_changes_only_what_tasks_need(self, weigh, worker):
        found = weigh(worker(20, pool=Pool.THREADS), limit=64)
        assert (found.fits_warm, found.safe_concurrency) == (20, 4)
        assert weigh(worker(1, pool=Pool.SOLO), limit=32).safe_concurrency == 0
        assert weigh(worker(ByCpus(), pool=Pool.THREADS), limit=64).fits_warm is None


class TestSeveralPrograms:
    def test_programs_of_a_container_add_up(self, weigh, worker, code):
        web, mail = worker(4, code("django")), worker(2)
        found = weigh(web, mail)
        for name in FIGURES:
            assert getattr(found, name).value == getattr(weigh(web), name).value + getattr(weigh(mail), name).value

    def test_the_count_that_fits_is_that_of_the_largest_prefork_worker(self, weigh, worker):
        small, large, threads = worker(2), worker(8), worker(50, pool=Pool.THREADS)
        found = weigh(threads, small, large, limit=1024)
        assert found.safe_concurrency == weigh(threads, small, large, limit=1024, subject=2).safe_concurrency
        rest = mib(weigh(threads, small).busy)
        assert found.safe_concurrency == weigh(large, limit=1024 - rest).safe_concurrency

    def test_what_fits_of_one_worker_leaves_the_others_as_they_are(self, weigh, worker):
        found = weigh(worker(4), worker(8), limit=512, subject=0)
        assert found.fits_at_start == int((512 - mib(weigh(worker(8)).at_start) - 43 - 13 + 22 - 0.35) // 22.35)

    def test_beside_an_unknown_worker_no_count_is_told(self, weigh, worker):
        assert weigh(worker(8), worker(Unknown("why")), limit=512, subject=0).fits_at_start is None

    def test_a_stated_figure_holds_for_the_children_of_every_program(self, weigh, worker):
        found = weigh(worker(6), worker(4), limit=1200, per_worker=100)
        assert (mib(found.handbook), found.safe_concurrency) == (1000, 8)

    def test_one_health_check_imports_the_largest_application(self, weigh, worker, code):
        apps = worker(1, code("requests")), worker(1, code("torch"))
        probes = [part for part in weigh(*apps, probe=True).parts if "health check" in part.what]
        assert [(part.worker, round(part.parent.in_mib)) for part in probes] == [(1, 165)]


class TestTheSum:
    @pytest.mark.parametrize("pool", Pool)
    @pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
    def test_the_parts_add_up_to_the_figures(self, weigh, worker, code, pool, method):
        app = code("transformers", "mystery", "faster_whisper", late=["pandas", "riddle"], modules=12, uses_boto3_client=True)
        first = worker(6, app, pool=pool, start_method=Known(method), embedded_beat=Known(True), processes_at_start=Known(3))
        second = worker(2, code("torch"))
        found = weigh(first, second, probe=True, installed=frozenset({"torch"}))
        running = (6, 2)
        assert counted(found.parts, running) == found.busy.value.bytes
        assert counted([p for p in found.parts if not p.in_task], running) == found.warm.value.bytes
        assert counted(found.parts_at_start, (3, 2)) == found.at_start.value.bytes

    def test_the_sum_names_what_it_is_made_of(self, weigh, worker, code):
        found = weigh(worker(4, code("pandas", "mystery", modules=3)), probe=True)
        assert [(p.what, round(p.parent.in_mib, 1), round(p.child.in_mib, 1), p.confidence.value) for p in found.parts] == [
            ("Celery itself", 43.0, 25.0, "table"),
            ("pandas", 25.1, 8.9, "table"),
            ("numpy", 5.6, 1.9, "table"),
            ("mystery", 4.4, 1.9, "assumed"),
            ("the project's own 3 modules", 0.2, 0.1, "assumed"),
            ("health check that imports the application", 73.9, 0.0, "table"),
            ("health check that imports the application: libraries of unknown weight", 4.4, 0.0, "assumed"),
            ("kernel memory", 0.4, 0.4, "table"),
            ("working set of a task", 0.0, 5.0, "assumed"),
        ]

    def test_a_library_in_the_sum_tells_where_it_is_imported(self, weigh, worker, code):
        parts = {p.what: p for p in weigh(worker(4, code("pandas"))).parts}
        assert parts["pandas"].trail == (Step(Role.IMPORTED, whole_file("app.py")),)

    def test_only_the_projects_own_modules_are_marked_as_its_own(self, weigh, worker, code):
        assert [p.what for p in weigh(worker(4, code("mystery", modules=1))).parts if p.own_modules] == ["the project's own module"]


class TestHowSureItIs:
    @pytest.mark.parametrize(("strangers", "at_least"), [(3, False), (4, True)])
    def test_with_more_than_three_unweighed_libraries_figures_are_floors(self, weigh, worker, code, strangers, at_least):
        found = weigh(worker(4, code(*(f"stranger{i}" for i in range(strangers)))))
        assert (found.at_least, len(found.gaps), found.confidence) == (at_least, strangers, Confidence.ASSUMED)

    def test_a_model_makes_figures_floors_and_is_named(self, weigh, worker):
        at = Span("tasks.py", 4, 9, 4, 21)
        model = ModelLoad("faster_whisper", "WhisperModel", Known("small"), at, When.CHILD, Unknown("not weighed"))
        found = weigh(worker(4, Code(models=(model,))))
        assert (found.at_least, found.gaps) == (
            True,
            ("faster_whisper.WhisperModel loads a model of unknown size: this model was not weighed",),
        )
        assert [(p.what, p.trail[0].at) for p in found.parts if p.trail] == [("faster_whisper.WhisperModel (model of unknown size)", at)]

    def test_code_that_was_not_found_makes_figures_floors(self, weigh, worker):
        found = weigh(worker(4, Code(gaps=(Gap("the module shop.tasks is not in the repository"),))))
        assert (found.at_least, found.gaps) == (True, ("the module shop.tasks is not in the repository",))

    def test_measured_imports_are_of_the_table(self, weigh, worker, code):
        found = weigh(worker(4, code("torch")))
        assert (found.at_least, found.confidence) == (False, Confidence.TABLE)


class TestHosts:
    def test_the_largest_host_is_the_last_that_fits(self, weigh, worker):
        found = weigh(worker(ByCpus()))
        most = largest_cpus(found, Memory.mib(512))
        assert found.busy.at(most) <= Memory.mib(512).bytes < found.busy.at(most + 1)

    @pytest.mark.parametrize(("limit", "most"), [(32, 0), (10**6, None)])
    def test_nothing_fits_or_everything_does(self, weigh, worker, limit, most):
        assert largest_cpus(weigh(worker(ByCpus())), Memory.mib(limit)) == most

    def test_a_known_count_depends_on_no_host(self, weigh, worker):
        assert largest_cpus(weigh(worker(400)), Memory.mib(64)) is None

    def test_a_stated_figure_decides_for_hosts_too(self, weigh, worker):
        assert largest_cpus(weigh(worker(ByCpus()), per_worker=120), Memory.mib(2048)) == 17


def test_more_children_never_need_less(weigh, worker, code):
    app = code("django", "requests", modules=50)
    for name in FIGURES:
        needs = [getattr(weigh(worker(n, app)), name).value.bytes for n in range(1, 65)]
        assert needs == sorted(set(needs))


def test_more_imports_never_need_less(weigh, worker, code):
    names = ["requests", "numpy", "skimage", "scipy", "numba", "sklearn", "pandas", "whisper", "torch", "transformers", "dask", "mystery"]
    for name in FIGURES:
        needs = [getattr(weigh(worker(4, code(*names[:length]))), name).value.bytes for length in range(len(names) + 1)]
        assert needs == sorted(needs)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    children=integers(1, 40),
    room=integers(40, 4000),
    heavy=sampled_from([(), ("torch",), ("pandas", "boto3"), ("mystery",)]),
    beside=integers(0, 3),
    beat=booleans(),
    probe=booleans(),
)
def test_the_counts_that_fit_are_the_largest_and_the_figures_the_smallest_limits(
    weigh, worker, code, children, room, heavy, beside, beat, probe
):
    others = [worker(beside)] if beside else []

    def at(count, limit=room):
        return weigh(worker(count, code(*heavy), embedded_beat=Known(beat)), *others, limit=limit, probe=probe, subject=0)

    found = at(children)
    for fits, figure in (
        ("fits_at_start", "at_start"),
        ("fits_warm", "warm"),
        ("safe_concurrency", "busy"),
        ("handbook_concurrency", "handbook"),
    ):
        most = getattr(found, fits)
        if most:
            assert getattr(at(most), figure).value <= Memory.mib(room)
        assert Memory.mib(room) < getattr(at(most + 1), figure).value
        need = getattr(found, figure).value
        assert getattr(at(children, limit=Known(need)), fits) == children
        assert getattr(at(children, limit=Known(Memory(need.bytes - 1))), fits) < children
