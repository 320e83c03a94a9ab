"""Dockerfiles read as BuildKit's own parser reads them (buildkit frontend/dockerfile/parser, dockerfile 1.26), with places."""

from __future__ import annotations

import pytest

from forkfit.model.source import BrokenSource, source
from forkfit.syntax.dockerfile import MOST_INSTRUCTIONS, parse
from forkfit.syntax.dockerfile_words import pairs


def read(text, path="Dockerfile"):
    return parse(source(path, text))


def only(text):
    (instruction,) = read(text).instructions
    return instruction


def shape(instruction):
    return instruction.name, instruction.rest.plain, None if instruction.words is None else tuple(w.plain for w in instruction.words)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FROM python:3.11", ("FROM", "python:3.11", None)),
        ("from python:3.11", ("FROM", "python:3.11", None)),
        ("   FROM\tpython:3.11  \r\n", ("FROM", "python:3.11", None)),
        ("CMD celery -A x worker", ("CMD", "celery -A x worker", None)),
        ('CMD ["celery", "-A", "x"]', ("CMD", '["celery", "-A", "x"]', ("celery", "-A", "x"))),
        ("CMD ['celery']", ("CMD", "['celery']", None)),
        ('CMD ["celery",]', ("CMD", '["celery",]', None)),
        ('CMD ["celery"] worker', ("CMD", '["celery"] worker', None)),
        ("CMD []", ("CMD", "[]", ())),
        (r'CMD ["a\"b", "caf\u00e9"]', ("CMD", r'["a\"b", "caf\u00e9"]', ('a"b', "café"))),
        ("RUN a \\\n  b", ("RUN", "a   b", None)),
        ("RUN a \\  \n  b", ("RUN", "a   b", None)),
        ("RUN a \\\n# no\n\n  # no\n  b", ("RUN", "a   b", None)),
        ("RUN a \\\r\n  b\r\n", ("RUN", "a   b", None)),
        ("RUN echo \\\\\nFROM x", ("RUN", "echo \\\\", None)),
        ("RUN a \\", ("RUN", "a", None)),
        ("# escape=`\nRUN a `\n b", ("RUN", "a  b", None)),
        ("# syntax=docker/dockerfile:1\n# escape = `\n\nRUN a `\n b", ("RUN", "a  b", None)),
        ("# a comment\n# escape=`\nRUN a `", ("RUN", "a `", None)),
        ("HEALTHCHECK --interval=5s CMD curl x", ("HEALTHCHECK", "curl x", None)),
        ('HEALTHCHECK CMD ["curl", "x"]', ("HEALTHCHECK", '["curl", "x"]', ("curl", "x"))),
        ("HEALTHCHECK NONE", ("HEALTHCHECK", "", None)),
        ("ENTRYPOINT", ("ENTRYPOINT", "", None)),
    ],
)
def test_an_instruction_reads_as_the_builder_reads_it(text, expected):
    assert shape(read(text).instructions[0]) == expected


def test_every_word_knows_its_place():
    words = only('CMD ["celery", \\\n     "-c", "4"]').words
    assert [str(word.at) for word in words] == ["Dockerfile:1:7", "Dockerfile:2:7", "Dockerfile:2:13"]


def test_a_slice_of_joined_lines_knows_its_line():
    rest = only("RUN one \\\n  # not\n    two").rest
    start = rest.plain.index("two")
    assert str(rest[start : start + 3].at) == "Dockerfile:3:5"


def test_an_escaped_word_keeps_the_place_of_its_string():
    (word,) = only(r'CMD ["a\tb"]').words
    assert (word.plain, word.at.column, word.at.end_column) == ("a\tb", 7, 11)


def test_an_instruction_spans_its_lines():
    at = only("\n  RUN a \\\n b\n").at
    assert (at.line, at.column, at.end_line, at.end_column) == (2, 3, 3, 3)


@pytest.mark.parametrize(
    ("text", "flags", "rest"),
    [
        ("COPY --from=builder --chown=1:1 a b", {"from": "builder", "chown": "1:1"}, "a b"),
        ('COPY --chown="1:1" a b', {"chown": "1:1"}, "a b"),
        ("COPY --link a b", {"link": ""}, "a b"),
        ("COPY -- --odd b", {}, "--odd b"),
        ("RUN --mount=type=bind,source=a,target=b pip install x", {"mount": "type=bind,source=a,target=b"}, "pip install x"),
        ("RUN --mount=type=cache,target=/c \\\n  x", {"mount": "type=cache,target=/c"}, "x"),
    ],
)
def test_flags_stand_before_the_words(text, flags, rest):
    instruction = only(text)
    assert ({f.name: f.value.plain for f in instruction.flags}, instruction.rest.plain) == (flags, rest)


