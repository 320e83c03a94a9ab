"""Print the effective project."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable

from forkfit.arguments import Arguments
from forkfit.compose.resolve import effective
from forkfit.files import Remembered
from forkfit.formats.escape import cut
from forkfit.formats.redact import may_hold_secrets
from forkfit.model.trouble import Trouble
from forkfit.place import locate
from forkfit.streams import Streams, whole


def run(arguments: Arguments, streams: Streams) -> int:
    """Print the project as Compose would load it, environments included; what is wrong with it is said without them."""
    place = locate(arguments)
    order = place.order(arguments, streams.environ)
    request = order.request(order.merged or order.paths, order.folder)
    request = request.replace(services=arguments.services, interpolate=arguments.interpolates)
    files = Remembered(place.files)
    troubles: list[Trouble] = []
    project = effective(request, files, troubles.append)
    error = project.get("error")
    failed = {name: cut(str(text)) for name, text in error.items()} if isinstance(error, dict) else {}
    troubles = [trouble.replace(message=cut(trouble.message)) for trouble in troubles]
    discreet = _discreet(files, order.environment, [*(trouble.message for trouble in troubles), failed.get("message", "")])
    for trouble in troubles:
        print(f"compose-lint: {trouble.at}: {discreet(trouble.message)}", file=streams.err)
    if failed:
        project["error"] = {**failed, "message": discreet(failed["message"])}
    with whole(streams.out):
        json.dump(project, streams.out, indent=2, ensure_ascii=False)
        streams.out.write("\n")
    return 2 if failed else 0


def _discreet(files: Remembered, environment: Iterable[tuple[str, str]], texts: list[str]) -> Callable[[str], str]:
    """Return what hides the project's secrets in texts such as these."""
    sources = tuple(files.sources()) if any(texts) else ()
    if any(texts) and (environment or may_hold_secrets(sources)):
        from forkfit.formats.hide import hiding
        from forkfit.formats.secrets import Secrets

        return hiding(Secrets(sources, environment), texts) or str
    return str
