"""The commands that a call starts, word by word, as far as they are known: lists, lines for the shell, and what wraps them."""

from __future__ import annotations

import ast
import shlex
from collections.abc import Iterable, Iterator

from forkfit.evaluate.python.objects import Arguments, Items, Outside, Partial, Path, Raises, Thing
from forkfit.evaluate.python.scope import Scope
from forkfit.evaluate.python.starters import Given, Starter
from forkfit.evaluate.shell.wrappers import SHELLS, WRAPPERS, Form, program, unwrap
from forkfit.model.record import Record
from forkfit.model.span import Trail
from forkfit.model.text import Piece, Text
from forkfit.model.value import Known, Unknown, Value, alternatives

MOST_WORDS = 64
MOST_WRAPPED = 8
LONGEST_LINE = 8192  # characters
LONGEST_NAME = 255  # of a file, in Linux
_HOLE = "\ue000"
# What a shell does by itself, and words that only arrange commands.
_BUILTINS_WORDS = """
    : . [ alias bg cd echo eval exit export false fg getopts hash jobs kill let local printf pwd read readonly return set shift
    source test times trap true type typeset ulimit umask unalias unset wait case esac fi done for in declare
"""
_BUILTINS = frozenset(_BUILTINS_WORDS.split())
_BEFORE_COMMANDS = frozenset(("if", "then", "else", "elif", "do", "while", "until", "!", "{", "}", "exec", "command", "builtin"))
_UNKNOWN = Unknown("this word is not known")

Words = tuple[Text, ...]


class Commands(Record):
    """The commands that a call starts; `open` says that it may start another one, of which nothing is known.

    `more` says that words may follow which are not known, as many as there may be.
    """

    found: tuple[Words, ...] = ()
    open: bool = False
    more: bool = False


def commands(node: ast.Call, how: Starter, scope: Scope) -> Commands:
    """Return the commands that a call of a starting function starts."""
    arguments = scope.arguments_of(node)
    given = _given(how, arguments)
    other = arguments.get(None, "executable")
    shell = arguments.get(None, "shell")
    by_shell = how.given is Given.LINE or (isinstance(shell, Known) and shell.value is True)
    if not by_shell and isinstance(other, Known) and isinstance(other.value, str):
        given = other
    found: list[Words] = []
    is_open = more = False
    for single in alternatives(given):
        if isinstance(single, Raises):
            continue
        more |= isinstance(single, Known) and isinstance(single.value, Items) and single.value.rest is not None
        lines = tuple(_lines(single, how, by_shell))
        is_open |= not lines
        for words in lines:
            inner = tuple(_inner(words))
            is_open |= not all(inner)
            found.extend(one for one in inner if one)
    return Commands(tuple(dict.fromkeys(found)), is_open, more)


def _given(how: Starter, arguments: Arguments) -> Value[Thing]:
    """Return the argument that holds the command; of words that are arguments each, all of them as a list."""
    first = arguments.get(how.position, *how.names)
    if how.given is Given.NAME:
        # The words come in a list of their own, and the program first of them, or one by one.
        rest = arguments.positional[how.position + 1 :]
        return _list((first, *(_beheaded(rest[0]) if rest and _is_list(rest[0]) else rest[1:])), None)
    if how.given is Given.SPREAD:
        return _list(arguments.positional or (first,), arguments.rest)
    return first


def _list(items: Iterable[Value[Thing]], rest: Unknown | None) -> Value[Thing]:
    return Known(Items("list", tuple(items), rest))


def _is_list(value: Value[Thing]) -> bool:
    return isinstance(value, Known) and isinstance(value.value, Items)


def _beheaded(value: Value[Thing]) -> tuple[Value[Thing], ...]:
    return value.value.items[1:] if isinstance(value, Known) and isinstance(value.value, Items) else ()


def _lines(value: Value[Thing], how: Starter, by_shell: bool) -> Iterator[Words]:
    """Yield the commands in a value, their first words not yet looked at; none where nothing is known of it."""
    match value:
        case Known(value=Items(items=items)) if items:
            if by_shell:
                yield from _lines(items[0], how, by_shell)
            else:
                # Of a program that is one of several, each is a command.
                for first in alternatives(items[0]):
                    yield (_text(first), *(_text(item) for item in items[1:MOST_WORDS]))
        case Known(value=str() as line):
            yield from _read(Text((Piece(line[:LONGEST_LINE], value.trail),)), how, by_shell)
        case Known(value=Path()):
            yield (_text(value),)
        case Partial(text=text):
            yield from _read(text, how, by_shell)


