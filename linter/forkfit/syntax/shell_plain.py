"""Read a plain command string by hand: simple commands in a chain of ``&&`` and ``;``, so that no grammar is loaded."""

from __future__ import annotations

import re

from forkfit.syntax.shell_nodes import Assignment, Block, Both, Command, Literal, Opaque, Part, Statement, Word
from forkfit.syntax.shell_words import read_word

LONGEST_PLAIN = 16 * 1024  # characters

# What only the grammar reads: pipes, background, redirections, groups, substitutions, comments, here-documents.
_NEEDS_GRAMMAR = re.compile(r"[|<>()`]|(?<!&)&(?!&)|&&&|\$\(|(?:^|[\s;])[#{}!]")
_RESERVED = frozenset("if then elif else fi case esac for while until do done function select time coproc [[ in { } !".split())  # noqa: SIM905
_DECLARES = frozenset(("export", "readonly", "local", "declare", "typeset"))
_ASSIGNS = re.compile(r"(?P<name>[A-Za-z_][A-Za-z0-9_]*)(?P<plus>\+?)=")
_SUBSCRIPT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\[[^\]]*\]\+?=")
_BLANKS = re.compile(r"(?:[ \t]|\\\n)*")
_LINES = re.compile(r"(?:[ \t\n]|\\\n)*")


def read_plain(text: str) -> Block | None:
    """Return the commands of a plain string; None where it takes the grammar to read it."""
    if len(text) > LONGEST_PLAIN or text.rstrip().endswith("\\") or _NEEDS_GRAMMAR.search(text.replace("\\\n", "  ")):
        return None
    statements: list[Statement] = []
    left: Statement | None = None
    index, stop = 0, len(text.rstrip())
    while (index := _past(_LINES, text, index, stop)) < stop:
        command, index = _command(text, index, stop)
        if command is None:
            return None
        left = Both(left.start, command.end, "&&", left, command) if left is not None else command
        if text.startswith("&&", index):
            index += 2
        elif text.startswith(";;", index):
            return None
        else:
            statements.append(left)
            left = None
            index += 1
    return Block(0, stop, tuple(statements)) if left is None else None


def _command(text: str, index: int, stop: int) -> tuple[Command | None, int]:
    """Return one simple command and where it ends; None where there is none, or where it is not simple."""
    assignments: list[Assignment] = []
    words: list[Word | Assignment] = []
    name = ""
    while (index := _past(_BLANKS, text, index, stop)) < stop and text[index] not in ";&\n":
        word = read_word(text, index, stop)
        if word.end <= index or _SUBSCRIPT.match(text, index, stop) or any(isinstance(p, Opaque) for p in word.parts):
            return None, index
        assignment = read_assignment(text, word)
        if not words:
            name = text[word.start : word.end]
            if assignment is not None:
                assignments.append(assignment)
            elif name in _RESERVED or name.startswith("(("):
                return None, index
            else:
                words.append(word)
        else:
            words.append(assignment if assignment is not None and name in _DECLARES else word)
        index = word.end
    found = [*assignments, *words]
    if not found:
        return None, index
    return Command(found[0].start, found[-1].end, tuple(assignments), tuple(words)), index


def _past(pattern: re.Pattern[str], text: str, index: int, stop: int) -> int:
    found = pattern.match(text, index, stop)
    return found.end() if found else index


def declares(name: str) -> bool:
    """Tell whether the words after this command may be assignments."""
    return name in _DECLARES


def read_assignment(text: str, word: Word) -> Assignment | None:
    """Return the assignment that a word is, None where it is none."""
    found = _ASSIGNS.match(text, word.start, word.end)
    if found is None:
        return None
    value = Word(found.end(), word.end, _after(word.parts, found.end()))
    return Assignment(word.start, word.end, found["name"], value, appends=bool(found["plus"]))


def _after(parts: tuple[Part, ...], start: int) -> tuple[Part, ...]:
    """Return what follows an offset that lies in, or at the end of, an unquoted literal."""
    kept: list[Part] = []
    for part in parts:
        if part.start >= start:
            kept.append(part)
        elif part.end > start:
            kept.append(part.replace(start=start) if isinstance(part, Literal) else part)
    return tuple(kept)
