"""Suppositions held against what a run saw: each must be of a service that is there, and that it can be supposed of."""

from __future__ import annotations

from forkfit.arguments import Usage
from forkfit.config.suppositions import near
from forkfit.model.report import Report
from forkfit.model.supposition import MEMORY, Supposition


def refuse_strangers(report: Report, suppositions: tuple[Supposition, ...]) -> None:
    """Raise Usage for a supposition of a service that no project has, or of the worker of one that starts none."""
    services = {service.name: stack for stack in report.stacks for service in stack.project.services}
    workers = {container.service for stack in report.stacks for container in stack.containers}
    for one in suppositions:
        if one.service not in services and report.errors:
            return  # what cannot be loaded may have it, and is told
        if one.service not in services:
            raise Usage(f"--what-if {one.written}: no service {one.service!r}{near(one.service, tuple(services))}")
        if one.key != MEMORY and one.service not in workers:
            unseen = {u.service: u.why for stack in report.stacks for u in stack.unseen}
            why = f": {unseen[one.service]}" if one.service in unseen else ""
            raise Usage(f"--what-if {one.written}: no worker is seen in {one.service}{why}{near(one.service, tuple(workers))}")
