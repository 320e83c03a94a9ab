"""Make one model of several Compose files, step by step in the reference's order."""

from __future__ import annotations

from forkfit.compose.canonical import canonical
from forkfit.compose.casts import filled, odd_key
from forkfit.compose.check import checked
from forkfit.compose.defaults import completed
from forkfit.compose.environment import with_value
from forkfit.compose.merge import merge
from forkfit.compose.nodes import kind, string, with_entries, with_entry, with_items, without
from forkfit.compose.reading import Group, Reading, documents
from forkfit.compose.relocate import relocated
from forkfit.compose.reset import Reset, applied, found
from forkfit.compose.unicity import unique
from forkfit.compose.validate import validated
from forkfit.model.document import Entry, Mapping, Node, Sequence
from forkfit.model.span import Span, whole_file
from forkfit.model.trouble import Kind, Trouble


def assembled(paths: tuple[str, ...], group: Group, reading: Reading, at: Span | None = None) -> Mapping:
    """Return what files say together, in short forms written out, with defaults, and paths joined to the group's folder."""
    model = Mapping((), whole_file(reading.shown(paths[0])) if paths else at or whole_file("."))
    for path in paths:
        model, _ = add_file(model, path, group, reading, at)
    model = completed(model, reading.refuse)
    validated(model, reading.refuse)
    model = relocated(model, group.folder, reading.home, reading.refuse)
    return _with_listed_values(model, group)


def add_file(
    model: Mapping, path: str, group: Group, reading: Reading, at: Span | None = None, *, base: bool = False
) -> tuple[Mapping, tuple[Reset, ...]]:
    """Merge a file into the model, and return the resets of its last document.

    Of the base file of an `extends` only services are wanted: it includes nothing, extends nothing yet, and is not checked.
    """
    resets: tuple[Reset, ...] = ()
    for document in documents(path, reading, at):
        if not isinstance(document, Mapping):
            why = f"a Compose file is a mapping, and this document is {kind(document)}"
            reading.refuse(Trouble(Kind.STRUCTURE, why, document.at, "Write `services:` and the services below it."))
            continue
        document, resets = _without_resets(document, reading)
        if not group.interpolate:
            _keys_are_text(document, reading)
        else:
            document = filled(document, group.variables.get, reading)
        if not base and document.get("include") is not None:
            from forkfit.compose.include import with_includes

            document = with_includes(document, path, resets, group, reading)
        model = applied(model, resets, reading.lost)
        if not base and _extends(document):
            from forkfit.compose.extends import extended

            document = extended(document, path, resets, group, reading)
        model = unique(merge(model, document, reading.refuse), reading.refuse)
        if not base:
            model = _checked(model, path, reading)
        model = canonical(model, reading.refuse, templates=not group.interpolate)
        model = unique(model, reading.refuse)
    return model, resets


def _extends(document: Mapping) -> bool:
    """Tell whether any service extends another, or is none, which is told where that is looked up."""
    services = document.get("services")
    if not isinstance(services, Mapping):
        return services is not None
    return any(not isinstance(e.value, Mapping) or e.value.get("extends") is not None for e in services.entries)


def _checked(model: Mapping, path: str, reading: Reading) -> Mapping:
    """Check the shape of the model so far; a version is warned of and dropped."""
    model = checked(model, reading)
    version = model.entry("version")
    if version is None:
        return model
    why = f"{path}: the attribute `version` is obsolete, it will be ignored, please remove it to avoid potential confusion"
    reading.tell(Trouble(Kind.WARNING, why, version.key.at))
    return without(model, "version")


def _without_resets(document: Mapping, reading: Reading) -> tuple[Mapping, tuple[Reset, ...]]:
    if document.at.file not in reading.tagged:
        return document, ()
    kept, resets = found(document)
    return (kept if isinstance(kept, Mapping) else with_entries(document, ())), resets


def _keys_are_text(node: Node, reading: Reading) -> None:
    if isinstance(node, Mapping):
        for entry in node.entries:
            if not isinstance(entry.key.value, str):
                reading.refuse(odd_key(entry.key, ()))
            _keys_are_text(entry.value, reading)
    elif isinstance(node, Sequence):
        for item in node.items:
            _keys_are_text(item, reading)


def _with_listed_values(model: Mapping, group: Group) -> Mapping:
    """Give the variables of an environment list that stand without a value the group's own; a mapping's wait for the project's."""
    services = model.get("services")
    if not isinstance(services, Mapping):
        return model
    entries = tuple(Entry(e.key, _valued(e.value, group)) for e in services.entries)
    if all(new.value is old.value for new, old in zip(entries, services.entries, strict=True)):
        return model
    return with_entry(model, "services", with_entries(services, entries))


def _valued(service: Node, group: Group) -> Node:
    environment = service.get("environment") if isinstance(service, Mapping) else None
    if not isinstance(service, Mapping) or not isinstance(environment, Sequence):
        return service
    items = tuple(with_value(i, group.variables) if string(i) is not None else i for i in environment.items)
    if all(new is old for new, old in zip(items, environment.items, strict=True)):
        return service
    return with_entry(service, "environment", with_items(environment, items))
