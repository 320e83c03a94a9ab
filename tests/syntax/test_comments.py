"""What is a comment: each language's own reader says, so that a sign inside a string is none."""

from __future__ import annotations

import pytest

from forkfit.model.source import source
from forkfit.syntax.comments import Language, comments

YAML = """\
# compose-lint: A
services:
  worker: # compose-lint: B
    command: >  # compose-lint: C
      celery # compose-lint: no
      -c 20
    # compose-lint: D
    # another
    mem_limit: "256m # compose-lint: no"
    x: &a   # compose-lint: E
      b: 1
  other:
    y: *a # compose-lint: F
    z: 'it
      # compose-lint: no
      b'
    environment:
      - A=1 # compose-lint: G
      - "# compose-lint: no"
      - a#compose-lint:no
"""
DOTENV = """\
A=1 # compose-lint: A
B="x # compose-lint: no" # compose-lint: B
# compose-lint: C
C=2#compose-lint: no
D="a
# compose-lint: no
"
E='x # compose-lint: no'
  # compose-lint: D
export F=3 # compose-lint: E
"""
SHELL = """\
#!/bin/sh
# compose-lint: A
celery \\
  -c 2
echo "# compose-lint: no"; x # compose-lint: B
cat <<E
# compose-lint: no
E
"""
PYTHON = '''\
x = "# compose-lint: no"  # noqa # compose-lint: A
"""
# compose-lint: no
"""
# compose-lint: B
y = 1
'''
DOCKERFILE = """\
# compose-lint: A
FROM x
# compose-lint: B
RUN a \\
  # compose-lint: C
  b
ENV X="# compose-lint: no"
CMD celery -c 2 # compose-lint: D
RUN <<E
# compose-lint: no
E
ENTRYPOINT ["# compose-lint: no"]
"""


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        (Language.YAML, YAML, {"A": (2, 20), "B": (3, 11), "C": (4, 6), "D": (9, 9), "E": (10, 11), "F": (13, 13), "G": (18, 18)}),
        (Language.DOTENV, DOTENV, {"A": (1, 1), "B": (2, 2), "C": (4, 4), "D": (10, 10), "E": (10, 10)}),
        (Language.SHELL, SHELL, {"A": (3, 4), "B": (5, 5)}),
        (Language.PYTHON, PYTHON, {"A": (1, 1), "B": (6, 6)}),
        (Language.DOCKERFILE, DOCKERFILE, {"A": (2, 2), "B": (4, 6), "C": (6, 6), "D": (8, 8)}),
    ],
    ids=["YAML", "dotenv", "shell", "Python", "Dockerfile"],
)
@pytest.mark.parametrize("line_end", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_a_comment_speaks_of_its_line_or_of_what_begins_below_it(language, text, expected, line_end):
    found = comments(source("f", text.replace("\n", line_end)), language)
    assert {c.text.split(": ")[1]: (c.first, c.last) for c in found} == expected


def test_in_yaml_a_comment_knows_the_keys_at_which_it_stands_and_those_around_it():
    found = {c.text[-1]: (c.keys, c.within) for c in comments(source("f", YAML), Language.YAML)}
    assert found["B"] == (("services", "worker"), ("services", "worker"))
    assert found["D"] == (("services", "worker", "mem_limit"), ("services", "worker", "mem_limit"))
    assert found["G"] == ((), ("services", "other", "environment"))


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (Language.YAML, "a: [\n# compose-lint: A\n"),
        (Language.DOCKERFILE, "# compose-lint: A\n"),
        (Language.YAML, ""),
        (Language.SHELL, "'"),
    ],
    ids=["broken YAML", "no instruction", "empty", "an open quote"],
)
def test_a_file_that_its_language_cannot_read_has_none(language, text):
    assert list(comments(source("f", text), language)) == []


def test_python_counts_up_to_where_it_cannot_be_read():
    text = "# compose-lint: A\nx = (\n# compose-lint: B\n"
    assert [c.text[-1] for c in comments(source("f", text), Language.PYTHON)] == ["A", "B"]


def test_a_line_that_calls_us_without_end_is_heard_a_few_times():
    found = list(comments(source("compose.yaml", "a: 1  " + "# compose-lint: ignore[FF101] " * 100), Language.YAML))
    assert len(found) == 8
    assert found[0].at.column == 7


def test_comments_that_stand_below_each_other_speak_of_the_line_below_all():
    text = "FROM a\n" + "# compose-lint: ignore[FF101]\n" * 3 + "RUN b \\\n  c\nRUN d # compose-lint: ignore[FF102]\n"
    found = [(c.at.line, c.first, c.last) for c in comments(source("Dockerfile", text), Language.DOCKERFILE)]
    assert found == [(2, 5, 6), (3, 5, 6), (4, 5, 6), (7, 7, 7)]
