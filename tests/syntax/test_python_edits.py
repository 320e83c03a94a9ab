"""What libcst puts into Python and takes out of it leaves everything else as it is written."""

from __future__ import annotations

import ast
from difflib import SequenceMatcher

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forkfit.syntax.python_edits import with_function, with_import_above

CODE = "@on.connect\ndef freeze(**kwargs):\n    gc.freeze()\n"
IMPORTS = ("import gc", "from celery.signals import on")

HEADS = [
    "",
    "#!/usr/bin/env python\n# A licence.\n\n",
    '"""Words."""\n',
    "'''Words,\n\nand more.'''\n\nfrom __future__ import annotations\n\n",
]
ABOVE = [
    "",
    "import os\n",
    "import os, sys  # both\n\n",
    "import time\nimport os\n",
    "from celery import Celery\n",
    "import os\n\nimport requests\nfrom celery import Celery\n\nfrom .near import x\n",
    "# standard\nimport os\n\n# others\nfrom celery.signals import worker_init as ready\n",
    "from celery.signals import (\n    task_prerun,\n    worker_init  # last\n)\n",
    "from celery.signals import *\nimport gc\n",
    "try:\n    import ujson\nexcept ImportError:\n    import json as ujson\n",
]
BELOW = [
    "",
    "app.conf.x = 1\n",
    "\n\n\n@app.task\ndef f():\n\tpass\n",
    "\n# about f\ndef f(): pass\n",
    "if True:\n    app.y = '''\n  text\n'''\n",
    "\nif __name__ == '__main__':\n    app.start()\n",
    "# the end\n",
]
ENDINGS = st.sampled_from(["\n", "\r\n"])


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(HEADS), st.sampled_from(ABOVE), st.sampled_from(["", "\n", "\n\n"]), st.sampled_from(BELOW), ENDINGS, st.booleans())
def test_a_function_is_put_in_and_nothing_else_is_touched(head, above, gap, below, ending, ends):
    text = f"{head}{above}{gap}app = make()\n{below}"
    line = text.split("app = make()")[0].count("\n") + 1
    text = (text if ends else text.rstrip("\n")).replace("\n", ending)
    after = with_function(text, CODE, line, IMPORTS)
    tree = ast.parse(after)
    body = [ast.dump(s) for s in tree.body]
    assert body.count(ast.dump(ast.parse(CODE).body[0])) == 1
    order = [body.index(ast.dump(ast.parse(s).body[0])) for s in ("import gc", "app = make()")]
    assert order == sorted(order)
    bound = [a.name for s in tree.body if isinstance(s, ast.ImportFrom) and s.module == "celery.signals" for a in s.names]
    assert bound.count("on") == 1
    assert "__future__" not in head or "__future__" in body[1]
    old, new = text.splitlines(keepends=True), after.splitlines(keepends=True)
    changed = [
        old[i:j] for kind, i, j, _, _ in SequenceMatcher(None, old, new, autojunk=False).get_opcodes() if kind in ("replace", "delete")
    ]
    # What changes of what was there: the import that gets a name more, and a last line that gets an end.
    assert all("celery.signals" in one or "worker_init" in one or not one.endswith("\n") for lines in changed for one in lines), changed
    assert after.count("\r") == (after.count("\n") if "\r" in text else 0)


@pytest.mark.parametrize(
    ("above", "wanted"),
    [
        ("import os\nimport abc\n", "import os\nimport abc\nimport gc\n"),
        ("import abc\nimport os\n", "import abc\nimport gc\nimport os\n"),
        ("from abc import ABC\nimport os\n", "from abc import ABC\nimport gc\nimport os\n"),
        ("import celery\n", "import gc\n\nimport celery\n"),
        ("from . import x\n", "import gc\n\nfrom . import x\n"),
        ('"""Words."""\n', '"""Words."""\n\nimport gc\n'),
    ],
    ids=["in no order", "by name", "by module", "no block of its kind", "neighbours alone", "nothing but words"],
)
def test_an_import_stands_where_its_block_has_it(above, wanted):
    after = with_function(f"{above}app = make()\n", CODE, above.count("\n") + 1, IMPORTS[:1])
    assert after is not None
    assert after.startswith(wanted)


def test_a_name_joins_an_import_below_the_statement_too():
    text = "import gc\napp = make()\nfrom celery.signals import a  # noqa: E402\nx = 1\n"
    wanted = "import gc\napp = make()\nfrom celery.signals import a, on  # noqa: E402\nx = 1\n"
    assert with_function(text, CODE, 2, IMPORTS) == f"{wanted}\n\n{CODE}"


def test_what_linters_are_told_of_the_imports_around_is_said_of_the_new_one():
    text = "setup()\nfrom celery import Celery  # noqa: E402\napp = make()\n"
    after = with_function(text, CODE, 3, IMPORTS[1:])
    wanted = "setup()\nfrom celery import Celery  # noqa: E402\nfrom celery.signals import on  # noqa: E402\napp = make()\n"
    assert after == f"{wanted}\n\n{CODE}"


def test_an_import_leaves_a_body_that_begins_with_what_follows():
    text = "def f():\n\n    import big\n\n    # about x\n    x = 1\n"
    assert with_import_above(text, 3, (), comments=False) == "import big\n\ndef f():\n    # about x\n    x = 1\n"


@pytest.mark.parametrize(
    "text",
    ["def f(:\n", "x = " + "(" * 200 + ")" * 200 + "\n", "import a\0\n", "x\n" * 10_001],
    ids=["broken", "deep", "binary", "long"],
)
def test_what_cannot_be_read_is_not_changed(text):
    assert with_function(text, CODE, 1, IMPORTS) is None
    assert with_import_above(text, 1, (), comments=False) is None
