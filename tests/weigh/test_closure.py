from __future__ import annotations

import pytest

from forkfit.model.span import Role, Span
from forkfit.model.worker import Code, Import, When
from forkfit.weigh.closure import MEDIAN, OWN_MODULE, close
from forkfit.weigh.load import Load, columns
from forkfit.weigh.table import Table

LABORATORY = frozenset({"numpy", "scipy", "pandas", "requests", "torch", "scikit-learn"})


def main(closure):
    return closure.load.main


@pytest.mark.parametrize(
    ("imports", "installed", "parent", "child"),
    [
        ([], None, 0, 0),
        (["rest_framework", "sqlalchemy"], LABORATORY, 39.0, 21.5),
        (["requests", "boto3", "pandas"], LABORATORY, 43.7, 17.7),
        (["torch"], LABORATORY, 127.7, 33.3),
        (["faster_whisper"], LABORATORY, 12.6, 3.6),
        (["torch", "transformers", "sentence_transformers"], LABORATORY, 329.1, 116.3),
        (["numpy", "pandas", "sklearn"], LABORATORY, 96.5, 32.6),
    ],
)
def test_measured_import_sets_add_up(table, code, imports, installed, parent, child):
    load = close(code(*imports), table, installed).load
    assert (load.main, load.child) == (pytest.approx(parent, abs=0.1), pytest.approx(child, abs=0.1))


def test_an_optional_dependency_counts_only_where_a_file_lists_it(table, code):
    without, unknown = close(code("transformers"), table, frozenset()), close(code("transformers"), table, None)
    assert without == unknown
    assert not without.has("torch")
    assert close(code("transformers"), table, frozenset({"torch"})).has("torch")


@pytest.mark.parametrize("listed", ["scikit-learn", "scikit_learn", "Scikit.Learn"])
def test_distributions_are_compared_as_package_indexes_compare_them(table, code, listed):
    assert close(code("xgboost"), table, frozenset({listed.lower().replace("_", "-").replace(".", "-")})).has("sklearn")


def test_an_optional_dependency_counts_where_the_code_imports_it_anywhere(table, code):
    closure = close(code("transformers", late=["torch"]), table, None)
    assert closure.load.late == 0
    assert main(closure) == pytest.approx(main(close(code("transformers", "torch"), table, None)))


def test_any_distribution_of_a_library_will_do(table, code):
    assert close(code("tensorflow"), table, frozenset({"opencv-python"})).has("cv2")


def test_each_library_counts_once_however_often_it_is_imported(table, code):
    once = close(code("pandas", "numpy"), table, None)
    assert close(code("numpy", "pandas.core", "numpy.random", "pandas", "numpy"), table, None).load == once.load
    assert [share.library for share in once.shares] == ["pandas", "numpy"]


@pytest.mark.parametrize(
    ("imports", "cap"),
    [(["skimage"], 23.03), (["numba"], 24.38), (["dask"], 69.34), (["whisper"], 148.89)],
)
def test_a_library_that_imports_parts_of_others_weighs_no_more_than_alone(table, code, imports, cap):
    everything = frozenset({"numpy", "scipy", "pandas", "pyarrow"})
    closure = close(code(*imports), table, everything)
    assert main(closure) == pytest.approx(cap)
    assert sum(share.load.main for share in closure.shares) == pytest.approx(cap)


@pytest.mark.parametrize(
    ("imports", "uncapped", "capped"),
    [
        (["cv2", "numpy", "PIL", "skimage", "matplotlib"], 0.166, 0.094),
    ],
)
def test_the_cap_takes_off_what_it_took_off_the_sets_kept_aside(table, code, imports, uncapped, capped):
    """Measured with 8 children: the error of the sum without and with the cap."""
    everything = frozenset({"numpy", "scipy", "pandas", "pyarrow", "matplotlib", "jax", "opencv-python", "scikit-learn", "pillow"})

    def need(main, child):
        return 43 + main + 8 * (25 + child) + 9 * 0.35 * (1 + main / 150)

    closure = close(code(*imports), table, everything | {"huggingface-hub"})
    own = [table.get(share.library) for share in closure.shares]
    whole = need(sum(w.main for w in own), sum(w.child for w in own))
    assert whole / need(closure.load.main, closure.load.child) == pytest.approx((1 + uncapped) / (1 + capped), abs=0.02)


