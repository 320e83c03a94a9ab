"""Dockerfiles as BuildKit reads them: lines joined to instructions, with the place of every character."""

from __future__ import annotations

import re

from forkfit.model.source import BrokenSource, Source
from forkfit.model.span import Role, Span, Step, whole_file
from forkfit.model.text import Piece, Text
from forkfit.syntax.dockerfile_line import Line
from forkfit.syntax.dockerfile_nodes import Dockerfile, Fault, Flag, Heredoc, Instruction
from forkfit.syntax.dockerfile_words import heredoc_words, json_words, word_bounds

LARGEST = 1024**2  # characters; the largest of some hundred real Dockerfiles has less than 20,000
MOST_INSTRUCTIONS = 2_000  # the longest of some hundred real Dockerfiles has 90

# The rules of BuildKit (dockerfile 1.26, frontend/dockerfile/parser): only the first comments are directives, a continuation may be
# followed by blanks, comment and blank lines inside an instruction vanish.
_DIRECTIVE = re.compile(r"#\s*([a-zA-Z][a-zA-Z0-9]*)\s*=\s*(\S.*)")
_DIRECTIVES = frozenset({"syntax", "escape", "check"})
_BLANK = re.compile(r"[\t\v\f\r ]+")
_INSTRUCTIONS = """
ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL MAINTAINER ONBUILD RUN SHELL STOPSIGNAL USER VOLUME WORKDIR
"""
_NAMES = frozenset(_INSTRUCTIONS.split())
_EXEC_FORMS = frozenset({"ADD", "CMD", "COPY", "ENTRYPOINT", "HEALTHCHECK", "RUN", "SHELL", "VOLUME"})
_WITH_HEREDOCS = frozenset({"ADD", "COPY", "RUN"})


def parse(source: Source) -> Dockerfile:
    """Return the instructions; raise BrokenSource where there is none."""
    if len(source.text) > LARGEST:
        raise BrokenSource(f"this file has {len(source.text)} characters; more than {LARGEST} are not read", whole_file(source.path))
    reader = _Reader(source)
    reader.read()
    if not reader.instructions:
        cure = "Begin with FROM."
        raise BrokenSource("this Dockerfile has no instructions", whole_file(source.path), cure)
    return Dockerfile(source, tuple(reader.instructions), reader.escape, tuple(reader.faults))


