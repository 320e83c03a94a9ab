"""Settings and variables that look like ones that Celery reads, and that nothing reads."""

from __future__ import annotations

import re

from forkfit.evaluate.python.modules import Module
from forkfit.launchers.celery.configuration import Configuration, spellings
from forkfit.launchers.celery.mentions import reads_setting, reads_variable
from forkfit.launchers.celery.precedence import first_place
from forkfit.launchers.celery.release import Release, Version
from forkfit.model.container import Process
from forkfit.model.files import Files
from forkfit.model.span import places
from forkfit.model.value import Absent, Known, alternatives
from forkfit.model.worker import Effect, Remark

_TAILS = ("concurrency", "pool", "max_memory_per_child", "max_tasks_per_child", "autoscale", "pool_start_method")
_LOOKS_LIKE_ONE = re.compile(r"(?:celery_|celeryd_|worker_)+(" + "|".join(_TAILS) + ")", re.IGNORECASE)
# Settings that came with a release, and that none has.
_SINCE: dict[str, Release] = {"max_memory_per_child": (4, 0), "pool_start_method": (5, 7), "autoscale": (99, 0)}


def settings(configuration: Configuration, version: Version, files: Files) -> tuple[Remark, ...]:
    """Return a remark for each setting that this release does not read under its name, and that no other code reads."""
    if not isinstance(configuration.namespaces, (Known, Absent)):
        return ()
    namespace = configuration.namespaces.value if isinstance(configuration.namespaces, Known) else ""
    found = []
    for layer in configuration.layers:
        for key in layer.keys:
            match = _LOOKS_LIKE_ONE.fullmatch(key)
            if match is None:
                continue
            tail = match[1].lower()
            exists = version.release >= _SINCE.get(tail, (3, 1))
            read = spellings(f"worker_{tail}", namespace, version.release) if exists else ()
            value = layer.get(key)
            if key in read or isinstance(value, Absent) or reads_setting(key, files):
                continue
            message = f"{version.words} reads no setting {key}"
            if tail == "autoscale":
                message = f"there is no setting for autoscaling, so {key} does nothing"
            elif exists:
                message += f" with the namespace {namespace}" if namespace else " without a namespace"
            at = first_place(value.trail) or next((p for a in alternatives(value) if (p := first_place(a.trail))), None)
            assumed = version.assumed and tail != "autoscale"
            instead = read[0] if read else "--autoscale" if tail == "autoscale" else ""
            found.append(Remark(Effect.NOTHING, key, message, at, "", instead, assumed, value.trail))
    return tuple(dict.fromkeys(found))


def unread(remarks: tuple[Remark, ...], process: Process, modules: tuple[Module, ...], files: Files) -> tuple[Remark, ...]:
    """Keep the remarks on variables that nothing on the way to the worker reads, as far as all of that can be seen.

    Nothing is said of an image that is not built here, of code that cannot be read, of a name without a value.
    """
    if not remarks or not process.view.paths or any(module.broken for module in modules):
        return ()
    used = {at for word in process.argv for at in places(word.trail)}
    return tuple(r for r in remarks if not (r.at is not None and r.at in used) and not reads_variable(r.setting, files))
