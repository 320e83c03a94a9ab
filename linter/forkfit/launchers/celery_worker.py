"""From what stands on the command line, in the environment and in the configuration to the values of one worker."""

from __future__ import annotations

from typing import Any, Protocol

from forkfit.launchers import celery_environment, celery_pool, celery_values
from forkfit.launchers.celery_options import CommandLine, Given
from forkfit.launchers.celery_overrides import override
from forkfit.launchers.celery_precedence import Decision, Place, decide, first_place
from forkfit.launchers.celery_release import Version
from forkfit.model.memory import Memory
from forkfit.model.project import Environment
from forkfit.model.record import Record
from forkfit.model.span import Role, Span, Step
from forkfit.model.value import Absent, Bounded, ByCpus, Known, Unknown, Value, alternatives, apply, either
from forkfit.model.worker import Autoscale, Candidate, Effect, Pool, Remark


class Configuration(Protocol):
    """What the application's configuration says; names are those of Celery 4 and later."""

    def get(self, name: str) -> Value[Any]:
        """Return a setting; Absent where nothing sets it."""
        ...


class Surroundings(Record):
    """All that decides beside the command line."""

    environment: Environment
    configuration: Configuration
    version: Version
    python: Value[str]
    cpus: Value[int]


class Settled(Record):
    """The values of one worker."""

    pool: Value[Pool]
    concurrency: Value[int]
    autoscale: Value[Autoscale]
    processes: Value[int]
    processes_at_start: Value[int]
    start_method: Value[str]
    max_memory_per_child: Value[Memory]
    max_tasks_per_child: Value[int]
    embedded_beat: Value[bool]
    candidates: tuple[Candidate, ...]
    remarks: tuple[Remark, ...]


def decide_all(line: CommandLine, around: Surroundings) -> Settled:
    """Return every value of a worker, each decided by Celery's own order of places."""
    pool = _pool(line, around)
    autoscale = _autoscale(line, around)
    asked = _concurrency(line, around)
    memory, tasks = _memory(line, around), _tasks(line, around)
    start = _start_method(line, around)
    beat = _beat(line, around)
    remarks = [*pool.remarks, *autoscale.remarks, *memory.remarks, *tasks.remarks, *start.remarks]
    # With autoscaling the configured count is never looked at, so a bad one does no harm.
    remarks.extend(r for r in asked.remarks if isinstance(autoscale.value, Absent) or r.setting != "worker_concurrency")
    remarks.extend(_ignored_by_pool(pool.value, asked, autoscale, memory, tasks, start))
    remarks.extend(_green_beat(pool.value, beat, around.version))
    most, least = _children(asked.value, autoscale.value)
    slots = either(_slots(single.value, most) if isinstance(single, Known) else most for single in alternatives(pool.value))
    return Settled(
        pool.value,
        slots,
        autoscale.value,
        _processes(pool.value, most),
        _processes(pool.value, least),
        start.value,
        memory.value,
        tasks.value,
        beat,
        tuple(Candidate("concurrency", name, value) for name, value in asked.valid),
        tuple(dict.fromkeys(remarks)),
    )


def _option(line: CommandLine, name: str, version: Version) -> tuple[str, Value[str]]:
    """Return the name of an option and the text of its value; Absent where it is not given."""
    given = line.last(name)
    if given is None or not given.option.takes_value:
        return f"--{name}", Absent(f"--{name} is not given")
    return f"--{name}", _text(given, version)


def _text(given: Given, version: Version) -> Value[str]:
    if given.value is None:
        return Unknown(f"{given.spelling} stands without a value, so the worker ends with a usage error", given.word.trail)
    text = given.value.value
    if given.glued and version.release[0] != 4:
        return apply(lambda value: f"={value}", text)
    return text


def _places(line: CommandLine, around: Surroundings, name: str, setting: str, read: tuple[Any, Any, Any]) -> tuple[Place, Place, Place]:
    """Return the option, the variable and the setting of one value."""
    release = around.version.release
    spelling, text = _option(line, name, around.version)
    of_option, of_variable, of_setting = read
    # click asks the environment only where the option is not given at all: -c 0 goes past it (run on 5.0, 5.2, 5.6, 5.7).
    asked = line.last(name) is None
    variable = celery_environment.option(around.environment, name, release)
    return (
        Place(spelling, text, lambda v: of_option(v, release)),
        Place(celery_environment.READ[name], variable, lambda v: of_variable(v, release), asked),
        Place(setting, around.configuration.get(setting), lambda v: of_setting(v, release)),
    )


