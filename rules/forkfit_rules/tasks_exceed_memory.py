"""The worker fits its limit until every child runs an ordinary task at the same time.

What it does
------------
Adds a working set for every child (5 MiB unless the setting ``working-set`` says otherwise, and 15 MiB more where
tasks build a boto3 client) to what the warm pool needs; where a child has a model whose calls were measured, the peak
of one call; and for every child the largest of the programs that tasks start (``ffmpeg``, ``chromium``, ``kopia``), since
the container holds one of them beside each child that waits for it. Fires when the warm pool fits the limit and this
sum does not.

Why it matters
--------------
It holds while the queue is short and dies at the first burst, which looks like a random crash under load. Where there
is no swap left (``memswap_limit`` equal to the limit, or a host without swap) the kernel kills the largest process: a
child whose task has outgrown the others, which Celery replaces (``WorkerLostError``, ``signal 9 (SIGKILL)``, the
container stays up), or the parent, and with it the container (exit code 137).

Example
-------
::

    services:
      worker:
        command: celery -A proj worker --concurrency=8
        mem_limit: 256m

Eight warm children of an empty application need about 245 MiB, and about 285 MiB while all of them run a small task.
Use instead::

    services:
      worker:
        command: celery -A proj worker --concurrency=6
        mem_limit: 256m

When it cannot tell
-------------------
Stays silent where the limit, the pool or the concurrency is not known; ``FF903 value-unknown`` says which and why.
How much a call of a model is given is not in the code: each is counted for what stands beside it (10 seconds of audio,
one image, a track of 4 minutes), and longer ones take more. A task that loads a file, or a model that was not measured,
needs far more than the working set assumed here; state what you measured with ``per_worker`` for the service, and that
figure decides. Programs are weighed with small inputs, and one that nobody weighed is named and not counted;
``[tool.compose-lint.tools]`` takes what yours needs (docs/programs.md).
"""

from __future__ import annotations

from collections.abc import Iterator

from forkfit.api import Finding, Need, Severity, Stack, exceeding, memory_finding

ID = "FF103"
SEVERITY = Severity.WARNING
NEEDS = "shortage"


def check(stack: Stack) -> Iterator[Finding]:
    """Yield a finding for each container that holds its warm pool and not its busy one."""
    for container in stack.containers:
        if exceeding(container, stack.settings) is Need.BUSY:
            yield memory_finding(container, Need.BUSY, stack.settings)
