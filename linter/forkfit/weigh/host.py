"""Counts on the host that the user names: where its CPU count decides, and the user says how many it has."""

from __future__ import annotations

from forkfit.model.settings import Settings
from forkfit.model.span import Role, Step
from forkfit.model.value import ByCpus, Known, Value, alternatives, either


def on_host(count: Value[int], settings: Settings) -> Value[int]:
    """Return the count on a host with the CPUs that the user names, where they decide."""
    cpus = settings.cpus
    if cpus is None:
        return count
    step = Step(Role.ASSUMED, None, f"on a host with {cpus} CPUs")
    return either(Known(s.at(cpus), (*s.trail, step)) if isinstance(s, ByCpus) else s for s in alternatives(count))
