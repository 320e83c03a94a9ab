"""The worker fits its limit with little room to spare.

What it does
------------
Compares what the busy pool needs with a share of the limit (80 percent unless the setting ``headroom`` says
otherwise), and the handbook sum, concurrency times the resident size of one child, with the limit itself. Fires when
either is above and the busy pool still fits.

Why it matters
--------------
In eight incidents where the sum of the processes is the stated cause, the idle processes stood at 83 to 111 percent
of the limit. The rest was one ordinary spike: an export, a report, a program that a task starts.

Example
-------
::

    services:
      worker:
        command: celery -A proj worker --concurrency=8
        mem_limit: 300m

Eight busy children of an empty application need about 285 of 300 MiB. Use instead::

    services:
      worker:
        command: celery -A proj worker --concurrency=8
        mem_limit: 512m

When it cannot tell
-------------------
Stays silent where the limit, the pool or the concurrency is not known, and where you state a per-worker figure: that
figure is taken at its word. A note, never a failure, unless the figures were measured on your own application.
"""

from __future__ import annotations

from collections.abc import Iterator

from forkfit.api import Confidence, Finding, Need, Severity, Stack, exceeding, memory_finding

ID = "FF104"
SEVERITY = Severity.INFO
NEEDS = "shortage"


def check(stack: Stack) -> Iterator[Finding]:
    """Yield a finding for each container whose busy pool fits with little to spare."""
    for container in stack.containers:
        if exceeding(container, stack.settings) is Need.HEADROOM:
            finding = memory_finding(container, Need.HEADROOM, stack.settings)
            measured = container.estimate.confidence is Confidence.MEASURED
            yield finding.replace(severity=Severity.WARNING if measured else Severity.INFO)
