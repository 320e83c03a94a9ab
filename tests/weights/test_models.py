"""The weights of models: every file follows the schema, can be read, and says what was measured."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from forkfit.evaluate.python.model_loaders import LOADED_BY, MADE_BY
from forkfit.model.source import BrokenSource
from forkfit.weigh.models.loaders import SIZE
from forkfit.weigh.models.table import library_named

SHELF = Path(__file__).parents[2] / "linter" / "forkfit" / "weights"
FOLDER = SHELF / "models"
TABLES = {path.stem: tomllib.loads(path.read_text()) for path in sorted(FOLDER.glob("*.toml"))}


def read(name):
    return library_named((str(SHELF),), name)


def test_there_is_nothing_but_libraries_and_their_schema():
    assert {path.name for path in FOLDER.iterdir()} == {f"{name}.toml" for name in TABLES} | {"schema.json"}


@pytest.mark.parametrize("name", TABLES)
def test_every_library_follows_the_schema(name):
    schema = json.loads((FOLDER / "schema.json").read_text())
    Draft202012Validator.check_schema(schema)
    assert [error.message for error in Draft202012Validator(schema).iter_errors(TABLES[name])] == []
    assert TABLES[name]["library"] == name


@pytest.mark.parametrize("name", TABLES)
def test_every_library_can_be_read(name):
    found = read(name)
    assert found.library == name
    for loader in found.loaders:
        assert loader.weightless or loader.laws or loader.same_as


@pytest.mark.parametrize("name", TABLES)
def test_a_loader_is_one_that_is_looked_for(name):
    looked_for = LOADED_BY.get(name, frozenset()) | MADE_BY.get(name, frozenset())
    for loader in read(name).loaders:
        for spelled in loader.names:
            last = spelled.rpartition(".")[2].lstrip("*")
            assert any(word.endswith(last) for word in looked_for), f"{name}.{spelled}"


@pytest.mark.parametrize("name", MADE_BY)
def test_every_function_that_makes_arrays_has_a_law_and_a_dtype_of_known_size(name):
    found = read(name)
    makers = [loader for loader in found.loaders if loader.counts]
    sizes = dict(found.itemsizes)
    assert {spelled.rpartition(".")[2] for loader in makers for spelled in loader.names} == MADE_BY[name]
    for loader in makers:
        assert loader.laws
        assert loader.counts == "range" or loader.shape or loader.counts == "all"
        assert {dtype for _, dtype in (*loader.dtype_defaults, *loader.values)} <= sizes.keys()
        assert loader.dtype_defaults or loader.values


@pytest.mark.parametrize("name", TABLES)
def test_what_another_library_is_asked_for_is_there(name):
    found = read(name)
    for loader in found.loaders:
        if loader.same_as:
            package, _, constructor = loader.same_as.partition(".")
            assert read(package).loader(constructor).laws
    assert all(read(other).models for other in found.also_names_of)


@pytest.mark.parametrize("name", TABLES)
def test_measured_figures_belong_to_a_law_and_a_load_peaks_no_lower_than_it_ends(name):
    found = read(name)
    laws = {law.id for loader in found.loaders for law in loader.laws}
    for (law, model), (anon, peak, _) in found.measured.items():
        assert law in laws
        assert peak >= anon
        assert model in found.models or not found.models or name == "sentence_transformers", model


@pytest.mark.parametrize(
    ("name", "law", "worst"),
    [("faster_whisper", "float32", 0.06), ("faster_whisper", "int8", 0.08), ("whisper", "float32", 0.07), ("ultralytics", "float32", 0.14)],
)
def test_a_law_comes_near_what_was_measured(name, law, worst):
    """The figures of a measured model stand over its law, which is for the models beside it."""
    found = read(name)
    rows = [row for loader in found.loaders for row in loader.laws if row.id == law]
    for (of, model), (anon, peak, _) in found.measured.items():
        if of != law:
            continue
        millions = found.models[model].millions
        row = next(r for r in rows if r.up_to is None or millions <= r.up_to)
        in_mib = millions * 1e6 / 2**20
        assert row.anon.of != SIZE
        assert row.anon.factor * in_mib + row.anon.mib == pytest.approx(anon, rel=worst)
        highest = row.peak or row.anon
        assert highest.factor * in_mib + highest.mib == pytest.approx(peak, rel=worst)


def test_five_hundred_models_have_a_name():
    known = {(name, model) for name in TABLES for model in (*read(name).models, *read(name).sizes, *(m for _, m in read(name).measured))}
    assert len(known) > 500


BAD = {
    "a negative figure": ('[files.float32]\nx = -1\n[[loaders]]\nnames = ["load"]', "x is -1"),
    "an absurd figure": ('[files.float32]\nx = 1e12\n[[loaders]]\nnames = ["load"]', "x is 1000000000000.0"),
    "a word for a figure": ('[sizes]\nx = "big"\n[[loaders]]\nnames = ["load"]', "x is 'big'"),
    "a loader without a name": ("[[loaders]]\nnames = []", "a loader has no names"),
    "a law that says nothing": ('[[loaders]]\nnames = ["load"]\n[[loaders.laws]]\nmapped = true', "neither figures nor a reason"),
    "an amount of one number": ('[[loaders]]\nnames = ["load"]\n[[loaders.laws]]\nanon = [1]', "not a factor and MiB"),
    "a way to survive that there is not": ('[[loaders]]\nnames = ["load"]\nsurvives = "perhaps"', "perhaps"),
    "two figures where three belong": ('[measured.a]\nx = [1, 2]\n[[loaders]]\nnames = ["load"]', "not three figures"),
    "another library": ('library = "y"', "is about 'y', not 'x'"),
    "no TOML": ("= =", "Invalid statement"),
}


@pytest.mark.parametrize(("content", "says"), BAD.values(), ids=BAD.keys())
def test_nonsense_is_refused_with_its_place(tmp_path, content, says):
    (tmp_path / "models").mkdir()
    head = "" if "library" in content or content == "= =" else 'library = "x"\n'
    (tmp_path / "models" / "x.toml").write_text(head + content)
    with pytest.raises(BrokenSource, match=says) as refused:
        library_named((str(tmp_path),), "x")
    assert refused.value.at.file == f"{tmp_path}/models/x.toml"


def test_the_first_shelf_that_knows_a_library_wins(tmp_path):
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "easyocr.toml").write_text('library = "easyocr"\n[[loaders]]\nnames = ["Reader"]\nweightless = true')
    assert library_named((str(tmp_path), str(SHELF)), "easyocr").loaders[0].weightless
    assert library_named((str(tmp_path), str(SHELF)), "whisper").models
