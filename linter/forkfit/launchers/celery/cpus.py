"""Counts that the machine decides: the CPUs of the host, those that a quota leaves, and those that a variable states."""

from __future__ import annotations

from typing import Any

from forkfit.launchers.celery import environ, values
from forkfit.launchers.celery.precedence import first_place
from forkfit.model.project import Environment
from forkfit.model.span import Role, Step
from forkfit.model.value import Absent, ByCpus, Known, Unknown, Value, alternatives, either


def with_auto(single: Any, most_cpus: Value[int]) -> Value[int]:
    """Put a number for `auto`: the CPUs that affinity and quota leave (Celery 5.7, prefork)."""
    if not (isinstance(single, Known) and single.value == values.AUTO):
        return single  # type: ignore[no-any-return]
    note = "auto takes the CPUs that the container's quota and affinity leave"
    step = Step(Role.CONVERTED, first_place(single.trail), note)
    trail = (*single.trail, step)
    found: list[Value[int]] = []
    for cpus in alternatives(most_cpus):
        match cpus:
            case Known(value=most):
                found.append(ByCpus(f"min(n, {max(1, most)})", (*trail, *cpus.trail)))
            case Absent():
                found.append(ByCpus("n", (*trail, *cpus.trail)))
            case _:
                found.append(
                    Unknown(f"{note}, and {cpus.why if isinstance(cpus, Unknown) else 'that is not known'}", (*trail, *cpus.trail))
                )
    return either(found)


def cpu_count(environment: Environment, python: Value[str]) -> Value[int]:
    """Return what Celery takes where nothing gives a count: the host's CPUs, whatever quota the container has."""
    host = ByCpus("n", (Step(Role.ASSUMED, None, "no concurrency is given, so Celery takes the host's CPU count"),))
    stated = environ.variable(environment, "PYTHON_CPU_COUNT")
    found: list[Value[int]] = []
    for single in alternatives(stated):
        number = values.whole(single.value) if isinstance(single, Known) else None
        if isinstance(single, Unknown):
            found.append(single)
        elif number is None or number < 1:
            found.append(host)
        else:
            found.extend(_by_python(python, Known(number, single.trail), host))
    return either(found)


def _by_python(python: Value[str], stated: Known[int], host: ByCpus) -> tuple[Value[int], ...]:
    """Return the count that PYTHON_CPU_COUNT states where Python is 3.13 or later, both where Python is not known."""
    known = stated.because(Step(Role.USED, first_place(stated.trail), "Python 3.13 and later take PYTHON_CPU_COUNT for the CPU count"))
    if not isinstance(python, Known):
        return (known, host)
    numbers = tuple(int(n) for n in python.value.split(".")[:2] if n.isdigit())
    return (known,) if numbers >= (3, 13) else (host,)