def _with_open(line: CommandLine, name: str, decision: Decision) -> Decision:
    """Add that a word which is not known may hold the option."""
    words = line.open_after(name)
    if not words:
        return decision
    unknown = [Unknown(f"{word.plain} may hold --{name}", word.trail) for word in words]
    return decision.replace(value=either([decision.value, *unknown]))


def _concurrency(line: CommandLine, around: Surroundings) -> Decision:
    release = around.version.release
    option, variable, setting = _places(
        line,
        around,
        "concurrency",
        "worker_concurrency",
        (celery_values.concurrency_option, celery_values.concurrency_variable, celery_values.concurrency_setting),
    )
    trailing = Place(
        "worker.concurrency=", override(line, "worker_concurrency", release), lambda v: celery_values.trailing_concurrency(v, release)
    )
    places: tuple[Place, ...]
    if release < (5, 0):
        places = (option, trailing, setting)
    elif release < (5, 2):
        places = (option, variable, setting)
    else:
        places = (option, variable, setting, trailing)
    decision = decide(places, _cpu_count(around), around.version)
    decision = decision.replace(value=either(_auto(single, around) for single in alternatives(decision.value)))
    return _with_open(line, "concurrency", decision)


def _auto(single: Any, around: Surroundings) -> Value[int]:
    """Put a number for `auto`: the CPUs that affinity and quota leave (Celery 5.7, prefork)."""
    if not (isinstance(single, Known) and single.value == celery_values.AUTO):
        return single  # type: ignore[no-any-return]
    note = "auto takes the CPUs that the container's quota and affinity leave"
    step = Step(Role.CONVERTED, first_place(single.trail), note)
    trail = (*single.trail, step)
    found: list[Value[int]] = []
    for cpus in alternatives(around.cpus):
        match cpus:
            case Known(value=most):
                found.append(ByCpus(f"min(n, {max(1, most)})", (*trail, *cpus.trail)))
            case Absent():
                found.append(ByCpus("n", (*trail, *cpus.trail)))
            case _:
                found.append(Unknown(f"{note}, and {cpus.why if isinstance(cpus, Unknown) else 'that is not known'}", (*trail, *cpus.trail)))
    return either(found)


def _cpu_count(around: Surroundings) -> Value[int]:
    """Return what Celery takes where nothing gives a count: the host's CPUs, whatever quota the container has."""
    host = ByCpus("n", (Step(Role.ASSUMED, None, "no concurrency is given, so Celery takes the host's CPU count"),))
    stated = celery_environment.variable(around.environment, "PYTHON_CPU_COUNT")
    found: list[Value[int]] = []
    for single in alternatives(stated):
        number = celery_values.whole(single.value) if isinstance(single, Known) else None
        if isinstance(single, Unknown):
            found.append(single)
        elif number is None or number < 1:
            found.append(host)
        else:
            found.extend(_cpu_count_by_python(around.python, Known(number, single.trail), host))
    return either(found)


def _cpu_count_by_python(python: Value[str], stated: Known[int], host: ByCpus) -> tuple[Value[int], ...]:
    """Return the count that PYTHON_CPU_COUNT states where Python is 3.13 or later, both where Python is not known."""
    known = stated.because(Step(Role.USED, first_place(stated.trail), "Python 3.13 and later take PYTHON_CPU_COUNT for the CPU count"))
    if not isinstance(python, Known):
        return (known, host)
    numbers = tuple(int(n) for n in python.value.split(".")[:2] if n.isdigit())
    return (known,) if numbers >= (3, 13) else (host,)


def _pool(line: CommandLine, around: Surroundings) -> Decision:
    release = around.version.release
    option, variable, setting = _places(
        line, around, "pool", "worker_pool", (celery_pool.option, celery_pool.variable, celery_pool.setting)
    )
    default: Value[Pool] = Known(Pool.PREFORK, (Step(Role.ASSUMED, None, "prefork is Celery's own default"),))
    places: tuple[Place, ...]
    if release < (5, 0):
        trailing = Place("worker.pool=", override(line, "worker_pool", release), setting.read)
        places = (option, trailing, setting)
    elif release < (5, 1):
        places = (option, variable)
    elif isinstance(setting.written, Absent):
        # Nothing to give way to: -P prefork is what it says.
        places = (_plain(option), _plain(variable), setting)
    else:
        places = (option, variable, setting)
    decision = decide(places, default, around.version)
    value = either(_custom(single, around) for single in alternatives(decision.value))
    return _with_open(line, "pool", decision.replace(value=value))


