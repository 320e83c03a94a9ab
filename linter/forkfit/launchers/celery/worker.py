"""From what stands on the command line, in the environment and in the configuration to the values of one worker."""

from __future__ import annotations

from typing import Any, Protocol

from forkfit.launchers.celery import environ, pool, values
from forkfit.launchers.celery.children import children, green_beat, ignored_by_pool, processes, slots, under
from forkfit.launchers.celery.cpus import cpu_count, with_auto
from forkfit.launchers.celery.line import CommandLine, Given
from forkfit.launchers.celery.overrides import override
from forkfit.launchers.celery.precedence import Decision, Place, decide, first_place
from forkfit.launchers.celery.release import Version
from forkfit.model.memory import Memory
from forkfit.model.project import Environment
from forkfit.model.record import Record
from forkfit.model.span import Role, Step
from forkfit.model.supposition import CONCURRENCY, POOL, Supposition
from forkfit.model.value import Absent, Known, Unknown, Unread, Value, alternatives, apply, either
from forkfit.model.worker import Autoscale, Candidate, Effect, Pool, Remark

_NAMED_OUTSIDE = f"{pool.CUSTOM_VARIABLE} names"
_UNASKED = Absent("a worker that is started from within Python asks no variables for options")


class Settings(Protocol):
    """The configuration of an application, as one release reads it."""

    def get(self, name: str) -> Value[Any]:
        """Return a setting by its new name."""
        ...


