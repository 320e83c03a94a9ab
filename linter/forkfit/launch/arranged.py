"""What a start script does to the files of its container before it starts a program: copies, links, substitutions."""

from __future__ import annotations

from forkfit.evaluate.shell.wrappers import program
from forkfit.launch.image.ground import Ground
from forkfit.launch.image.run import run
from forkfit.launch.image.shell import Simple
from forkfit.model.files import Files
from forkfit.model.image import Layer
from forkfit.model.project import Words
from forkfit.model.span import Span
from forkfit.model.value import Known, Value

_ARRANGING = frozenset({"cp", "install", "ln", "mv", "sed", "touch"})
_COPYING = frozenset({"cp", "install", "ln", "mv"})
# Folders that decide which programs a supervisor starts.
_DECISIVE = ("supervisor", "/service", "s6-rc.d", "/sv/", "procfile")


def arranged(argv: Words, folder: Value[str], layers: tuple[Layer, ...], files: Files, at: Span) -> tuple[Layer, ...]:
    """Return what stands in the container after a command of a script; what nobody can say is left as it was."""
    if program(argv) not in _ARRANGING or not all(word.is_known for word in argv):
        return layers
    ground = Ground(files, layers)
    run((Simple(argv),), ground, folder.value if isinstance(folder, Known) else "/", argv[0].at or at)
    return ground.layers


def decides(argv: Words) -> bool:
    """Tell whether a copy decides what a supervisor starts, so that two runs of a script that differ in it are two."""
    return program(argv) in _COPYING and any(part in argv[-1].plain.lower() for part in _DECISIVE)
