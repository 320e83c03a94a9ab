"""Recorded cases of the reference, changed in ways that change nothing: the recorded answer is still the answer."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forkfit.compose.resolve import effective
from forkfit.files import InMemory

NAMES = tuple(sorted(folder.name for folder in (Path(__file__).parents[2] / "fixtures" / "oracle" / "cases").iterdir()))

_PLAIN_VARIABLE = re.compile(rb"(?<!\$)((?:\$\$)*)\$([A-Za-z_][A-Za-z0-9_]*)")
_SIMPLE_DEFAULT = re.compile(rb"(?<!\$)((?:\$\$)*)\$\{([A-Za-z_][A-Za-z0-9_]*)(:?-)([A-Za-z0-9./]*)\}")
# Of a value that is empty, a comment behind it would be the value.
_ASSIGNED = re.compile(rb"(?m)^([A-Za-z_][A-Za-z0-9_]*)=([A-Za-z0-9./]+)$")


def remarked(content):
    """End with a comment."""
    return content + (b"" if content.endswith(b"\n") or not content else b"\n") + b"# the end\n"


def braced(content):
    """Write ``$NAME`` as ``${NAME}``."""
    return _PLAIN_VARIABLE.sub(rb"\1${\2}", content)


def defaulted_twice(content):
    """Give a default in a default of a variable that is not set."""
    return _SIMPLE_DEFAULT.sub(rb"\1${\2\3${ZQX_UNSET-\4}}", content)


def assigned(written):
    """Return what writes plain assignments in another way; beside quotes, a line may be the middle of a value."""
    return lambda content: content if b"'" in content or b'"' in content else _ASSIGNED.sub(written, content)


# By the name of a file: what changes nothing in a Compose file, and in a file of variables.
IN_YAML = {"a comment at the end": remarked, "braces": braced, "a default in a default": defaulted_twice}
IN_VARIABLES = {
    "a comment at the end": remarked,
    "export": assigned(rb"export \1=\2"),
    "quotes": assigned(rb'\1="\2"'),
    "comments behind values": assigned(rb"\1=\2   # as before"),
}


def changed(path, content, chosen, arguments, is_raw):
    """Return a file with those of the changes made that are for its kind, and that the case does not ask to see as it is written."""
    if path.endswith((".yaml", ".yml")):
        table = {"a comment at the end": remarked} if arguments.get("no_interpolate") else IN_YAML
    elif path.rpartition("/")[2].startswith(".env") or path.endswith(".env"):
        table = {"a comment at the end": remarked} if is_raw else IN_VARIABLES
    else:
        return content
    for name in chosen:
        content = table[name](content) if name in table else content
    return content


@pytest.mark.parametrize("group", sorted({name.split("-")[1] for name in NAMES}))
def test_what_changes_nothing_changes_no_answer(group, oracle):
    names = [name for name in NAMES if name.split("-")[1] == group]

    @given(st.sampled_from(names), st.lists(st.sampled_from(sorted({*IN_YAML, *IN_VARIABLES})), min_size=1, max_size=4))
    def is_the_same(name, chosen):
        contents = oracle.files(name).contents
        arguments = oracle.arguments(name)
        is_raw = any(b"raw" in content for path, content in contents.items() if path.endswith((".yaml", ".yml")))
        files = InMemory({path: changed(path, content, chosen, arguments, is_raw) for path, content in contents.items()})
        made = json.dumps(effective(oracle.request(name), files, lambda _: None))
        answer = json.loads(made.replace(f"/{name}/", "<DIR>/").replace(f'/{name}"', '<DIR>"'))
        assert oracle.decisive(answer) == oracle.decisive(oracle.expected(name))

    is_the_same()
