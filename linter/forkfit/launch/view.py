"""What the processes of a service see: repository paths at container paths, and their environment."""

from __future__ import annotations

from posixpath import dirname

from forkfit.model.container import Mapped, View
from forkfit.model.image import Image, Layer
from forkfit.model.project import Project, Service
from forkfit.model.span import Role, Step
from forkfit.model.value import Absent, Known, Unknown, Value


def view_of(service: Service, project: Project, image: Image | Absent | Unknown) -> View:
    """Return the view: bind mounts over the image's paths, the service's environment over the image's."""
    environment = service.environment
    working_dir: Value[str] = service.working_dir
    if isinstance(image, Image):
        environment = environment.with_defaults(image.environment)
        if isinstance(working_dir, Absent):
            working_dir = image.working_dir
    paths = tuple(layer for layer in layers_of(service, image) if isinstance(layer, Mapped))
    return View(paths, working_dir, environment, _nearby(service, project))


def layers_of(service: Service, image: Image | Absent | Unknown) -> tuple[Layer, ...]:
    """Return what stands where in the container, the strongest first: bind mounts over the layers of the image."""
    mounted = tuple(Mapped(m.source, m.target, (Step(Role.USED, m.at, "mounted here"),)) for m in service.mounts)
    return mounted + (image.layers if isinstance(image, Image) else ())


def _nearby(service: Service, project: Project) -> tuple[str, ...]:
    """Return the folders that may hold the application, the likeliest first."""
    builds = [
        s.build.value for s in (service, *project.services) if isinstance(s.build, Known) and (s is service or _same_image(s, service))
    ]
    folders = [build.context.value for build in builds if isinstance(build.context, Known)]
    folders.extend(mount.source for mount in service.mounts)
    folders.extend(dirname(path) or "." for path in project.files[:1])
    folders.append(project.directory)
    return tuple(dict.fromkeys(folders))


def _same_image(other: Service, service: Service) -> bool:
    ours, theirs = service.image, other.image
    return isinstance(ours, Known) and isinstance(theirs, Known) and ours.value == theirs.value