class Surroundings(Record):
    """All that decides beside the command line."""

    environment: Environment
    configuration: Settings
    version: Version
    python: Value[str]
    cpus: Value[int]
    handler: Value[Any] = Absent("no worker_init handler sets the concurrency")
    asks_environment: bool = True  # a worker that is started from within Python looks for no options there
    supposed: tuple[Supposition, ...] = ()  # what a user wants to know the effect of; stronger than every place


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
    remarks.extend(ignored_by_pool(pool.value, asked, autoscale, memory, tasks, start))
    remarks.extend(green_beat(pool.value, beat, around.version))
    most, least = children(asked.value, autoscale.value)
    concurrency = either(slots(single.value, most) if isinstance(single, Known) else most for single in alternatives(pool.value))
    return Settled(
        pool.value,
        concurrency,
        autoscale.value,
        processes(pool.value, most),
        processes(pool.value, least),
        start.value,
        memory.value,
        tasks.value,
        beat,
        tuple(Candidate("concurrency", name, value) for name, value in asked.valid),
        under(pool.value, remarks),
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


def _supposed(around: Surroundings, key: str) -> tuple[Place, ...]:
    """Return the place that a supposition is, before all others."""
    return tuple(Place("--what-if", Known(one.value, (one.step,)), _as_supposed) for one in around.supposed if one.key == key)


def _as_supposed(value: object) -> values.Outcome:
    return values.Outcome(Known(value))


def _unless_supposed(around: Surroundings, key: str, found: Decision, supposed: Decision) -> Decision:
    """Return what is decided; of what is supposed nothing is open, and no written place gives it."""
    return supposed.replace(valid=()) if any(one.key == key for one in around.supposed) else found


def _places(line: CommandLine, around: Surroundings, name: str, setting: str, read: tuple[Any, Any, Any]) -> tuple[Place, Place, Place]:
    """Return the option, the variable and the setting of one value."""
    release = around.version.release
    spelling, text = _option(line, name, around.version)
    of_option, of_variable, of_setting = read
    # click asks the environment only where the option is not given at all: -c 0 goes past it (run on 5.0, 5.2, 5.6, 5.7).
    asked = line.last(name) is None
    variable = environ.option(around.environment, name, release) if around.asks_environment else _UNASKED
    return (
        Place(spelling, text, lambda v: of_option(v, release)),
        Place(environ.READ[name], variable, lambda v: of_variable(v, release), asked),
        Place(setting, around.configuration.get(setting), lambda v: of_setting(v, release)),
    )


def _with_open(line: CommandLine, name: str, decision: Decision) -> Decision:
    """Add that a word which is not known may hold the option; what only a file sets that is not there is taken as empty."""
    words = line.open_after(name)
    if not words:
        return decision
    empty = [word for word in words if all(isinstance(piece.instead, Unread) for piece in word.pieces)]
    unknown = [Unknown(f"{word.plain} may hold --{name}", word.trail) for word in words if word not in empty]
    steps = [Step(Role.ASSUMED, word.at, f"{word.plain} is taken as empty, since nothing that could be read sets it") for word in empty]
    return decision.replace(value=either([decision.value, *unknown]).because(*steps))


def _concurrency(line: CommandLine, around: Surroundings) -> Decision:
    release = around.version.release
    option, variable, setting = _places(
        line,
        around,
        "concurrency",
        "worker_concurrency",
        (values.concurrency_option, values.concurrency_variable, values.concurrency_setting),
    )
    trailing = Place(
        "worker.concurrency=", override(line, "worker_concurrency", release), lambda v: values.trailing_concurrency(v, release)
    )
    places: tuple[Place, ...]
    if release < (5, 0):
        places = (option, trailing, setting)
    elif release < (5, 2):
        places = (option, variable, setting)
    else:
        places = (option, variable, setting, trailing)
    handler = Place("a worker_init handler", around.handler, setting.read)
    decision = decide((*_supposed(around, CONCURRENCY), handler, *places), cpu_count(around.environment, around.python), around.version)
    decision = decision.replace(value=either(with_auto(single, around.cpus) for single in alternatives(decision.value)))
    return _unless_supposed(around, CONCURRENCY, _with_open(line, "concurrency", decision), decision)


def _pool(line: CommandLine, around: Surroundings) -> Decision:
    release = around.version.release
    option, variable, setting = _places(line, around, "pool", "worker_pool", (pool.option, pool.variable, pool.setting))
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
    decision = decide((*_supposed(around, POOL), *places), default, around.version)
    value = either(_custom(single, around) for single in alternatives(decision.value))
    decision = decision.replace(value=value, remarks=(*decision.remarks, *_without_class(decision.value, around)))
    return _unless_supposed(around, POOL, _with_open(line, "pool", decision), decision)


def _without_class(value: Value[Pool], around: Surroundings) -> tuple[Remark, ...]:
    """Return a remark where the pool is `custom` and no variable names its class."""
    named = environ.variable(around.environment, pool.CUSTOM_VARIABLE)
    if not (isinstance(value, Unknown) and value.why.endswith(_NAMED_OUTSIDE) and isinstance(named, Absent)):
        return ()
    message = f"the pool custom is the class that {pool.CUSTOM_VARIABLE} names, which is not set, so the worker ends with an error"
    return (Remark(Effect.STOPS, "--pool", message, first_place(value.trail), "all", f"the variable {pool.CUSTOM_VARIABLE}"),)


def _plain(place: Place) -> Place:
    read = place.read
    return place.replace(read=lambda v: values.Outcome(Known(Pool.PREFORK)) if v == "prefork" else read(v))


def _custom(single: Any, around: Surroundings) -> Value[Pool]:
    """Put the class that CELERY_CUSTOM_WORKER_POOL names for the pool `custom`."""
    if not (isinstance(single, Unknown) and single.why.endswith(_NAMED_OUTSIDE)):
        return single  # type: ignore[no-any-return]
    named = environ.variable(around.environment, pool.CUSTOM_VARIABLE)
    found: list[Value[Pool]] = []
    for path in alternatives(named):
        value: Value[Any] = pool.by_class(path.value).value if isinstance(path, Known) else single
        found.append(value.because(*single.trail, *path.trail))
    return either(found)


def _autoscale(line: CommandLine, around: Surroundings) -> Decision:
    release = around.version.release
    spelling, text = _option(line, "autoscale", around.version)
    places = (
        Place(spelling, text, lambda v: values.autoscale(v, release)),
        Place(
            environ.READ["autoscale"],
            environ.option(around.environment, "autoscale", release) if around.asks_environment else _UNASKED,
            lambda v: values.autoscale_variable(v, release),
            line.last("autoscale") is None,
        ),
    )
    decision = _with_open(line, "autoscale", decide(places, Absent("no autoscaling is asked for"), around.version))
    for one in around.supposed:
        if one.key == CONCURRENCY:
            decision = decision.replace(value=either(_scaled(single, one) for single in alternatives(decision.value)))
    return decision


def _scaled(single: Any, one: Supposition) -> Value[Autoscale]:
    """Put the count supposed for the maximum, which is the count in force; where bounds only may be given, none are."""
    match single:
        case Known(value=Autoscale() as bounds, trail=trail):
            return Known(Autoscale(one.value, min(one.value, bounds.minimum)), (one.step, *trail))  # type: ignore[type-var, arg-type]
        case _:
            return Absent("no autoscaling is asked for", single.trail if isinstance(single, Absent) else ())


def _memory(line: CommandLine, around: Surroundings) -> Decision:
    none = Absent("no limit for a child")
    if around.version.release < (4, 0):
        return Decision(none)
    read = (values.memory_option, values.memory_variable, values.memory_setting)
    decision = _with_trailing(line, around, "max-memory-per-child", "worker_max_memory_per_child", read, none)
    # An explicit 0 is no limit, and is stronger than a weaker limit.
    value = either(
        Absent("0 is no limit", s.trail) if isinstance(s, Known) and s.value.bytes <= 0 else s for s in alternatives(decision.value)
    )
    return decision.replace(value=value)


def _tasks(line: CommandLine, around: Surroundings) -> Decision:
    read = (values.tasks_option, values.tasks_variable, values.tasks_setting)
    return _with_trailing(line, around, "max-tasks-per-child", "worker_max_tasks_per_child", read, Absent("no limit of tasks"))


def _start_method(line: CommandLine, around: Surroundings) -> Decision:
    release = around.version.release
    default = Known("fork", (Step(Role.ASSUMED, None, "fork is Celery's own default"),))
    if release < (5, 7) and line.last("pool-start-method") is None:
        return Decision(default)
    read = (values.start_method_option, values.start_method_option, values.start_method_setting)
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
    if around.version.release < (5, 0) or not around.asks_environment:
        return Known(False)
    variable = environ.variable(around.environment, environ.BEAT)
    found: list[Value[bool]] = []
    for single in alternatives(variable):
        if isinstance(single, Absent) or (isinstance(single, Known) and not single.value):
            found.append(Known(False))
        else:
            trail = (*single.trail, Step(Role.SUPPOSED, None, "click 8.1 takes this variable for -B, later ones do not"))
            found.extend((Known(True, trail), Known(False, trail)))
    return either(found)
