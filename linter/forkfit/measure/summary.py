"""What a measurement says to who asked for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from forkfit.measure.application import Run
from forkfit.measure.figures import Figures
from forkfit.measure.service import Served
from forkfit.model.value import Known


def lines(entry: Mapping[str, Any], weights: Iterable[Mapping[str, Any]], found: Figures) -> Iterator[str]:
    """Yield the figures, what they say of the workers that ran, and the weights that no table has."""
    yield f"{entry['app']}, Celery {entry['celery']}, Python {entry['python']}"
    yield f"  parent          {found.parent:7.1f} MiB, once"
    yield f"  child at start  {found.child_at_start:7.1f} MiB"
    yield f"  child warm      {found.child_warm:7.1f} MiB, of {found.child_resident:.0f} MiB resident"
    yield f"  kernel memory   {found.kernel_per_process:7.1f} MiB, of each process"
    for one in entry["runs"]:
        counted = "the kernel counted" if one["counted_by"] == "cgroup" else "the processes add up"
        yield (
            f"  {_children(one['concurrency'])}: {one['charged_at_start_mib']:.0f} MiB at start, {one['charged_warm_mib']:.0f} warm, "
            f"as {counted}; the figures say {one['predicted_at_start_mib']:.0f} and {one['predicted_warm_mib']:.0f}"
        )
    for weight in weights:
        own = weight["exclusive"]
        yield f"  {weight['library']}, in no table: {own['main']} MiB in the parent, {own['child']} in each child"


def left_out(runs: Iterable[Run]) -> Iterator[str]:
    """Yield what is in no figure."""
    listed = tuple(runs)
    if strangers := max(one.strangers for one in listed):
        yield f"  the application starts {strangers} processes of its own: what they need is not in the figures"
    for failure in dict.fromkeys(f for one in listed for f in one.failed_tasks):
        yield f"  {failure}: what it needs is not in the figures"


def of_service(served: Served, found: Figures) -> str:
    """Say what the figures mean for the children that a service has."""
    pool, count = served.pool, served.processes
    if isinstance(pool, Known) and not pool.value.forks:
        return f"{served.name} runs its tasks in one process, the pool {pool.value.value}: it needs what the parent needs"
    if not isinstance(count, Known):
        return f"{served.name} runs a number of children that is not known"
    limit = f", of the {served.limit.value} that it may use" if isinstance(served.limit, Known) else ""
    needs = f"{found.at_start(count.value):.0f} MiB at start and {found.warm(count.value):.0f} warm"
    return f"{served.name} runs {_children(count.value)}, for which the figures say {needs}{limit}"


def _children(count: int) -> str:
    return f"{count} {'child' if count == 1 else 'children'}"
