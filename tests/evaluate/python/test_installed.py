"""Which statement about a distribution counts: the nearest folder's, the strongest in it."""

from __future__ import annotations

import pytest

from forkfit.evaluate.python.installed import allows, installed, pins_of, stated, version_of
from forkfit.files import InMemory
from forkfit.model.span import Role
from forkfit.model.value import Absent

RELEASED = ("4.4.7", "5.2.7", "5.3.6", "5.7.0")
LOCK = b'[[package]]\nname = "celery"\nversion = "5.2.1"\n'


def version(contents, near=".", released=RELEASED):
    return version_of(stated(InMemory(contents), near), "celery", released)


@pytest.mark.parametrize(
    ("contents", "near", "expected"),
    [
        pytest.param({"requirements.txt": b"celery==5.3.1"}, "app/src", "5.3.1", id="a folder above"),
        pytest.param({"requirements.txt": b"celery==4.4.1", "app/requirements.txt": b"celery==5.3.1"}, "app", "5.3.1", id="the nearest"),
        pytest.param(
            {"requirements.txt": b"celery==5.3.1", "app/requirements.txt": b"flask"}, "app", "5.3.1", id="the nearest that names it"
        ),
        pytest.param({"poetry.lock": LOCK, "requirements.txt": b"celery==5.3.1"}, ".", "5.2.1", id="a lock file first"),
        pytest.param({"requirements.txt": b"celery", "requirements-prod.txt": b"celery==5.3.1"}, ".", "5.3.1", id="a pin before a name"),
        pytest.param({"requirements/base.txt": b"celery==5.3.1"}, ".", "5.3.1", id="a folder of requirements"),
        pytest.param({"app/deploy/requirements.txt": b"celery==5.3.1"}, "app", "5.3.1", id="a folder beside the code"),
        pytest.param({"requirements.txt": b"-r deps/base.txt", "deps/base.txt": b"celery==5.3.1"}, ".", "5.3.1", id="a file that is named"),
        pytest.param({"requirements.txt": b"celery>=5.2,<5.4"}, ".", "5.3.6", id="the newest that is allowed"),
        pytest.param({"requirements.txt": b"celery"}, ".", "5.7.0", id="the newest of all"),
        pytest.param({"pyproject.toml": b"[broken", "requirements.txt": b"celery==5.3.1"}, ".", "5.3.1", id="beside a broken file"),
        pytest.param(
            {"requirements.txt": b"-r ../../etc/passwd\n-r requirements.txt\ncelery==5.3.1"}, ".", "5.3.1", id="never outside, never twice"
        ),
    ],
)
def test_the_version_in_force(contents, near, expected):
    assert version(contents, near).value == expected


def test_a_version_that_is_merely_allowed_is_an_assumption():
    assert [s.role for s in version({"requirements.txt": b"celery>=5"}).trail] == [Role.WRITTEN, Role.ASSUMED]
    assert [s.role for s in version({"requirements.txt": b"celery==5.3.1"}).trail] == [Role.WRITTEN]


def test_files_that_disagree_are_all_heard():
    contents = {"poetry.lock": LOCK, "requirements.txt": b"celery==4.4.7", "requirements-dev.txt": b"celery==5.2.1"}
    assert [pin.value for pin in pins_of(stated(InMemory(contents), "."), "celery")] == ["5.2.1", "4.4.7"]


def test_nothing_said_is_absent():
    assert version({"requirements.txt": b"flask"}) == Absent("no file says which celery is installed")


def test_the_names_that_are_installed():
    files = InMemory({"app/requirements.txt": b"Celery\ndjango-redis==5", "requirements.txt": b"flask"})
    assert installed(files, "app/src") == {"celery", "django-redis"}
    assert installed(InMemory({"x.py": b""}), ".") is None


@pytest.mark.parametrize(
    ("specifier", "version", "expected"),
    [
        ("", "5.7.0", True),
        (">=5.2", "5.7.0", True),
        (">=5.2,<5.4", "5.3.6", True),
        (">=5.2,<5.4", "5.4.0", False),
        ("<5", "4.4.7", True),
        ("<=5.2.7", "5.2.7", True),
        (">5.2.7", "5.2.7", False),
        ("~=5.2", "5.7.0", True),
        ("~=5.2.1", "5.3.6", False),
        ("~=5.2.8", "5.2.7", False),
        ("==5.2.*", "5.2.7", True),
        ("==5.2.*", "5.3.6", False),
        ("!=5.2.*", "5.2.7", False),
        ("!=5.2.7", "5.2.7", False),
        ("===5.2.7", "5.2.7", True),
        ("=>5", "4.4.7", True),
    ],
)
def test_specifiers_allow_as_pip_does(specifier, version, expected):
    assert allows(specifier, version) is expected
