"""Every child of a prefork worker loads a model of its own.

What it does
------------
Names each model that is loaded after the fork, in ``worker_process_init``, in a task or when a task first asks for it,
and that needs 32 MiB or more; says what it costs in all children together, and what would save most of that.

Why it matters
--------------
Nothing that is built after the fork is shared, and all children load at once, so that the peak of the load counts for
each of them: ``WhisperModel("small", compute_type="int8")`` holds 291 MiB once loaded and 581 while it loads. For
faster_whisper and openai-whisper this is still right: built before the fork they hang (``FF306
model-breaks-after-fork``). A pool of threads has one copy.

An array that the code makes itself and keeps (``np.ones``, ``np.random.rand``, ``torch.zeros``, ``bytearray``, ...) is
named in the same way where its shape and dtype are known. ``np.zeros`` and ``np.empty`` take nothing until something is
written to them, and are not counted.

Example
-------
::

    services:
      worker:
        command: celery -A proj worker --concurrency=4   # each child calls WhisperModel("small")
        mem_limit: 2g

Use instead::

    services:
      worker:
        command: celery -A proj worker --pool=threads --concurrency=4
        mem_limit: 2g

When it cannot tell
-------------------
Stays silent about models and arrays of unknown size, about arrays that only a local name holds, where the number of
children or the pool is not known, and where nothing that the worker runs is seen to load the model. Advice: it appears
only for containers that are short of memory or that nothing bounds, or where it is asked for by name.
"""

from __future__ import annotations

from collections.abc import Iterator

from forkfit.api import (
    Container,
    Finding,
    Footprint,
    Known,
    Memory,
    ModelLoad,
    Reason,
    Role,
    Severity,
    Stack,
    Step,
    Survival,
    When,
    Worker,
    alternatives,
    concurrency_reasons,
)

ID = "FF301"
SEVERITY = Severity.INFO
NEEDS = "model"
ADVISES = True

LEAST = Memory.mib(32)


def check(stack: Stack) -> Iterator[Finding]:
    """Yield a finding for each model that several children load."""
    for container in stack.containers:
        for worker in container.workers:
            children = _children(worker)
            for load in worker.code.models:
                known = [single.value for single in alternatives(load.footprint) if isinstance(single, Known)]
                if children < 2 or load.when is not When.CHILD or load.supposed or len(known) != len(alternatives(load.footprint)):
                    continue
                smallest = min(known, key=_need)
                if Memory(_need(smallest)) >= LEAST:
                    yield _finding(container, worker, load, smallest, children)


def _children(worker: Worker) -> int:
    """Return how many children there are at the least; 0 where that, or the pool, is not known."""
    counts = [count.value if isinstance(count, Known) else 0 for count in alternatives(worker.processes)]
    forks = all(isinstance(pool, Known) and pool.value.forks for pool in alternatives(worker.pool))
    return min(counts) if forks else 0


def _need(footprint: Footprint) -> int:
    return max(footprint.peak.bytes, footprint.anon.bytes + footprint.inference.bytes)


def _finding(container: Container, worker: Worker, load: ModelLoad, footprint: Footprint, children: int) -> Finding:
    who = container.service if len(container.workers) == 1 else f"{container.service} ({worker.program})"
    name = f"{load.name.value} of {load.library}" if isinstance(load.name, Known) else f"a model of {load.library}"
    need = Memory(_need(footprint))
    moment = "while it runs" if footprint.peak.bytes < need.bytes else "while it loads"
    each = f"{footprint.anon} each" if need == footprint.anon else f"{footprint.anon} each and {need} {moment}"
    return Finding(
        f"{who} loads {name} in each of {children} children: {each}, together {need * children}",
        load.at,
        because=(
            Reason("loaded in each child", (Step(Role.WRITTEN, load.at, footprint.law),)),
            *concurrency_reasons(container),
        ),
        help="; ".join(_savings(load, footprint, children)) + ".",
        service=container.service,
        confidence=footprint.confidence,
        evidence=f"{load.callee} {name} {worker.program}",
    )


def _savings(load: ModelLoad, footprint: Footprint, children: int) -> Iterator[str]:
    """Yield what would need less, with what it saves."""
    every = _need(footprint) * children
    in_one = max(footprint.peak.bytes, footprint.anon.bytes + footprint.inference.bytes * children)
    if every > in_one:
        yield f"--pool=threads keeps one copy and saves about {Memory(every - in_one)}"
    for argument, cheaper in load.cheaper:
        saved = every - _need(cheaper) * children
        if saved > 0:
            yield f"{argument} saves about {Memory(saved)}"
    if load.survivals <= {Survival.ALWAYS, Survival.UNLESS_CALLED}:
        shared = every - footprint.anon.bytes - footprint.inference.bytes * children
        condition = "" if load.survivals == {Survival.ALWAYS} else ", where nothing runs it before the fork,"
        if shared > 0:
            yield f"built at module level{condition} it is shared and saves about {Memory(shared)}"
