"""What Compose refuses in a project whose files are each right: contradictions, and references to nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from forkfit.compose.nodes import is_null, string
from forkfit.compose.numbers import single
from forkfit.compose.quantity import number, size, whole
from forkfit.model.document import Entry, Mapping, Node, Scalar, Sequence
from forkfit.model.memory import Memory
from forkfit.model.record import Record
from forkfit.model.span import Span
from forkfit.model.trouble import Kind, Trouble
from forkfit.model.value import Known, Unknown, Value

TESTS = ("CMD", "CMD-SHELL", "NONE")


class Around(Record):
    """What a service may refer to: the active and the inactive services, and the resources of the project."""

    active: dict[str, Mapping]
    disabled: frozenset[str]
    model: Mapping

    def has(self, kind: str, name: str) -> bool:
        """Tell whether the project declares a resource."""
        resources = self.model.get(kind)
        return isinstance(resources, Mapping) and resources.get(name) is not None


def faults(entry: Entry, around: Around | None = None) -> Iterator[Trouble]:
    """Yield what one service says against itself, in the reference's order; with `around` also what it refers to and is not there."""
    service = entry.value
    if isinstance(service, Mapping):
        one = _Service(entry.key.raw, service, entry.key.at)
        if around is not None:
            yield from one.image()
        yield from one.build()
        yield from one.networks()
        if around is not None:
            yield from one.undefined_networks(around)
        yield from one.healthcheck()
        if around is not None:
            yield from one.undefined(around)
        yield from one.scale()
        yield from one.limits()
        yield from one.name_of_container()
        yield from one.targets()


def sources(model: Mapping) -> Iterator[Trouble]:
    """Yield the secrets of which nothing says where they come from."""
    secrets = model.get("secrets")
    for entry in secrets.entries if isinstance(secrets, Mapping) else ():
        secret = entry.value
        external = secret.get("external") if isinstance(secret, Mapping) else None
        is_external = isinstance(external, Scalar) and external.value is True
        if isinstance(secret, Mapping) and not (is_external or string(secret.get("file")) or string(secret.get("environment"))):
            yield Trouble(Kind.CONSISTENCY, f"the secret {entry.key.raw} has no file and no environment", entry.key.at, "Add one.")


def circles(active: dict[str, Mapping]) -> Iterator[Trouble]:
    """Yield a service that depends on itself by way of others."""
    done: set[str] = set()
    for start in sorted(active):
        way: list[str] = []
        pending: list[tuple[str, int]] = [(start, 0)]
        while pending:
            name, depth = pending.pop()
            del way[depth:]
            if name in way:
                circle = " -> ".join((*way[way.index(name) :], name))
                why = f"services depend on each other in a circle: {circle}"
                yield Trouble(Kind.CONSISTENCY, why, active[name].at, "Remove one of the dependencies.", name)
                return
            if name in done:
                continue
            needs = active[name].get("depends_on") if name in active else None
            below = [e.key.raw for e in needs.entries if e.key.raw in active] if isinstance(needs, Mapping) else []
            way.append(name)
            if not below:
                done.add(name)
            pending.extend((other, depth + 1) for other in sorted(below, reverse=True))


