"""The children un-share the heap of their parent, because nothing freezes it before the fork.

What it does
------------
Looks whether the application calls ``gc.freeze()`` before the fork, and works out what each child would need less if it
did: at the least 58 percent of a bare child's own memory and 65 percent of what imports add to it.

Why it matters
--------------
A forked child shares every page with its parent until one of them writes to it. Python's garbage collector writes to
the header of every object that it looks at, and Celery collects before each fork: with that the parent walks off from
all the children that it has forked before, and each of them is left alone with the old pages. Objects that are frozen
are not looked at, so their pages stay shared.

Measured with 8 children that had run tasks and collected garbage, in MiB without and with the line below: 243 and 128
for an empty application, 496 and 268 for Django with REST framework and SQLAlchemy, 643 and 280 with PyTorch, 1516 and
601 with transformers: 46 to 60 percent less. The kernel agrees: with it eight children of the PyTorch application live
through everything in 330 MiB, without it they are killed before they are ready. Python objects that tasks themselves walk
over, a large dictionary for instance, gain nothing: to read an object is to count a reference to it.

Example
-------
::

    services:
      worker:
        command: celery -A proj worker --concurrency=8
        mem_limit: 400m

The service may stay as it is; next to its application stands what freezes the heap. Use instead::

    import gc

    from celery.signals import worker_before_create_process


    @worker_before_create_process.connect
    def freeze_heap(**kwargs):
        gc.freeze()

When it cannot tell
-------------------
Advice: heard only of a service that is short of memory or that nothing bounds, or where the rule is selected by name.
Stays silent where the code of the application cannot be read, in pools that do not fork, with fewer than two children,
on Celery before 5.3, which sends no signal there, and where you state a per-worker figure, of which the table cannot say
what is heap.
"""

from __future__ import annotations

from collections.abc import Iterator

from forkfit.api import (
    Confidence,
    Container,
    Finding,
    Known,
    Memory,
    Reason,
    Severity,
    Stack,
    concurrency_reasons,
    least,
    place_of,
    saved_by_freezing,
)

ID = "FF303"
SEVERITY = Severity.INFO
NEEDS = "code"
ADVISES = True
LINE = "celery.signals.worker_before_create_process.connect(lambda **_: gc.freeze(), weak=False)"


def check(stack: Stack) -> Iterator[Finding]:
    """Yield a finding for each container whose workers fork two or more children from a heap that is not frozen."""
    for container in stack.containers:
        if isinstance(container.estimate.per_worker, Known):
            continue
        saved, children = 0, 0
        for index, worker in enumerate(container.workers):
            each, count = saved_by_freezing(container, index), least(worker.processes)
            if each is not None and count is not None and count > 1 and worker.code.modules and not worker.code.freezes_heap:
                saved, children = saved + count * each.bytes, children + count
        if children:
            yield _finding(container, children, Memory(saved))


def _finding(container: Container, children: int, saved: Memory) -> Finding:
    return Finding(
        f"{container.service} collects garbage before each fork and so un-shares the heap of {children} children;"
        f" gc.freeze() before it would save about {saved}",
        place_of(container, *(step for worker in container.workers for step in worker.concurrency.trail)),
        because=(*concurrency_reasons(container), Reason(f"at the least {Memory(saved.bytes // children)} a child stay shared")),
        help=f"Next to the application: {LINE}",
        service=container.service,
        confidence=Confidence.TABLE,
        evidence="not frozen",
        cause=" ".join(worker.app.value if isinstance(worker.app, Known) else container.service for worker in container.workers),
        amount=f"{children} children, about {saved}",
    )
