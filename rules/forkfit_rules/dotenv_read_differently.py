"""A line of an env file means one thing to Compose and another to python-dotenv, and a worker's setting comes by it.

What it does
------------
Reads each env file through which a memory limit, a pool, a concurrency, an autoscaling or a memory cap comes a second
time, as ``load_dotenv()`` reads it (with python-dotenv itself), and names the variables that come out differently.
What a variable outside the file would bring is left out on both sides.

Why it matters
--------------
The two grammars differ at tabs before comments, at ``NAME: value``, at ``$NAME`` without braces, at ``${NAME-default}``
and at what stands behind a closing quote. The container gets Compose's value; the application gets the other one where
it calls ``load_dotenv()``, and so does everybody who starts the worker without Compose. What works on a laptop then
stops the worker in production, or starts it with another number of processes.

Example
-------
::

    # worker.env, named by env_file
    CHILDREN=2
    CELERY_WORKER_CONCURRENCY=$CHILDREN

Compose reads 2, python-dotenv the text ``$CHILDREN``. Use instead::

    # worker.env, named by env_file
    CHILDREN=2
    CELERY_WORKER_CONCURRENCY=${CHILDREN}

When it cannot tell
-------------------
Stays silent where Compose does not read the file, where it cannot read the line (``FF901`` says so), and on lines that
reach no setting of a worker. No value is shown that is not a number or a size.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from forkfit.api import (
    Container,
    Differing,
    Finding,
    Kind,
    Known,
    Reason,
    Severity,
    Stack,
    Text,
    Value,
    concurrency_reasons,
    limit_reason,
    places,
)

ID = "FF404"
SEVERITY = Severity.WARNING
NEEDS = "differing"

_NUMBER = r"[0-9]{1,20}(?:\.[0-9]{1,6})?(?:,[0-9]{1,20})?\s?(?:[kmgtp]i?b?|b)?"
_HELP = "Write NAME=value with nothing else on the line: no tab, no text behind a quote, ${OTHER} with its braces. Both read that the same."


def check(stack: Stack) -> Iterator[Finding]:
    """Yield a finding for each variable that two programs read differently, whatever number of workers it reaches."""
    broken = {(t.at.file, t.at.line) for t in stack.troubles if t.kind in (Kind.ENV_FILE_SYNTAX, Kind.INTERPOLATION)}
    found: dict[Differing, list[Container]] = {}
    for container in stack.containers:
        for one in container.differing:
            found.setdefault(one, []).append(container)
    for one, containers in found.items():
        if (one.at.file, one.at.line) not in broken:
            yield Finding(
                f"Compose reads {_said(one.in_compose)} for {one.name}, and python-dotenv {_said(one.in_python)}",
                one.at,
                because=_reasons(one, containers[0]),
                help=_HELP,
                service=containers[0].service,
                evidence=one.name,
            )


def _said(value: Value[Text]) -> str:
    """Say a value that is a number or a size; any other may be secret."""
    if not isinstance(value, Known):
        return "no value"
    plain = value.value.plain
    return plain if re.fullmatch(_NUMBER, plain, re.IGNORECASE | re.ASCII) else "a text that is no number" if plain else "an empty text"


def _reasons(one: Differing, container: Container) -> tuple[Reason, ...]:
    """Return what comes by the variable."""
    reasons = (*concurrency_reasons(container), limit_reason(container))
    return tuple(r for r in reasons if any(at.file == one.at.file and at.line == one.at.line for at in places(r.trail)))
