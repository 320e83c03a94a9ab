"""Bring states together again after branches, and part them where a status is not known."""

from __future__ import annotations

from collections.abc import Iterable

from forkfit.evaluate.shell.frame import MOST_STATES, Started
from forkfit.evaluate.shell.states import Content, Context, Flow, Question, Slot, State, Unset
from forkfit.model.span import Role, Step, Trail
from forkfit.model.text import Piece, Text
from forkfit.model.value import Absent, Bounded, ByCpus, Known, Single, Unknown, Value, alternatives, either

MANY_STATES = 16  # from here on states forget what branches have supposed


def essence(content: Content) -> object:
    """Return what makes two contents the same, wherever they come from."""
    if isinstance(content, Text):
        if content.is_known:
            return content.plain
        return tuple((p.text, _kind(p.instead)) if p.instead is not None else p.text for p in content.pieces)
    if isinstance(content, Unset):
        return (Unset, bool(content.trail))
    return tuple(essence(item) for item in content)


def _kind(value: Value[str]) -> object:
    match value:
        case Known():
            return value.value
        case ByCpus():
            return (ByCpus, value.expression)
        case Unknown():
            return (Unknown, value.why)
        case Bounded():
            return tuple(_kind(single) for single in value.alternatives)
        case Absent():
            return (Absent,)


def telling(context: Context, state: State, started: Started) -> int:
    """Return what tells a run with one more command from other runs."""
    exported = tuple((name, essence(slot.content)) for name, slot in sorted(state.variables.items()) if slot.exported)
    mark = (essence(started.argv), exported, started.background, started.replaces, _kind(started.working_dir))
    return mixed(context, state.told, mark)


def mixed(context: Context, before: int, mark: object) -> int:
    """Return the number that stands for one thing more after all that another number stands for."""
    return context.numbers.setdefault((before, mark), len(context.numbers) + 1)


def merge(states: Iterable[State]) -> list[State]:
    """Return the states with equal ones made one, in their order; the more there are, the less tells them apart.

    Past 64 the last resort is a state that is lost and says so.
    """
    found = list(states)
    if len(found) < 2:
        return found
    found = _joined(found, detailed=True)
    if len(found) > MANY_STATES:
        found = _joined(found, detailed=False)
    if len(found) > MOST_STATES:
        found = widened(found)
    if len(found) > MOST_STATES:
        rest = found[MOST_STATES - 1]
        lost = rest.replace(flow=Flow.LOST, why=f"the script has more than {MOST_STATES} ways to run", started=(), told=0)
        found = [*found[: MOST_STATES - 1], lost]
    return found


def _joined(states: list[State], *, detailed: bool) -> list[State]:
    """Make states one that hold the same; `detailed` also looks at what branches have supposed."""
    groups: dict[object, State] = {}
    for state in states:
        variables = frozenset((name, essence(slot.content), slot.exported) for name, slot in state.variables.items())
        supposed = frozenset((name, essence(content)) for name, content in state.supposed.items()) if detailed else None
        key = (variables, supposed, _rest(state))
        groups[key] = _one(groups[key], state) if key in groups else state
    return list(groups.values())


def _rest(state: State) -> object:
    """Return all that tells states apart but variables and suppositions."""
    return (
        state.told,
        essence(state.arguments),
        _kind(state.working_dir),
        tuple((name, id(routine.body)) for name, routine in sorted(state.functions.items())),
        state.options,
        state.flow,
        state.why if state.flow is Flow.LOST else "",
        state.levels,
        None if state.output is None else essence(state.output),
        None if state.given is None else essence(state.given),
        None if state.flow in (Flow.ON, Flow.BREAK, Flow.CONTINUE) else state.status,
        len(state.outer),
    )


def _one(first: State, second: State) -> State:
    """Return what two states share that hold the same."""
    same = first.status == second.status and (first.status is not None or first.question == second.question)
    return first.replace(
        started=_shared_starts(first.started, second.started),
        conditions=_shared_steps(first.conditions, second.conditions),
        status=first.status if same else None,
        question=first.question if same else None,
        supposed=_common(first.supposed, second.supposed),
        decided={key: answer for key, answer in first.decided.items() if second.decided.get(key) is answer},
    )


