"""Weigh the programs that a worker's tasks start."""

from __future__ import annotations

from collections.abc import Mapping

from forkfit.model.memory import Memory
from forkfit.model.span import Role, Step
from forkfit.model.tool import Tool
from forkfit.model.value import Known, Unknown
from forkfit.model.weight import Confidence
from forkfit.model.worker import Code, Worker
from forkfit.weigh.closure import close
from forkfit.weigh.table import Table
from forkfit.weigh.tools.table import Case, figures_of


def with_tools(worker: Worker, stated: Mapping[str, Known[Memory]], table: Table, installed: frozenset[str] | None) -> Worker:
    """Return a worker with what the programs need that its tasks start; `stated` are figures of the user's own."""
    tools = tuple(_weighed(tool, stated, table, installed) for tool in worker.code.tools)
    return worker.replace(code=worker.code.replace(tools=tools))


def _weighed(tool: Tool, stated: Mapping[str, Known[Memory]], table: Table, installed: frozenset[str] | None) -> Tool:
    shelves = table.shelves
    own = stated.get(tool.name)
    if own is not None:
        return tool.replace(need=own, confidence=_doubted(Confidence.STATED, tool))
    figures = figures_of(shelves, tool.words[0])
    case = figures.case(tool.words[1:]) if figures is not None else None
    if figures is None or case is None:
        return tool.replace(need=Unknown(f"{tool.name} was not measured" + (" doing this" if figures is not None else "")))
    if tool.imports or tool.modules:
        return _with_imports(tool, case, table, installed)
    by = f"published by {figures.source}" if figures.source else "measured"
    return tool.replace(
        need=Known(case.peak, (Step(Role.ASSUMED, None, f"{by} for `{case.run}`"),)),
        grows_with=figures.grows_with,
        confidence=_doubted(figures.confidence, tool),
    )


def _with_imports(tool: Tool, bare: Case, table: Table, installed: frozenset[str] | None) -> Tool:
    """Return another Python with what it imports: less than an import weighs alone, since weights are those over a Celery worker."""
    closure = close(Code(tool.imports, modules=tool.modules), table, installed)
    if closure.unweighed and not any(share.weighed for share in closure.shares):
        return tool.replace(need=Unknown(f"{closure.unweighed[0]} was not measured"))
    load = sum((share.load for share in closure.shares if share.weighed), closure.modules)
    heaviest = ", ".join(share.library for share in closure.shares[:3] if share.weighed)
    note = f"a Python, and what it imports{f': {heaviest}' if heaviest else ''}"
    need = Memory(bare.peak.bytes + Memory.mib(load.main).bytes)
    return tool.replace(
        need=Known(need, (Step(Role.ASSUMED, None, note),)), grows_with="what it does", confidence=_doubted(Confidence.TABLE, tool)
    )


def _doubted(sure: Confidence, tool: Tool) -> Confidence:
    """What a program needs is known, and perhaps not whether it is started at all."""
    return Confidence.ASSUMED if tool.doubtful else sure
