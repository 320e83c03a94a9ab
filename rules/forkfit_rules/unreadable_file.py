"""A file that the project loads cannot be read, or not as Compose reads it.

What it does
------------
Tells each place where a Compose file, an env file, a Dockerfile, a script or a Python module cannot be read: it is
missing, binary, not UTF-8, too large, outside the project, or it breaks the rules of its language.

Why it matters
--------------
What cannot be read cannot be judged. Compose itself stops at such a file; this linter goes on with the rest, so that
one broken file does not hide what is wrong in the others.

Example
-------
::

    services:
      worker:
        mem_limit: 12q

Use instead::

    services:
      worker:
        mem_limit: 12g

When it cannot tell
-------------------
A missing env file is normal in a repository and is no error: ``FF903 value-unknown`` names it where it could change a
verdict. An env file outside the project is named here as a note. So is a Python file in a grammar newer than this
linter's own, and its values are unknown.
"""

from __future__ import annotations

from collections.abc import Iterator

from forkfit.api import Finding, Kind, Reason, Role, Severity, Stack, Step, Trouble

ID = "FF901"
SEVERITY = Severity.ERROR
NEEDS = "trouble"

# What Compose goes past, and what a repository lacks by design: FF903 tells them where they bear on a verdict, FF905
# what was measured and holds no longer.
_ELSEWHERE = frozenset({Kind.UNDEFINED_VARIABLE, Kind.REQUIRED_VARIABLE, Kind.MISSING_ENV_FILE, Kind.WARNING, Kind.BOUND, Kind.STALE})
# A worker runs with another Python and another shell than this linter's: their grammar may be newer. A file that
# refers to what stands elsewhere is a fragment, to be merged with others. A template is filled in before it is used. An
# env file that stands beside the repository belongs to the deployment, as one that is missing from it does.
_NOTES = frozenset({Kind.PYTHON, Kind.SHELL, Kind.CONSISTENCY, Kind.TEMPLATE, Kind.ENV_FILE_OUTSIDE_ROOT})


# Troubles of these kinds that have the same cure have one cause: a root that is too low, a fragment on its own, one lost file.
_OF_ONE_CAUSE = frozenset({Kind.CONSISTENCY, Kind.DOCKERFILE, Kind.OUTSIDE_ROOT, Kind.ENV_FILE_OUTSIDE_ROOT})


def check(stack: Stack) -> Iterator[Finding]:
    """Yield a finding for each file, or part of one, that could not be read; one for those of one cause."""
    weighed = {container.service for container in stack.containers}
    causes: dict[object, list[Trouble]] = {}
    for trouble in stack.troubles:
        # Limits of a worker that contradict each other are FF402's.
        if trouble.kind not in _ELSEWHERE and not (trouble.limit and trouble.service in weighed):
            alike = (trouble.kind, trouble.cure) if trouble.kind in _OF_ONE_CAUSE and trouble.cure else trouble
            causes.setdefault(alike, []).append(trouble)
    for first, *others in causes.values():
        reasons = [Reason("", first.trail)] if first.trail else []
        if others:
            reasons.append(Reason("the same", tuple(Step(Role.USED, other.at, _subject(other)) for other in others)))
        yield Finding(
            first.message + (f", and {len(others)} more like it" if others else ""),
            first.at,
            because=tuple(reasons),
            help=first.cure,
            service=first.service,
            evidence=first.kind.value,
            severity=Severity.INFO if first.kind in _NOTES else None,
        )


def _subject(trouble: Trouble) -> str:
    """Return what a trouble is about: its service, otherwise what its message begins with."""
    return trouble.service or trouble.message.split(" ", 1)[0]
