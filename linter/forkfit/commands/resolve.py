"""Print the effective project."""

from __future__ import annotations

import json

from forkfit.arguments import Arguments
from forkfit.compose.resolve import effective
from forkfit.place import locate
from forkfit.streams import Streams, whole


def run(arguments: Arguments, streams: Streams) -> int:
    """Print the project as Compose would load it, environments included."""
    place = locate(arguments)
    order = place.order(arguments, streams.environ)
    request = order.request(order.merged or order.paths, order.folder)
    request = request.replace(services=arguments.services, interpolate=arguments.interpolates)
    project = effective(request, place.files, lambda trouble: print(f"compose-lint: {trouble.at}: {trouble.message}", file=streams.err))
    with whole(streams.out):
        json.dump(project, streams.out, indent=2, ensure_ascii=False)
        streams.out.write("\n")
    return 2 if "error" in project else 0