class _Service:
    """One service, looked at from all sides."""

    def __init__(self, name: str, node: Mapping, at: Span) -> None:
        self.name = name
        self.keys = {entry.key.raw: entry.value for entry in node.entries}
        self.at = at

    def fault(self, kind: Kind, why: str, cure: str, node: Node | None = None) -> Trouble:
        return Trouble(kind, f"service {self.name} {why}", node.at if node is not None else self.at, cure, self.name)

    def get(self, *keys: str) -> Node | None:
        node = self.keys.get(keys[0])
        for key in keys[1:]:
            node = node.get(key) if isinstance(node, Mapping) else None
        return None if is_null(node) else node

    def image(self) -> Iterator[Trouble]:
        if self.get("build") is None and not string(self.get("image")) and self.get("provider") is None:
            yield self.fault(Kind.CONSISTENCY, "has neither an image nor a build", "Add one of them.")

    def build(self) -> Iterator[Trouble]:
        inline = self.get("build", "dockerfile_inline")
        if string(inline) and string(self.get("build", "dockerfile")):
            yield self.fault(Kind.CONFLICT, "has both dockerfile and dockerfile_inline", "Remove one of them.", inline)
        platforms, platform = self.get("build", "platforms"), string(self.get("platform"))
        if platform and isinstance(platforms, Sequence) and platforms.items and platform not in map(string, platforms.items):
            yield self.fault(Kind.CONSISTENCY, f"runs on {platform}, for which it is not built", "Add it to build.platforms.", platforms)

    def networks(self) -> Iterator[Trouble]:
        networks = self.get("networks")
        if string(self.get("network_mode")) and isinstance(networks, Mapping) and networks.entries:
            yield self.fault(Kind.CONFLICT, "has both network_mode and networks", "Remove one of them.", networks)

    def healthcheck(self) -> Iterator[Trouble]:
        test = self.get("healthcheck", "test")
        if isinstance(test, Sequence) and test.items and string(test.items[0]) not in TESTS:
            yield self.fault(Kind.CONSISTENCY, "has a healthcheck.test that begins with none of CMD, CMD-SHELL and NONE", "Add one.", test)

    def scale(self) -> Iterator[Trouble]:
        given, deployed = self.get("scale"), self.get("deploy", "replicas")
        if given is None and deployed is None:
            return
        scale, replicas = whole(given, "scale"), whole(deployed, "replicas")
        if isinstance(scale, Known) and isinstance(replicas, Known) and scale.value != replicas.value:
            why = f"has scale {scale.value} and deploy.replicas {replicas.value}"
            yield self.fault(Kind.CONFLICT, why, "Keep one of them.", self.get("scale"))
        for key, value in (("scale", scale), ("deploy.replicas", replicas)):
            if isinstance(value, Known) and value.value < 0:
                yield self.fault(Kind.CONSISTENCY, f"has a negative {key}", "Write 0 or more.", self.get(*key.split(".")))

    def limits(self) -> Iterator[Trouble]:
        yield from self._differing("cpus", ("limits", "cpus"), self._number)
        yield from self._differing("mem_limit", ("limits", "memory"), self._bytes)
        yield from self._differing("mem_reservation", ("reservations", "memory"), self._bytes)
        yield from self._differing("pids_limit", ("limits", "pids"), self._number)

    def _differing(self, key: str, deployed: tuple[str, str], read: Callable[[Node | None], float | None]) -> Iterator[Trouble]:
        """A limit that is given as a key of the service must be given the same in the deploy section, if that has limits at all."""
        section = self.get("deploy", "resources", deployed[0])
        own = read(self.get(key)) if isinstance(section, Mapping) else None
        if not own or not isinstance(section, Mapping):
            return
        other = read(section.get(deployed[1]))
        if other is not None and own != other:
            spelled = f"deploy.resources.{'.'.join(deployed)}"
            lacks = section.get(deployed[1]) is None
            why = f"has {key} {_shown(self.get(key))}, and {spelled} {'is missing' if lacks else _shown(section.get(deployed[1]))}"
            cure = f"Write both the same, or remove {key}."
            told = f"{why}: Compose takes a missing one for another limit" if lacks else why
            yield self.fault(Kind.CONFLICT, told, cure, self.get(key)).replace(limit=key)

    def _bytes(self, node: Node | None) -> int | None:
        """Return the bytes; 0 where there is none, None where they are not known."""
        value: Value[Memory] = size(node, "", _deaf)
        return value.value.bytes if isinstance(value, Known) else None if isinstance(value, Unknown) else 0

    def _number(self, node: Node | None) -> float | None:
        value = number(node, "")
        return single(value.value) if isinstance(value, Known) else None if isinstance(value, Unknown) else 0.0

    def name_of_container(self) -> Iterator[Trouble]:
        if not string(self.get("container_name")):
            return
        scale = whole(self.get("scale"), "scale")
        scale = scale if isinstance(scale, Known) else whole(self.get("deploy", "replicas"), "replicas")
        if isinstance(scale, Known) and scale.value > 1:
            why = f"has a container_name and {scale.value} containers"
            yield self.fault(Kind.CONFLICT, why, "Remove container_name.", self.get("container_name"))

    def targets(self) -> Iterator[Trouble]:
        """Two mounts cannot stand at one path."""
        tmpfs, volumes = self.get("tmpfs"), self.get("volumes")
        taken: set[str] = set()
        small = tmpfs.items if isinstance(tmpfs, Sequence) else (tmpfs,)
        found: list[tuple[str | None, Node]] = [((string(i) or "").split(":")[0], i) for i in small if isinstance(i, Scalar)]
        large = volumes.items if isinstance(volumes, Sequence) else ()
        found += [(string(item.get("target")), item) for item in large if isinstance(item, Mapping)]
        for target, node in found:
            if target is not None and target in taken:
                yield self.fault(Kind.CONFLICT, f"mounts two things at {target}", "Remove one of them.", node)
            taken.add(target or "")

    def undefined_networks(self, around: Around) -> Iterator[Trouble]:
        for name, node in self._entries("networks"):
            if not around.has("networks", name):
                yield self.fault(Kind.CONSISTENCY, f"is in the undefined network {name}", "Declare it below networks.", node)

    def undefined(self, around: Around) -> Iterator[Trouble]:
        for name, context in self._entries("build", "additional_contexts"):
            target = (string(context) or "").removeprefix("service:")
            if (string(context) or "").startswith("service:") and target not in around.active:
                yield self.fault(Kind.CONSISTENCY, f"builds {name} from the undefined service {target}", "Declare it.", context)
        for name, needs in self._entries("depends_on"):
            required = needs.get("required") if isinstance(needs, Mapping) else None
            excused = name in around.disabled and isinstance(required, Scalar) and required.value is False
            if name not in around.active and not excused:
                state = "inactive" if name in around.disabled else "undefined"
                yield self.fault(Kind.CONSISTENCY, f"depends on the {state} service {name}", "Declare it, or activate its profile.", needs)
        shared = string(self.get("network_mode")) or ""
        if shared.startswith("service:") and shared.removeprefix("service:") not in around.active:
            yield self.fault(Kind.CONSISTENCY, f"shares the network of an undefined service, {shared}", "Declare it.")
        for kind, path in (
            ("volumes", ("volumes",)),
            ("secrets", ("build", "secrets")),
            ("configs", ("configs",)),
            ("secrets", ("secrets",)),
        ):
            yield from self._undefined(kind, self.get(*path), around)
        for name, node in self._entries("models"):
            if not around.has("models", name):
                yield self.fault(Kind.CONSISTENCY, f"uses the undefined model {name}", "Declare it below models.", node)

    def _undefined(self, kind: str, node: Node | None, around: Around) -> Iterator[Trouble]:
        for item in node.items if isinstance(node, Sequence) else ():
            source = string(item.get("source")) if isinstance(item, Mapping) else None
            if not isinstance(item, Mapping) or (kind == "volumes" and (string(item.get("type")) != "volume" or not source)):
                continue
            if not around.has(kind, source or ""):
                yield self.fault(Kind.CONSISTENCY, f"uses {source}, which is not among the {kind}", f"Declare it below {kind}.", item)

    def _entries(self, *keys: str) -> Iterator[tuple[str, Node]]:
        node = self.get(*keys)
        for entry in node.entries if isinstance(node, Mapping) else ():
            yield entry.key.raw, entry.value


def _deaf(trouble: Trouble) -> None:
    del trouble


def _shown(node: Node | None) -> str:
    return node.raw if isinstance(node, Scalar) else ""
