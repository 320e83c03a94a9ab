"""A service looks like a worker, and its files do not say how it starts.

What it does
------------
Names each service that looks as if it started Celery workers and could not be followed to the command: its image is
built elsewhere, its script is not in the repository, or a step on the way cannot be read.

Why it matters
--------------
A linter that stays silent about what it did not see reads like a linter that found nothing wrong. The summary counts
these services even where this rule is switched off.

Example
-------
::

    services:
      worker:
        image: example/app:latest

Use instead::

    services:
      worker:
        image: example/app:latest
        command: celery -A proj worker --concurrency=4

When it cannot tell
-------------------
It goes by the names of the service, its image and its command. A worker under a name that says nothing, started by
an image from elsewhere, leaves no mark in the files.
"""

from __future__ import annotations

from collections.abc import Iterator

from forkfit.api import Finding, Reason, Severity, Stack

ID = "FF902"
SEVERITY = Severity.INFO
NEEDS = "unseen"
FAILS = False  # what cannot be seen is no fault


def check(stack: Stack) -> Iterator[Finding]:
    """Yield a finding for each service that could not be seen through."""
    for unseen in stack.unseen:
        yield Finding(
            f"{unseen.service} looks like a worker, but {unseen.why}",
            unseen.at,
            because=(Reason("", unseen.trail),) if unseen.trail else (),
            help=unseen.help,
            service=unseen.service,
            evidence="unseen",
        )
