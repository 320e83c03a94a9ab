"""Expand ``$name`` and ``${name...}`` with every operator."""

from __future__ import annotations

from forkfit.evaluate.shell.merge import one_of
from forkfit.evaluate.shell.script import cut, place
from forkfit.evaluate.shell.states import Chunk, Content, Context, Expand, Flow, Kind, State, Unset, joined_chunks, may_be_set, unknown
from forkfit.evaluate.shell.variables import assign, is_inherited, lookup, separators
from forkfit.model.span import Role, Span, Step, joined
from forkfit.model.text import Piece, Text, join
from forkfit.model.value import Bounded, ByCpus, Known, Unread
from forkfit.syntax.shell_nodes import Parameter, Word


def expand_parameter(context: Context, state: State, part: Parameter, expand: Expand) -> tuple[list[Chunk], State]:
    """Return what a parameter stands for; `expand` expands the words inside it."""
    at = place(context.script, part.start, part.end)
    shown = cut(context.script, part.start, part.end).plain
    content, state = _content(context, state, part, expand)
    kind = Kind.QUOTED if part.quoted else Kind.SPLIT
    if part.operator in _WITH_DEFAULT:
        return _with_default(context, state, part, expand, content, at, shown)
    if part.operator == "length":
        return [Chunk(kind, _length(content, at, shown))], state
    if part.operator:
        from forkfit.evaluate.shell.changes import modified_by

        modified, state = modified_by(context, state, part, expand, content)
        if modified is None:
            return [Chunk(kind, unknown(shown, "it is worked out from what is not known", _here(at)))], state
        content = modified
    return _chunks(context, state, part, content, at, shown), state


def _here(at: Span | None) -> tuple[Step, ...]:
    return (Step(Role.WRITTEN, at),) if at is not None else ()


def _chunks(context: Context, state: State, part: Parameter, content: Content, at: Span | None, shown: str) -> list[Chunk]:
    """Return the plain value of a parameter as parts of words."""
    kind = Kind.QUOTED if part.quoted else Kind.SPLIT
    if isinstance(content, tuple):
        joins = part.quoted and (part.name == "*" or (part.index is not None and _written(context, part.index) == "*"))
        between = Text((Piece(separators(context, state)[:1]),))
        found: list[Chunk] = []
        for index, item in enumerate(content):
            if index:
                found.append(Chunk(Kind.QUOTED, between) if joins else Chunk(Kind.BREAK))
            found.append(Chunk(kind, _used(item, at)))
        return found
    if isinstance(content, Unset):
        if content.trail:
            unread = Unread(f"{part.name} is set nowhere that can be read")
            return [Chunk(kind, Text((Piece(shown, joined(_here(at), content.trail), instead=unread),)))]
        return [Chunk(kind, Text())] if part.quoted else []
    return [Chunk(kind, _used(content, at))]


def _used(text: Text, at: Span | None) -> Text:
    return text.because(Step(Role.USED, at)) if at is not None else text


def _written(context: Context, word: Word) -> str:
    return cut(context.script, word.start, word.end).plain


def _content(context: Context, state: State, part: Parameter, expand: Expand) -> tuple[Content, State]:
    """Return what the parameter holds, before its operator."""
    name = part.name
    if part.indirect:
        named = content_named(context, state, name)
        if not isinstance(named, Text) or not named.is_known:
            return unknown(f"${{!{name}}}", f"which variable {name} names is not known"), state
        name = named.plain
    content = content_named(context, state, name)
    if part.index is None or name in ("@", "*"):
        if isinstance(content, tuple) and name not in ("@", "*"):
            return (content[0] if content else Unset()), state
        return content, state
    written = _written(context, part.index)
    if written in ("@", "*"):
        if isinstance(content, Text):
            return (content,), state
        return (() if isinstance(content, Unset) and not content.trail else content), state
    from forkfit.evaluate.shell.arithmetic import number

    chunks, state = expand(context, state, part.index.parts)
    position, state = number(context, state, join(c.text for c in chunks))
    if isinstance(content, Unset):
        return content, state
    items = content if isinstance(content, tuple) else (content,)
    if not isinstance(position, int):
        return unknown(f"${{{name}[{written}]}}", "which element it is is not known"), state
    return (items[position] if -len(items) <= position < len(items) else Unset()), state


