"""Print the effective project: what ``docker compose config --format json`` would make of it, secrets included."""

from __future__ import annotations

from forkfit.compose.consistency import Around, circles, faults, sources
from forkfit.compose.dotenv import parse
from forkfit.compose.environment import environment_of
from forkfit.compose.model import Model, model_of
from forkfit.compose.nodes import Json, plain, string
from forkfit.compose.normalise import NAMED, normalised
from forkfit.compose.profiles import active
from forkfit.compose.reading import Reading, env_source
from forkfit.compose.render import rendered, resources
from forkfit.compose.render_types import environment
from forkfit.compose.request import Request
from forkfit.model.document import Entry, Mapping, Sequence
from forkfit.model.files import Files
from forkfit.model.span import whole_file
from forkfit.model.trouble import Kind, Refused, Tell, Trouble

WARNINGS = (Kind.WARNING, Kind.UNDEFINED_VARIABLE)
DEFAULT = "default"


def effective(request: Request, files: Files, tell: Tell) -> dict[str, Json]:
    """Return the project as plain values, paths absolute; or the class and the message of what a strict load stops at."""
    warnings: list[str] = []

    def listen(trouble: Trouble) -> None:
        if trouble.kind in WARNINGS:
            warnings.append(f"warning: {_warning(trouble)}")
        tell(trouble)

    try:
        made = resolved(request, files, listen)
    except Refused as refused:
        made = {"error": {"class": refused.trouble.kind.value, "message": refused.trouble.message}}
    if warnings:
        made["warnings"] = sorted(set(warnings))
    return made


def _warning(trouble: Trouble) -> str:
    """Return the words of the reference, by which its users know it."""
    if trouble.kind is Kind.UNDEFINED_VARIABLE:
        return f'The "{trouble.message.split()[0]}" variable is not set. Defaulting to a blank string.'
    return trouble.message


def resolved(request: Request, files: Files, tell: Tell) -> dict[str, Json]:
    """Return the project as plain values; raise Refused where a strict load stops, at the last of Compose's own checks too."""
    model = model_of(request, files, tell)
    if model is None:
        return {"error": {"class": Kind.MISSING_FILE.value, "message": "there is no Compose file"}}
    tree = normalised(model.tree, model.name, model.variables)
    if not request.interpolate:
        raw = plain(tree)
        return raw if isinstance(raw, dict) else {}
    return _project(model, tree, request)


def _project(model: Model, tree: Mapping, request: Request) -> dict[str, Json]:
    reading = model.reading
    listed = tree.get("services")
    entries = listed.entries if isinstance(listed, Mapping) else ()
    typed = {e.key.raw: rendered(e.value, e.key.raw, reading.refuse) for e in entries if isinstance(e.value, Mapping)}
    declared = {kind: resources(tree.get(kind), kind, reading.refuse) for kind in NAMED}
    chosen, disabled = active(entries, model.surroundings.profiles)
    _are_consistent(chosen, disabled, tree, reading)
    for entry in chosen:
        if isinstance(entry.value, Mapping):
            _with_environment(typed[entry.key.raw], entry, model)
            _with_labels(typed[entry.key.raw], entry.value, reading)
    if request.services:
        _exist(request.services, typed, reading)
        chosen, disabled = active(entries, model.surroundings.profiles, request.services)
    names = [e.key.raw for e in chosen if e.key.raw in typed]
    services: dict[str, Json] = {}
    scales: dict[str, Json] = {}
    for name in names:
        services[name], scales[name] = _completed(typed[name], names if request.services else None)
    made: dict[str, Json] = {"name": model.name, "services": services}
    made.update(_used(declared, [e.value for e in chosen if isinstance(e.value, Mapping)], model.tree))
    made.update({e.key.raw: plain(e.value) for e in tree.entries if e.key.raw.startswith("x-")})
    made["compose_files"] = [_seen(path, reading) for path in model.surroundings.paths]
    made["effective_scale"] = scales
    if disabled:
        made["disabled_services"] = sorted(e.key.raw for e in disabled)
    return made


def _seen(path: str, reading: Reading) -> str:
    """Return a path from the working folder, where it is below it; otherwise from the root."""
    below = reading.cwd.rstrip("/") + "/"
    return path.removeprefix(below) if path.startswith(below) else reading.shown(path)


