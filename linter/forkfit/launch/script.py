"""The text of a program's file as its container has it, and which interpreter runs it."""

from __future__ import annotations

import re
from posixpath import isabs, join, normpath

from forkfit.launch.image.ground import text_at
from forkfit.model.container import Mapped, View
from forkfit.model.files import Files
from forkfit.model.image import Layer
from forkfit.model.source import Source
from forkfit.model.span import Role, Step
from forkfit.model.text import Text
from forkfit.model.value import Absent, Known, Value

_SHELL = r"(?:ba|da|a|z|k)?sh"
_SEARCH_PATH = ("/usr/local/bin", "/usr/bin", "/bin", "/usr/local/sbin", "/usr/sbin", "/sbin")


def text_of(written: str, view: View, layers: tuple[Layer, ...], files: Files) -> Value[Source]:
    """Return the text of a program's file: by its path, in the working folder, or in a folder of the search path."""
    if isabs(written):
        return text_at(layers, written, files)
    folder = view.working_dir.value if isinstance(view.working_dir, Known) else None
    places = [join(folder, written)] if folder else []
    if "/" not in written:
        places += [f"{program_folder}/{written}" for program_folder in _SEARCH_PATH]
    for place in places:
        found = text_at(layers, place, files)
        if not isinstance(found, Absent):
            return found
    if folder is None:
        beside = _beside_mounts(written, layers, files)
        if beside is not None:
            return beside
    if folder is None and "/" in written:
        near = [path for path in (join(place, written) for place in view.nearby) if files.is_file(path)]
        if len(near) == 1:
            step = Step(Role.ASSUMED, None, f"{written} is taken to be {near[0]}: where the container works is not known")
            return text_at((Mapped(near[0], f"/{near[0]}", (step,)),), f"/{near[0]}", files)
    return Absent(f"nothing is known to stand at {written}")


def _beside_mounts(written: str, layers: tuple[Layer, ...], files: Files) -> Value[Source] | None:
    """Return the one file that stands in the container under a path that ends like this one; None where none or several do."""
    ending = "/" + normpath(written)
    found = [layer for layer in layers if isinstance(layer, Mapped) and layer.target.endswith(ending) and files.is_file(layer.source)]
    if len({layer.target for layer in found}) != 1:
        return None
    target = found[0].target
    step = Step(Role.ASSUMED, None, f"{written} is taken to be {target}: where the container works is not known")
    return text_at((found[0].replace(trail=(*found[0].trail, step)),), target, files)


def is_shell_script(script: Source) -> bool:
    """Tell whether a file is run by a shell when it is started by its path."""
    first = script.text.partition("\n")[0]  # a script that a Dockerfile writes keeps the Dockerfile's line numbers
    if first.startswith("#!"):
        return any(re.fullmatch(_SHELL, name) for name in interpreters(script))
    return script.path.endswith((".sh", ".bash")) or "." not in script.path.rsplit("/", 1)[-1]


def interpreters(script: Source) -> tuple[str, ...]:
    """Return the names of the programs in the first line of a script: ``#!/usr/bin/env bash`` gives env and bash."""
    first = script.text.partition("\n")[0]
    return tuple(word.rsplit("/", 1)[-1] for word in first[2:].split() if not word.startswith("-")) if first.startswith("#!") else ()


def chain(script: Source) -> tuple[Text, ...] | None:
    """Return an execline script as the one command that it is, each program starting the next; None for any other script.

    Raise ValueError where it holds a block: that is more than one command.
    """
    if interpreters(script)[:1] != ("execlineb",):
        return None
    from forkfit.evaluate.shell.script import lines_of
    from forkfit.syntax.shlex_words import words

    pieces = tuple(p if not p.text.lstrip().startswith("#") else p.replace(text="\n") for p in lines_of(script).pieces)
    found = words(Text(pieces))
    if any(word.plain in ("{", "}") for word in found):
        raise ValueError("it starts several commands one after the other")
    return found
