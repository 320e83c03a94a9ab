"""Paths below a module's own folder, as settings build them for the files that they read."""

from __future__ import annotations

from collections.abc import Callable
from posixpath import basename, dirname, join, normpath

from forkfit.evaluate.python.call import Call
from forkfit.evaluate.python.objects import Path, Thing
from forkfit.evaluate.python.operators import across
from forkfit.model.value import Known, Value


def text_of_path(thing: Thing) -> str | None:
    """Return the text of a path, None for what is none."""
    match thing:
        case str():
            return thing
        case Path(text=text):
            return text
        case _:
            return None


def _on_paths(function: Callable[..., Thing], *, alone: Thing = None) -> Callable[[Call], Value[Thing]]:
    """Follow a function of paths; `alone` is what it gives without any, None where it needs one."""

    def apply(call: Call) -> Value[Thing]:
        def of(*things: Thing) -> Value[Thing]:
            texts = [text_of_path(t) for t in things]
            if any(t is None for t in texts):
                return call.unknown("this path is not known")
            return Known(function(*texts))

        if call.arguments.rest is not None:
            return call.arguments.rest
        if not call.arguments.positional:
            return call.unknown("no path is given here") if alone is None else Known(alone)
        return across(of, *call.arguments.positional)

    return apply


def _same(text: str) -> str:
    return normpath(text)


FUNCTIONS: dict[str, Callable[[Call], Value[Thing]]] = {
    "os.path.join": _on_paths(join),
    "os.path.dirname": _on_paths(lambda text: dirname(text) or "."),
    "os.path.basename": _on_paths(basename),
    "os.path.abspath": _on_paths(_same),
    "os.path.realpath": _on_paths(_same),
    "os.path.normpath": _on_paths(_same),
    "os.fspath": _on_paths(_same),
    "pathlib.Path": _on_paths(lambda *parts: Path(normpath(join(*parts))), alone=Path(".")),
    "pathlib.PurePath": _on_paths(lambda *parts: Path(normpath(join(*parts))), alone=Path(".")),
}