def _shared_steps(first: Trail, second: Trail) -> Trail:
    """Return what both ways suppose: what only one of them supposes need not hold."""
    return first if first == second else tuple(step for step in first if step in second)


def _shared_starts(first: tuple[Started, ...], second: tuple[Started, ...]) -> tuple[Started, ...]:
    """Return the commands of the first way; those that the second starts as well, under what both suppose."""
    if first is second or len(first) > _MOST_COMPARED:
        return first
    found: list[Started] = []
    index = 0
    for started in first:
        at = next((i for i in range(index, len(second)) if second[i] is started or _same(second[i], started)), None)
        if at is not None:
            index = at + 1
            other = second[at]
            if other is not started and other.conditions != started.conditions:
                started = started.replace(conditions=_shared_steps(started.conditions, other.conditions))
        found.append(started)
    return tuple(found)


_MOST_COMPARED = 200


def _same(first: Started, second: Started) -> bool:
    return first.trail == second.trail and essence(first.argv) == essence(second.argv)


def _common(first: dict[str, Text | Unset], second: dict[str, Text | Unset]) -> dict[str, Text | Unset]:
    if not first or not second:
        return {}
    return {n: v for n, v in first.items() if n in second and essence(second[n]) == essence(v)}


def widened(states: list[State]) -> list[State]:
    """Make states one that differ in variables only: such a variable is one of the values it has in them."""
    groups: dict[object, list[State]] = {}
    for state in states:
        names = frozenset((name, isinstance(slot.content, tuple), slot.exported) for name, slot in state.variables.items())
        groups.setdefault((names, _rest(state)), []).append(state)
    return [_union(group) for group in groups.values()]


def _union(states: list[State]) -> State:
    result = states[0]
    for other in states[1:]:
        result = _one(result, other)
    variables: dict[str, Slot] = {}
    for name, slot in states[0].variables.items():
        contents = [state.variables[name].content for state in states]
        if any(essence(content) != essence(contents[0]) for content in contents):
            variables[name] = Slot(one_of(f"${name}", contents), slot.exported)
    return result.replace(variables={**result.variables, **variables})


def one_of(shown: str, contents: Iterable[Content]) -> Text:
    """Return the text that is one of these; lists among them make it unknown."""
    singles: list[Single[str]] = []
    trail: Trail = ()
    for content in contents:
        if isinstance(content, Unset):
            singles.append(Known("", content.trail))
        elif isinstance(content, Text):
            value = content.value
            singles.extend(alternatives(value))
        else:
            singles.append(Unknown("it is a list in some branches"))
    value = either(singles)
    match value:
        case Known():
            return Text((Piece(value.value, value.trail),))
        case Absent():
            return Text((Piece(shown, trail, instead=Unknown(value.why)),))
        case _:
            return Text((Piece(shown, value.trail[:1], instead=value),))


def part(state: State, *, before: str = "") -> tuple[State | None, State | None]:
    """Return the state where the last status is 0 and the one where it is not; None for what cannot be.

    `before` is the operator behind the command, if there is one: a command that is likely to succeed does so without
    mention, and before ``&&`` it does not fail, as it does not fail before a line's end either.
    """
    if state.status is not None:
        return (state, None) if state.status == 0 else (None, state)
    question = state.question
    if question is None:
        return state.replace(status=0), state.replace(status=1)
    if question.key is not None and question.key in state.decided:
        answer = state.decided[question.key]
        good = answer is not question.flipped
        settled = state.replace(status=0 if good else 1, question=None)
        return (settled, None) if good else (None, settled)
    likely = bool(before) and question.likely and not question.flipped
    held, failed = _answered(state, question, True, not likely), _answered(state, question, False, True)
    if likely and before == "&&":
        return held, None
    return (failed, held) if question.flipped else (held, failed)


def _answered(state: State, question: Question, answer: bool, mentioned: bool) -> State:
    said = question.holds if answer else question.fails
    step = Step(Role.SUPPOSED, question.at, f"{'only' if answer else 'not'} where {question.said}")
    return state.replace(
        status=0 if answer is not question.flipped else 1,
        question=None,
        conditions=(*state.conditions, step) if mentioned and step not in state.conditions else state.conditions,
        supposed={**state.supposed, **dict(said)} if said else state.supposed,
        decided={**state.decided, question.key: answer} if question.key is not None else state.decided,
    )
