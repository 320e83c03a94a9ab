from __future__ import annotations

from pathlib import Path
from statistics import mean

import pytest

from forkfit.model.span import Role, Span, whole_file
from forkfit.model.weight import Built
from forkfit.model.worker import Code, Import, When
from forkfit.weigh.closure import OWN_MODULE, close
from forkfit.weigh.load import Load, columns
from forkfit.weigh.median import MEDIANS
from forkfit.weigh.present import normal
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
        (["torch", "transformers", "sentence_transformers"], LABORATORY, 312.4, 111.2),
        (["numpy", "pandas", "sklearn"], LABORATORY, 89.9, 31.6),
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


@pytest.mark.parametrize(
    ("installed", "counts"),
    [(frozenset({"torch"}), True), (frozenset({"celery"}), False), (None, False)],
    ids=["a file lists it", "a file does not", "no file says"],
)
def test_an_import_that_the_code_can_do_without_counts_only_where_a_file_lists_the_library(table, installed, counts):
    guarded = Code((Import("torch", whole_file("app.py"), optional=True),))
    assert close(guarded, table, installed).has("torch") == counts


def test_a_guarded_import_of_a_library_that_no_table_knows_goes_by_its_own_name(table):
    guarded = Code((Import("mystery", whole_file("app.py"), optional=True),))
    assert close(guarded, table, frozenset({"mystery"})).unweighed == ("mystery",)
    assert close(guarded, table, frozenset({"riddle"})).unweighed == ()


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


def test_a_library_that_the_code_names_is_loaded_whole(table, code):
    """scikit-image alone imports a part of SciPy; next to an import of SciPy itself nothing of it is left out."""
    everything = frozenset({"numpy", "scipy", "pillow"})
    own = sum(table.get(name).main for name in ("skimage", "scipy", "numpy", "PIL"))
    assert main(close(code("skimage", "scipy"), table, everything)) == pytest.approx(own, abs=1)
    assert main(close(code("skimage", "numpy"), table, everything)) == pytest.approx(23.03)


def test_of_a_library_that_two_bring_along_the_larger_part_counts(table, code):
    """Transformers imports half of SciPy and scikit-learn most of it: together they need no more than scikit-learn does."""
    everything = frozenset({"numpy", "scipy", "pandas", "torch", "huggingface-hub", "tokenizers"})
    together = {s.library: s.load.main for s in close(code("transformers", "sklearn"), table, everything).shares}
    alone = {s.library: s.load.main for s in close(code("sklearn"), table, everything).shares}
    assert together["scipy"] == pytest.approx(alone["scipy"])
    assert together["scipy"] < table.get("scipy").main


KEPT_ASIDE = (
    (["fastapi", "requests", "sqlalchemy"], 443),
    (["rest_framework", "sqlalchemy", "boto3", "PIL", "reportlab", "openpyxl", "pypdf"], 642),
    (["chromadb", "litellm", "langchain_openai", "tiktoken"], 1212),
    (["spacy", "pandas", "sklearn"], 1153),
    (["tensorflow", "PIL"], 1494),
    (["google.cloud.storage", "google.cloud.bigquery", "pandas", "pyarrow"], 504),
    (["openai", "anthropic", "httpx", "pydantic", "sqlalchemy", "sentry_sdk", "psycopg2"], 878),
    (["cv2", "numpy", "PIL", "skimage", "matplotlib"], 472),
    (["whisper", "librosa"], 1027),
)


def test_sets_that_the_weights_were_not_taken_from_need_what_was_measured(table, code):
    """MiB of eight warm children, measured with everything installed that any of the libraries may import."""
    libraries = (w for path in Path(table.shelves[0]).glob("*.toml") if (w := table.get(path.stem)))
    everything = frozenset(normal(name) for library in libraries for name in library.distributions)
    errors = []
    for imports, measured in KEPT_ASIDE:
        load = close(code(*imports), table, everything).load
        need = 43 + load.main + 8 * (25 + load.child) + 9 * 0.35 * (1 + load.main / 150)
        errors.append(need / measured - 1)
    assert max(map(abs, errors)) < 0.08
    assert mean(map(abs, errors)) < 0.035


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
    assert [s.load for s in closure.shares if not s.weighed] == [MEDIANS[Built.UNKNOWN], MEDIANS[Built.UNKNOWN].delayed]


def test_it_counts_as_the_median_of_those_that_are_built_as_it_is(table, code):
    kinds = {"mystery": Built.NATIVE, "riddle": Built.ADDON}
    closure = close(code("mystery.part", "riddle"), table.replace(built=kinds.__getitem__), None)
    assert {s.library: s.load for s in closure.shares} == {"mystery.part": MEDIANS[Built.NATIVE], "riddle": MEDIANS[Built.ADDON]}


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
    assert [share.library for share in closure.shares] == ["wanted", "brought"]
