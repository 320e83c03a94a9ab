"""The worker imports heavy libraries before it forks.

What it does
------------
Follows the imports from the application and names the libraries that weigh most, with the chain of imports that leads
to each, what it costs the parent once, and what it costs each child. A library counts with all that only it brings
along, where that is 25 MiB or more in all processes together.

Why it matters
--------------
A worker imports all task modules, also those whose tasks go to another queue. Whatever they import at module level is
in the parent and, once tasks have run and garbage was collected, for a good part in each child as well: of a library
that is all Python about half, of PyTorch a quarter. Often the worker that is short of memory never runs a task that
needs it.

Example
-------
::

    services:
      mailer:
        command: celery -A proj worker -Q mail --concurrency=8
        mem_limit: 512m

where ``proj.tasks`` imports torch for tasks of another queue. Use instead::

    services:
      mailer:
        command: celery -A proj.mail worker -Q mail --concurrency=8
        mem_limit: 512m

with an application whose ``include`` names only the modules of its own tasks. An import inside a function helps a worker
that never calls it; in one that does, each child then holds all of it alone (``FF305 heavy-import-in-task``).

When it cannot tell
-------------------
Advice: heard only of a service that is short of memory or that nothing bounds, or where the rule is selected by name.
Stays silent where the code of the application cannot be read. A library that another import needs as well is not named.
"""

from __future__ import annotations

from collections.abc import Iterator

from forkfit.api import Confidence, Container, Finding, Heavy, Memory, Reason, Severity, Stack, forks, heavy_imports, least, place_of_step

ID = "FF302"
SEVERITY = Severity.INFO
NEEDS = "code"
ADVISES = True
# MiB in the parent and all children; below this an import is not worth a word.
WORTH = Memory.mib(25)


def check(stack: Stack) -> Iterator[Finding]:
    """Yield a finding for each container and each place where its workers come by a heavy library first."""
    for container in stack.containers:
        seen = set()
        for index, worker in enumerate(container.workers):
            children = (least(worker.processes) or 1) if forks(worker) else 0
            heavy = tuple(one for one in heavy_imports(container, index) if one.cost.parent + one.cost.child * children >= WORTH)
            if heavy and heavy[0].part.trail not in seen:
                seen.add(heavy[0].part.trail)
                yield _finding(container, heavy)


def _finding(container: Container, heavy: tuple[Heavy, ...]) -> Finding:
    first, names = heavy[0], [one.part.what for one in heavy]
    listed = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    parent, child = (sum(getattr(one.cost, who).in_mib for one in heavy) for who in ("parent", "child"))
    return Finding(
        f"{container.service} imports {listed} before it forks: about {parent:.0f} MiB in the parent and {child:.0f} MiB in each child",
        place_of_step(first.part.trail, container.at),
        because=tuple(Reason(_cost(one), one.part.trail) for one in heavy),
        help="Where this worker runs no task that needs it, give it an application that does not import it.",
        service=container.service,
        confidence=Confidence.TABLE,
        evidence=first.part.what,
        cause=f"{listed} {first.part.trail[0].at} {parent:.0f} {child:.0f}",
    )


def _cost(heavy: Heavy) -> str:
    brought = f" with {', '.join(part.what for part in heavy.brought)}" if heavy.brought else ""
    return f"{heavy.part.what}{brought}: {heavy.cost.parent} once + {heavy.cost.child} a child"
