"""From a supervisor that scans folders of services (s6, s6-overlay, runit) to the programs that it really starts."""

from __future__ import annotations

from posixpath import basename, dirname, join, normpath

from forkfit.launch.image.ground import text_at
from forkfit.launch.image.list import matching
from forkfit.launch.script import interpreters
from forkfit.model.container import View
from forkfit.model.files import Files
from forkfit.model.image import Layer
from forkfit.model.project import Environment, Words
from forkfit.model.record import Record
from forkfit.model.span import Role, Span, Step, Trail
from forkfit.model.text import Piece, Text
from forkfit.model.value import Absent, Known, Unknown, Value

MOST_SERVICES = 256

# s6-overlay, version 3: a service runs where a bundle of these names holds it, or where one that runs depends on it.
_SOURCES = "/etc/s6-overlay/s6-rc.d"
_BUNDLES = ("user", "user2")
# s6-overlay, versions 1 to 3: every folder here is a service.
_LEGACY = "/etc/services.d"
# What my_init of phusion's base image scans; s6-svscan and runsvdir are given their folder.
_PHUSION = "/etc/service"


class Scanned(Record):
    """One service: its name, the container path of its script, the folder that it runs in, and what it sees of the environment."""

    name: str
    script: Text
    folder: Value[str]
    environment: Environment
    trail: Trail


class Services(Record):
    """What a supervisor starts, what of it could not be read, and the command that it runs beside its services."""

    services: tuple[Scanned, ...]
    obstacles: tuple[Unknown, ...] = ()
    rest: Words = ()


def scanned(words: Words, view: View, layers: tuple[Layer, ...], files: Files) -> Services | None:
    """Return the services that a command supervises; None where it is no such supervisor, or holds no service that is known."""
    name, here = basename(words[0].plain), words[0].at
    if name == "init" and dirname(words[0].plain) == "/":
        return overlay(here, view, layers, files, words[1:])
    if name == "my_init":
        rest = words[[word.plain for word in words].index("--") + 1 :] if any(word.plain == "--" for word in words) else ()
        return _found(_folders(_PHUSION, view, layers, files, here), (), rest)
    if name == "init":
        return None
    operand = next((word for word in words[1:] if not word.plain.startswith("-")), None)
    folder = view.working_dir.value if isinstance(view.working_dir, Known) else "/"
    if operand is not None and not operand.is_known:
        return Services((), (Unknown("which folder of services it scans is decided only when it runs", operand.trail),))
    return _found(_folders(normpath(join(folder, operand.plain if operand is not None else ".")), view, layers, files, here), (), ())


def overlay(here: Span | None, view: View, layers: tuple[Layer, ...], files: Files, rest: Words = ()) -> Services | None:
    """Return the services that the ``/init`` of s6-overlay starts, which then runs the command that it is given."""
    enabled, obstacles = _enabled(layers, files)
    services = [_service(name, f"{_SOURCES}/{name}/run", f"/run/service/{name}", view, layers, files, here) for name in enabled]
    legacy = [s.replace(environment=_handed_on(s.script.plain, view, layers, files)) for s in _folders(_LEGACY, view, layers, files, here)]
    return _found((*services, *legacy), obstacles, rest)


def _found(services: tuple[Scanned, ...], obstacles: tuple[Unknown, ...], rest: Words) -> Services | None:
    return Services(services[:MOST_SERVICES], obstacles, rest) if services or obstacles else None


def _enabled(layers: tuple[Layer, ...], files: Files) -> tuple[tuple[str, ...], tuple[Unknown, ...]]:
    """Return the names of the long-running services that s6-rc brings up, in the order in which it comes to them."""
    wanted = [name for bundle in _BUNDLES for name in _listed(bundle, "contents", layers, files)]
    seen: set[str] = set()
    running: list[str] = []
    obstacles: list[Unknown] = []
    while wanted and len(seen) < MOST_SERVICES:
        name = wanted.pop(0)
        if name in seen:
            continue
        seen.add(name)
        kind = text_at(layers, f"{_SOURCES}/{name}/type", files)
        match kind:
            case Known(value=source) if source.text.strip() == "longrun":
                running.append(name)
            case Unknown():
                obstacles.append(kind)
            case _:
                wanted += _listed(name, "contents", layers, files)
        wanted += _listed(name, "dependencies", layers, files)
    return tuple(running), tuple(obstacles)


def _listed(name: str, what: str, layers: tuple[Layer, ...], files: Files) -> list[str]:
    """Return the names in a list of a service: a folder of empty files, or one file of lines."""
    found = [basename(path) for path in matching(f"{_SOURCES}/{name}/{what}.d/*", layers, files)]
    lines = text_at(layers, f"{_SOURCES}/{name}/{what}", files)
    return found + (lines.value.text.split() if isinstance(lines, Known) else [])


def _folders(parent: str, view: View, layers: tuple[Layer, ...], files: Files, here: Span | None) -> tuple[Scanned, ...]:
    """Return the services in a folder of services, each with a script `run`; one with a file `down` waits to be started."""
    found = (dirname(path) for path in matching(f"{parent}/*/run", layers, files))
    up = (folder for folder in found if isinstance(text_at(layers, f"{folder}/down", files), Absent))
    return tuple(_service(basename(f), f"{f}/run", f, view, layers, files, here, keeps=True) for f in up)


def _service(
    name: str, script: str, folder: str, view: View, layers: tuple[Layer, ...], files: Files, here: Span | None, *, keeps: bool = False
) -> Scanned:
    environment = view.environment if keeps else _handed_on(script, view, layers, files)
    steps = [Step(Role.LAUNCHED, here, f"starts the service {name}")] if here is not None else []
    if environment != view.environment:
        steps.append(Step(Role.ASSUMED, None, f"{script} gets no variables of the container: it does not ask for them by with-contenv"))
    return Scanned(name, _path(script, here), Known(folder), environment, tuple(steps))


def _path(script: str, here: Span | None) -> Text:
    return Text((Piece(script, (Step(Role.LAUNCHED, here, script),) if here is not None else ()),))


def _handed_on(script: str, view: View, layers: tuple[Layer, ...], files: Files) -> Environment:
    """Return what s6-overlay hands on: the container's variables where the script, or S6_KEEP_ENV, asks for them."""
    kept = view.environment.get("S6_KEEP_ENV")
    if isinstance(kept, Known) and kept.value.plain not in ("", "0"):
        return view.environment
    found = text_at(layers, script, files)
    if not isinstance(found, Known):
        return view.environment
    ran_by = interpreters(found.value)
    asks = "with-contenv" in ran_by or (ran_by[:1] == ("execlineb",) and "with-contenv" in found.value.text)
    return view.environment if asks else Environment()
