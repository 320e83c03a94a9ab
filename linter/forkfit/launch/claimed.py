"""What a launcher claims: whether a command starts a worker, something else, or nobody can say."""

from __future__ import annotations

import re
from collections.abc import Iterator

from forkfit.launch.cpus import cpus_of
from forkfit.launch.runs import NOTHING, Run, Runs, beside, stop
from forkfit.model.container import Process, View
from forkfit.model.files import Files
from forkfit.model.image import Layer
from forkfit.model.launcher import Claim, Launcher
from forkfit.model.project import Service, Words
from forkfit.model.record import Record
from forkfit.model.span import Trail

_PYTHON = r"python(?:\d(?:\.\d+)?)?|pypy3?"


class Scene(Record):
    """What stays the same while one service is followed; `followed` counts the commands that were."""

    service: Service
    layers: tuple[Layer, ...]
    launchers: tuple[Launcher, ...]
    files: Files
    followed: Iterator[int]


def claimed(scene: Scene, words: Words, view: View, trail: Trail) -> Runs | None:
    """Ask the launchers for this command; None where no launcher knows the program."""
    name = words[0].plain.rsplit("/", 1)[-1]
    if is_python(name):
        module = module_of(words)
        if module is None:
            return None
        name = module.split(".", 1)[0]
    for launcher in scene.launchers:
        if name not in launcher.programs:
            continue
        claim = launcher.claims(words)
        if claim is Claim.WORKER:
            return (Run((Process(scene.service.name, scene.service.at, words, view, trail, cpus_of(scene.service), launcher.name),)),)
        if claim is Claim.BESIDE:
            named = next((sub for sub in launcher.beside if words[0].plain.endswith(sub) or any(w.plain == sub for w in words)), "")
            return beside(f"{launcher.name} {named}".strip(), words, trail, launcher.name)
        if claim is Claim.OTHER:
            return NOTHING
        if claim is Claim.UNKNOWN:
            return stop(
                "whether its command starts workers is decided only when it runs", "Write the command out in the Compose file.", trail
            )
    return None


def is_python(name: str) -> bool:
    """Tell whether a program is a Python interpreter, by its name."""
    return name.startswith("py") and re.fullmatch(_PYTHON, name) is not None


def module_of(words: Words) -> str | None:
    """Return what ``python -m`` runs, None for any other use of Python."""
    for index, word in enumerate(words[1:], 1):
        plain = word.plain
        if plain == "-m":
            return words[index + 1].plain if index + 1 < len(words) else None
        if plain.startswith("-m") and len(plain) > 2:
            return plain[2:]
        if not plain.startswith("-"):
            return None
    return None