def _plain(place: Place) -> Place:
    read = place.read
    return place.replace(read=lambda v: celery_values.Outcome(Known(Pool.PREFORK)) if v == "prefork" else read(v))


def _custom(single: Any, around: Surroundings) -> Value[Pool]:
    """Put the class that CELERY_CUSTOM_WORKER_POOL names for the pool `custom`."""
    if not (isinstance(single, Unknown) and single.why.endswith(f"{celery_pool.CUSTOM_VARIABLE} names")):
        return single  # type: ignore[no-any-return]
    named = celery_environment.variable(around.environment, celery_pool.CUSTOM_VARIABLE)
    found: list[Value[Pool]] = []
    for path in alternatives(named):
        value: Value[Any] = celery_pool.by_class(path.value).value if isinstance(path, Known) else single
        found.append(value.because(*single.trail, *path.trail))
    return either(found)


def _autoscale(line: CommandLine, around: Surroundings) -> Decision:
    release = around.version.release
    spelling, text = _option(line, "autoscale", around.version)
    places = (
        Place(spelling, text, lambda v: celery_values.autoscale(v, release)),
        Place(
            celery_environment.READ["autoscale"],
            celery_environment.option(around.environment, "autoscale", release),
            lambda v: celery_values.autoscale_variable(v, release),
            line.last("autoscale") is None,
        ),
    )
    return _with_open(line, "autoscale", decide(places, Absent("no autoscaling is asked for"), around.version))


def _memory(line: CommandLine, around: Surroundings) -> Decision:
    none = Absent("no limit for a child")
    if around.version.release < (4, 0):
        return Decision(none)
    read = (celery_values.memory_option, celery_values.memory_variable, celery_values.memory_setting)
    decision = _with_trailing(line, around, "max-memory-per-child", "worker_max_memory_per_child", read, none)
    # An explicit 0 is no limit, and is stronger than a weaker limit.
    value = either(Absent("0 is no limit", s.trail) if isinstance(s, Known) and s.value.bytes <= 0 else s for s in alternatives(decision.value))
    return decision.replace(value=value)


def _tasks(line: CommandLine, around: Surroundings) -> Decision:
    read = (celery_values.tasks_option, celery_values.tasks_variable, celery_values.tasks_setting)
    return _with_trailing(line, around, "max-tasks-per-child", "worker_max_tasks_per_child", read, Absent("no limit of tasks"))


def _start_method(line: CommandLine, around: Surroundings) -> Decision:
    release = around.version.release
    default = Known("fork", (Step(Role.ASSUMED, None, "fork is Celery's own default"),))
    if release < (5, 7) and line.last("pool-start-method") is None:
        return Decision(default)
    read = (celery_values.start_method_option, celery_values.start_method_option, celery_values.start_method_setting)
    return _with_trailing(line, around, "pool-start-method", "worker_pool_start_method", read, default)


def _with_trailing(
    line: CommandLine, around: Surroundings, name: str, setting: str, read: tuple[Any, Any, Any], default: Value[Any]
) -> Decision:
    """Decide a value for which a trailing ``worker.name=`` beats the configuration (run on 4.4, 5.0, 5.2, 5.6 and 5.7)."""
    release = around.version.release
    option, variable, configured = _places(line, around, name, setting, read)
    trailing = Place(setting.replace("_", ".", 1) + "=", override(line, setting, release), option.read)
    return _with_open(line, name, decide((option, variable, trailing, configured), default, around.version))


def _beat(line: CommandLine, around: Surroundings) -> Value[bool]:
    """Tell whether beat is embedded; the variable counts with click 8.1 and not with click 8.5, which no file tells apart here."""
    given = line.last("beat")
    if given is not None:
        return Known(True, given.word.trail)
    if around.version.release < (5, 0):
        return Known(False)
    variable = celery_environment.variable(around.environment, celery_environment.BEAT)
    found: list[Value[bool]] = []
    for single in alternatives(variable):
        if isinstance(single, Absent) or (isinstance(single, Known) and not single.value):
            found.append(Known(False))
        else:
            trail = (*single.trail, Step(Role.SUPPOSED, None, "click 8.1 takes this variable for -B, later ones do not"))
            found.extend((Known(True, trail), Known(False, trail)))
    return either(found)


