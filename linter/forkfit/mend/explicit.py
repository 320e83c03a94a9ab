"""FF105, FF201: write down a limit, and a concurrency, where none is."""

from __future__ import annotations

from forkfit.judging.words import left_to_host, limit_that_fits
from forkfit.launchers.celery.line import after_program, read
from forkfit.mend.change import Change
from forkfit.mend.edit import Edit, Refused
from forkfit.mend.find import container_of, service_of
from forkfit.mend.insert import entry_before, entry_of_service, word_behind
from forkfit.mend.written import Sources
from forkfit.model.container import Container
from forkfit.model.document import Mapping, Node
from forkfit.model.finding import Signed
from forkfit.model.stack import Stack


def counted(signed: Signed, stack: Stack, sources: Sources) -> Change:
    """Add the largest concurrency that fits, or that the CPUs of the host ask for where those are told and fewer."""
    container = container_of(stack, signed.finding.service)
    fitting = container.estimate.safe_concurrency
    cpus = stack.settings.of(container.service).cpus
    if fitting == 0:
        raise Refused("not even one child fits the limit")
    if fitting is None and cpus is None:
        raise Refused("without a limit no concurrency is known to fit: --memory says which to assume, --cpus what the host has")
    count = min(one for one in (fitting, cpus) if one is not None)
    edit = _option(container, f"--concurrency={count}", sources)
    return Change(signed, (edit,), f"--concurrency={count} is added", "the CPUs of the host decide no more", "it sets the throughput")


def limited(signed: Signed, stack: Stack, sources: Sources) -> Change:
    """Add the limit that holds the container: in the deploy section where that has limits, otherwise at the service."""
    service = service_of(stack, signed)
    enough = limit_that_fits(container_of(stack, service.name), stack.settings)
    if enough is None:
        raise Refused("what it needs is not known")
    limits = _limits_of(service.node)
    if limits is None:
        added = f"mem_limit: {enough.written}"
        edit = entry_of_service(service.node, service.at.file, added, sources)
    else:
        added, first = f"memory: {enough.written}", limits.entries[0].key.at
        if first.file not in sources:
            raise Refused(f"{first.file} was not read")
        edit = entry_before(first, added, sources[first.file])
    return Change(signed, (edit,), f"{added} is added", "beyond it the kernel kills", "it sets a limit")


def _limits_of(node: Node | None) -> Mapping | None:
    """Return the limits of the deploy section of a service; None where it has none."""
    for name in ("deploy", "resources", "limits"):
        node = node.get(name) if isinstance(node, Mapping) else None
    return node if isinstance(node, Mapping) and node.entries else None


def _option(container: Container, option: str, sources: Sources) -> Edit:
    """Return the edit that adds an option behind the word `worker` of the one command that leaves its count to the host."""
    workers = [worker for worker in container.workers if left_to_host(worker) is not None]
    if len(workers) != 1:
        raise Refused(f"{len(workers)} programs of it leave their concurrency to the host")
    command = read(after_program(workers[0].argv) or ()).sub_command
    if command is None or command.plain != "worker" or len(command.pieces) != 1 or not command.pieces[0].exact:
        raise Refused("the word worker of its command is written nowhere by itself")
    at = command.at
    if at is None or at.file not in sources:
        raise Refused("the word worker of its command is written nowhere by itself")
    return word_behind(at, option, sources[at.file])
