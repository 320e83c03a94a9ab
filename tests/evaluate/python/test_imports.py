"""A name leads through imports, re-exports and stars to where it is written."""

from __future__ import annotations

import pytest

PROJECTS = {
    "an import": ({"settings.py": "import core\nX = core.N", "core.py": "N = 4"}, 4),
    "a renamed import": ({"settings.py": "import a.core as c\nX = c.N", "a/__init__.py": "", "a/core.py": "N = 4"}, 4),
    "a dotted import": ({"settings.py": "import a.core\nX = a.core.N", "a/__init__.py": "", "a/core.py": "N = 4"}, 4),
    "a from import": ({"settings.py": "from core import N as X", "core.py": "N = 4"}, 4),
    "a submodule": ({"settings.py": "from a import core\nX = core.N", "a/__init__.py": "", "a/core.py": "N = 4"}, 4),
    "a re-export": ({"settings.py": "from a import N as X", "a/__init__.py": "from .core import N", "a/core.py": "N = 4"}, 4),
    "a star": ({"settings.py": "from core import *", "core.py": "X = 4"}, 4),
    "a star over a star": ({"settings.py": "from b import *\nX = X + 1", "b.py": "from core import *", "core.py": "X = 4"}, 5),
    "a star after a value": ({"settings.py": "X = 1\nfrom core import *", "core.py": "X = 4"}, 4),
    "a star before a value": ({"settings.py": "from core import *\nX = 1", "core.py": "X = 4"}, 1),
    "a star with __all__": ({"settings.py": "X = 1\nfrom core import *", "core.py": "__all__ = ['Y']\nX = 4\nY = 5"}, 1),
    "a star and a private name": ({"settings.py": "_N = 1\nfrom core import *\nX = _N", "core.py": "_N = 4"}, 1),
    "a star from a library": ({"settings.py": "from library import *\nX = 4"}, 4),
    "local settings that are there": (
        {"settings.py": "X = 1\ntry:\n    from local import *\nexcept ImportError:\n    pass", "local.py": "X = 4"},
        4,
    ),
    "local settings that are not there": (
        {"a/__init__.py": "", "settings.py": "X = 4\ntry:\n    from a.local import *\nexcept ImportError:\n    pass"},
        4,
    ),
    "a library that may be missing": (
        {"settings.py": "try:\n    import ujson\n    X = 4\nexcept ImportError:\n    X = 1"},
        {"one of": [4, 1]},
    ),
    "a missing module of the project": (
        {"a/__init__.py": "", "settings.py": "try:\n    from a import b\n    X = 1\nexcept ImportError:\n    X = 4"},
        4,
    ),
    "a standard module": ({"settings.py": "try:\n    import json\n    X = 4\nexcept ImportError:\n    X = 1"}, 4),
    "an import in a function": ({"settings.py": "def f():\n    from core import N\n    return N\nX = f()", "core.py": "N = 4"}, 4),
    "an import in a class": ({"settings.py": "class A:\n    from core import N\nX = A.N", "core.py": "N = 4"}, 4),
    "a folder that is called like a library": ({"settings.py": "from redis import Redis as X", "redis/dump.py": ""}, "<redis.Redis>"),
    "a module that is broken": ({"settings.py": "from core import N as X", "core.py": "N = = 4"}, "unknown"),
    "a relative import above the top": ({"settings.py": "from .core import N as X", "core.py": "N = 4"}, "raises ImportError"),
    "names made when asked for": ({"settings.py": "from core import N as X", "core.py": "def __getattr__(name):\n    return 1"}, "unknown"),
    "a type alias of a newer grammar": ({"settings.py": "from core import N as X", "core.py": "type M = int\nN = 4"}, 4),
}


@pytest.mark.parametrize(("files", "expected"), PROJECTS.values(), ids=PROJECTS.keys())
def test_a_name_is_what_it_was_imported_as(project, plain, files, expected):
    assert plain(project(files).value("X")) == expected


def test_an_import_of_a_newer_grammar_leaves_a_name_that_is_not_known(project, plain):
    made = project({"settings.py": "from core import M as X", "core.py": "type M = int\n"})
    assert plain(made.value("X")) in ("unknown", "<builtins.int>")


LATER = {
    "an assignment with global": ("X = 4\ndef f():\n    global X\n    X = 5", {"one of": [4, "unknown"]}),
    "a list that a function adds to": ("X = ['a']\ndef f():\n    X.append('b')", ["a", "..."]),
    "a dictionary that a function adds to": ("X = {}\ndef f(k):\n    X[k] = 1", {"...": "..."}),
    "a list of the function's own": ("X = ['a']\ndef f():\n    X = []\n    X.append('b')", ["a"]),
    "a parameter of that name": ("X = ['a']\ndef f(X):\n    X.append('b')", ["a"]),
    "a list that is only read": ("X = ['a']\ndef f():\n    return X[0]", ["a"]),
}


@pytest.mark.parametrize(("code", "expected"), LATER.values(), ids=LATER.keys())
def test_what_functions_may_change_is_open(project, plain, code, expected):
    assert plain(project({"settings.py": code}).value("X")) == expected


INCLUDED = {
    "a file": ({"settings.py": "include('base.py')", "base.py": "X = 4"}, 4),
    "a value before": ({"settings.py": "X = 1\ninclude('base.py')", "base.py": "X = 4"}, 4),
    "a value after": ({"settings.py": "include('base.py')\nX = 4", "base.py": "X = 1"}, 4),
    "a file that uses what stands above": ({"settings.py": "N = 3\ninclude('base.py')", "base.py": "X = N + 1"}, 4),
    "a file that uses an earlier file": ({"settings.py": "include('a.py', 'b.py')", "a.py": "_N = 3", "b.py": "X = _N + 1"}, 4),
    "an optional file that is not there": ({"settings.py": "X = 4\ninclude(optional('local.py'))"}, 4),
    "files of a folder": ({"settings.py": "include('parts/*.py')", "parts/1.py": "X = 1", "parts/2.py": "X = 4"}, 4),
}


@pytest.mark.parametrize(("files", "expected"), INCLUDED.values(), ids=INCLUDED.keys())
def test_split_settings_are_one_namespace(project, plain, files, expected):
    files = files | {"settings.py": "from split_settings.tools import include, optional\n" + files["settings.py"]}
    assert plain(project(files).value("X")) == expected