class _Reader:
    """A position in the source, and what has been read so far."""

    __slots__ = ("escape", "faults", "instructions", "line", "source")

    def __init__(self, source: Source) -> None:
        self.source = source
        self.line = 0
        self.escape = "\\"
        self.instructions: list[Instruction] = []
        self.faults: list[Fault] = []

    def read(self) -> None:
        self._directives()
        while (gathered := self._gather()) is not None:
            if len(self.instructions) == MOST_INSTRUCTIONS:
                at = self.source.span(gathered.places[0], gathered.places[0])
                self._fault(f"more than {MOST_INSTRUCTIONS} instructions are not read", at, "Split the file.")
                return
            instruction = self._instruction(gathered, 0)
            if instruction is not None:
                self.instructions.append(self._with_heredocs(instruction))

    def _bounds(self) -> tuple[int, int]:
        """Return where the current line begins and ends, without its line end."""
        starts, text = self.source.starts, self.source.text
        start = starts[self.line]
        end = starts[self.line + 1] if self.line + 1 < len(starts) else len(text)
        while end > start and text[end - 1] in "\r\n":
            end -= 1
        return start, end

    def _directives(self) -> None:
        seen: set[str] = set()
        while self.line < len(self.source.starts):
            start, end = self._bounds()
            found = _DIRECTIVE.fullmatch(self.source.text[start:end].strip())
            name = found.group(1).lower() if found else ""
            if found is None or name not in _DIRECTIVES:
                return
            at = self.source.span(start, end)
            if name in seen:
                self._fault(f"the directive {name} stands here a second time", at, "Keep one.")
            elif name == "escape" and found.group(2) not in ("\\", "`"):
                self._fault(f"{found.group(2)!r} is no escape character", at, "Use \\ or `.")
            elif name == "escape":
                self.escape = found.group(2)
            seen.add(name)
            self.line += 1

    def _gather(self) -> Line | None:
        """Return the next instruction's characters, None at the end of the file."""
        text, lines = self.source.text, len(self.source.starts)
        runs: list[tuple[int, int]] = []
        while self.line < lines:
            start, end = self._bounds()
            self.line += 1
            content = text[start:end]
            stripped = content.lstrip()
            if not stripped or stripped.startswith("#"):
                if not runs and self.line == lines:
                    return None
                continue
            if not runs:
                start += len(content) - len(stripped)
            kept = text[start:end].rstrip(" \t")
            goes_on = kept.endswith(self.escape) and not kept.endswith(self.escape * 2)
            runs.append((start, start + len(kept) - 1) if goes_on else (start, end))
            if not goes_on:
                break
        return Line(self.source, runs) if runs else None

    def _instruction(self, line: Line, begin: int) -> Instruction | None:
        """Take a name, its flags and the rest apart; None for a line without a name."""
        plain = line.plain
        begin += len(plain[begin:]) - len(plain[begin:].lstrip())
        stop = begin + len(plain[begin:].rstrip())
        if begin >= stop:
            return None
        blank = _BLANK.search(plain, begin, stop)
        name_end, rest = (blank.start(), blank.end()) if blank else (stop, stop)
        name = plain[begin:name_end].upper()
        at = self.source.span(line.at(begin), line.at(stop - 1) + 1)
        if name not in _NAMES:
            shown = plain[begin:name_end][:40]
            self._fault(f"{shown} is no Dockerfile instruction", at, "Correct its name, or end the line before it with a backslash.")
            return None
        flags, rest = self._flags(line, rest, stop)
        while rest < stop and plain[rest].isspace():
            rest += 1
        if name == "ONBUILD":
            return Instruction(name, at, line.text(rest, stop), flags, inner=self._inner(line, rest, at))
        if name == "HEALTHCHECK":
            kind = _BLANK.search(plain, rest, stop)
            rest = kind.end() if kind else stop
        words = self._exec_form(line, rest, stop, at) if name in _EXEC_FORMS else None
        return Instruction(name, at, line.text(rest, stop), flags, words)

    def _inner(self, line: Line, begin: int, at: Span) -> Instruction | None:
        if _BLANK.split(line.plain[begin : begin + 12], maxsplit=1)[0].upper() in ("ONBUILD", "FROM", "MAINTAINER"):
            self._fault("ONBUILD cannot keep this instruction", at, "Remove it.")
            return None
        return self._instruction(line, begin)

    def _flags(self, line: Line, begin: int, stop: int) -> tuple[tuple[Flag, ...], int]:
        """Return the ``--name=value`` words and where they end."""
        found: list[Flag] = []
        plain = line.plain
        while plain.startswith("--", begin):
            end = next(iter(word_bounds(plain, begin, stop, self.escape)), (begin, stop))[1]
            if end == begin + 2:
                return tuple(found), end
            equals = plain.find("=", begin, end)
            value = line.text(equals + 1, end) if equals != -1 else Text()
            raw = value.plain
            if any(letter in raw for letter in f"'\"{self.escape}"):
                piece = Piece(_unquoted(raw, self.escape), value.pieces[0].trail if value.pieces else ())
                value = Text((piece,))
            found.append(Flag(plain[begin + 2 : equals if equals != -1 else end], value))
            begin = end
            while begin < stop and plain[begin].isspace():
                begin += 1
        return tuple(found), begin

    def _exec_form(self, line: Line, begin: int, stop: int, at: Span) -> tuple[Text, ...] | None:
        """Return the words of a JSON list, None where the rest is none, which is the shell form."""
        try:
            words = json_words(line.plain, begin, stop)
        except TypeError:
            self._fault("this list holds something that is no string", at, "Put every word in double quotes.")
            return None
        if words is None:
            return None
        found: list[Text] = []
        for start, end, value in words:
            text = line.text(start, end)
            if text.plain != value:
                place = self.source.span(line.at(start), line.at(end - 1) + 1) if end > start else None
                text = Text((Piece(value, (Step(Role.WRITTEN, place),)),))
            found.append(text)
        return tuple(found)

    def _with_heredocs(self, instruction: Instruction) -> Instruction:
        """Read the here-documents that an instruction announces."""
        inner = instruction.inner
        if inner is not None:
            return instruction.replace(inner=self._with_heredocs(inner))
        if instruction.name not in _WITH_HEREDOCS or instruction.words is not None or not instruction.rest:
            return instruction
        plain = instruction.rest.plain
        if "<<" not in plain:
            return instruction
        heredocs = tuple(self._heredoc(name, expands, chomps, instruction.at) for name, expands, chomps in heredoc_words(plain))
        if not heredocs:
            return instruction
        last = heredocs[-1].at
        at = instruction.at.replace(end_line=last.end_line, end_column=last.end_column)
        return instruction.replace(heredocs=heredocs, at=at)

    def _heredoc(self, name: str, expands: bool, chomps: bool, opened: Span) -> Heredoc:
        source = self.source
        begin = source.starts[self.line] if self.line < len(source.starts) else len(source.text)
        while self.line < len(source.starts):
            start, end = self._bounds()
            content = source.text[start:end]
            self.line += 1
            if (content.lstrip("\t") if chomps else content) == name:
                return Heredoc(name, source.text[begin:start], source.span(begin, start), expands, chomps)
        self._fault(f"the here-document {name} does not end", opened, f"End it with a line that holds only {name}.")
        return Heredoc(name, source.text[begin:], source.span(begin, len(source.text)), expands, chomps)

    def _fault(self, message: str, at: Span, cure: str) -> None:
        self.faults.append(Fault(message, at, cure))


def _unquoted(text: str, escape: str) -> str:
    """Return a flag's value without quotes and escapes."""
    found: list[str] = []
    quote = ""
    letters = iter(text)
    for letter in letters:
        if letter == escape:
            found.append(next(letters, ""))
        elif letter == quote:
            quote = ""
        elif not quote and letter in "'\"":
            quote = letter
        else:
            found.append(letter)
    return "".join(found)
