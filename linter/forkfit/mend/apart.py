"""Changes made together, kept apart: which services one may reach is to be seen for each of them alone.

A change of what only its own service has in a Compose file reaches no other. The others are tried again in parts: of any
two of them, one part has the one without the other, so that whatever is reached in a part, a change of that part reaches.
Fifty changes come to a dozen runs that way, and not to fifty.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from forkfit.mend.change import Group
from forkfit.model.document import Mapping as Table
from forkfit.model.document import Node, Scalar
from forkfit.model.report import Report
from forkfit.model.span import Span

Service = tuple[int, str]
Line = tuple[str, int]


def subsets(groups: Sequence[Group], report: Report) -> Iterator[tuple[Group, ...]]:
    """Yield the parts in which the changes are to be tried again."""
    if len(groups) < 2:
        return
    owners = _owners(report)
    shared = [group for group in groups if not _is_own(group, owners)]
    if len(shared) == 1:
        yield (shared[0],)
    for bit in range((len(shared) - 1).bit_length() if shared else 0):
        for side in (0, 1):
            yield tuple(group for number, group in enumerate(shared) if number >> bit & 1 == side)


def _is_own(group: Group, owners: Mapping[Line, set[Service]]) -> bool:
    """Tell whether all that a group changes stands in a Compose file, and is nobody's but its services'."""
    own = {(change.signed.project, change.service) for change in group}
    lines = [(edit.at.file, line) for edit in group[0].edits for line in range(edit.at.line, edit.at.end_line + 1)]
    return all(line in owners and owners[line] <= own for line in lines)


def _owners(report: Report) -> dict[Line, set[Service]]:
    """Return the services that have anything of a line of a Compose file, by way of anchors and `extends` too."""
    found: dict[Line, set[Service]] = {}
    for index, stack in enumerate(report.stacks):
        for service in stack.project.services:
            for at in _places(service.node):
                for line in range(at.line, at.end_line + 1):
                    found.setdefault((at.file, line), set()).add((index, service.name))
    return found


def _places(node: Node) -> Iterator[Span]:
    if isinstance(node, Scalar):
        yield node.at
    elif isinstance(node, Table):
        for entry in node.entries:
            yield entry.key.at
            yield from _places(entry.value)
    else:
        for item in node.items:
            yield from _places(item)