def _read(line: Text, how: Starter, by_shell: bool) -> Iterator[Words]:
    if by_shell:
        yield from commands_in(line)
    elif how.given is Given.SPLIT:
        yield tuple(_tokens(line))[:MOST_WORDS]
    elif not any(letter.isspace() for letter in line.plain):
        yield (line,)


def _text(value: Value[Thing]) -> Text:
    match value:
        case Known(value=str() as text) | Known(value=Path(text=text)):
            return Text((Piece(text, value.trail),))
        case Known(value=Outside(name="sys.executable")):
            return Text((Piece("python", value.trail),))
        case Known(value=int() | float() as number):
            return Text((Piece(str(number), value.trail),))
        case Partial(text=text):
            return text
        case _:
            known = [single for single in alternatives(value) if isinstance(single, Known)]
            if len(known) == 1 and len(alternatives(value)) > 1:
                return _text(known[0])  # a default beside what only the environment may give
            return Text((Piece("?", value.trail, instead=_UNKNOWN),))


def _inner(words: Words, depth: int = 0) -> Iterator[Words]:
    """Yield the commands that a command comes to, through what only wraps it; an empty one for what is not known."""
    name = program(words) if words and words[0].is_known else ""
    if not name or len(name) > LONGEST_NAME or depth > MOST_WRAPPED:
        yield ()
        return
    if name in SHELLS:
        line = next((words[i + 1] for i, word in enumerate(words[:-1]) if word.plain.startswith("-") and word.plain.endswith("c")), None)
        if line is not None:
            for one in commands_in(line):
                yield from _inner(one, depth + 1)
            return
    inner = unwrap(words)
    if inner is None and name in WRAPPERS:
        yield ()  # what it starts is not known
    elif inner is None:
        yield (Text((Piece(name, words[0].trail),)), *words[1:MOST_WORDS])
    elif inner.form is Form.STRING and inner.words:
        for one in commands_in(inner.words[0]):
            yield from _inner(one, depth + 1)
    else:
        yield from _inner(inner.words, depth + 1)


def commands_in(line: Text) -> Iterator[Words]:
    """Yield the commands of a line for the shell, without what the shell does by itself."""
    words: list[Text] = []
    skips = False
    for token in (*_tokens(line, for_shell=True), Text((Piece(";"),))):
        plain = token.plain
        if plain and not plain.strip("();&|"):
            if command := _own(words):
                yield command
            words, skips = [], False
        elif plain and not plain.strip("<>&|"):
            skips = True
            if words and words[-1].plain.isdigit():
                words.pop()
        elif skips:
            skips = False
        else:
            words.append(token)


def _own(words: list[Text]) -> Words:
    """Return a command without assignments before it and words that only arrange it; nothing for what the shell does itself."""
    index = 0
    while index < len(words) and (words[index].plain in _BEFORE_COMMANDS or _assigns(words[index])):
        index += 1
    command = tuple(words[index:])
    return () if not command or command[0].plain in _BUILTINS else command[:MOST_WORDS]


def _assigns(word: Text) -> bool:
    name, equals, _ = word.plain.partition("=")
    return bool(equals) and name.isidentifier()


def _tokens(line: Text, *, for_shell: bool = False) -> Iterator[Text]:
    """Yield the words of a line, operators of the shell apart; up to a quote that is not closed."""
    pieces = line.pieces
    shape = "".join(_HOLE if piece.instead is not None else piece.text.replace(_HOLE, "?") for piece in pieces)[:LONGEST_LINE]
    trail = line.trail
    lexer = shlex.shlex(shape.replace("\\\n", " ").replace("\n", " ; ") if for_shell else shape, posix=True, punctuation_chars=for_shell)
    lexer.whitespace_split = True
    lexer.commenters = "#" if for_shell else ""
    while True:
        try:
            token = lexer.get_token()
        except ValueError:
            return
        if token is None:
            return
        unknown = _HOLE in token or (for_shell and ("$" in token or "`" in token))
        yield Text((Piece(token.replace(_HOLE, "?"), trail, instead=_UNKNOWN if unknown else None),))


def split(line: Partial) -> Items:
    """Return what ``shlex.split`` makes of a line that is known in part."""
    return Items("list", tuple(Known(w.plain, w.trail) if w.is_known else Unknown(line.why, line.trail) for w in _tokens(line.text)))


def joined(words: Items, trail: Trail) -> Value[Thing]:
    """Return what ``shlex.join`` makes of words."""
    texts = [_text(item) for item in words.items]
    if words.rest is None and all(text.is_known for text in texts):
        return Known(shlex.join(text.plain for text in texts), trail)
    pieces = tuple(piece for text in texts for piece in (*text.pieces, Piece(" ")))
    return Partial("a word of this command is not known", trail, Text(pieces))
