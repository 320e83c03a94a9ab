"""What silences rules in a project; only where our name occurs is it looked for in earnest."""

from __future__ import annotations

from collections.abc import Iterable

from forkfit.model.document import Mapping
from forkfit.model.project import Project
from forkfit.model.source import Source
from forkfit.model.suppression import Suppression

WORDS = "compose-lint"


def suppressions(sources: Iterable[Source], project: Project) -> tuple[Suppression, ...]:
    """Return what silences rules in the files that were read for a project, and on its services."""
    called = [source for source in sources if WORDS in source.text]
    stated = [(service, node) for service in project.services if isinstance(node := service.node.get(f"x-{WORDS}"), Mapping)]
    if not called and not stated:
        return ()
    from forkfit.judging.directives import in_comments, on_service

    return (
        *(one for source in called for one in in_comments(source, project)),
        *(one for service, node in stated for one in on_service(service, node)),
    )
