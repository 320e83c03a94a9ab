"""What a worker's children import and load where only some of the project's tasks come to them."""

from __future__ import annotations

from collections.abc import Iterable

from forkfit.model.bodies import OUTSIDE, Bodies, Entry, Task
from forkfit.model.span import Span
from forkfit.model.tool import Tool
from forkfit.model.worker import Code, Import, ModelLoad, When

LONGEST_CHAIN = 200
Ways = dict[int, tuple[Span, ...]]  # the bodies that are reached, each with the places that lead there


def only(code: Code, bodies: Bodies, away: frozenset[Task], doubtful: frozenset[Task]) -> Code:
    """Return the code without what only the tasks brings that are `away`; what only `doubtful` ones bring is marked."""
    ways = _reached(bodies, (e for e in bodies.entries if e.task not in away))
    sure = _reached(bodies, (e for e in bodies.entries if e.task not in away and e.task not in doubtful))
    return code.replace(
        imports=(*(i for i in code.imports if i.when is When.PARENT), *_imports(bodies, ways, sure)),
        models=tuple(_marked(load, bodies, sure) for load in code.models if _is_loaded(load, bodies, ways)),
        uses_boto3_client=bool(bodies.clients & {OUTSIDE, *ways}),
        tools=_started(code, bodies, ways, sure),
    )


def _started(code: Code, bodies: Bodies, ways: Ways, sure: Ways) -> tuple[Tool, ...]:
    """Return the programs that the reached bodies start."""
    reached = {tool for body, tool in bodies.tools if body in (OUTSIDE, *ways)}
    known = {tool for body, tool in bodies.tools if body in (OUTSIDE, *sure)}
    return tuple(tool.replace(doubtful=index not in known) for index, tool in enumerate(code.tools) if index in reached)


def _reached(bodies: Bodies, entries: Iterable[Entry]) -> Ways:
    """Return the bodies that some entries lead to, by the shortest way."""
    ways: Ways = {}
    pending: list[int] = []
    for entry in entries:
        if entry.body not in ways:
            ways[entry.body] = entry.through
            pending.append(entry.body)
    while pending:
        further: list[int] = []
        for body in pending:
            for other, at in bodies.leads[body]:
                if other not in ways:
                    ways[other] = (*ways[body], at)[:LONGEST_CHAIN]
                    further.append(other)
        pending = further
    return ways


def _imports(bodies: Bodies, ways: Ways, sure: Ways) -> Iterable[Import]:
    """Return the libraries that the reached bodies import, each once: where it is sure, and not optional, if there is such a place."""
    found: dict[str, Import] = {}
    for met in bodies.imports:
        through = () if met.body == OUTSIDE else ways.get(met.body)
        if through is None:
            continue
        here = Import(met.library, met.at, through, When.CHILD, met.optional, met.body != OUTSIDE and met.body not in sure)
        before = found.get(met.library)
        if before is None or (here.doubtful, here.optional) < (before.doubtful, before.optional):
            found[met.library] = here
    return found.values()


def _is_loaded(load: ModelLoad, bodies: Bodies, ways: Ways) -> bool:
    """Tell whether the children of a worker load a model, or may; what is loaded before the fork is in them all."""
    return load.when is When.PARENT or load.supposed or any(at == load.at and b in (OUTSIDE, *ways) for b, at in bodies.models)


def _marked(load: ModelLoad, bodies: Bodies, sure: Ways) -> ModelLoad:
    known = load.when is When.PARENT or load.supposed or any(at == load.at and b in (OUTSIDE, *sure) for b, at in bodies.models)
    return load if known else load.replace(doubtful=True)
