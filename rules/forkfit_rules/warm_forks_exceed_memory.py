"""The worker starts within its limit, and outgrows it with its first tasks.

What it does
------------
Adds up what the kernel charges once every child has run a few small tasks and collected its garbage: by then a
child has written to most of the pages that it shared at birth. Fires when the idle pool fits the limit and this sum
does not.

What tasks import and load counts for every child, since each child may run each task that comes to the worker. Which
tasks do is read as Celery decides it: by the queues of ``-Q`` and ``-X`` or what the settings declare, by
``task_routes``, by ``queue=`` of the task and of whoever sends it. Tasks that never come are not counted, and the sum
says so.

Why it matters
--------------
The container looks healthy until there is work. Then it swaps, where the host has swap and ``memswap_limit`` does not
equal the limit, or the kernel kills the largest process. Where the children only share what was imported, that is the
parent: the container exits with code 137 during its first tasks, or when a child collects its garbage, and is
restarted until there is work again. Where each child holds a model of its own, it is a child: ``WorkerLostError`` and
``signal 9 (SIGKILL)`` in the log, a new child in its place, and a container that stays up. The tasks that were running
are lost. With ``task_acks_late`` they come back, and with them the kill: after the parent's death always, after a
child's only with ``task_reject_on_worker_lost``.

Example
-------
::

    services:
      worker:
        command: celery -A proj worker --concurrency=8
        mem_limit: 230m

Eight children of an empty application need about 215 MiB idle and 245 MiB after their first tasks. Use instead::

    services:
      worker:
        command: celery -A proj worker --concurrency=6
        mem_limit: 230m

When it cannot tell
-------------------
Stays silent where the limit, the pool or the concurrency is not known; ``FF903 value-unknown`` says which and why.
Where a router, a variable or a call may send a task to this worker or elsewhere, the task counts, but where the sum
fits without such tasks this is a warning, not an error.
What your own tasks need on top is not in the sum; ``FF103 tasks-exceed-memory`` allows for an ordinary task.
"""

from __future__ import annotations

from collections.abc import Iterator

from forkfit.api import Finding, Need, Severity, Stack, exceeding, memory_finding

ID = "FF102"
SEVERITY = Severity.ERROR
NEEDS = "shortage"


def check(stack: Stack) -> Iterator[Finding]:
    """Yield a finding for each container that holds its idle pool and not its warm one."""
    for container in stack.containers:
        if exceeding(container, stack.settings) is Need.WARM:
            yield memory_finding(container, Need.WARM, stack.settings)
