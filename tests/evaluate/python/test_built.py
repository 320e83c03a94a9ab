from __future__ import annotations

import pytest

from forkfit.evaluate.python.built import built_beside
from forkfit.files import InMemory
from forkfit.model.weight import Built

LOCK = '[[package]]\nname = "{}"\nfiles = [{{file = "x-1-{}.whl"}}]\n'
PURE, NATIVE = "py3-none-any", "cp311-cp311-win32"


def told(files, near="src/app"):
    return built_beside(InMemory({path: text.encode() for path, text in files.items()}), near)


@pytest.mark.parametrize(
    ("distribution", "package"),
    [("oyaml", "oyaml"), ("Big.Lib", "big_lib"), ("python-magic", "magic"), ("pyrabbit2", "rabbit2")],
)
def test_a_package_is_looked_for_by_the_names_that_its_distribution_may_have(distribution, package):
    assert told({"poetry.lock": LOCK.format(distribution, PURE)})(package) is Built.PURE


def test_the_nearest_folder_with_a_lock_file_decides():
    files = {"uv.lock": LOCK.format("nh3", PURE), "src/poetry.lock": LOCK.format("nh3", NATIVE), "src/app/a.py": ""}
    assert told(files)("nh3") is Built.NATIVE
    assert told(files, ".")("nh3") is Built.PURE


@pytest.mark.parametrize(
    ("package", "kind"),
    [
        ("django_su", Built.ADDON),
        ("drf_yasg", Built.ADDON),
        ("rest_framework_csv", Built.ADDON),
        ("djangoish", Built.UNKNOWN),
        ("mystery", Built.UNKNOWN),
    ],
)
def test_without_a_lock_file_only_a_name_may_tell(package, kind):
    assert told({})(package) is kind


def test_a_name_of_djangos_tells_more_than_a_wheel_for_every_platform():
    assert told({"uv.lock": LOCK.format("drf-nested", PURE)})("drf_nested") is Built.ADDON
    assert told({"uv.lock": LOCK.format("drf-nested", NATIVE)})("drf_nested") is Built.NATIVE


def test_a_lock_file_that_is_no_text_tells_nothing():
    assert built_beside(InMemory({"uv.lock": b"\xff\xfe\x00"}), ".")("nh3") is Built.UNKNOWN