@pytest.mark.parametrize(
    ("text", "name", "content", "expands"),
    [
        ("RUN <<EOF\none\ntwo\nEOF\nUSER x", "EOF", "one\ntwo\n", True),
        ("RUN <<'EOF'\n$x\nEOF\nUSER x", "EOF", "$x\n", False),
        ("RUN <<-EOF\n\tone\n\tEOF\nUSER x", "EOF", "\tone\n", True),
        ("RUN << EOF\none\nEOF\nUSER x", "EOF", "one\n", True),
        ("COPY <<end /x\nFROM inside\nend\nUSER x", "end", "FROM inside\n", True),
        ("RUN cat <<EOF > /x\none\nEOF\nUSER x", "EOF", "one\n", True),
        ("ONBUILD RUN <<EOF\none\nEOF\nUSER x", "EOF", "one\n", True),
    ],
)
def test_a_here_document_belongs_to_its_instruction(text, name, content, expands):
    first, second = read(text).instructions
    (heredoc,) = (first.inner or first).heredocs
    assert (heredoc.name, heredoc.text, heredoc.expands, second.name) == (name, content, expands, "USER")


@pytest.mark.parametrize("text", ['RUN echo "<<EOF"', "RUN echo $((1<<2))", 'RUN ["cat", "<<EOF"]', "CMD cat <<EOF", "RUN cat <<<word"])
def test_what_only_looks_like_a_here_document_is_none(text):
    assert read(text + "\nUSER x").instructions[1].name == "USER"


def test_onbuild_keeps_an_instruction_for_later():
    instruction = only("ONBUILD CMD celery worker")
    assert (instruction.name, shape(instruction.inner)) == ("ONBUILD", ("CMD", "celery worker", None))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ENV a=1 b='x y' c=\"$a\"", {"a": "1", "b": "'x y'", "c": '"$a"'}),
        ("ENV a=x\\ y b=", {"a": "x\\ y", "b": ""}),
        ("ENV name a value with blanks", {"name": "a value with blanks"}),
        ("ENV a=1 \\\n    b=2", {"a": "1", "b": "2"}),
        ("ENV a", {"a": None}),
    ],
)
def test_env_has_a_new_and_an_old_form(text, expected):
    assert {n.plain: v.plain if v is not None else None for n, v in pairs(only(text).rest, "\\", old_form=True)} == expected


def test_arg_needs_no_value():
    found = pairs(only("ARG a b=2").rest, "\\", old_form=False)
    assert [(n.plain, v and v.plain) for n, v in found] == [("a", None), ("b", "2")]


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("FROM x\nFORM y", 2, "FORM is no Dockerfile instruction"),
        ("FROM x\nCMD [1, 2]", 2, "this list holds something that is no string"),
        ("FROM x\nRUN <<EOF\nnever", 2, "the here-document EOF does not end"),
        ("# escape=x\nFROM x", 1, "'x' is no escape character"),
        ("# escape=`\n# escape=`\nFROM x", 2, "the directive escape stands here a second time"),
        ("FROM x\nONBUILD FROM y", 2, "ONBUILD cannot keep this instruction"),
    ],
)
def test_what_is_wrong_is_said_and_the_rest_is_read(text, line, said):
    dockerfile = read(text)
    (fault,) = dockerfile.faults
    assert (fault.at.line, fault.message, bool(fault.cure)) == (line, said, True)
    assert dockerfile.instructions[0].name == "FROM"


@pytest.mark.parametrize("text", ["", "\n\n", "# only a comment\n", "\\\n\\\n"])
def test_a_file_without_instructions_is_broken(text):
    with pytest.raises(BrokenSource, match="no instructions") as caught:
        read(text)
    assert caught.value.cure


@pytest.mark.parametrize(
    "text",
    [
        "FROM x\nCMD a" + " \\\n b" * 100_000,
        "FROM x\nENV" + " \\\n a=b" * 30_000,
        "FROM x\nCOPY" + " \\\n a" * 30_000,
        "FROM x\nRUN " + "<<A " * 5_000,
        "FROM x\nCMD " + "[" * 100_000,
        "FROM x\nRUN a='" + "x" * 1_000_000,
        "FROM x\nENV " + '"' * 100_001,
        "FROM x\n" + "\\\n" * 100_000,
    ],
    ids=["continuations", "pairs", "words", "here-documents", "brackets", "open quote", "quotes", "nothing but continuations"],
)
def test_a_huge_instruction_is_read_once(text):
    instruction = read(text).instructions[-1]
    if instruction.name == "ENV":
        pairs(instruction.rest, "\\", old_form=True)
    else:
        instruction.arguments()


def test_no_more_than_so_many_instructions_are_read():
    dockerfile = read("USER x\n" * (MOST_INSTRUCTIONS + 5))
    assert len(dockerfile.instructions) == MOST_INSTRUCTIONS
    assert dockerfile.faults
