"""Weigh the models that a worker's code loads."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from forkfit.evaluate.python.installed import numbers
from forkfit.model.memory import Memory
from forkfit.model.span import Role, Step
from forkfit.model.value import Absent, Known, Unknown, Value, alternatives, apply, either
from forkfit.model.weight import Confidence, Footprint, Survival
from forkfit.model.worker import ModelLoad, Worker
from forkfit.weigh.models.arrays import LEAST, arrays_made
from forkfit.weigh.models.call import Call
from forkfit.weigh.models.laws import Case, footprints, survivals
from forkfit.weigh.models.loaders import Library, Loader
from forkfit.weigh.models.named import MIB, Size, sized
from forkfit.weigh.models.table import library_named

# The version of a distribution that the container installs, of several released ones the newest that is allowed.
Versions = Callable[[str, tuple[str, ...]], Value[str]]


class Weigher:
    """What weighing the models of one container goes by: the shelves, what is installed, and whether it is given a GPU."""

    def __init__(self, shelves: tuple[str, ...], versions: Versions, gpu: bool) -> None:
        """Take what decides."""
        self.shelves, self.versions, self.gpu = shelves, versions, gpu

    def weigh(self, worker: Worker) -> Worker:
        """Return a worker with its models weighed; what loads no model after all is left out."""
        models = tuple(found for load in worker.code.models if (found := self.weighed(load)) is not None)
        return worker.replace(code=worker.code.replace(models=models))

    def find(self, name: str) -> Library | None:
        """Return what is known of a library's models."""
        return library_named(self.shelves, name)

    def weighed(self, load: ModelLoad) -> ModelLoad | None:
        """Return a load with its footprint; None for what loads no model after all."""
        library = self.find(load.library)
        loader = library.loader(load.constructor) if library is not None else None
        if library is None or loader is None:
            unknown = Unknown(f"what {load.callee} loads was not measured")
            return load.replace(footprint=unknown, memory=unknown)
        call = Call(load, loader)
        if loader.counts:
            return self._array(call, library)
        if loader.weightless or (loader.only_files and not any(isinstance(s, Known) for s in alternatives(load.size))):
            return None
        footprint = self._footprint(call, library)
        if isinstance(footprint, Known) and not (footprint.value.peak.bytes or footprint.value.mapped.bytes):
            return None
        if load.doubtful:  # what it needs is known, and not whether it is loaded at all
            footprint = apply(lambda found: found.replace(confidence=Confidence.ASSUMED), footprint)
        memory: Value[Memory] = apply(lambda found: found.anon, footprint)
        return load.replace(
            name=_named(call, self._release(library)[0]),
            footprint=footprint,
            memory=memory,
            cheaper=tuple(self._cheaper(call, library, footprint)),
            survivals=frozenset(self._survivals(call, library)),
        )

    def _array(self, call: Call, library: Library) -> ModelLoad | None:
        """Return an array with its footprint; None for one that is small, or of which it is not known how large it is."""
        arrays = arrays_made(call, library)
        host, on_gpu = call.devices(self.gpu)
        if on_gpu or not host or not arrays or max(array.bytes for array in arrays) < LEAST:
            return None
        sure = Confidence.ASSUMED if call.load.doubtful else Confidence.TABLE
        footprint: Value[Footprint] = either(
            Known(found.replace(confidence=sure)) if isinstance(found, Footprint) else found
            for array in arrays
            for found in footprints(Case(call, call.loader, library, Size(array.name, mib=array.bytes / MIB), "", True))
        )
        return call.load.replace(
            name=either(Known(array.name) for array in arrays),
            footprint=footprint,
            memory=apply(lambda found: found.anon, footprint),
            survivals=frozenset((call.loader.survives,)),
            is_array=True,
        )

    def _survivals(self, call: Call, library: Library) -> Iterator[Survival]:
        """Yield what may become of the model in a forked child; of one on a GPU nothing was measured."""
        host, on_gpu = call.devices(self.gpu)
        if on_gpu:
            yield Survival.UNKNOWN
        if host:
            followed, loader = self._followed(call, library)
            release, is_pinned = self._release(followed)
            for name in alternatives(_named(call, release)):
                model = sized(name.value if isinstance(name, Known) else "", None, followed, self.find)
                yield from survivals(Case(call, loader, followed, model, release, is_pinned))

    def _footprint(self, call: Call, library: Library) -> Value[Footprint]:
        """Return what a load needs in the container's memory, one of several where its arguments are open."""
        host, on_gpu = call.devices(self.gpu)
        found: list[Value[Footprint]] = []
        if host:
            followed, loader = self._followed(call, library)
            release, is_pinned = self._release(followed)
            for name in alternatives(_named(call, release)):
                found.extend(self._of_name(name, call, followed, loader, release, is_pinned))
        if on_gpu:
            found.append(Unknown("its weights are on a GPU; what CUDA itself takes of the container's memory was not measured"))
        return either(found)

    def _of_name(
        self, name: Value[str], call: Call, library: Library, loader: Loader, release: str, is_pinned: bool
    ) -> Iterator[Value[Footprint]]:
        if not isinstance(name, Known) and not loader.any_name and not isinstance(call.load.size, Known):
            why = name.why if isinstance(name, Unknown) else "it is not named here"
            yield Unknown(f"which model it is is not known: {why}", name.trail)
            return
        text = name.value if isinstance(name, Known) else ""
        for size in alternatives(call.load.size):
            bytes_held = size.value if isinstance(size, Known) else None
            model = sized(text, bytes_held, library, self.find)
            for footprint in footprints(Case(call, loader, library, model, release, is_pinned)):
                if isinstance(footprint, Unknown):
                    yield Unknown(f"{text or call.load.callee}: {footprint.why}", name.trail)
                else:
                    yield Known(footprint, (*name.trail, Step(Role.ASSUMED, None, footprint.law)))

    def _followed(self, call: Call, library: Library) -> tuple[Library, Loader]:
        """Return the library and the loader whose laws a wrapper follows."""
        package, _, constructor = call.loader.same_as.partition(".")
        other = self.find(package) if package else None
        loader = other.loader(constructor) if other is not None else None
        return (other, loader) if other is not None and loader is not None else (library, call.loader)

    def _release(self, library: Library) -> tuple[str, bool]:
        """Return the release that decides, the newest measured one where no file pins it, and whether it is no assumption."""
        if not library.released:
            return "", True
        found = self.versions(library.version_of, library.released)
        if isinstance(found, Known):
            return found.value, all(step.role is not Role.ASSUMED for step in found.trail)
        return library.released[-1], False

    def _cheaper(self, call: Call, library: Library, footprint: Value[Footprint]) -> Iterator[tuple[str, Footprint]]:
        """Yield the other ways to load the model that need less at their peak."""
        for single in alternatives(footprint):
            if not isinstance(single, Known):
                return
            for over in self._followed(call, library)[1].cheaper:
                other = self._footprint(call.replace(over=over), library)
                if isinstance(other, Known) and other.value.peak < single.value.peak and other.value.anon < single.value.anon:
                    yield ", ".join(f'{name}="{text}"' for name, text in over), other.value
            return


def _named(call: Call, release: str) -> Value[str]:
    """Return the name of the model: the one that is given, otherwise the loader's default."""
    loader = call.loader
    given = call.model()
    if not isinstance(given, Absent) and not (isinstance(given, Known) and given.value == "None"):
        return given
    if loader.default:
        return Known(loader.default, (Step(Role.ASSUMED, None, f"{call.load.callee} takes {loader.default} where no model is named"),))
    if not loader.default_by:
        return given
    newer = dict(loader.newer_defaults) if numbers(release) >= (5,) else {}
    table = {**dict(loader.defaults), **newer}
    return either(
        Known(table[task.value], (*task.trail, Step(Role.ASSUMED, None, f"the model that stands in for the task {task.value}")))
        if isinstance(task, Known) and task.value in table
        else Unknown("which model stands in for this task is not known", task.trail)
        for task in alternatives(call.argument(loader.default_by))
    )
