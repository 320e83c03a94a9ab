"""A call of a loader with its arguments by name, and on what device its model ends up."""

from __future__ import annotations

from collections.abc import Iterator

from forkfit.model.record import Record
from forkfit.model.value import Absent, Known, Unknown, Value, alternatives
from forkfit.model.worker import ModelLoad
from forkfit.weigh.models.loaders import Loader

NOT_GIVEN = Absent("not given")
CONSTRUCTOR = "constructor"  # stands for an argument where the name of the function is the name of the model

_HOST = frozenset(("cpu", "none", "", "-1", "false"))
_EITHER = frozenset(("auto", "true", "balanced", "sequential"))
_NO_MATTER = frozenset(("mps",))


class Call(Record):
    """A load, the loader that it calls, and arguments that stand over those that are written."""

    load: ModelLoad
    loader: Loader
    over: tuple[tuple[str, str], ...] = ()

    def argument(self, name: str) -> Value[str]:
        """Return an argument by its name, ``model_kwargs.dtype`` for what a dictionary holds; Absent where it is not given."""
        for given, text in self.over:
            if given == name:
                return Known(text)
        if name == CONSTRUCTOR:
            return self._by_constructor()
        for done, value in self.load.later:
            if done == name:
                return value
        spelled = [name, *self._positions(name)]
        held = dict(self.load.given)
        for spelling in spelled:
            if spelling in held:
                return held[spelling]
        for spelling in spelled:
            outer, dot, _ = spelling.partition(".")
            # A dictionary that is not known may hold anything.
            if dot and isinstance(held.get(outer), Unknown):
                return held[outer]
            if dot and f"{outer}.**" in held:
                return held[f"{outer}.**"]
        return held.get("**", NOT_GIVEN)

    def first(self, names: tuple[str, ...]) -> Value[str]:
        """Return the first of several arguments that is given."""
        return next((value for name in names if not isinstance(value := self.argument(name), Absent)), NOT_GIVEN)

    def model(self) -> Value[str]:
        """Return the name of the model; Absent where none is given."""
        return self.argument(self.loader.model) if self.loader.model else NOT_GIVEN

    def dtype(self) -> Value[str]:
        """Return the dtype that is asked for, the last word that is said about it; Absent where nothing is."""
        casts = [value for name, value in self.load.later if name == "dtype"]
        return casts[-1] if casts and not self.over else self.first(self.loader.dtype)

    def devices(self, gpu: bool) -> tuple[bool, bool]:
        """Say whether the model may be in the container's memory, and whether it may be on a GPU.

        Where the program takes whichever there is, it is the CPU in a container that is given no GPU.
        """
        moves = [value for name, value in self.load.later if name == "device"]
        asked = moves[-1] if moves else self.argument(self.loader.device) if self.loader.device else NOT_GIVEN
        if isinstance(asked, Absent):
            asked = Known(self.loader.device_default)
        words = list(_devices(asked))
        host = any(word != "gpu" for word in words)
        on_gpu = any(word == "gpu" for word in words) or ("either" in words and gpu)
        return host, on_gpu and (gpu or not host)

    def _positions(self, name: str) -> tuple[str, ...]:
        outer, dot, inner = name.partition(".")
        if outer not in self.loader.arguments:
            return ()
        return (f"{self.loader.arguments.index(outer)}{dot}{inner}",)

    def _by_constructor(self) -> Value[str]:
        last = self.load.constructor.rpartition(".")[2]
        return self.first(("name", "0")) if last == "get_model" else Known(last)


def _devices(asked: Value[str]) -> Iterator[str]:
    """Yield "host", "gpu" or "either" for each device that it may be; what is not known may be either."""
    for single in alternatives(asked):
        if not isinstance(single, Known):
            yield "host" if isinstance(single, Absent) else "either"
            continue
        word = single.value.lower()
        if word in _EITHER or ("cuda" in word and "cpu" in word):
            yield "either"
        elif word in _HOST or word in _NO_MATTER or word.startswith("cpu"):
            yield "host"
        else:
            yield "gpu" if word.isdigit() or "cuda" in word or word == "gpu" else "host"
