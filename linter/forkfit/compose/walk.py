"""Walk a document along a table of places, and change what stands there."""

from __future__ import annotations

from collections.abc import Callable

from forkfit.compose.nodes import each_item, with_entries
from forkfit.compose.refusal import about
from forkfit.compose.tree import ITEM, Branch, Path
from forkfit.model.document import Entry, Mapping, Node, Sequence
from forkfit.model.record import Record
from forkfit.model.span import Span, Trail
from forkfit.model.trouble import Kind, Tell, Trouble

Form = Callable[[Node, "Where"], Node]

_SERVICES = ("services",)


class Where(Record):
    """A place of a document, what the table says of it and below, and who is told what cannot stay as it is.

    `templates` says that a text may still have variables in it, and is then left alone.
    """

    path: Path
    branch: Branch[Form]
    refuse: Tell
    templates: bool

    def fault(self, at: Span, why: str, cure: str, kind: Kind = Kind.STRUCTURE, trail: Trail = ()) -> None:
        """Tell that a node is not what its place takes."""
        self.refuse(Trouble(kind, f"{'.'.join(self.path)} {why}", at, cure, trail=trail))


def walked(model: Mapping, table: Branch[Form], refuse: Tell, *, templates: bool = False) -> Mapping:
    """Return the model with every place of the table changed by its form."""
    done = below(model, Where((), table, refuse, templates))
    return done if isinstance(done, Mapping) else model


def below(node: Node, where: Where) -> Node:
    """Change what is in a node. What has a form of its own is looked into only where that form does."""
    return _below(node, where.path, where.branch, where.refuse, where.templates)


def _below(node: Node, path: Path, branch: Branch[Form], refuse: Tell, templates: bool) -> Node:
    if type(node) is Mapping:
        changed = False
        entries: list[Entry] = []
        for entry in node.entries:
            name = entry.key.raw
            found = branch.down(name)
            if found is not None:
                told = about(name, refuse) if path == _SERVICES else refuse
                value = _changed(entry.value, (*path, name), found, told, templates)
                if value is not entry.value:
                    changed = True
                    entry = Entry(entry.key, value)
            entries.append(entry)
        return with_entries(node, tuple(entries)) if changed else node
    if type(node) is Sequence:
        found = branch.down(ITEM)
        if found is None:
            return node
        if found.here is not None:
            form, where = found.here, Where((*path, ITEM), found, refuse, templates)
            return each_item(node, lambda item: form(item, where))
        return each_item(node, lambda item: _below(item, (*path, ITEM), found, refuse, templates))
    return node


def _changed(node: Node, path: Path, branch: Branch[Form], refuse: Tell, templates: bool) -> Node:
    form = branch.here
    return form(node, Where(path, branch, refuse, templates)) if form is not None else _below(node, path, branch, refuse, templates)
