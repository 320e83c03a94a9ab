"""What was measured of an application is no longer used, because it has changed since.

What it does
------------
``compose-lint measure`` writes what an application weighs to ``compose-lint.measured.json`` at the project root,
with a fingerprint of the dependency files at that time. Fires where a worker's application is in that file and the
fingerprint is another one now, or where the file is about another module than the worker runs.

Why it matters
--------------
A figure that was measured before a library came or went is worse than none: it is believed. The table of measured
imports takes its place until the application is measured again.

Example
-------
::

    services:
      worker:
        command: celery -A proj worker --concurrency=4
        mem_limit: 512m

after ``requirements.txt`` has gained ``torch``. The cure is ``compose-lint measure -A proj``, which measures it
again. Use instead::

    services:
      worker:
        command: celery -A proj worker --concurrency=4
        mem_limit: 512m

When it cannot tell
-------------------
Only what the dependency files say is compared: an application that has grown by its own code, or in an image whose
dependencies stand in no file, looks as it did. The date is in every message that uses the figure.
"""

from __future__ import annotations

from collections.abc import Iterator

from forkfit.api import Finding, Kind, Severity, Stack

ID = "FF905"
SEVERITY = Severity.INFO
NEEDS = "trouble"


def check(stack: Stack) -> Iterator[Finding]:
    """Yield a finding for each measurement that a worker could have used."""
    for trouble in stack.troubles:
        if trouble.kind is Kind.STALE:
            yield Finding(
                trouble.message, trouble.at, help=trouble.cure, service=trouble.service, evidence=f"{trouble.service} {trouble.message}"
            )
