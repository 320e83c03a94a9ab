"""What programs add to a sum that tasks start: a child runs one task at a time, and of several programs the largest counts."""

from __future__ import annotations

from collections.abc import Iterable

from forkfit.model.memory import Memory
from forkfit.model.tool import Tool
from forkfit.model.value import Known, Unknown
from forkfit.model.weight import Confidence, Part

NONE = Memory(0)
# What needs less is within what is assumed for the working set of any task.
LEAST = Memory.mib(5)


def largest(tools: Iterable[Tool]) -> Tool | None:
    """Return the program that needs the most, of several the one that is surely started; None where none needs much."""
    heavy = (tool for tool in tools if _need(tool).bytes > LEAST.bytes)
    return max(heavy, key=lambda tool: (_need(tool).bytes, not tool.doubtful), default=None)


def parts(tools: tuple[Tool, ...], index: int, taken: Memory) -> tuple[Part, ...]:
    """Return the part of the largest program: what it takes beside a task that waits for it.

    `taken` is what the process itself takes at its highest moment over a task's working set, such as a model's call, which
    is not the moment at which it waits for a program.
    """
    tools = tuple(tool for tool in tools if not tool.stays)
    started = {tool.name for tool in tools}
    one = largest(tools)
    if one is None or _need(one).bytes <= taken.bytes:
        return ()
    which = "which tasks start" if len(started) == 1 else f"the largest of {len(started)} programs that tasks start"
    grows = f", more with {one.grows_with}" if one.grows_with else ""
    cost = Memory(_need(one).bytes - taken.bytes)
    trail = (*one.trail, *one.need.trail)
    return (Part(f"{one.name}, {which}{grows}", NONE, cost, one.confidence, trail, index, in_task=True, of_tool=True),)


def staying(tools: tuple[Tool, ...], index: int) -> tuple[Part, ...]:
    """Return a part for each program that every child starts before any task and leaves running."""
    return tuple(
        Part(
            f"{tool.name}, which each child starts",
            NONE,
            _need(tool),
            tool.confidence,
            (*tool.trail, *tool.need.trail),
            index,
            of_tool=True,
        )
        for tool in tools
        if tool.stays and _need(tool).bytes > LEAST.bytes
    )


def unweighed(tools: tuple[Tool, ...], index: int) -> tuple[Part, ...]:
    """Return a part without weight for each program of which nothing is known."""
    lacking: dict[str, Part] = {}
    for tool in tools:
        if isinstance(tool.need, Unknown):
            what = f"{tool.name}, which tasks start (not counted: {tool.need.why})"
            lacking.setdefault(tool.name, Part(what, NONE, NONE, Confidence.ASSUMED, tool.trail, index, of_tool=True))
    return tuple(lacking.values())


def _need(tool: Tool) -> Memory:
    return tool.need.value if isinstance(tool.need, Known) else NONE
