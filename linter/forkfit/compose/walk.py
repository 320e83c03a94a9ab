"""Walk a document along a table of places, and change what stands there."""

from __future__ import annotations

from collections.abc import Callable

from forkfit.compose.nodes import each_item, each_value
from forkfit.compose.refusal import about
from forkfit.compose.tree import ITEM, Branch, Path
from forkfit.model.document import Mapping, Node, Sequence
from forkfit.model.record import Record
from forkfit.model.span import Span, Trail
from forkfit.model.trouble import Kind, Tell, Trouble

Form = Callable[[Node, "Where"], Node]


class Where(Record):
    """A place of a document, what the table says of it and below, and who is told what cannot stay as it is.

    `templates` says that a text may still have variables in it, and is then left alone.
    """

    path: Path
    branch: Branch[Form]
    refuse: Tell
    templates: bool = False

    def down(self, key: str) -> Where | None:
        """Return the place of a key, None where the table says nothing at or below it."""
        branch = self.branch.down(key)
        if branch is None:
            return None
        refuse = about(key, self.refuse) if self.path == ("services",) else self.refuse
        return Where((*self.path, key), branch, refuse, self.templates)

    def fault(self, at: Span, why: str, cure: str, kind: Kind = Kind.STRUCTURE, trail: Trail = ()) -> None:
        """Tell that a node is not what its place takes."""
        self.refuse(Trouble(kind, f"{'.'.join(self.path)} {why}", at, cure, trail=trail))


def walked(model: Mapping, table: Branch[Form], refuse: Tell, *, templates: bool = False) -> Mapping:
    """Return the model with every place of the table changed by its form."""
    done = below(model, Where((), table, refuse, templates))
    return done if isinstance(done, Mapping) else model


def below(node: Node, where: Where) -> Node:
    """Change what is in a node. What has a form of its own is looked into only where that form does."""
    match node:
        case Mapping():
            return each_value(node, lambda entry: _changed(entry.value, where.down(entry.key.raw)))
        case Sequence():
            item = where.down(ITEM)
            return node if item is None else each_item(node, lambda value: _changed(value, item))
        case _:
            return node


def _changed(node: Node, where: Where | None) -> Node:
    if where is None:
        return node
    form = where.branch.here
    return form(node, where) if form is not None else below(node, where)
