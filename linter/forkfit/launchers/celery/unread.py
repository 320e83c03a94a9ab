"""Settings and variables that look like ones that Celery reads, and that nothing reads."""

from __future__ import annotations

import re

from forkfit.evaluate.python.modules import Module
from forkfit.files import read_text
from forkfit.launchers.celery.configuration import Configuration, spellings
from forkfit.launchers.celery.precedence import first_place
from forkfit.launchers.celery.release import Version
from forkfit.model.container import Process
from forkfit.model.files import Files
from forkfit.model.source import BrokenSource
from forkfit.model.span import Span, places
from forkfit.model.value import Absent, Known, alternatives
from forkfit.model.worker import Effect, Remark

_TAILS = ("concurrency", "pool", "max_memory_per_child", "max_tasks_per_child", "autoscale", "pool_start_method")
_LOOKS_LIKE_ONE = re.compile(r"(?:celery_|celeryd_|worker_)+(" + "|".join(_TAILS) + ")", re.IGNORECASE)
_DATA = (".yml", ".yaml", ".env")


def settings(configuration: Configuration, version: Version, modules: tuple[Module, ...]) -> tuple[Remark, ...]:
    """Return a remark for each setting that this release does not read under its name, and that no other code mentions."""
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
            read = spellings(f"worker_{tail}", namespace, version.release) if tail != "autoscale" else ()
            value = layer.get(key)
            if key in read or isinstance(value, Absent) or _count(key, modules) > 1:
                continue
            where = f"with the namespace {namespace}" if namespace else "without a namespace"
            message = (
                f"{version.words} reads no setting {key} {where}" if read else f"there is no setting for autoscaling, so {key} does nothing"
            )
            at = first_place(value.trail) or next((p for a in alternatives(value) if (p := first_place(a.trail))), None)
            found.append(Remark(Effect.NOTHING, key, message, at, "", read[0] if read else "--autoscale", version.assumed, value.trail))
    return tuple(dict.fromkeys(found))


def unread(remarks: tuple[Remark, ...], process: Process, modules: tuple[Module, ...], files: Files) -> tuple[Remark, ...]:
    """Keep the remarks on variables that neither the command line, nor a script on the way to it, nor any module mentions."""
    used = {at for word in process.argv for at in places(word.trail)}
    scripts = _scripts(process, files)
    kept = []
    for remark in remarks:
        mentioned = any(remark.setting in text for text in (*scripts, *(m.source.text for m in modules)))
        if not mentioned and not (remark.at is not None and remark.at in used):
            kept.append(remark)
    return tuple(kept)


def _count(name: str, modules: tuple[Module, ...]) -> int:
    return sum(len(re.findall(rf"\b{name}\b", module.source.text)) for module in modules)


def _scripts(process: Process, files: Files) -> tuple[str, ...]:
    """Return the texts of the scripts and Dockerfiles that lead to the command."""
    spans: set[Span] = {*places(process.trail), *(at for word in process.argv for at in places(word.trail))}
    texts = []
    for path in sorted({at.file for at in spans if not at.file.endswith(_DATA) and ".env" not in at.file}):
        try:
            texts.append(read_text(files, path).text)
        except BrokenSource:
            continue
    return tuple(texts)
