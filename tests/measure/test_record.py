"""The file that a measurement is written to."""

from __future__ import annotations

import json

import pytest

from forkfit.measure.record import write
from forkfit.model.report import Unusable
from forkfit.weigh.measured import NAME

MIB = {
    "parent": 40.0,
    "child_at_start": 20.0,
    "last_child_at_start": 13.0,
    "child_warm": 25.0,
    "child_resident": 60.0,
    "kernel_per_process": 0.5,
}
SHOP = {"app": "shop", "service": "", "module": "shop.py", "folder": ".", "measured_on": "2026-11-20", "dependencies": "", "mib": MIB}


def apps(root):
    return [(entry["app"], entry["service"]) for entry in json.loads((root / NAME).read_text())["applications"]]


def test_a_measurement_takes_the_place_of_an_older_one_of_the_same_and_no_others(tmp_path):
    for entry in (SHOP, {**SHOP, "service": "worker"}, {**SHOP, "app": "admin"}, {**SHOP, "measured_on": "2026-11-21"}):
        write(str(tmp_path), entry, [])
    assert apps(tmp_path) == [("admin", ""), ("shop", ""), ("shop", "worker")]
    assert json.loads((tmp_path / NAME).read_text())["applications"][1]["measured_on"] == "2026-11-21"


@pytest.mark.parametrize(
    "old",
    [
        "",
        "[]",
        '{"version": 2, "applications": []}',
        '{"version": 1, "applications": [3]}',
        '{"version": 1, "weights": [{}]}',
        '{"version": 1, "applications": {}}',
    ],
    ids=["empty", "a list", "another version", "no table", "no weight", "no list"],
)
def test_a_file_that_is_no_measurement_is_written_anew(tmp_path, old):
    (tmp_path / NAME).write_text(old)
    write(str(tmp_path), SHOP, [])
    assert apps(tmp_path) == [("shop", "")]


def test_a_file_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / NAME).mkdir()
    with pytest.raises(Unusable, match="cannot be written"):
        write(str(tmp_path), SHOP, [])
    assert [path.name for path in tmp_path.iterdir()] == [NAME]
