"""Comments that speak to us, in every language that is read: found by that language's own rules, so that no string is one."""

from __future__ import annotations

import re
import sys
from bisect import bisect_right
from collections.abc import Callable, Iterator
from enum import Enum
from itertools import islice

from forkfit.model.source import BrokenSource, Source
from forkfit.syntax.comment import Below, Comment, stands_alone

WORDS = "compose-lint"
MOST_CALLS = 1_000  # of our name that are looked at in one file
_MOST_OF_A_LINE = 8
_CALL = re.compile(rf"(?<!#)#++[ \t]*+{WORDS}[ \t]*+:")
_LINE_END = re.compile(r"[\r\n]|\Z")


class Language(Enum):
    """A language with comments that begin with ``#``."""

    YAML = "yaml"
    DOTENV = "dotenv"
    DOCKERFILE = "dockerfile"
    SHELL = "shell"
    PYTHON = "python"


def comments(source: Source, language: Language) -> Iterator[Comment]:
    """Yield the comments of a file that speak to us; none of a file that its language cannot read."""
    called = list(islice(_called(source.text), MOST_CALLS))
    if not called:
        return
    if language is Language.YAML:
        from forkfit.syntax.yaml_comments import comments_of

        yield from comments_of(source, called)
        return
    below = Below(source)
    for start, end in _SEPARATED[language](source, called):
        at = source.span(start, end)
        first, last = below.of(at)
        yield Comment(at, source.text[start:end], first, last)


Places = list[tuple[int, int]]


def _called(text: str) -> Iterator[tuple[int, int]]:
    """Yield where our name is called, each to the end of its line: of a line at most so many, for all but the last are quoted."""
    end = of_line = 0
    for found in _CALL.finditer(text):
        if found.start() >= end:
            closing = _LINE_END.search(text, found.end())
            end, of_line = closing.start() if closing else len(text), 0
        of_line += 1
        if of_line <= _MOST_OF_A_LINE:
            yield found.start(), end


def _within(called: Places, places: Places) -> Iterator[tuple[int, int]]:
    """Yield the calls that lie within places, none of which overlap."""
    ordered = sorted(places)
    for start, end in called:
        index = bisect_right(ordered, (start, sys.maxsize)) - 1
        if index >= 0 and start < ordered[index][1]:
            yield start, end


def _in_python(source: Source, called: Places) -> Iterator[tuple[int, int]]:
    from io import StringIO
    from tokenize import COMMENT, TokenError, generate_tokens

    found: Places = []
    try:
        for token in generate_tokens(StringIO(source.text, newline="").readline):
            if token.type == COMMENT:
                start = source.starts[token.start[0] - 1] + token.start[1]
                found.append((start, start + len(token.string)))
    except (TokenError, SyntaxError, IndexError):
        pass  # what was read until there counts
    return _within(called, found)


def _in_shell(source: Source, called: Places) -> Iterator[tuple[int, int]]:
    return _within(called, _shell_comments(source.text))


def _shell_comments(text: str) -> Places:
    from forkfit.syntax.shell_grammar import Leaf, grow

    found: Places = []
    pending: list[Leaf] = [grow(text)]
    while pending:
        leaf = pending.pop()
        if leaf.kind == "comment":
            found.append((leaf.start, leaf.end))
        pending.extend(leaf.children)
    return found


def _in_dockerfile(source: Source, called: Places) -> Iterator[tuple[int, int]]:
    """Yield comment lines, and what a shell takes for a comment behind an instruction of the shell form."""
    from forkfit.syntax.dockerfile import parse

    try:
        instructions = parse(source).instructions
    except BrokenSource:
        return
    heredocs = [h.at for i in instructions for h in i.heredocs]
    inside = set(_within(called, [(_index(source, at.line, at.column), _index(source, at.end_line, at.end_column)) for at in heredocs]))
    begins = [i.at.line for i in instructions]
    behind: dict[int, list[str]] = {}
    for start, end in called:
        if (start, end) in inside:
            continue
        at = source.span(start, end)
        if stands_alone(source, at):
            yield start, end
            continue
        index = bisect_right(begins, at.line) - 1
        home = instructions[index] if index >= 0 and at.line <= instructions[index].at.end_line else None
        if home is not None and home.name in ("CMD", "ENTRYPOINT", "RUN", "HEALTHCHECK") and home.words is None:
            if index not in behind:
                plain = home.rest.plain
                behind[index] = [plain[s:e].strip() for s, e in _shell_comments(plain)]
            written = source.text[start:end].strip()
            if any(comment.startswith(written) for comment in behind[index]):
                yield start, end


def _index(source: Source, line: int, column: int) -> int:
    return source.starts[line - 1] + column - 1 if line <= len(source.starts) else len(source.text)


# As Compose reads an env file: a comment begins a line, follows a quoted value, or stands behind a blank in another one.
_BLANKS = re.compile(r"[ \t\r\n]*")
_KEY = re.compile(r"[^=:\n#]*[=:]?[ \t]*")
_QUOTED = re.compile(r"'(?:[^'\\]|\\[\s\S])*+'|\"(?:[^\"\\]|\\[\s\S])*+\"")


def _in_dotenv(source: Source, called: Places) -> Iterator[tuple[int, int]]:
    text, position = source.text, 0
    found: Places = []
    while position < len(text):
        position = _BLANKS.match(text, position).end()  # type: ignore[union-attr] # it matches everywhere
        end = text.find("\n", position)
        end = len(text) if end == -1 else end
        if text[position : position + 1] == "#":
            found.append((position, end))
            position = end
        elif position < len(text):
            key = _KEY.match(text, position)
            value = key.end() if key else position
            quoted = _QUOTED.match(text, value)
            if quoted is not None:
                position = quoted.end()
            else:
                comment = text.find(" #", value - 1, end)
                if comment != -1:
                    found.append((comment, end))
                position = max(end, position + 1)
    return _within(called, found)


_SEPARATED: dict[Language, Callable[[Source, Places], Iterator[tuple[int, int]]]] = {
    Language.DOTENV: _in_dotenv,
    Language.DOCKERFILE: _in_dockerfile,
    Language.SHELL: _in_shell,
    Language.PYTHON: _in_python,
}
