"""One service of a loaded model, as values that know where they come from."""

from __future__ import annotations

from forkfit.compose.ceilings import ceilings
from forkfit.compose.environment import declared, environment_of
from forkfit.compose.lost import lost_of
from forkfit.compose.nodes import is_date, is_known, is_null, obstacle, string
from forkfit.compose.quantity import limit, number, size, whole
from forkfit.compose.reading import Reading, Variables
from forkfit.compose.refusal import about
from forkfit.compose.words import split
from forkfit.files import inside, tidy
from forkfit.model.document import Entry, Mapping, Node, Scalar, Sequence
from forkfit.model.memory import Memory
from forkfit.model.project import Build, Cut, Mount, Service, Words
from forkfit.model.span import Role, Step
from forkfit.model.text import assumed
from forkfit.model.trouble import Kind, Refused, Tell, Trouble
from forkfit.model.value import Absent, Known, Unknown, Value, either

STATED = "x-compose-lint"  # where a user states figures of a service
SHELL = "CMD-SHELL"
_FROM_BASE = (
    *("entrypoint", "command", "memory_limit", "memory_swap", "memory_reservation", "shm_size", "image", "build", "working_dir"),
    *("healthcheck", "cpus", "cpuset"),
)


def service_of(entry: Entry, variables: Variables, reading: Reading) -> Service | None:
    """Return a service with its values; None where it is no mapping."""
    node = entry.value
    if not isinstance(node, Mapping):
        return None
    name = entry.key.raw
    refuse = about(name, reading.refuse)
    command, command_cut = words(node.get("command"), "command", refuse)
    entrypoint, entrypoint_cut = words(node.get("entrypoint"), "entrypoint", refuse)
    lost = _Lost(name, reading)
    per_worker, parent = _stated(node, about(name, reading.note))
    shared = size(node.get("shm_size"), "shm_size", refuse)
    made = _supposing_the_base(
        Service(
            name=name,
            at=entry.key.at,
            node=node,
            entrypoint=lost.noted(entrypoint, "entrypoint"),
            command=lost.noted(command, "command"),
            environment=environment_of(node, name, variables, reading),
            memory_limit=lost.noted(lost.noted(_limit(node, refuse), "mem_limit"), "deploy", "resources", "limits", "memory"),
            memory_swap=size(node.get("memswap_limit"), "memswap_limit", refuse),
            memory_reservation=_either(
                size(node.get("mem_reservation"), "mem_reservation", refuse), _deployed(node, "reservations", refuse)
            ),
            shm_size=shared,
            replicas=_replicas(node),
            image=_text(node.get("image"), "image"),
            build=_build(node.entry("build"), variables, reading, refuse),
            working_dir=_text(node.get("working_dir"), "working_dir"),
            mounts=tuple(_mounts(node.get("volumes"), reading)),
            healthcheck=_healthcheck(node.get("healthcheck")),
            per_worker=per_worker,
            parent=parent,
            cpus=_either_number(number(node.get("cpus"), "cpus"), number(_resource(node, "limits", "cpus"), "deploy limit of cpus")),
            cpuset=_text(node.get("cpuset"), "cpuset"),
            ceilings=ceilings(node, shared),
            cuts=tuple(cut for cut in (entrypoint_cut, command_cut) if cut is not None),
        )
    )
    return made.replace(lost=lost_of(made, reading))


def _supposing_the_base(service: Service) -> Service:
    """Return the service; where its base cannot be had, what it does not say itself is not known."""
    extends = service.node.get("extends")
    if extends is None:
        return service
    why = f"{service.name} extends a service that cannot be loaded"
    step = Step(Role.USED, extends.at, why)
    given = {name: getattr(service, name) for name in _FROM_BASE}
    unknown = {name: Unknown(why, (step,)) for name, value in given.items() if isinstance(value, Absent)}
    environment = service.environment
    return service.replace(environment=environment.replace(open=(*environment.open, step)), **unknown)


class _Lost:
    """What ``!reset`` took away from one service."""

    def __init__(self, name: str, reading: Reading) -> None:
        self.name = name
        self.lost = reading.lost

    def noted(self, value: Value, *keys: str) -> Value:  # type: ignore[type-arg]
        """Return the value; an absence remembers what was taken away, and a known value what it stands in place of."""
        if not self.lost:
            return value
        if isinstance(value, Known):
            return value.because(*(s for s in self.lost.get(("services", self.name, *keys), ()) if s.role is Role.REPLACED))
        if not isinstance(value, Absent):
            return value
        ways = (("services", self.name, *keys[:length]) for length in range(len(keys), 0, -1))
        trail = next((self.lost[way] for way in ways if way in self.lost), ())
        return value.because(*trail)


def words(node: Node | None, what: str, refuse: Tell) -> tuple[Value[Words], Cut | None]:
    """Return the words of a command, and where an operator cuts a text; an empty text or list is a command of no words."""
    if node is None or is_null(node):
        return Absent(f"no {what} given", node.trail if node is not None else ()), None
    if isinstance(node, Sequence):
        texts = tuple(item.text for item in node.items if isinstance(item, Scalar))
        return Known(texts, node.trail), None
    if not isinstance(node, Scalar) or not isinstance(node.value, str) or is_date(node):
        return Absent(f"no {what} given", node.trail), None
    if node.pieces is not None and len(node.pieces) == 1 and node.pieces[0].instead is not None:
        return obstacle(node), None
    try:
        made = split(node.text)
    except Refused as refused:
        refuse(refused.trouble)
        return Unknown(f"{what}: {refused}", node.trail), None
    return Known(made.words, node.trail), Cut(what, made.cut, made.rest, made.words) if made.cut is not None else None


