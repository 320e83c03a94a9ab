"""FF303: put what freezes the heap before each fork next to the application, as the page of the rule has it."""

from __future__ import annotations

from forkfit.mend.change import Change
from forkfit.mend.edit import Edit, Refused
from forkfit.mend.find import container_of
from forkfit.mend.rewritten import edits_to
from forkfit.mend.scopes import imported, is_bound, scopes_of
from forkfit.mend.written import Sources
from forkfit.model.finding import Signed
from forkfit.model.source import Source
from forkfit.model.span import Span, places
from forkfit.model.stack import Stack
from forkfit.model.worker import Worker
from forkfit.weigh.figure import least
from forkfit.weigh.savings import saved_by_freezing

_HANDLER = "@worker_before_create_process.connect\ndef freeze_heap(**kwargs):\n    gc.freeze()\n"
_IMPORTS = ("import gc", "from celery.signals import worker_before_create_process")
# The names that the handler needs in the module, and what each may stand for already.
_NAMES = {
    "gc": ("gc", "gc"),
    "worker_before_create_process": ("celery.signals.worker_before_create_process", "worker_before_create_process"),
    "freeze_heap": None,
}


def frozen(signed: Signed, stack: Stack, sources: Sources) -> Change:
    """Add the handler to the module of each application of the container whose heap is not frozen."""
    container = container_of(stack, signed.finding.service)
    edits: dict[Span, tuple[Edit, ...]] = {}
    assumed = False
    for index, worker in enumerate(container.workers):
        saved, count = saved_by_freezing(container, index), least(worker.processes)
        if saved is None or count is None or count < 2 or not worker.code.modules or worker.code.freezes_heap:
            continue
        at = _made_at(worker, sources)
        edits.setdefault(at, _with_handler(at, sources[at.file]))
        assumed |= not places(worker.celery_version.trail)
    if not edits:
        raise Refused("no application of it is seen whose heap is not frozen")
    if len({at.file for at in edits}) < len(edits):
        raise Refused(f"{next(iter(edits)).file} makes several applications")
    return Change(
        signed,
        tuple(edit for of_one in edits.values() for edit in of_one),
        "gc.freeze() before each fork is added",
        "it needs Celery 5.3, and no file says which is installed" if assumed else "",
        "it changes the application's code",
    )


def _made_at(worker: Worker, sources: Sources) -> Span:
    """Return where the application is made; raise Refused where that is not known."""
    at = worker.code.application
    if at is None or at.file not in sources:
        raise Refused("where its application is made is not known")
    return at


def _with_handler(at: Span, source: Source) -> tuple[Edit, ...]:
    from forkfit.syntax.python_edits import with_function  # libcst is loaded where Python is changed

    top = scopes_of(source)
    there = imported(source)
    for name, whole in _NAMES.items():
        if is_bound(name, top, by_import=whole not in there):
            raise Refused(f"{source.path} has another {name}, a name that the handler needs")
    after = with_function(source.text, _HANDLER, at.line, _IMPORTS)
    if after is None:
        raise Refused(f"{source.path} cannot be changed without touching the rest of it")
    return edits_to(source, after)
