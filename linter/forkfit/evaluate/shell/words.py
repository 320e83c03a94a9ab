"""Expand the words of a shell script to the texts that a command receives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forkfit.evaluate.shell.frame import DEEPEST, LARGEST_TEXT, MOST_PIECES
from forkfit.evaluate.shell.merge import one_of
from forkfit.evaluate.shell.parameters import expand_parameter
from forkfit.evaluate.shell.script import cut, place, script
from forkfit.evaluate.shell.states import Chunk, Context, Kind, State, joined_chunks, unknown
from forkfit.evaluate.shell.variables import lookup, separators
from forkfit.model.span import Role, Step, Trail, joined
from forkfit.model.text import Piece, Text, written
from forkfit.syntax.shell_nodes import Arithmetic, Literal, Opaque, Parameter, Part, Substitution, Word

if TYPE_CHECKING:
    from forkfit.evaluate.shell.patterns import Pattern


def fields(context: Context, state: State, word: Word) -> tuple[list[Text], State]:
    """Return the texts that a word expands to: none, one or several."""
    parts = word.parts
    if len(parts) == 1 and isinstance(parts[0], Literal) and parts[0].text is None:
        return [_home(context, state, cut(context.script, parts[0].start, parts[0].end), parts[0])], state
    chunks, state = chunks_of(context, state, parts)
    return _assembled(chunks, word, context, separators(context, state)), state


def single(context: Context, state: State, word: Word) -> tuple[Text, State]:
    """Return the one text that a word expands to where words are not split, as in an assignment."""
    chunks, state = chunks_of(context, state, word.parts)
    return bounded(joined_chunks(chunks), context, word), state


def pattern_of(context: Context, state: State, word: Word) -> tuple[Pattern | None, State]:
    """Return the pattern that a word expands to; None where it is not known or not read."""
    from forkfit.evaluate.shell.patterns import pattern

    chunks, state = chunks_of(context, state, word.parts)
    if not all(chunk.text.is_known for chunk in chunks):
        return None, state
    return pattern((chunk.text.plain, chunk.kind is Kind.QUOTED) for chunk in chunks if chunk.kind is not Kind.BREAK), state


def chunks_of(context: Context, state: State, parts: tuple[Part, ...]) -> tuple[list[Chunk], State]:
    """Return what each part stands for, and the state after side effects such as ``${x:=1}``."""
    found: list[Chunk] = []
    for part in parts:
        match part:
            case Literal():
                text = cut(context.script, part.start, part.end)
                if part.text is not None:
                    text = Text((Piece(part.text, text.trail),))
                elif not found and not part.quoted:
                    text = _home(context, state, text, part)
                found.append(Chunk(Kind.QUOTED if part.quoted else Kind.LITERAL, text))
            case Parameter():
                chunks, state = expand_parameter(context, state, part, chunks_of)
                found.extend(chunks)
            case Arithmetic():
                from forkfit.evaluate.shell.arithmetic import calculate

                text, state = single(context, state, part.expression)
                text, state = calculate(context, state, text, place(context.script, part.start, part.end))
                found.append(Chunk(Kind.QUOTED, text))
            case Substitution():
                found.append(Chunk(_split(part), substitute(context, state, part)))
            case Opaque():
                shown = cut(context.script, part.start, part.end)
                found.append(Chunk(Kind.QUOTED, unknown(shown.plain, part.why, shown.trail[:1])))
    return found, state


def _split(part: Parameter | Substitution) -> Kind:
    return Kind.QUOTED if part.quoted else Kind.SPLIT


def _home(context: Context, state: State, text: Text, part: Literal) -> Text:
    """Replace a tilde at the start of a word by the home directory, where that is known."""
    plain = text.plain
    if part.quoted or not plain.startswith("~") or plain[1:2] not in ("", "/"):
        return text
    home = lookup(context, state, "HOME")
    return home + text[1:] if isinstance(home, Text) and home.is_known else text


def _assembled(chunks: list[Chunk], word: Word, context: Context, dividing: str) -> list[Text]:
    """Put chunks together to texts; only what an unquoted expansion gives is divided."""
    found: list[Text] = []
    current: Text | None = None
    for chunk in chunks:
        if chunk.kind is Kind.BREAK:
            if current is not None:
                found.append(current)
            current = None
        elif chunk.kind is not Kind.SPLIT:
            current = chunk.text if current is None else current + chunk.text
        else:
            for run, is_blank in _runs(chunk.text, dividing):
                if not is_blank:
                    current = run if current is None else current + run
                else:
                    # Between two commas stands an empty text, between two blanks nothing.
                    marks = len(run.plain.translate(_NO_BLANKS))
                    if current is not None or marks:
                        found.append(current if current is not None else Text())
                    found.extend([Text()] * (marks - 1))
                    current = None
    if current is not None:
        found.append(current)
    return [bounded(text, context, word) for text in found]


_NO_BLANKS = str.maketrans("", "", " \t\n")


def _runs(text: Text, dividing: str) -> list[tuple[Text, bool]]:
    """Split into runs of dividing characters and of others; what is not known divides nothing."""
    found: list[tuple[Text, bool]] = []
    for piece in text.pieces:
        if piece.instead is not None:
            found.append((Text((piece,)), False))
            continue
        start = 0
        plain = piece.text
        for index in range(1, len(plain) + 1):
            if index == len(plain) or (plain[index] in dividing) != (plain[start] in dividing):
                found.append((Text((piece.cut(start, index),)), plain[start] in dividing))
                start = index
    return found


def bounded(text: Text, context: Context, word: Word) -> Text:
    """Return the text, or that it is not known where it is longer than any that matters."""
    if len(text.pieces) < 2 and len(text) <= LARGEST_TEXT:
        return text
    if len(text) > LARGEST_TEXT or len(text.pieces) > MOST_PIECES:
        shown = cut(context.script, word.start, min(word.end, word.start + 80))
        return unknown(shown.plain, f"it has more than {LARGEST_TEXT} characters or {MOST_PIECES} parts", shown.trail[:1])
    return text


def substitute(context: Context, state: State, part: Substitution) -> Text:
    """Return what the commands of a substitution print, without the line ends behind it."""
    at = place(context.script, part.start, part.end)
    shown = cut(context.script, part.start, part.end).plain
    steps = (Step(Role.WRITTEN, at),) if at is not None else ()
    if context.depth >= DEEPEST:
        return unknown(shown, "substitutions are nested too deeply", steps)
    inner = cut(context.script, part.inner, part.inner_end)
    if part.script is not None:
        inner = written(part.script, at, exact=False) if at is not None else Text((Piece(part.script),))
    below = context.replace(script=script(inner), depth=context.depth + 1)
    states = context.read(below, state.replace(output=Text(), started=(), told=0))
    texts: list[Text] = []
    for after in states:
        text = _without_line_ends(after.output if after.output is not None else Text())
        texts.append(unknown(shown, after.why) if after.why else text)
    if len(texts) == 1:
        return _placed(texts[0], shown, steps)
    return _placed(one_of(shown, texts), shown, steps)


def _placed(text: Text, shown: str, steps: Trail) -> Text:
    """Say that what was printed is used here; what stands nowhere else stands here."""
    used = tuple(Step(Role.USED, step.at) for step in steps)
    if len(text.pieces) == 1 and text.pieces[0].instead is not None:
        piece = text.pieces[0]
        return Text((Piece(shown, joined(steps, piece.trail), instead=piece.instead),))
    return Text(tuple(p.replace(trail=joined(p.trail, used) if p.trail else steps) for p in text.pieces))


def _without_line_ends(text: Text) -> Text:
    pieces = list(text.pieces)
    while pieces and pieces[-1].instead is None:
        last = pieces.pop()
        kept = last.text.rstrip("\n")
        if kept:
            pieces.append(last.cut(0, len(kept)))
            break
    return Text(tuple(pieces))