def _are_consistent(chosen: tuple[Entry, ...], disabled: tuple[Entry, ...], tree: Mapping, reading: Reading) -> None:
    services = {e.key.raw: e.value for e in chosen if isinstance(e.value, Mapping)}
    around = Around(services, frozenset(e.key.raw for e in disabled), tree)
    for entry in chosen:
        for trouble in faults(entry, around):
            reading.refuse(trouble)
    for trouble in (*sources(tree), *circles(services)):
        reading.refuse(trouble)


def _with_environment(service: dict[str, Json], entry: Entry, model: Model) -> None:
    assert isinstance(entry.value, Mapping)
    made = environment(environment_of(entry.value, entry.key.raw, model.variables, model.reading).variables)
    if made is not None:
        service["environment"] = made


def _with_labels(service: dict[str, Json], node: Mapping, reading: Reading) -> None:
    """Put the labels of `label_file` below the service's own."""
    listed = node.get("label_file")
    given: dict[str, Json] = {}
    for item in listed.items if isinstance(listed, Sequence) else ():
        text = env_source(string(item) or "", reading, item.at, Kind.MISSING_FILE)
        if text is not None:
            labels = parse(text, _nothing, reading.tell, strict=reading.strict)
            given.update({a.name: a.value.plain for a in labels if a.value is not None})
    own = service.get("labels")
    if given:
        service["labels"] = given | (own if isinstance(own, dict) else {})


def _nothing(name: str) -> None:
    """Know no variable: label files see none."""
    del name


def _exist(names: tuple[str, ...], typed: dict[str, dict[str, Json]], reading: Reading) -> None:
    for name in names:
        if name not in typed:
            why = f"there is no service {name}"
            reading.refuse(Trouble(Kind.CONSISTENCY, why, whole_file("."), f"There are {', '.join(typed)}."))


def _completed(service: dict[str, Json], kept: list[str] | None) -> tuple[dict[str, Json], Json]:
    """Return the service with its scale in the deploy section, and how many containers it has."""
    made = dict(service)
    deploy, scale = made.get("deploy"), made.get("scale")
    if isinstance(deploy, dict):
        deploy = {key: value for key, value in deploy.items() if not (key in ("placement", "resources") and value == {})}
        if scale is not None:
            deploy["replicas"] = scale
        made["deploy"] = deploy
        scale = deploy.get("replicas")
    if made.get("networks") == {DEFAULT: None}:
        del made["networks"]
    needs = made.get("depends_on")
    if kept is not None and isinstance(needs, dict):
        made["depends_on"] = {name: how for name, how in needs.items() if name in kept}
        if not made["depends_on"]:
            del made["depends_on"]
    return made, 1 if scale is None else scale


def _used(declared: dict[str, dict[str, Json]], services: list[Mapping], model: Mapping) -> dict[str, Json]:
    """Return the resources that active services use; the default network only where a file declares it."""
    used: dict[str, set[str]] = {kind: set() for kind in NAMED}
    for service in services:
        networks = service.get("networks")
        used["networks"].update(e.key.raw for e in (networks.entries if isinstance(networks, Mapping) else ()))
        for kind, path in (
            ("volumes", ("volumes",)),
            ("secrets", ("secrets",)),
            ("secrets", ("build", "secrets")),
            ("configs", ("configs",)),
        ):
            used[kind].update(_sources(service, path))
    explicit = model.get("networks")
    if not isinstance(explicit, Mapping) or explicit.get(DEFAULT) is None:
        used["networks"].discard(DEFAULT)
    found: dict[str, Json] = {}
    for kind, names in used.items():
        left = {name: value for name, value in declared[kind].items() if name in names}
        if left:
            found[kind] = left
    return found


def _sources(service: Mapping, path: tuple[str, ...]) -> set[str]:
    node = service.get(path[0])
    for key in path[1:]:
        node = node.get(key) if isinstance(node, Mapping) else None
    items = node.items if isinstance(node, Sequence) else ()
    found = {string(i.get("source")) for i in items if isinstance(i, Mapping)}
    return {source for source in found if source}
