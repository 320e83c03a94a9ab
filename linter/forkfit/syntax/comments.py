"""Comments that speak to us, in every language that is read: found by that language's own rules, so that no string is one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from enum import Enum

from forkfit.model.record import Record
from forkfit.model.source import BrokenSource, Source
from forkfit.model.span import Span

WORDS = "compose-lint"
_CALL = re.compile(rf"#+[ \t]*{WORDS}[ \t]*:(?=([^\r\n]*))")


class Language(Enum):
    """A language with comments that begin with ``#``."""

    YAML = "yaml"
    DOTENV = "dotenv"
    DOCKERFILE = "dockerfile"
    SHELL = "shell"
    PYTHON = "python"


class Comment(Record):
    """A comment that speaks to us, from its ``#`` on; `first` and `last` are the lines that it speaks of.

    In YAML `keys` are those of the entry that it stands at, from the top of the document, and `within` those around it.
    """

    at: Span
    text: str
    first: int
    last: int
    keys: tuple[str, ...] = ()
    within: tuple[str, ...] = ()


def comments(source: Source, language: Language) -> Iterator[Comment]:
    """Yield the comments of a file that speak to us; none of a file that its language cannot read."""
    called = [(found.start(), found.end(1)) for found in _CALL.finditer(source.text)]
    if not called:
        return
    if language is Language.YAML:
        from forkfit.syntax.yaml_comments import comments_of

        yield from comments_of(source, called)
        return
    for start, end in _SEPARATED[language](source, called):
        at = source.span(start, end)
        first = _spoken_of(source, at) if _stands_alone(source, at) else at.line
        yield Comment(at, source.text[start:end], first, _continued(source, first))


Places = list[tuple[int, int]]


def _stands_alone(source: Source, at: Span) -> bool:
    return not source.line(at.line)[: at.column - 1].strip()


def _spoken_of(source: Source, at: Span) -> int:
    """Return the line below a comment that stands alone; comments between the two are stepped over."""
    line = at.line + 1
    while source.line(line).lstrip().startswith("#"):
        line += 1
    return line


def _continued(source: Source, line: int) -> int:
    """Return the last line of what begins on one, where a backslash at its end goes on with the next."""
    first = line
    while line < len(source.starts) and (source.line(line).endswith("\\") or (line > first and source.line(line).lstrip().startswith("#"))):
        line += 1
    return line


def _in_python(source: Source, called: Places) -> Iterator[tuple[int, int]]:
    from io import StringIO
    from tokenize import COMMENT, TokenError, generate_tokens

    found: set[int] = set()
    try:
        for token in generate_tokens(StringIO(source.text, newline="").readline):
            if token.type == COMMENT:
                start = source.starts[token.start[0] - 1] + token.start[1]
                found.update(range(start, start + len(token.string)))
    except (TokenError, SyntaxError, IndexError):
        pass  # what was read until there counts
    return (place for place in called if place[0] in found)


def _in_shell(source: Source, called: Places) -> Iterator[tuple[int, int]]:
    inside = _shell_comments(source.text)
    return (place for place in called if any(start <= place[0] < end for start, end in inside))


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
    for start, end in called:
        at = source.span(start, end)
        heredocs = (h.at for i in instructions for h in i.heredocs)
        if any((h.line, h.column) <= (at.line, at.column) < (h.end_line, h.end_column) for h in heredocs):
            continue
        home = next((i for i in instructions if i.at.line <= at.line <= i.at.end_line), None)
        if _stands_alone(source, at):
            yield start, end
        elif home is not None and home.name in ("CMD", "ENTRYPOINT", "RUN", "HEALTHCHECK") and home.words is None:
            plain = home.rest.plain
            if any(plain[s:e].strip().startswith(source.text[start:end].strip()) for s, e in _shell_comments(plain)):
                yield start, end


# As Compose reads an env file: a comment begins a line, follows a quoted value, or stands behind a blank in another one.
_KEY = re.compile(r"[^=:\n#]*[=:]?[ \t]*")
_QUOTED = re.compile(r"'(?:[^'\\]|\\[\s\S])*+'|\"(?:[^\"\\]|\\[\s\S])*+\"")


def _in_dotenv(source: Source, called: Places) -> Iterator[tuple[int, int]]:
    text, position = source.text, 0
    begins: set[int] = set()
    while position < len(text):
        end = text.find("\n", position)
        end = len(text) if end == -1 else end
        if text[position] in " \t\r\n":
            position += 1
        elif text[position] == "#":
            begins.update(range(position, end))
            position = end
        else:
            key = _KEY.match(text, position)
            value = key.end() if key else position
            quoted = _QUOTED.match(text, value)
            if quoted is not None:
                position = quoted.end()
            else:
                comment = text.find(" #", value - 1, end)
                begins.update(range(comment, end) if comment != -1 else ())
                position = max(end, position + 1)
    return (place for place in called if place[0] in begins)


_SEPARATED: dict[Language, Callable[[Source, Places], Iterator[tuple[int, int]]]] = {
    Language.DOTENV: _in_dotenv,
    Language.DOCKERFILE: _in_dockerfile,
    Language.SHELL: _in_shell,
    Language.PYTHON: _in_python,
}
