"""Numbers: conversions, rounding, extremes, and the host's CPU count among them."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from forkfit.evaluate.python.call import Call
from forkfit.evaluate.python.cpus import wrapped
from forkfit.evaluate.python.objects import CpuRatio, Items, Made, Path, Thing, is_true
from forkfit.evaluate.python.operators import LONGEST, across, guarded
from forkfit.model.span import Role, Step
from forkfit.model.value import Absent, ByCpus, Known, Unknown, Value

_MOST_DIGITS = 100


def convert(kind: str, value: Value[Thing]) -> Value[Thing]:
    """Return what ``int``, ``float``, ``str`` or ``bool`` makes of a value."""
    return across(_CONVERSIONS[kind], value)


def _int(thing: Thing) -> Value[Thing]:
    match thing:
        case ByCpus():
            return thing
        case CpuRatio(top=top, bottom=bottom):
            return ByCpus(f"{wrapped(ByCpus(top))} // {bottom}")  # counts are never negative, so this is what int() does
        case str() if len(thing) > _MOST_DIGITS:
            return Unknown("the number is too long to be followed")
        case _:
            return guarded(int, thing)


def _float(thing: Thing) -> Value[Thing]:
    return Known(CpuRatio(thing.expression, 1)) if isinstance(thing, ByCpus) else guarded(float, thing)


def _str(thing: Thing) -> Value[Thing]:
    if isinstance(thing, Path):
        return Known(thing.text)
    return thing if isinstance(thing, ByCpus) else guarded(str, thing)  # a count in digits: whoever reads it makes it a number again


def _bool(thing: Thing) -> Value[Thing]:
    if isinstance(thing, ByCpus):
        return Known(True) if thing.is_cpu_count else Unknown("whether this is 0 depends on the CPU count")
    holds = is_true(thing)
    return Unknown("whether this is true is not known") if holds is None else Known(holds)


_CONVERSIONS: dict[str, Callable[[Thing], Value[Thing]]] = {"int": _int, "float": _float, "str": _str, "bool": _bool}


_EMPTY: dict[str, Thing] = {"int": 0, "float": 0.0, "str": "", "bool": False}


def _conversion(kind: str) -> Callable[[Call], Value[Thing]]:
    def convert_here(call: Call) -> Value[Thing]:
        value = call.arguments.get(0)
        if isinstance(value, Absent):
            return Known(_EMPTY[kind])
        if len(call.arguments.positional) > 1:
            return call.unknown("a conversion with two arguments is not followed")
        made = convert(kind, value)
        return made.because(Step(Role.CONVERTED, call.scope.span(call.node), kind))

    return convert_here


def _extreme(name: str, function: Callable[..., Any]) -> Callable[[Call], Value[Thing]]:
    def choose(call: Call) -> Value[Thing]:
        values = call.arguments.positional
        if len(values) == 1 and isinstance(values[0], Known) and isinstance(values[0].value, Items):
            if values[0].value.rest is not None:
                return values[0].value.rest
            values = values[0].value.items
        if not values or call.arguments.named or call.arguments.rest is not None:
            return call.unknown(f"{name}() of this is not followed")

        def of(*things: Thing) -> Value[Thing]:
            if not any(isinstance(t, (ByCpus, CpuRatio)) for t in things):
                return guarded(lambda *plain: function(plain), *things)
            if all(isinstance(t, ByCpus) or type(t) is int for t in things):
                return ByCpus(f"{name}({', '.join(t.expression if isinstance(t, ByCpus) else str(t) for t in things)})")
            ratios = [t if isinstance(t, CpuRatio) else _whole(t) for t in things]
            if any(r is None for r in ratios):
                return call.unknown(f"{name}() of this is not followed")
            bottom = math.lcm(*(r.bottom for r in ratios if r))
            if bottom > LONGEST:
                return call.unknown(f"{name}() of this is not followed")
            tops = [r.top if r.bottom == bottom else f"{wrapped(ByCpus(r.top))} * {bottom // r.bottom}" for r in ratios if r]
            return Known(CpuRatio(f"{name}({', '.join(tops)})", bottom))

        return across(of, *values)

    return choose


def _whole(thing: Thing) -> CpuRatio | None:
    if isinstance(thing, ByCpus):
        return CpuRatio(thing.expression, 1)
    return CpuRatio(str(thing), 1) if type(thing) is int else None


def plain(function: Callable[..., Any]) -> Callable[[Call], Value[Thing]]:
    """Follow a function that takes and gives plain values only."""

    def apply(call: Call) -> Value[Thing]:
        if call.arguments.named or call.arguments.rest is not None:
            return call.unknown("these arguments are not followed")
        return across(lambda *things: guarded(function, *things), *call.arguments.positional)

    return apply


def _ceiling(call: Call) -> Value[Thing]:
    def up(thing: Thing) -> Value[Thing]:
        match thing:
            case ByCpus():
                return thing
            case CpuRatio(top=top, bottom=bottom):
                return ByCpus(f"({wrapped(ByCpus(top))} + {bottom - 1}) // {bottom}")
            case _:
                return guarded(math.ceil, thing)

    return across(up, call.arguments.get(0))


def _floor(call: Call) -> Value[Thing]:
    return across(lambda t: _int(t) if isinstance(t, (ByCpus, CpuRatio)) else guarded(math.floor, t), call.arguments.get(0))


def _round(call: Call) -> Value[Thing]:
    return across(lambda *things: things[0] if isinstance(things[0], ByCpus) else guarded(round, *things), *call.arguments.positional)


def _cpu_count(call: Call) -> Value[Thing]:
    return ByCpus("n", (Step(Role.USED, call.scope.span(call.node), "the host's CPU count"),))


def _affinity(call: Call) -> Value[Thing]:
    """Follow ``os.sched_getaffinity(0)``: a set whose size is that of the container's cpuset, else the host's count."""
    return Known(Made("os.sched_getaffinity", call.scope, call.node, call.scope.span(call.node)))


def usable_cpus(call: Call) -> Value[Thing]:
    """Return how many CPUs the process may run on: a cpuset bounds them, a quota does not."""
    at = call.scope.span(call.node)
    listed = call.scope.run.modules.cpuset
    if isinstance(listed, Absent):
        return ByCpus("n", (Step(Role.USED, at, "the host's CPU count, since no cpuset is given"),))
    found: Value[Thing] = listed.because(Step(Role.USED, at, "the size of the cpuset"))
    return found


def _psutil_cpu_count(call: Call) -> Value[Thing]:
    logical = call.arguments.get(0, "logical")
    if isinstance(logical, Absent) or (isinstance(logical, Known) and logical.value is True):
        return _cpu_count(call)
    return call.unknown("the number of physical cores is not known")


def _sum(call: Call) -> Value[Thing]:
    match call.arguments.positional:
        case (Known(value=Items(items=(), rest=None)),):
            return Known(0)
        case (Known(value=Items(items=items, rest=None)),):
            return across(lambda *things: guarded(lambda *plain: sum(plain), *things), *items)
        case _:
            return call.unknown("this sum is not followed")


FUNCTIONS: dict[str, Callable[[Call], Value[Thing]]] = {
    **{f"builtins.{kind}": _conversion(kind) for kind in _CONVERSIONS},
    "builtins.max": _extreme("max", max),
    "builtins.min": _extreme("min", min),
    "builtins.abs": plain(abs),
    "builtins.round": _round,
    "builtins.sum": _sum,
    "math.ceil": _ceiling,
    "math.floor": _floor,
    "math.sqrt": plain(math.sqrt),
    "os.cpu_count": _cpu_count,
    "multiprocessing.cpu_count": _cpu_count,
    "billiard.cpu_count": _cpu_count,
    "os.process_cpu_count": usable_cpus,
    "os.sched_getaffinity": _affinity,
    "psutil.cpu_count": _psutil_cpu_count,
}
