"""A dotenv file is read as python-dotenv reads it, whatever the environment of the linter."""

from __future__ import annotations

import pytest

from forkfit.evaluate.python.dotenv_file import variables
from forkfit.files import InMemory
from forkfit.model.project import Environment, Variable
from forkfit.model.span import Span
from forkfit.model.text import written
from forkfit.model.value import Known

READ = {
    "N=4\n": {"N": "4"},
    "export N=4\n": {"N": "4"},
    "N='4'  # why\n": {"N": "4"},
    "N=4 # why\n": {"N": "4"},
    'N="a\\nb"\n': {"N": "a\nb"},
    "A=1\nB=${A}2\n": {"A": "1", "B": "12"},
    "B=${MISSING:-4}\n": {"B": "4"},
    "B=${FROM_PROCESS}\n": {"B": "6"},
    "FROM_PROCESS=1\nB=${FROM_PROCESS}\n": {"FROM_PROCESS": "1", "B": "6"},
    "B=$A\n": {"B": "$A"},
    "HOME_IS=${HOME}\n": {"HOME_IS": ""},
    "bare\n": {},
    "= 4\nN=1\n": {"N": "1"},
    "": {},
}


@pytest.mark.parametrize(("text", "expected"), READ.items(), ids=[repr(text) for text in READ])
def test_python_dotenv_would_set(text, expected):
    environment = Environment((Variable("FROM_PROCESS", Known(written("6", Span("c.yaml", 1, 1, 1, 2)))),))
    found = variables(".env", InMemory({".env": text.encode()}), environment, [].append)
    assert {v.name: v.value.value.plain for v in found} == expected


def test_each_value_knows_its_place():
    (_, second) = variables(".env", InMemory({".env": b"# head\nA=1\n\nN = '40'\n"}), Environment(), [].append)
    assert str(second.value.value.at) == ".env:4:6"


def test_a_file_that_cannot_be_read_is_told():
    told = []
    assert variables(".env", InMemory({".env": b"\xff"}), Environment(), told.append) == ()
    assert len(told) == 1
