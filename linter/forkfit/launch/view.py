"""What the processes of a service see: repository paths at container paths, and their environment."""

from __future__ import annotations

from posixpath import dirname

from forkfit.launch.cpus import size_of_cpuset
from forkfit.model.container import Mapped, View
from forkfit.model.image import Image, Layer
from forkfit.model.project import Project, Service
from forkfit.model.span import Role, Step
from forkfit.model.value import Absent, Known, Unknown, Value, apply


def view_of(service: Service, nearby: Nearby, image: Image | Absent | Unknown) -> View:
    """Return the view: bind mounts over the image's paths, the service's environment over the image's."""
    environment = service.environment
    working_dir: Value[str] = service.working_dir
    if isinstance(image, Image):
        environment = environment.with_defaults(image.environment)
        if isinstance(working_dir, Absent):
            working_dir = image.working_dir
    paths = tuple(layer for layer in layers_of(service, image) if isinstance(layer, Mapped))
    return View(paths, working_dir, environment, nearby.of(service), cpuset=apply(size_of_cpuset, service.cpuset))


def layers_of(service: Service, image: Image | Absent | Unknown) -> tuple[Layer, ...]:
    """Return what stands where in the container, the strongest first: bind mounts over the layers of the image."""
    mounted = tuple(Mapped(m.source, m.target, (Step(Role.USED, m.at, "mounted here"),)) for m in service.mounts)
    return mounted + (image.layers if isinstance(image, Image) else ())


class Nearby:
    """The folders that may hold the application of a service, with those of the services that build the same image."""

    def __init__(self, project: Project) -> None:
        """Gather the folders that each image is built in."""
        self._of_project = (*(dirname(path) or "." for path in project.files[:1]), project.directory)
        self._of_image: dict[str, dict[str, None]] = {}
        for service in project.services:
            if isinstance(service.image, Known):
                self._of_image.setdefault(service.image.value, {}).update(dict.fromkeys(_context(service)))

    def of(self, service: Service) -> tuple[str, ...]:
        """Return the folders for one service, the likeliest first."""
        shared = self._of_image.get(service.image.value, {}) if isinstance(service.image, Known) else {}
        mounted = (mount.source for mount in service.mounts)
        return tuple(dict.fromkeys((*_context(service), *shared, *mounted, *self._of_project)))


def _context(service: Service) -> tuple[str, ...]:
    """Return the folder that a service is built in, none where that is not known."""
    build = service.build.value if isinstance(service.build, Known) else None
    return (build.context.value,) if build is not None and isinstance(build.context, Known) else ()
