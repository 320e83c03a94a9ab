"""Make the relative paths of a document start at a folder."""

from __future__ import annotations

from collections.abc import Callable
from posixpath import isabs, join, normpath

from forkfit.compose.nodes import is_known, kind, made, string, with_entry, with_items
from forkfit.compose.tree import ANY, Path, planted
from forkfit.compose.walk import Form, Where, walked
from forkfit.model.document import Mapping, Node, Scalar, Sequence
from forkfit.model.trouble import Kind, Tell

_REMOTE = ("https://", "http://", "git://", "ssh://", "github.com/", "git@", "service:")


def relocated(model: Mapping, folder: str, home: str, refuse: Tell) -> Mapping:
    """Return the model with paths joined to `folder`; ``~`` is `home`, and stays where that is empty."""

    def moved(path: str) -> str:
        path = home + path[1:] if path.startswith("~") and home else path
        return path if isabs(path) or not path else normpath(join(folder, path))

    def file(node: Node, where: Where) -> Node:
        if isinstance(node, Sequence):
            return with_items(node, tuple(file(item, where) for item in node.items))
        if string(node) is None:
            where.fault(node.at, f"is {kind(node)}", "Write a path.")
        return _moved(node, moved)

    def context(node: Node, where: Where) -> Node:
        del where
        written = string(node) or ""
        return node if "://" in written or written.startswith(_REMOTE) else _moved(node, moved)

    def host_path(node: Node, where: Where) -> Node:
        del where
        return node if _is_windows(string(node) or "") else _moved(node, moved)

    def volume(node: Node, where: Where) -> Node:
        if not isinstance(node, Mapping) or string(node.get("type")) != "bind":
            return node
        source = node.get("source")
        if source is None:
            where.fault(node.at, "is a bind mount without a source", "Add `source`.", Kind.VOLUME_SPEC)
            return node
        return with_entry(node, "source", host_path(source, where))

    def driver(node: Node, where: Where) -> Node:
        options = node.get("driver_opts") if isinstance(node, Mapping) else None
        if not isinstance(node, Mapping) or not isinstance(options, Mapping) or string(node.get("driver")) != "local":
            return node
        device = options.get("device")
        if device is None or string(options.get("o")) != "bind":
            return node
        return with_entry(node, "driver_opts", with_entry(options, "device", host_path(device, where)))

    places: tuple[tuple[Path, Form], ...] = (
        (("services", ANY, "build", "context"), context),
        (("services", ANY, "build", "additional_contexts", ANY), context),
        (("services", ANY, "build", "ssh", ANY), host_path),
        (("services", ANY, "env_file", ANY, "path"), file),
        (("services", ANY, "label_file", ANY), file),
        (("services", ANY, "extends", "file"), file),
        (("services", ANY, "develop", "watch", ANY, "path"), file),
        (("services", ANY, "volumes", ANY), volume),
        (("configs", ANY, "file"), host_path),
        (("secrets", ANY, "file"), host_path),
        (("volumes", ANY), driver),
    )
    return walked(model, planted(places), refuse)


def _moved(node: Node, moved: Callable[[str], str]) -> Node:
    if not isinstance(node, Scalar) or not isinstance(node.value, str) or not is_known(node):
        return node
    path = moved(node.value)
    return node if path == node.value else made(path, node.at, node.text.trail)


def _is_windows(path: str) -> bool:
    """Tell whether a path is absolute on Windows."""
    return (path[1:2] == ":" and path[2:3] in ("\\", "/") and bool(path[2:3])) or path.startswith(("\\\\", "//"))
