"""Forked worker processes need more memory than the container may use, before the first task.

What it does
------------
Adds up what the kernel charges when the pool is up and idle: the parent process once, and for every forked child
the pages that it does not share with the parent. Fires when that sum is above the container's memory limit, or when
concurrency times the per-worker figure that you state is.

Why it matters
--------------
A prefork worker forks all its children at start. The kernel kills the largest process of the container when the
limit is reached and nothing is left to swap: unless ``memswap_limit`` equals the limit, a container may swap as much
again where the host has swap, and then it crawls before it dies. Where the children only share what was imported, the
largest is the parent: the container exits before the worker is ready, is restarted, and dies again. No task ever runs.

What one sees: a container that restarts every few seconds, exit code 137, no Python traceback, the last log line
somewhere in the start-up banner; ``docker stats`` climbing to the limit and dropping; tasks that never start, and a
queue that grows.

Where each child loads a model of its own, the children are the largest. A child that is killed while the pool starts
ends the worker with ``WorkerLostError`` and exit code 1, not 137. Closer to the limit the worker says "ready" and stays
up, while its children are killed and forked again without end, each logged as ``exited with 'signal 9 (SIGKILL)'``:
to a restart policy and to ``inspect ping`` that looks healthy. On Kubernetes since 1.28 with cgroup version 2 all
processes of the container are killed together.

Example
-------
::

    services:
      worker:
        command: celery -A proj worker --concurrency=20
        mem_limit: 256m

Twenty children of an empty application need about 480 MiB. Use instead::

    services:
      worker:
        command: celery -A proj worker --concurrency=4
        mem_limit: 256m

When it cannot tell
-------------------
Stays silent where the limit, the pool or the concurrency is not known; ``FF903 value-unknown`` says which and why.
Figures are floors: a limit below them cannot work, a limit above them promises nothing about what tasks do.
"""

from __future__ import annotations

from collections.abc import Iterator

from forkfit.api import Finding, Need, Severity, Stack, exceeding, memory_finding

ID = "FF101"
SEVERITY = Severity.ERROR
NEEDS = "shortage"


def check(stack: Stack) -> Iterator[Finding]:
    """Yield a finding for each container that cannot hold its idle pool."""
    for container in stack.containers:
        if exceeding(container, stack.settings) is Need.AT_START:
            yield memory_finding(container, Need.AT_START, stack.settings)
