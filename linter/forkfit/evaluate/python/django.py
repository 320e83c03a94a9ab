"""What Django imports when a worker starts: the settings, the installed apps, their models, the URLconf."""

from __future__ import annotations

import ast

from forkfit.evaluate.python.attributes import attribute
from forkfit.evaluate.python.classes import lineage
from forkfit.evaluate.python.django_settings import django_setting
from forkfit.evaluate.python.effects import texts
from forkfit.evaluate.python.environment import text_of
from forkfit.evaluate.python.modules import Missing, Module
from forkfit.evaluate.python.names import attribute_of_module, names_of
from forkfit.evaluate.python.objects import Class, Function, Items, Thing
from forkfit.evaluate.python.scope import Run
from forkfit.evaluate.python.tasks import method
from forkfit.model.record import Record
from forkfit.model.span import Role, Step, Trail
from forkfit.model.value import Absent, Known, Value, alternatives
from forkfit.model.worker import Gap

SETTINGS = "DJANGO_SETTINGS_MODULE"
_STARTS = ("manage", "wsgi", "asgi")  # the files with which `startproject` begins
_ADMIN = frozenset(("django.contrib.admin", "django.contrib.admin.apps.AdminConfig"))


class App(Record):
    """An installed app: its package, the module its configuration stands in, and its ``ready`` where it has one."""

    name: str
    trail: Trail
    config: str = ""
    ready: Function | None = None


def settings_modules(run: Run) -> tuple[tuple[str, Trail], ...]:
    """Return the settings modules that the environment may name."""
    run.asks(SETTINGS)
    value = text_of(SETTINGS, run.environment)
    return tuple((s.value, s.trail) for s in alternatives(value) if isinstance(s, Known))


def supposed_settings(run: Run) -> tuple[tuple[str, Trail], ...]:
    """Return the settings module that Django's own start files take where nothing names one, if they agree.

    Only where an env file that is not there may have named it: otherwise a worker without the variable has none.
    """
    if not run.environment.open or not isinstance(run.environment.get(SETTINGS), Absent):
        return ()
    found: dict[str, Trail] = {}
    for name in _STARTS:
        module = run.modules.find(name)
        if isinstance(module, Module) and SETTINGS in module.source.text:
            for node in ast.walk(module.tree):
                match node:
                    case ast.Call(
                        func=ast.Attribute(attr="setdefault"), args=[ast.Constant(value=variable), ast.Constant(value=str(value))]
                    ):
                        if variable == SETTINGS:
                            found.setdefault(
                                value, (Step(Role.ASSUMED, module.span(node), f"as {module.path} sets it where nothing else does"),)
                            )
                    case _:
                        pass
    return tuple(found.items()) if len(found) == 1 else ()


def installed_apps(settings: Module, run: Run) -> tuple[tuple[App, ...], tuple[Gap, ...]]:
    """Return the apps of INSTALLED_APPS in their order, and why there may be more."""
    listed = django_setting(settings, "INSTALLED_APPS", run)
    gaps = [Gap(f"INSTALLED_APPS of {settings.name} is not known: {why}", settings.at) for why in _open(listed)]
    return tuple(dict.fromkeys(_app(name, trail, run) for name, trail in texts(listed))), tuple(gaps)


def readied(run: Run) -> tuple[Function, ...]:
    """Return what ``django.setup()`` calls of the installed apps when a worker starts, in their order."""
    found = [run.modules.find(name) for name, _ in settings_modules(run)]
    apps = [app for settings in found if isinstance(settings, Module) for app in installed_apps(settings, run)[0]]
    return tuple(app.ready for app in apps if app.ready is not None)


def packages(settings: Module, run: Run) -> tuple[tuple[str, Trail], ...]:
    """Return the packages of the installed apps, for ``autodiscover_tasks()`` without a list."""
    return tuple((app.name, app.trail) for app in installed_apps(settings, run)[0])


def autodiscovers_admin(apps: tuple[App, ...]) -> bool:
    """Tell whether the ``admin`` module of every app is imported too."""
    return any(app.name in _ADMIN for app in apps)


def urlconf(settings: Module, run: Run) -> tuple[tuple[str, Trail], ...]:
    """Return the URLconf, which the system checks import when a worker starts (seen on Celery 5.7 with Django 5)."""
    return texts(django_setting(settings, "ROOT_URLCONF", run))


def _open(listed: Value[Thing]) -> list[str]:
    found = []
    for single in alternatives(listed):
        match single:
            case Known(value=Items(rest=rest)) if rest is not None:
                found.append(rest.why)
            case Known(value=Items(items=items)):
                found += [i.why for i in items if not isinstance(i, Known) and hasattr(i, "why")]
            case Absent():
                found.append("it is not set")
            case Known():
                found.append("it is no list")
            case _:
                found.append(getattr(single, "why", "it depends on the host"))
    return found


def _app(entry: str, trail: Trail, run: Run) -> App:
    """Read an entry as Django does: a package with its ``apps`` module, otherwise the path of a configuration class."""
    found = run.modules.find(entry)
    if isinstance(found, Module):
        config = run.modules.find(f"{entry}.apps")
        if isinstance(config, Module):
            classes = _configs(config, run)
            if len(classes) == 1:
                return _configured(classes[0], entry, trail, config.name, run)
            return App(entry, trail, config.name)
        return App(entry, trail)
    module_name, _, class_name = entry.rpartition(".")
    module = run.modules.find(module_name) if module_name else found
    if isinstance(module, Missing) or not class_name[:1].isupper():
        return App(entry, trail)
    cls = attribute_of_module(module, class_name, run)
    if isinstance(cls, Known) and isinstance(cls.value, Class):
        return _configured(cls.value, module_name.rpartition(".")[0], trail, module_name, run)
    return App(module_name.rpartition(".")[0], trail, module_name)


def _configs(module: Module, run: Run) -> list[Class]:
    """Return the configuration classes that a module defines; of several, the one that says it is the default."""
    found = []
    for name in names_of(module, run):
        value = attribute_of_module(module, name, run)
        if isinstance(value, Known) and isinstance(value.value, Class) and value.value.module == module.name:
            bases = lineage(value.value, run).outside
            if any(base.endswith("AppConfig") for base in bases):
                found.append(value.value)
    if len(found) > 1:
        chosen = [c for c in found if (v := attribute(c, "default", run)) == Known(True, v.trail)]
        return chosen or found
    return found


def _configured(cls: Class, package: str, trail: Trail, config: str, run: Run) -> App:
    name = attribute(cls, "name", run)
    ready = None
    for one in lineage(cls, run).classes:
        ready = ready or next((s for s in one.node.body if isinstance(s, ast.FunctionDef) and s.name == "ready"), None)
        if ready is not None:
            function = method(one, ready, run)
            return App(_text(name) or package, trail, config, function)
    return App(_text(name) or package, trail, config)


def _text(value: Value[Thing]) -> str:
    return value.value if isinstance(value, Known) and isinstance(value.value, str) else ""
