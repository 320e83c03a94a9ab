"""Load a Compose project as Compose loads it: files in, services with values that know where they come from out."""

from __future__ import annotations

from collections.abc import Iterable

from forkfit.compose.consistency import faults
from forkfit.compose.model import Model, model_of
from forkfit.compose.profiles import active
from forkfit.compose.request import Request
from forkfit.compose.service import lacks_image, service_of
from forkfit.model.document import Mapping
from forkfit.model.files import Files
from forkfit.model.project import Project
from forkfit.model.trouble import Kind, Refused, Tell, Trouble
from forkfit.model.value import Unknown

__all__ = ["Request", "is_seen", "load", "unloaded"]

# What is told of a project that loads all the same, such as one whose services all have profiles.
_HARMLESS = frozenset({Kind.WARNING, Kind.UNDEFINED_VARIABLE, Kind.REQUIRED_VARIABLE, Kind.MISSING_ENV_FILE, Kind.CONSISTENCY})


def load(request: Request, files: Files, tell: Tell) -> Project | None:
    """Return the project, None where there is nothing to load.

    What the reference refuses is told, and the rest goes on; a strict load tells the first such thing and returns None.
    """
    try:
        if request.strict:
            from forkfit.compose.resolve import resolved

            resolved(request, files, _unheard)
        model = model_of(request, files, _with_examples(tell, files))
    except Refused as refused:
        tell(refused.trouble)
        return None
    return None if model is None else _project(model, request)


def unloaded(request: Request) -> Project:
    """Return what stands for a project that cannot be loaded."""
    return Project(Unknown("the project cannot be loaded"), request.folder, request.files, ())


def is_seen(project: Project, troubles: Iterable[Trouble]) -> bool:
    """Tell whether anything could be seen: a project without services whose own files are broken is a blind spot."""
    own = project.files
    return bool(project.services) or not any(t.at.file in own or not own for t in troubles if t.kind not in _HARMLESS)


def _with_examples(tell: Tell, files: Files) -> Tell:
    """Return the hearer that names the example of a variable without a value; made when the first one is told."""
    made: list[Tell] = []

    def hear(trouble: Trouble) -> None:
        if trouble.kind is Kind.WARNING:
            tell(trouble)
            return
        if not made:
            from forkfit.compose.env_example import with_examples

            made.append(with_examples(tell, files))
        made[0](trouble)

    return hear


def _unheard(warning: Trouble) -> None:
    """Hear nothing: what is not refused is told when the project is loaded."""
    del warning


def _project(model: Model, request: Request) -> Project:
    reading = model.reading
    services = model.tree.get("services")
    entries = services.entries if isinstance(services, Mapping) else ()
    chosen, disabled = active(entries, model.surroundings.profiles, request.services)
    found = []
    for entry in chosen:
        service = service_of(entry, model.variables, reading)
        if service is None:
            continue
        if (fragment := lacks_image(service)) is not None:
            reading.refuse(fragment)
        for fault in faults(entry):
            reading.refuse(fault)
        found.append(service)
    return Project(
        name=model.named,
        directory=reading.shown(model.surroundings.folder),
        files=tuple(reading.shown(path) for path in model.surroundings.paths),
        services=tuple(found),
        disabled=tuple(entry.key.raw for entry in disabled),
        read=tuple(dict.fromkeys(reading.read)),
        env_files=tuple(dict.fromkeys(source.path for source in reading.env_sources.values())),
    )