def test_an_import_in_a_function_body_is_private_to_each_child(table, code):
    load = close(code(late=["torch"]), table, None).load
    assert (load.main, load.child, load.idle) == (0, 0, 0)
    assert load.late == pytest.approx(122.2, abs=0.1)


def test_what_is_shared_already_is_not_paid_for_again_in_a_function_body(table, code):
    load = close(code("numpy", late=["pandas", "numpy"]), table, None).load
    assert (load.main, load.late) == (pytest.approx(5.58), pytest.approx(25.1, abs=0.1))


@pytest.mark.parametrize(
    "names", [["celery", "kombu.serialization", "billiard", "vine", "amqp", "redis", "click"], ["json", "os", "asyncio.tasks"]]
)
def test_what_a_bare_worker_holds_and_the_standard_library_weigh_nothing(table, code, names):
    assert close(code(*names), table, None).shares == ()


def test_a_django_worker_holds_django_though_no_import_shows_it(table):
    assert close(Code(uses_django=True), table, None).has("django")


def test_a_library_that_no_table_knows_counts_as_the_median_and_is_named(table, code):
    closure = close(code("torch", "mystery.part", "mystery.other", late=["riddle"]), table, None)
    assert closure.unweighed == ("mystery.part", "riddle")
    assert [s.load for s in closure.shares if not s.weighed] == [MEDIAN, MEDIAN.delayed]


def test_a_package_of_which_a_part_is_weighed_is_not_unweighed(table, code):
    assert close(code("google.cloud.storage", "google.auth"), table, None).unweighed == ()


def test_a_projects_own_modules_weigh_a_little_each(table):
    assert close(Code(modules=100), table, None).load == OWN_MODULE * 100
    assert OWN_MODULE.child == pytest.approx(0.6 * OWN_MODULE.main)


def test_a_library_tells_where_it_is_imported_and_one_that_came_along_does_not(table):
    at, through = Span("tasks.py", 2, 1, 2, 13), Span("app.py", 9, 1, 9, 13)
    shares = {s.library: s for s in close(Code((Import("pandas", at, (through,)),)), table, None).shares}
    assert [(step.role, step.at) for step in shares["pandas"].trail] == [(Role.IMPORTED, at), (Role.IMPORTED, through)]
    assert shares["numpy"].trail == ()


def test_the_place_of_an_import_is_the_first_before_the_fork(table):
    late, early = Span("tasks.py", 2, 5, 2, 17), Span("app.py", 9, 1, 9, 13)
    code = Code((Import("numpy", late, (), When.CHILD), Import("numpy", early)))
    assert close(code, table, None).shares[0].trail[0].at == early


def test_loads_add_up_column_by_column():
    load = Load(1, 2, 3, 4, 5)
    assert columns(load + load - load * 3) == (-1, -2, -3, -4, -5)
    assert load.delayed == Load(resident=4, late=1)


def test_only_weights_that_are_asked_for_are_read(tmp_path, code):
    """Nonsense on the shelf is refused as soon as it is read."""
    columns_of_it = "{main = 10, child = 4, child_idle = 4, resident = 12}"
    for name, implies in (("wanted", '["brought"]'), ("brought", "[]")):
        text = f'library = "{name}"\nimplies = {implies}\nimplies_optional = ["absent"]\nexclusive = {columns_of_it}\n'
        (tmp_path / f"{name}.toml").write_text(text)
    for name in ("absent", "other"):
        (tmp_path / f"{name}.toml").write_text("nonsense")
    closure = close(code("wanted", "celery", "json"), Table((str(tmp_path),)), None)
    assert [share.library for share in closure.shares] == ["brought", "wanted"]
