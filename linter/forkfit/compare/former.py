"""What the user asks for, as it would have been asked at a revision: files that have another name now had theirs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from forkfit.compare.tree import GitTree
from forkfit.compose.targets import Order, is_compose_file
from forkfit.model.files import Files
from forkfit.model.source import BrokenSource

_ALIKE = 0.5  # the share of lines that makes two files one, as git has it
_MOST_COMPARED = 200


def as_it_was(order: Order, tree: GitTree, now: Files) -> Order | None:
    """Return the order with the names that its files had at a revision; None where nothing of it was there."""
    paths, merged = (tuple(dict.fromkeys(_former(listed, tree, now))) for listed in (order.paths, order.merged))
    if (order.paths and not paths) or (order.merged and not merged):
        return None
    if not order.paths and not order.merged and not tree.is_folder(order.folder):
        return None
    return order.replace(paths=paths, merged=merged)


def _former(paths: Iterable[str], tree: GitTree, now: Files) -> Iterator[str]:
    for path in paths:
        if tree.is_file(path) or tree.is_folder(path) or not (now.is_folder(path) or is_compose_file(path, now)):
            yield path  # of what is no project by itself, those count that load it now
        elif now.is_file(path):
            yield from _alike(path, tree, now)


def _alike(path: str, tree: GitTree, now: Files) -> Iterator[str]:
    """Yield the Compose file that is gone now and has the most lines in common with one that is new."""
    lines = _lines(path, now)
    gone = [p for p in tree.paths() if p.endswith((".yaml", ".yml")) and not now.is_file(p) and is_compose_file(p, tree)]
    found = []
    for former in gone[:_MOST_COMPARED]:
        others = _lines(former, tree)
        found.append((len(lines & others) / max(1, len(lines), len(others)), former))
    alike, former = max(found, default=(0.0, ""))
    if alike >= _ALIKE:
        yield former


def _lines(path: str, files: Files) -> frozenset[bytes]:
    try:
        return frozenset(line.strip() for line in files.read_bytes(path).splitlines())
    except BrokenSource:
        return frozenset()
