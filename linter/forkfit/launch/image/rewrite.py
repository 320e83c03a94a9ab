"""Make the substitutions of ``sed`` in the text of a file; lines keep their numbers."""

from __future__ import annotations

import re

from forkfit.model.image import Edit, Rewrite
from forkfit.model.source import Source
from forkfit.model.span import Role, Step, Trail

MOST_STEPS = 50_000_000  # that all expressions may take on one file, in the worst case


def rewritten(source: Source, rewrites: tuple[Rewrite, ...]) -> tuple[Source, Trail]:
    """Make the edits in their order; the trail names those that changed something, and assumes that doubtful ones did not.

    Line numbers stay; a column behind a change on the same line is that of the changed text.
    """
    lines = source.text.split("\n")
    trail: list[Step] = []
    steps = MOST_STEPS
    for rewrite in rewrites:
        if rewrite.doubt:
            trail.append(Step(Role.ASSUMED, rewrite.at, f"taken to change nothing that matters: {rewrite.doubt}"))
            continue
        changed = False
        for edit in rewrite.edits:
            steps -= sum(len(line) ** (edit.stars + 1) for line in lines) if edit.stars else 0
            if steps < 0:
                trail.append(Step(Role.ASSUMED, rewrite.at, "taken to change nothing that matters: the file is too long to follow sed"))
                break
            compiled = re.compile(edit.pattern)
            for index, line in enumerate(lines):
                if edit.line and index + 1 != edit.line:
                    continue
                after = _substituted(compiled, edit, line)
                if after is not None and edit.doubt:
                    trail.append(Step(Role.ASSUMED, rewrite.at, f"taken to change nothing that matters: {edit.doubt}"))
                    break
                if after is not None:
                    lines[index] = after
                    changed = True
        if changed:
            trail.append(Step(Role.REPLACED, rewrite.at, f"sed makes this of it: {rewrite.said}"))
    if not any(step.role is Role.REPLACED for step in trail):
        return source, tuple(trail)
    return _with_lines(source, lines), tuple(trail)


def _substituted(compiled: re.Pattern[str], edit: Edit, line: str) -> str | None:
    """Return the line after an edit, None where it does not change."""
    found: list[str] = []
    end = count = 0
    for match in compiled.finditer(line):
        count += 1
        if count < edit.nth:
            continue
        found.append(line[end : match.start()])
        found.extend(part if isinstance(part, str) else match.group(part) or "" for part in edit.replacement)
        end = match.end()
        if not edit.every:
            break
    after = "".join(found) + line[end:]
    return after if found and after != line else None


def _with_lines(source: Source, lines: list[str]) -> Source:
    """Return the source with other lines, each under the number that it had."""
    moved: dict[int, int] = {}
    before = after = 0
    for old, new in zip(source.text.split("\n"), lines, strict=True):
        moved[before] = after
        before += len(old) + 1
        after += len(new) + 1
    return Source(source.path, "\n".join(lines), tuple(moved.get(start, 0) for start in source.starts))
