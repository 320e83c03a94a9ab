"""A project with all that was found in it: what rules look at."""

from __future__ import annotations

from forkfit.model.container import Container, Unseen
from forkfit.model.project import Project
from forkfit.model.record import Record
from forkfit.model.settings import Settings
from forkfit.model.suppression import Suppression
from forkfit.model.trouble import Trouble


class Stack(Record):
    """One Compose project: its services as loaded, its containers with workers, and what stayed in the dark."""

    project: Project
    containers: tuple[Container, ...]
    unseen: tuple[Unseen, ...]
    troubles: tuple[Trouble, ...]
    settings: Settings
    suppressions: tuple[Suppression, ...] = ()