def _text(node: Node | None, what: str) -> Value[str]:
    if isinstance(node, Scalar) and not is_known(node):
        return obstacle(node)
    if isinstance(node, Scalar) and node.value is not None and node.value != "":
        return Known(str(node.value), node.text.trail)
    return Absent(f"no {what} given", node.trail if node is not None else ())


def _resource(service: Mapping, which: str, name: str) -> Node | None:
    """Return a resource of the deploy section; what stands for a part of it that cannot be used stands for the resource too."""
    node: Node | None = service
    for key in ("deploy", "resources", which, name):
        if isinstance(node, Mapping):
            node = node.get(key)
        elif node is None or is_known(node):
            return None
    return node


def _deployed(service: Mapping, which: str, refuse: Tell) -> Value[Memory]:
    return size(_resource(service, which, "memory"), f"deploy.resources.{which}.memory", refuse)


def _limit(service: Mapping, refuse: Tell) -> Value[Memory]:
    """Return the memory limit of either spelling; one of both where they differ, which Compose refuses."""
    own = limit(size(service.get("mem_limit"), "mem_limit", refuse), "mem_limit")
    deployed = limit(_deployed(service, "limits", refuse), "deploy.resources.limits.memory")
    found = _either(own, deployed)
    return Absent("no limit declared", found.trail) if found == Absent("no mem_limit declared", found.trail) else found


def _either(own: Value[Memory], deployed: Value[Memory]) -> Value[Memory]:
    if isinstance(deployed, Absent):
        return own if not isinstance(own, Absent) or own.trail or not deployed.trail else deployed
    return deployed if isinstance(own, Absent) else either((own, deployed))


def _either_number(own: Value[float], deployed: Value[float]) -> Value[float]:
    if isinstance(deployed, Absent):
        return own
    return deployed if isinstance(own, Absent) else either((own, deployed))


def _replicas(service: Mapping) -> Value[int]:
    scale = whole(service.get("scale"), "scale")
    deploy = service.get("deploy")
    deployed = whole(deploy.get("replicas") if isinstance(deploy, Mapping) else None, "deploy.replicas")
    if not isinstance(scale, Absent):
        return scale if isinstance(deployed, Absent) else either((scale, deployed))
    if not isinstance(deployed, Absent):
        return deployed
    return Known(1, (Step(Role.ASSUMED, None, "one container, where neither scale nor deploy.replicas is given"),))


def _build(entry: Entry | None, variables: Variables, reading: Reading, refuse: Tell) -> Value[Build]:
    node = entry.value if entry is not None else None
    if entry is None or not isinstance(node, Mapping):
        return Absent("no build given", node.trail if node is not None else ())
    inline = node.get("dockerfile_inline")
    return Known(
        Build(
            context=_path(node.get("context"), reading),
            dockerfile=_text(node.get("dockerfile"), "dockerfile"),
            inline=Known(inline.text, inline.text.trail)
            if isinstance(inline, Scalar) and string(inline)
            else Absent("no dockerfile_inline given"),
            target=_text(node.get("target"), "target"),
            args=declared(node.get("args"), variables, refuse),
            at=entry.key.at,
        ),
        node.trail,
    )


def _path(node: Node | None, reading: Reading) -> Value[str]:
    """Return a path from the root."""
    value = _text(node, "build context")
    if not isinstance(value, Known):
        return value
    shown = reading.shown(value.value) if value.value.startswith("/") else value.value
    return (
        Known(shown, value.trail) if "://" in shown or inside(tidy(shown)) else Unknown(f"{shown} is outside the project root", value.trail)
    )


def _mounts(node: Node | None, reading: Reading) -> list[Mount]:
    """Return the mounts of what is in the project."""
    found = []
    for item in node.items if isinstance(node, Sequence) else ():
        if not isinstance(item, Mapping) or string(item.get("type")) != "bind":
            continue
        source, target = item.get("source"), string(item.get("target"))
        path = string(source)
        if path is None or target is None or source is None or reading.is_outside(path):
            continue
        found.append(Mount(reading.shown(path), target, source.at))
    return found


def _healthcheck(node: Node | None) -> Value[Words]:
    if not isinstance(node, Mapping):
        return Absent("no health check")
    disable, test = node.get("disable"), node.get("test")
    if isinstance(disable, Scalar) and disable.value is True:
        return Absent("the health check is turned off", disable.trail)
    if isinstance(test, Sequence):
        return Known(tuple(item.text for item in test.items if isinstance(item, Scalar)), test.trail)
    if isinstance(test, Scalar) and isinstance(test.value, str):
        return Known((assumed(SHELL, "a text is run by a shell"), test.text), test.trail)
    return Absent("no health check")


def _stated(service: Mapping, tell: Tell) -> tuple[Value[Memory], Value[Memory]]:
    if service.get(STATED) is None:
        none = Absent("no figure stated")
        return none, none
    from forkfit.compose.stated import stated  # few services state anything

    return stated(service, tell)


def lacks_image(service: Service) -> Trouble | None:
    """Return what is to be told of a service that has neither an image nor a build: a fragment, meant for other files."""
    if not isinstance(service.image, Absent) or not isinstance(service.build, Absent) or service.node.get("provider") is not None:
        return None
    why = f"service {service.name} has neither an image nor a build"
    return Trouble(Kind.CONSISTENCY, why, service.at, "Name the file that it adds to as well: -f BASE -f THIS.", service.name)
