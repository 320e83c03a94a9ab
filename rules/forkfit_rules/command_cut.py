"""Compose ends a command at an operator of the shell, and the rest never runs.

What it does
------------
Fires where a ``command`` or ``entrypoint`` that is written as one text has ``;``, ``&``, ``|``, ``<`` or ``>`` outside
quotes, for a service with workers, one that looks like a worker, and one whose lost rest starts a worker.

Why it matters
--------------
Compose runs no shell. It splits the text into words, ends at the first such sign, and says nothing: of
``migrate && celery worker`` only the migration runs, the container exits or restarts, and no task is ever taken.
The sign may also come by a variable, such as the ``&`` in the query of a URL.

Example
-------
::

    services:
      worker:
        command: python manage.py migrate && celery -A proj worker --concurrency=4

Use instead::

    services:
      worker:
        command: sh -c "python manage.py migrate && exec celery -A proj worker --concurrency=4"

When it cannot tell
-------------------
A sign in the value of a variable that has no value here is not seen.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from forkfit.api import Cut, Finding, Known, Piece, Reason, Role, Service, Severity, Span, Stack, Text, looks_like_worker

ID = "FF403"
SEVERITY = Severity.ERROR
NEEDS = "cut"

_WORKER = r"\bcelery\b[^;&|\n]*\bworker\b"
_OPERATOR = r"&&|\|\||>>|<<|[;&|<>]"
_LONGEST = 160  # characters of a command in a message


def check(stack: Stack) -> Iterator[Finding]:
    """Yield a finding for each command of a worker that is cut, and each cut that loses a worker."""
    workers = {c.service for c in stack.containers} | {u.service for u in stack.unseen}
    for service in stack.project.services:
        for cut in service.cuts:
            if service.name in workers or looks_like_worker(service) or _loses_worker(cut):
                yield _finding(service, cut)


def _loses_worker(cut: Cut) -> bool:
    """Tell whether the rest starts a worker, or says of the program that is left that it be one."""
    of_celery = any(word.plain.rsplit("/", 1)[-1] == "celery" for word in cut.words)
    return bool(re.search(_WORKER, cut.rest.plain)) or (of_celery and "worker" in cut.rest.plain.split())


def _finding(service: Service, cut: Cut) -> Finding:
    operator = re.match(_OPERATOR, cut.rest.plain)
    sign = operator[0] if operator else cut.rest.plain[:1]
    used = _used(cut)
    if used is not None:
        article = "an" if sign.startswith("&") else "a"
        message = f"{article} {sign} in the value of a variable ends the {cut.key} of {service.name}, and the rest never runs"
    else:
        rest = _shown(cut.rest if sign[0] in "<>" else cut.rest[len(sign) :])
        message = f"an unquoted {sign} ends the {cut.key} of {service.name}, and this never runs: {rest}"
    return Finding(
        message,
        used or cut.at,
        because=(Reason(f"what runs: {_shortened(' '.join(_shown(word) for word in cut.words)) or 'nothing'}"),),
        help=_help(service, cut, by_variable=used is not None),
        service=service.name,
        evidence=f"cut {cut.key}",
    )


def _used(cut: Cut) -> Span | None:
    """Return where the variable is used that brings the operator, None where the operator stands in the command itself."""
    return next((_use(piece) for piece in cut.rest.pieces[:1]), None)


def _use(piece: Piece) -> Span | None:
    return next((step.at for step in piece.trail if step.role in (Role.USED, Role.FALLBACK) and step.at is not None), None)


def _shown(text: Text) -> str:
    """Return a text on one line; what variables bring may be secret and is not shown."""
    return _shortened(" ".join("".join("***" if _use(p) and p.instead is None else p.text for p in text.pieces).split()))


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."


def _help(service: Service, cut: Cut, *, by_variable: bool) -> str:
    if by_variable:
        return 'Put the variable in double quotes, as in "${URL}": inside quotes the sign is text.'
    if cut.key == "command" and _is_shell(service):
        return "The entrypoint is a shell already: write the whole script as the one item of a list, or in quotes."
    return f'To run it by a shell, write {cut.key}: sh -c "..." with the whole script inside the quotes; to pass the sign on, quote it.'


def _is_shell(service: Service) -> bool:
    words = service.entrypoint.value if isinstance(service.entrypoint, Known) else ()
    return len(words) > 1 and bool(re.fullmatch(r"-[a-z]*c", words[-1].plain))
