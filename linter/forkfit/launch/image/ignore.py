"""What .dockerignore keeps out of a build context."""

from __future__ import annotations

import re
from posixpath import normpath

from forkfit.files import below, read_text
from forkfit.model.container import Excluded
from forkfit.model.files import Files
from forkfit.model.source import BrokenSource
from forkfit.model.span import whole_file
from forkfit.model.trouble import Kind, Tell, Trouble

MOST_PATTERNS = 1_000


def excluded(context: str, dockerfile: str, files: Files, tell: Tell) -> tuple[Excluded, ...]:
    """Return the rules in their order, the last that matches a path decides.

    ``NAME.dockerignore`` beside a Dockerfile of that name wins over ``.dockerignore`` in the context.
    """
    for path in (f"{dockerfile}.dockerignore", below(context, ".dockerignore")):
        if not files.is_file(path):
            continue
        try:
            lines = read_text(files, path).text.splitlines()
        except BrokenSource as broken:
            tell(Trouble(Kind.UNREADABLE, str(broken), broken.at, broken.cure))
            return ()
        rules = tuple(rule for line in lines if (rule := _rule(context, line)) is not None)
        if len(rules) > MOST_PATTERNS:
            tell(Trouble(Kind.BOUND, f"more than {MOST_PATTERNS} patterns are not read", whole_file(path), "Merge patterns."))
        return rules[:MOST_PATTERNS]
    return ()


def _rule(context: str, line: str) -> Excluded | None:
    """Read one line as moby/patternmatcher does: blanks cut, ``!`` takes back, a slash in front means nothing."""
    written = line.strip()
    if not written or written.startswith("#"):
        return None
    again = written.startswith("!")
    pattern = normpath(written[again:].strip().strip("/") or ".")
    if pattern == "." or pattern.startswith(".."):
        return None
    base = () if context == "." else tuple(re.sub(r"([*?\[\\])", r"\\\1", context).split("/"))
    return Excluded((*base, *pattern.split("/")), again)