def content_named(context: Context, state: State, name: str) -> Content:
    """Return what a name, a number or a special sign stands for."""
    match name:
        case "@" | "*":
            return state.arguments[1:]
        case "#":
            return Text((Piece(str(max(len(state.arguments) - 1, 0))),))
        case "?":
            return Text((Piece(str(state.status)),)) if state.status is not None else unknown("$?", "how the command ends is not known")
        case "$" | "!":
            return unknown(f"${name}", "process numbers are given when it runs")
        case "-":
            return unknown("$-", "the options of the shell are not followed")
        case _ if name.isdigit():
            index = int(name) if len(name) < 6 else 10**6
            return state.arguments[index] if index < len(state.arguments) else Unset()
        case _:
            return lookup(context, state, name)


_WITH_DEFAULT = frozenset((":-", "-", ":=", "=", ":?", "?", ":+", "+"))


def _with_default(
    context: Context, state: State, part: Parameter, expand: Expand, content: Content, at: Span | None, shown: str
) -> tuple[list[Chunk], State]:
    """Return the value or what stands in for it, both where it is not known whether there is a value."""
    there = _is_there(state, part, content)
    if part.operator[-1] == "+":
        if there is False and isinstance(content, Unset) and content.trail:
            there = None
        if there is False:
            return [Chunk(Kind.QUOTED)] if part.quoted else [], state
        chunks, state = _argument(context, state, part, expand)
        if there is None:
            return [Chunk(Kind.QUOTED if part.quoted else Kind.SPLIT, _either(shown, at, [Text(), joined_chunks(chunks)]))], state
        return chunks, state
    if there:
        return _chunks(context, state, part, content, at, shown), state
    if part.operator[-1] == "?":
        if there is False and not (isinstance(content, Unset) and content.trail):
            return [], state.replace(flow=Flow.EXIT, status=1, why=f"{part.name} must be set here and is not")
        return _chunks(context, state, part, content, at, shown), state
    chunks, state = _argument(context, state, part, expand)
    steps = [Step(Role.FALLBACK, at)] if at is not None else []
    if isinstance(content, Unset) and content.trail:
        steps.append(may_be_set(part.name, content.trail))
    chunks = [c if c.kind is Kind.BREAK else c.replace(text=c.text.because(*steps)) for c in chunks]
    if not joined_chunks(chunks).pieces:
        chunks = [Chunk(Kind.QUOTED if part.quoted else Kind.SPLIT, Text((Piece("", tuple(steps)),)))]
    if there is None and isinstance(content, Text):
        chunks = [Chunk(Kind.QUOTED if part.quoted else Kind.SPLIT, _either(shown, at, [content, joined_chunks(chunks)]))]
    if part.operator[-1] == "=":
        state = assign(state, part.name, joined_chunks(chunks), inherited=is_inherited(context, part.name))
    return chunks, state


def _is_there(state: State, part: Parameter, content: Content) -> bool | None:
    """Tell whether the value counts as given; with a colon an empty one does not."""
    if isinstance(content, Unset):
        return False
    if isinstance(content, tuple):
        return bool(content) and (part.operator[0] != ":" or any(content))
    if part.operator[0] != ":" or part.name in state.supposed:
        return True
    if any(isinstance(p.instead, ByCpus) or (p.instead is None and p.text) for p in content.pieces):
        return True
    if not content.pieces or content.is_known:
        return False
    possible = [s for p in content.pieces if isinstance(p.instead, Bounded) for s in p.instead.alternatives]
    if possible and all(isinstance(s, ByCpus) or (isinstance(s, Known) and s.value) for s in possible):
        return True
    return None


def _argument(context: Context, state: State, part: Parameter, expand: Expand) -> tuple[list[Chunk], State]:
    """Expand the word behind the operator; where the whole is not quoted, it is divided at blanks."""
    if part.argument is None:
        return [], state
    chunks, state = expand(context, state, part.argument.parts)
    if part.quoted:
        return (chunks or [Chunk(Kind.QUOTED)]), state
    return [c.replace(kind=Kind.SPLIT) if c.kind is Kind.LITERAL else c for c in chunks], state


def _either(shown: str, at: Span | None, texts: list[Text]) -> Text:
    """Return the text that is one of these, or unknown; it stands where the parameter stands."""
    found = one_of(shown, texts)
    return Text(tuple(p.replace(text=shown if p.instead is not None else p.text, trail=joined(_here(at), p.trail)) for p in found.pieces))


def _length(content: Content, at: Span | None, shown: str) -> Text:
    if isinstance(content, tuple):
        return Text((Piece(str(len(content)), _here(at)),))
    if isinstance(content, Unset):
        if content.trail:
            return unknown(shown, "whether it is set is not known", joined(_here(at), content.trail))
        return Text((Piece("0", _here(at)),))
    if not content.is_known:
        return unknown(shown, "the length of what is not known is not known", _here(at))
    return Text((Piece(str(len(content)), joined(_here(at), content.trail)),))
