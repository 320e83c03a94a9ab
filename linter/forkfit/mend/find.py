"""What a finding is about, in the project in which it was found."""

from __future__ import annotations

from forkfit.mend.edit import Refused
from forkfit.model.container import Container
from forkfit.model.finding import Signed
from forkfit.model.project import Service
from forkfit.model.stack import Stack


def container_of(stack: Stack, service: str) -> Container:
    """Return the container of a service; raise Refused where there is none."""
    found = next((container for container in stack.containers if container.service == service), None)
    if found is None:
        raise Refused(f"no worker is seen in {service}")
    return found


def service_of(stack: Stack, signed: Signed) -> Service:
    """Return the service of a finding; raise Refused where there is none."""
    service = stack.project.service(signed.finding.service)
    if service is None:
        raise Refused(f"there is no service {signed.finding.service}")
    return service
