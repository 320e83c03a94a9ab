"""The JSON schema that ships says the same as the readers."""

from __future__ import annotations

import pytest
from jsonschema import Draft202012Validator

from forkfit.config import keys
from forkfit.config.faults import schema
from forkfit.config.find import from_table
from forkfit.config.refusal import BadSettings

EVERY = {
    "select": ["FF"],
    "ignore": ["FF104"],
    "extend-select": ["FF302"],
    "extend-ignore": ["little-headroom"],
    "fail-on": "never",
    "cpus": 16,
    "memory": 536870912,
    "host-memory": "16g",
    "working-set": "5m",
    "headroom": 1,
    "memory-model": "handbook",
    "exclude": ["old/"],
    "plugins": [],
    "severity": {"FF105": "warning"},
    "services": {"worker": {"per_worker": "120m", "parent": "90m", "ignore": ["FF104"], "severity": {"FF1": "info"}}},
    "weights": {"google.cloud": {"parent": 11.5, "child": "4m", "resident": 20}},
    "tools": {"ffmpeg": "300m", "python -m demucs": 1073741824},
    "per-file": {"deploy/*.yml": {"cpus": 2, "select": ["FF1"]}},
}


def test_the_schema_is_one_and_is_what_the_keys_say():
    Draft202012Validator.check_schema(schema())
    assert schema() == keys.schema()


def test_every_setting_is_taken_by_both():
    assert set(EVERY) == set(schema()["properties"])
    assert Draft202012Validator(schema()).is_valid(EVERY)
    from_table(EVERY, "x")


@pytest.mark.parametrize(
    "table",
    [
        {"cpu": 1},
        {"tools": "300m"},
        {"tools": {"ffmpeg": -1}},
        {"tools": {"ffmpeg": "much"}},
        {"tools": {"ffmpeg": {"peak": 4}}},
        {"tools": {"bin/ffmpeg": "300m"}},
        {"cpus": "8"},
        {"cpus": 0},
        {"memory": -1},
        {"memory": "none"},
        {"headroom": 0},
        {"fail-on": "fatal"},
        {"select": "FF1"},
        {"select": [""]},
        {"severity": {"FF1": "never"}},
        {"services": {"w": {"fail-on": "never"}}},
        {"per-file": {"a": []}},
        {"weights": {"a": {"parent": 1}}},
        {"weights": {"a": {"parent": -1, "child": 1}}},
        {"weights": {"a": {"parent": 1, "child": "1"}}},
        {"weights": {"a": {"parent": 1, "child": 1, "idle": 1}}},
    ],
    ids=str,
)
def test_what_the_schema_refuses_the_readers_refuse(table):
    assert not Draft202012Validator(schema()).is_valid(table)
    with pytest.raises(BadSettings):
        from_table(table, "x")
