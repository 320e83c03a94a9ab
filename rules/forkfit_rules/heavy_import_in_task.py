"""Every child imports a heavy library for itself, because the import stands in a task.

What it does
------------
Compares what the imports inside task functions cost where they stand, whole in every child, with what they would cost
at module level: whole once in the parent, and in each child only the part that it does not share. Speaks where module
level would need less with this many children.

Why it matters
--------------
An import in a function body keeps the start fast and a worker that never calls it small. In a worker that does call it,
it happens after the fork, and nothing of it is shared: PyTorch costs each child 159 MiB that way and 59 MiB when it is
imported before the fork, bare child included.

Example
-------
::

    services:
      worker:
        command: celery -A proj worker --concurrency=8
        mem_limit: 1g

where a task begins with ``import torch``: eight times 122 MiB. At the top of the module it is 122 MiB once and 31 MiB in
each child. Use instead::

    import torch


    @app.task
    def infer(values):
        return torch.tensor(values).sum().item()

Move the import alone. Whether a model may be loaded before the fork as well depends on the library: some never answer in
a child.

When it cannot tell
-------------------
Advice: heard only of a service that is short of memory or that nothing bounds, or where the rule is selected by name.
Stays silent where the number of children is not known, in pools that do not fork, and where a task was not seen to call
the function. A child that never runs the task does not pay; what is compared is children that all have.
"""

from __future__ import annotations

from collections.abc import Iterator

from forkfit.api import (
    Confidence,
    Container,
    Finding,
    Memory,
    Part,
    Reason,
    Severity,
    Stack,
    forks,
    late_imports,
    least,
    place_of_step,
    saved_by_importing_early,
)

ID = "FF305"
SEVERITY = Severity.INFO
NEEDS = "code"
ADVISES = True
# MiB; below this an import is not worth a word.
WORTH = Memory.mib(25)


def check(stack: Stack) -> Iterator[Finding]:
    """Yield a finding for each worker that would need less with the imports of its tasks at module level."""
    for container in stack.containers:
        for index, worker in enumerate(container.workers):
            parts = late_imports(container, index)
            children = least(worker.processes)
            if not parts or children is None or not forks(worker) or not any(part.trail for part in parts):
                continue
            saved = saved_by_importing_early(parts, children)
            if saved >= WORTH:
                yield _finding(container, parts, children, saved, worker.program)


def _finding(container: Container, parts: tuple[Part, ...], children: int, saved: Memory, program: str) -> Finding:
    named = [part for part in parts if part.trail]
    early = [part.early for part in parts if part.early]
    now = Memory(sum(part.child.bytes for part in parts))
    once, each = Memory(sum(cost.parent.bytes for cost in early)), Memory(sum(cost.child.bytes for cost in early))
    return Finding(
        f"{container.service} imports {named[0].what} inside its tasks: {now} in each of {children} children; at module level it would be"
        f" {once} once and {each} a child, {saved} less",
        place_of_step(named[0].trail, container.at),
        because=tuple(Reason(f"{part.what}: {part.child} a child", part.trail) for part in parts),
        help="Move the import (not a model) to the top of the module.",
        service=container.service,
        confidence=Confidence.TABLE,
        evidence=f"{named[0].what} {program}".strip(),
        cause=f"{[part.what for part in parts]} {named[0].trail[0].at}",
        amount=f"{children} children, {saved} less",
    )
