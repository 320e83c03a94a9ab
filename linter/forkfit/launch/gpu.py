"""Whether Compose gives a container a GPU."""

from __future__ import annotations

from forkfit.model.container import View
from forkfit.model.document import Mapping, Node, Scalar, Sequence
from forkfit.model.image import Image
from forkfit.model.project import Service
from forkfit.model.value import Absent, Known, Unknown

# NVIDIA's images set it, and its runtime shows the container the GPUs that it names where it is the host's default runtime.
VISIBLE = "NVIDIA_VISIBLE_DEVICES"
_GPU_IMAGES = ("nvidia", "cuda", "gpu", "pytorch/pytorch")


def may_have_gpu(service: Service, image: Image | Absent | Unknown, view: View) -> bool:
    """Tell whether the service may see a GPU: it asks for one, or its environment or its image names some."""
    node = service.node
    if _has_items(node.get("gpus")) or any("nvidia" in text for text in _texts(node.get("runtime"), node.get("devices"))):
        return True
    reserved: Node | None = node
    for key in ("deploy", "resources", "reservations", "devices"):
        reserved = reserved.get(key) if isinstance(reserved, Mapping) else None
    base = image.base.value.plain if isinstance(image, Image) and isinstance(image.base, Known) else ""
    return _has_items(reserved) or any(word in base for word in _GPU_IMAGES) or any(v.name == VISIBLE for v in view.environment.variables)


def _has_items(node: Node | None) -> bool:
    match node:
        case Sequence(items=items):
            return bool(items)
        case Scalar(raw=raw):
            return raw not in ("", "0", "none")
        case _:
            return node is not None


def _texts(*nodes: Node | None) -> list[str]:
    found: list[str] = []
    pending = [node for node in nodes if node is not None]
    while pending:
        match pending.pop():
            case Scalar(raw=raw):
                found.append(raw)
            case Sequence(items=items):
                pending.extend(items)
            case Mapping(entries=entries):
                pending.extend(entry.value for entry in entries)
    return found
