from __future__ import annotations

import ast
from pathlib import Path

import pytest

from forkfit import api


@pytest.mark.parametrize("name", api.__all__)
def test_a_name_of_the_public_door_is_there(name):
    assert getattr(api, name) is not None


def test_what_is_fetched_when_it_is_asked_for_is_what_type_checkers_see():
    tree = ast.parse(Path(api.__file__).read_text())
    block = next(node for node in tree.body if isinstance(node, ast.If))
    assert {line.module: tuple(alias.name for alias in line.names) for line in block.body} == api._HOMES


def test_the_public_door_has_no_other_name():
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = api.nothing
