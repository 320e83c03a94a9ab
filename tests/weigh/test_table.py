from __future__ import annotations

import sys

import pytest

from forkfit.model.source import BrokenSource
from forkfit.weigh.table import Table, read_weight

FIGURES = "{main = 10, child = 4, child_idle = 4, resident = 12}"


@pytest.fixture
def shelf(tmp_path):
    """Make a shelf of one file."""

    def make(name, text):
        (tmp_path / f"{name}.toml").write_text(text)
        return Table((str(tmp_path),))

    return make


def test_a_module_weighs_what_its_package_weighs(table):
    assert table.get("google.cloud.storage.blob") == table.get("google.cloud.storage")
    assert table.get("torch.nn.functional").library == "torch"


@pytest.mark.parametrize("library", ["google", "google.cloud", "nobody_knows", "", ".", "../schema", "torch/../torch", "a b"])
def test_what_no_shelf_holds_has_no_weight(table, library):
    assert table.get(library) is None


def test_another_name_of_a_library_has_its_weight(table):
    assert table.get("fitz") == table.get("pymupdf")
    assert table.get("botocore.exceptions").library == "boto3"


def test_an_import_name_in_other_letters_is_another_library(table):
    assert table.get("Torch") is None


def test_a_file_in_other_letters_is_about_another_library(shelf):
    assert shelf("torch", f'library = "Torch"\nexclusive = {FIGURES}').get("torch") is None


def test_the_first_shelf_that_has_a_library_wins(shelf, table):
    above = shelf("torch", f'library = "torch"\nexclusive = {FIGURES}')
    both = Table((*above.shelves, *table.shelves))
    assert both.get("torch").main == 10
    assert both.get("numpy") == table.get("numpy")


def test_a_projects_own_weight_wins_over_every_shelf(table):
    own = read_weight({"exclusive": {"main": 1, "child": 1, "child_idle": 1, "resident": 1}}, "torch")
    assert Table(table.shelves, (own,)).get("torch.nn") == own


def test_without_a_closure_the_own_share_is_the_cap(shelf):
    weight = shelf("plain", f'library = "plain"\nexclusive = {FIGURES}').get("plain")
    assert (weight.closure_main, weight.closure_child, weight.distributions) == (10, 4, ("plain",))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("library = ", "Invalid value"),
        (f'library = "other"\nexclusive = {FIGURES}', "is about 'other', not 'odd'"),
        ('library = "odd"', "odd has no exclusive weight"),
        ('library = "odd"\nexclusive = {main = 1}', "exclusive.child is None"),
        ('library = "odd"\nexclusive = {main = -1, child = 1, child_idle = 1, resident = 1}', "exclusive.main is -1"),
        ('library = "odd"\nexclusive = {main = 1e9, child = 1, child_idle = 1, resident = 1}', "exclusive.main is 1000000000.0"),
        ('library = "odd"\nexclusive = {main = nan, child = 1, child_idle = 1, resident = 1}', "exclusive.main is nan"),
        ('library = "odd"\nexclusive = {main = true, child = 1, child_idle = 1, resident = 1}', "exclusive.main is True"),
        ('library = "odd"\nexclusive = {main = "12", child = 1, child_idle = 1, resident = 1}', "exclusive.main is '12'"),
        (f'library = "odd"\nimplies = "numpy"\nexclusive = {FIGURES}', "implies is 'numpy', not a list of names"),
        (f'library = "odd"\nversion = 2\nexclusive = {FIGURES}', "version is 2, not a text"),
        ('library = "odd"\nsame_as = "nobody"', "same_as is 'nobody', which has no weight"),
        ('library = "odd"\nsame_as = "odd"', "odd has no exclusive weight"),
        ('library = "odd"\nsame_as = 3', "same_as is 3, which has no weight"),
    ],
)
def test_nonsense_on_a_shelf_is_refused_with_its_place(shelf, text, why):
    with pytest.raises(BrokenSource, match="is no weight") as refused:
        shelf("odd", text).get("odd")
    assert why in str(refused.value)
    assert refused.value.at.file.endswith("odd.toml")


def test_a_weight_that_is_not_utf_8_is_refused(tmp_path):
    (tmp_path / "odd.toml").write_bytes(b'library = "\xff"')
    with pytest.raises(BrokenSource, match="is no weight"):
        Table((str(tmp_path),)).get("odd")


def test_a_bare_worker_reads_no_toml(weigh, worker, code, monkeypatch):
    monkeypatch.setitem(sys.modules, "tomllib", None)
    assert weigh(worker(20, code("celery", "kombu.serialization", "redis", "json", "os.path"))).gaps == ()
