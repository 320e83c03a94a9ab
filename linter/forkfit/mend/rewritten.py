"""From a file written anew to the edits that make it of the old one, whole lines each."""

from __future__ import annotations

from difflib import SequenceMatcher

from forkfit.mend.edit import Edit
from forkfit.model.source import Source


def edits_to(before: Source, after: str) -> tuple[Edit, ...]:
    """Return the edits, the one with the most characters first: it is what the change is about."""
    old, new = before.text.splitlines(keepends=True), after.splitlines(keepends=True)
    starts = [0]
    for line in old:
        starts.append(starts[-1] + len(line))
    edits = [
        Edit(before.span(starts[start], starts[end]), "".join(old[start:end]), "".join(new[first:last]))
        for kind, start, end, first, last in SequenceMatcher(None, old, new).get_opcodes()
        if kind != "equal"
    ]
    return tuple(sorted(edits, key=lambda edit: -max(len(edit.before), len(edit.after))))