def _children(asked: Value[int], autoscale: Value[Autoscale]) -> tuple[Value[int], Value[int]]:
    """Return the most children, and those at start: autoscaling replaces the count."""
    most: list[Value[int]] = []
    least: list[Value[int]] = []
    for single in alternatives(autoscale):
        match single:
            case Absent():
                most.append(asked)
                least.append(asked)
            case Known(value=bounds, trail=trail):
                beaten = _beaten_by_autoscale(asked)
                most.append(Known(bounds.maximum, (*trail, *beaten)))
                least.append(Known(bounds.minimum, (*trail, *beaten)))
            case _:
                most.append(Unknown(_why(single), single.trail))
                least.append(Unknown(_why(single), single.trail))
    return either(most), either(least)


def _why(single: Any) -> str:
    return single.why if isinstance(single, Unknown) else "the bounds of --autoscale are decided only when it runs"


def _beaten_by_autoscale(asked: Value[int]) -> tuple[Step, ...]:
    at = first_place(asked.trail) if isinstance(asked, Known) else None
    return (Step(Role.REPLACED, at, "--autoscale overrides the concurrency written here"),) if at is not None else ()


def _slots(pool: Pool, most: Value[int]) -> Value[int]:
    """Return the number of tasks at a time: solo runs one, whatever number is asked for."""
    if pool is not Pool.SOLO:
        return most
    at = first_place(most.trail) if isinstance(most, (Known, Bounded)) else None
    note = "the solo pool runs one task at a time" + (f", not {most.value}" if isinstance(most, Known) and at is not None else "")
    return Known(1, (*(most.trail if at is not None else ()), Step(Role.REPLACED if at is not None else Role.ASSUMED, at, note)))


def _processes(pool: Value[Pool], children: Value[int]) -> Value[int]:
    """Return the pool's own processes: its children under prefork, itself otherwise."""
    found: list[Value[int]] = []
    for single in alternatives(pool):
        match single:
            case Known(value=kind, trail=trail) if not kind.forks:
                found.append(Known(1, trail))
            case Known():
                found.append(children)
            case _:
                found.append(Unknown(_why(single), single.trail))
    return either(found)


_IGNORING = {
    "autoscale": (Pool.SOLO, Pool.THREADS),
    "max-memory-per-child": (Pool.SOLO, Pool.THREADS, Pool.GEVENT, Pool.EVENTLET),
    "max-tasks-per-child": (Pool.SOLO, Pool.THREADS, Pool.GEVENT, Pool.EVENTLET),
    "pool-start-method": (Pool.SOLO, Pool.THREADS, Pool.GEVENT, Pool.EVENTLET),
    "concurrency": (Pool.SOLO,),
}


def _ignored_by_pool(
    pool: Value[Pool], asked: Decision, autoscale: Decision, memory: Decision, tasks: Decision, start: Decision
) -> tuple[Remark, ...]:
    """Return a remark for each setting that is written somewhere and that the pool makes nothing of."""
    if not isinstance(pool, Known):
        return ()
    given = {"autoscale": autoscale, "max-memory-per-child": memory, "max-tasks-per-child": tasks, "pool-start-method": start}
    found = []
    for setting, decision in (given | {"concurrency": asked}).items():
        if pool.value not in _IGNORING[setting] or not decision.valid:
            continue
        name, value = decision.valid[0]
        message = f"the {pool.value.value} pool makes nothing of {name}"
        found.append(Remark(Effect.IGNORED_BY_POOL, setting, message, _at(value), "all", "", False, (*value.trail, *pool.trail)))
    return tuple(found)


def _at(value: Value[Any]) -> Span | None:
    return first_place(value.trail) or next((at for a in alternatives(value) if (at := first_place(a.trail))), None)


def _green_beat(pool: Value[Pool], beat: Value[bool], version: Version) -> tuple[Remark, ...]:
    if not (isinstance(pool, Known) and pool.value in (Pool.GEVENT, Pool.EVENTLET) and isinstance(beat, Known) and beat.value):
        return ()
    message = f"-B does not go with the {pool.value.value} pool, so the worker ends with an error"
    return (Remark(Effect.STOPS, "beat", message, first_place(beat.trail), "all", "a beat process of its own", version.assumed, beat.trail),)
