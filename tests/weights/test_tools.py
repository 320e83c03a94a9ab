"""The weights of programs: every file follows the schema, can be read, and says what was measured."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from forkfit.evaluate.python.starters import BY_LIBRARY
from forkfit.model.source import BrokenSource
from forkfit.model.weight import Confidence
from forkfit.weigh.tools.table import figures_of

SHELF = Path(__file__).parents[2] / "linter" / "forkfit" / "weights"
FOLDER = SHELF / "tools"
TABLES = {path.stem: tomllib.loads(path.read_text()) for path in sorted(FOLDER.glob("*.toml"))}
WEIGHED = {name: table for name, table in TABLES.items() if "cases" in table}


def read(name):
    return figures_of((str(SHELF),), name)


def test_there_is_nothing_but_programs_and_their_schema():
    assert {path.name for path in FOLDER.iterdir()} == {f"{name}.toml" for name in TABLES} | {"schema.json"}


@pytest.mark.parametrize("name", TABLES)
def test_every_file_follows_the_schema(name):
    schema = json.loads((FOLDER / "schema.json").read_text())
    Draft202012Validator.check_schema(schema)
    assert [error.message for error in Draft202012Validator(schema).iter_errors(TABLES[name])] == []
    assert name == "light" or TABLES[name]["tool"] == name


@pytest.mark.parametrize("name", [*(name for name in TABLES if name != "light"), *TABLES["light"]["peaks"]])
def test_every_program_can_be_read(name):
    assert read(name).name == name


@pytest.mark.parametrize("name", WEIGHED)
def test_no_case_stands_behind_one_that_fits_every_command(name):
    assert all(case.words for case in read(name).cases[:-1])


@pytest.mark.parametrize("name", WEIGHED)
def test_what_is_not_told_apart_counts_no_more_than_what_is(name):
    cases = read(name).cases
    if not cases[-1].words:
        assert cases[-1].peak.bytes <= max(case.peak.bytes for case in cases)


def test_what_others_published_is_never_as_sure_as_what_was_measured():
    assert {name for name in WEIGHED if read(name).confidence is Confidence.ASSUMED} == {
        name for name, table in WEIGHED.items() if "source" in table
    }


@pytest.mark.parametrize(
    ("command", "peak"),
    [
        ("ffmpeg -i a.mp4 -c:v libx264 -crf 23 b.mp4", 57.3),
        ("ffmpeg -i a.mp4 -c copy b.mp4", 13.9),
        ("ffmpeg -i a.mp3 b.wav", 9.1),
        ("git clone https://example.org/a.git", 6.2),
        ("git status", 0.2),
        ("soffice --headless --convert-to pdf a.docx", 151.2),
        ("libreoffice --headless --convert-to pdf a.docx", 151.2),
        ("gs10.0 -q a.pdf", 13.9),
        ("kopia --config-file=a snapshot --json create /srv", 182.0),
    ],
)
def test_a_command_is_weighed_by_what_it_does(command, peak):
    name, *words = command.split()
    assert read(name).case(tuple(words)).peak.in_mib == pytest.approx(peak)


@pytest.mark.parametrize("name", ["", "..", "../ffmpeg", "models/torch", "-rf", "schema", "a\0b"])
def test_a_name_is_no_path(name):
    assert read(name) is None


def test_what_a_command_was_not_measured_doing_is_not_known():
    assert read("kopia").case(("repository", "status")) is None
    assert read("kopia").case(("repository", "create", "snapshot")) is None


def test_what_libraries_start_most_is_weighed():
    started = {command[0] for commands in BY_LIBRARY.values() for command in commands.values()}
    assert {name for name in started if read(name) is None} <= {"ansible-playbook", "firefox", "java", "nmap", "webkit"}


@pytest.mark.parametrize(
    "text",
    [
        "tool = 'other'",
        "tool = 'x'",
        "tool = 'x'\ncases = []",
        "tool = 'x'\n[[cases]]\nrun = 'x'",
        "tool = 'x'\n[[cases]]\nrun = 'x'\npeak = -1",
        "tool = 'x'\n[[cases]]\nrun = 'x'\npeak = true",
        "tool = 'x'\n[[cases]]\nrun = 'x'\npeak = 1e9",
        "tool = 'x'\nsame_as = 'nobody'",
        "peaks = 4",
        "= 4",
    ],
)
def test_nonsense_is_refused_with_its_place(tmp_path, text):
    (tmp_path / "tools").mkdir()
    (tmp_path / "tools" / "x.toml").write_text(text)
    with pytest.raises(BrokenSource, match=r"x\.toml"):
        figures_of((str(tmp_path),), "x")
