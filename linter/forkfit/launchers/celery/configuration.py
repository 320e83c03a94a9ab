"""The configuration of an application: where it is read from, which spelling of a key counts, and which place wins."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from forkfit.evaluate.python.attributes import attribute
from forkfit.evaluate.python.by_name import open_by_name
from forkfit.evaluate.python.django import SETTINGS, settings_modules
from forkfit.evaluate.python.django_settings import CLASS, django_setting
from forkfit.evaluate.python.environment import text_of
from forkfit.evaluate.python.expression import Run, resolve_attribute
from forkfit.evaluate.python.modules import Lack, Missing, Module
from forkfit.evaluate.python.names import names_of
from forkfit.evaluate.python.objects import Class, Instance, ModuleObject, Outside, Table, Thing
from forkfit.launchers.celery.names import NEW_OF, OLD_OF
from forkfit.launchers.celery.release import Release
from forkfit.launchers.celery.state import Source, State
from forkfit.model.record import Record
from forkfit.model.span import Role, Span, Step
from forkfit.model.value import Absent, Known, Unknown, Value, alternatives, either

Get = Callable[[str], Value[Any]]


class Map(Record):
    """One layer of a configuration: what it holds under a key, and the keys it is known to hold."""

    get: Get
    keys: tuple[str, ...] = ()


def _mentioned(name: str) -> bool:
    """Take it that a setting is named somewhere."""
    return bool(name)


class Configuration(Record):
    """A configuration as one release reads it. `late` is what modules assign that are imported when it has been read.

    `at` is where its source is named, None where there is none. `mentions` tells whether the name of a setting stands
    anywhere in the project's modules: where it does not, a part of the configuration that is not followed cannot set it.
    """

    release: Release
    layers: tuple[Map, ...]
    namespaces: Value[str]
    late: Map | None = None
    at: Span | None = None
    mentions: Callable[[str], bool] = _mentioned

    def get(self, name: str) -> Value[Any]:
        """Return a setting by its new name, in the spelling and from the layer that this release looks at first."""
        found: list[Value[Any]] = []
        for namespace in alternatives(self.namespaces):
            if isinstance(namespace, Unknown):
                found.append(Unknown(f"the namespace of the settings is not known, so {name} is not", namespace.trail))
                continue
            found.append(self._get(name, namespace.value if isinstance(namespace, Known) else ""))
        value = self._without_idle_doubt(name, either(found))
        if self.late is not None and self.release >= (5, 2):
            late = self.late
            return first((lambda: value, lambda: late.get(name), lambda: late.get(OLD_OF.get(name, name))))
        return value

    def _without_idle_doubt(self, name: str, value: Value[Any]) -> Value[Any]:
        singles = alternatives(value)
        if not any(isinstance(s, Unknown) for s in singles) or self.mentions(name):
            return value
        note = f"{name} is taken as not set, since no module of the project names it"
        return either(
            Absent(f"{name} is not set", (*s.trail, Step(Role.ASSUMED, None, note))) if isinstance(s, Unknown) else s for s in singles
        )

    def _get(self, name: str, namespace: str) -> Value[Any]:
        keys = spellings(name, namespace, self.release)
        if self.release >= (5, 7):
            order = [(layer, key) for layer in self.layers for key in keys]
        else:
            # Up to 5.6 a key is looked for in all layers before the next spelling is.
            order = [(layer, key) for key in keys for layer in self.layers]
        return first(tuple(partial(layer.get, key) for layer, key in order))


def spellings(name: str, namespace: str, release: Release) -> tuple[str, ...]:
    """Return the keys under which a release looks for a setting, the strongest first."""
    old = OLD_OF.get(name, name)
    if release < (4, 0):
        return (old,)
    if not namespace:
        return (name, old)
    prefix = namespace.rstrip("_") + "_"
    prefixed = prefix + name
    prefixed = prefixed.upper() if prefix.isupper() else prefixed.lower()
    return (prefixed, name, old) if release >= (5, 7) else (prefixed, name)


def first(asked: tuple[Callable[[], Value[Any]], ...]) -> Value[Any]:
    """Return the first value that is there; where one is there on some ways only, the next ones fill in."""
    if not asked:
        return Absent("nothing sets it")
    found: list[Value[Any]] = []
    for single in alternatives(asked[0]()):
        if isinstance(single, Absent):
            below = first(asked[1:])
            found.append(below.because(*single.trail))
        else:
            found.append(single)
    return either(found)


def one_layer(release: Release, layer: Map) -> Configuration:
    """Return a configuration of one layer, without a namespace."""
    return Configuration(release, (layer,), Absent("no namespace"))


def either_of(found: list[Configuration]) -> Map:
    """Return a layer that holds what one of several configurations does, under the new names."""
    return Map(lambda key: either(c.get(key) for c in found) if key in OLD_OF else Absent(f"{key} is not set"))


def configuration(state: State, named: Value[str], release: Release, run: Run, late: State | None = None) -> Configuration:
    """Return what a release makes of an application's state; `named` is the module that the environment names.

    Without a source of its own an application takes that module, also an explicit one.
    """
    source = state.source
    if isinstance(source, Absent) and not isinstance(named, Absent):
        source = Known(Source(named, Span("", 1, 1, 1, 1)))
    of_source = _of_source(source, run)
    if state.foreign:
        of_source = Map(lambda key: first((partial(_of_source(source, run).get, key), lambda: Absent(f"{key} is not set", state.foreign))))
    layers = (_of_table(state.changes), _of_table(state.added), of_source)
    at = next((s.value.at for s in alternatives(source) if isinstance(s, Known) and s.value.at.file), None)
    return Configuration(release, layers, state.namespace, None if late is None else _of_table(late.changes), at)


def mixed(found: Configuration) -> tuple[str, ...]:
    """Return the keys that Celery asks to rename before it starts: old names without their pair among new ones, or the reverse.

    Only without a namespace, and from 4.0 on (celery/app/utils.py, detect_settings).
    """
    if found.release < (4, 0) or not isinstance(found.namespaces, Absent):
        return ()
    keys = set(found.layers[-1].keys or (k for k in found.layers[0].keys if k != "include"))
    new, old = keys & OLD_OF.keys(), keys & NEW_OF.keys()
    left = {OLD_OF[k]: k for k in new} if len(old) > len(new) else {NEW_OF[k]: k for k in old}
    return tuple(sorted(key for pair, key in left.items() if pair not in keys)) if new and old else ()


def _of_table(table: Table) -> Map:
    return Map(table.get, tuple(key for key, _ in table.entries if isinstance(key, str)))


def _of_source(source: Value[Source], run: Run) -> Map:
    return _joined([_of_thing(single.value.thing, run) if isinstance(single, Known) else always(single) for single in alternatives(source)])


def _of_thing(thing: Value[Thing], run: Run) -> Map:
    return _joined([_of_single(single, run) for single in alternatives(thing)])


def _joined(maps: list[Map]) -> Map:
    if len(maps) == 1:
        return maps[0]
    return Map(partial(_either_at, maps), tuple(dict.fromkeys(k for m in maps for k in m.keys)))


def _either_at(maps: list[Map], key: str) -> Value[Any]:
    return either(m.get(key) for m in maps)


def always(value: Value[Any]) -> Map:
    """Return a layer that says the same of every key."""
    return Map(lambda _: value)


def _of_single(single: Value[Thing], run: Run) -> Map:
    match single:
        case Known(value=str() as name):
            return _of_name(name, run, single)
        case Known(value=Table() as table):
            return _of_table(table)
        case Known(value=ModuleObject(name=name)):
            return _of_module(run.modules.find(name), run)
        case Known(value=Class() | Instance() as thing):
            return Map(lambda key: attribute(thing, key, run))
        case Known(value=Outside(name=name)) if name in _DJANGO:
            return _of_django(run)
        case Unknown():
            return always(single)
        case _:
            return always(Unknown("the configuration is an object that is not followed", single.trail))


_DJANGO = ("django.conf.settings", "django.conf:settings")


def _of_name(name: str, run: Run, written: Known[str]) -> Map:
    """Return what a dotted name leads to: a module, else an attribute of one; with a colon an attribute."""
    if name in _DJANGO or name == "django.conf":
        return _of_django(run)
    if ":" not in name:
        module = run.modules.find(name)
        if isinstance(module, Module):
            return _of_module(module, run)
    left, _, last = name.replace(":", ".").rpartition(".")
    owner = run.modules.find(left) if left else Missing(name, Lack.FOREIGN, f"{name} is not in the project")
    if isinstance(owner, Missing):
        note = f"{name} is not in the repository, so what it configures is taken as Celery's default"
        step = Step(Role.ASSUMED, next((s.at for s in written.trail if s.at is not None), None), note)
        return absent(step)
    return _of_thing(resolve_attribute(owner, last, run), run)


def _of_module(module: Module | Missing, run: Run) -> Map:
    if isinstance(module, Missing):
        return always(Unknown(module.why))
    found = module
    return Map(lambda key: open_by_name(resolve_attribute(found, key, run), key, found, run), names_of(found, run))


def _of_django(run: Run) -> Map:
    """Return what the Django settings hold: of a module, or of the class that django-configurations names."""
    named = settings_modules(run)
    if not named:
        return always(Unknown(f"{SETTINGS} is not set, so the Django settings are not found"))
    maps = []
    for name, trail in named:
        module = run.modules.find(name)
        if isinstance(module, Missing):
            step = Step(Role.ASSUMED, next((s.at for s in trail if s.at is not None), None), f"{module.why}, so Celery's default is taken")
            maps.append(absent(step))
            continue
        if isinstance(text_of(CLASS, run.environment), Known):
            maps.append(Map(partial(_django_setting, module, run)))
        else:
            maps.append(_of_module(module, run))
    return _joined(maps)


def _django_setting(module: Module, run: Run, key: str) -> Value[Any]:
    # Only what is upper case in the class is a setting.
    return django_setting(module, key, run) if key.isupper() else Absent(f"{key} is not set")


def absent(step: Step) -> Map:
    """Return a layer that holds nothing, for the reason that a step gives."""
    return Map(lambda key: Absent(f"{key} is not set", (step,)))
