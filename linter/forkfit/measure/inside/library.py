"""Weigh an import over a loaded Celery worker: what it adds to a process, and to a child that is forked from it."""

from __future__ import annotations

import gc
import json
import os
import sys
from typing import Any

WORKER = """
import celery
from celery import Celery
import celery.bin.worker, celery.apps.worker, celery.worker.consumer, celery.concurrency.prefork
from celery.worker import consumer
try:
    import redis, kombu.transport.redis, celery.backends.redis
except ImportError:
    pass
"""


def main() -> None:
    """Run the statements that the first argument holds, as JSON, and tell the memory before and after the last one."""
    asked = json.loads(sys.argv[1])
    sys.path[0] = os.getcwd()
    names: dict[str, Any] = {}
    told: dict[str, Any] = {}
    try:
        _smaps()
        exec(WORKER, names)
        for statement in asked["before"]:
            _if_it_can(statement, names)
        gc.collect()
        told["forked_before"] = _forked()
        before = set(sys.modules)
        told["before"] = _smaps()
        exec(asked["statement"], names)
        told["after"] = _smaps()
        told["loaded"] = sorted({name for name in set(sys.modules) - before if not name.startswith("_")})
        told["forked"] = _forked()
        told.update(_identity(asked["library"]))
    except BaseException as error:
        name = getattr(error, "name", None) if isinstance(error, ImportError) else None
        told = {"failed": type(error).__name__ + (f": {name}" if name else "")}
    os.write(asked["out"], json.dumps(told).encode() + b"\n")
    os.read(asked["in"], 1)


def _if_it_can(statement: str, names: dict[str, Any]) -> None:
    try:
        exec(statement, names)
    except Exception:
        return


def _smaps() -> dict[str, int]:
    """Return the sums over this process's mappings, in KiB."""
    with open("/proc/self/smaps_rollup") as stream:
        lines = [line.split() for line in stream]
    return {words[0].rstrip(":"): int(words[1]) for words in lines if len(words) == 3 and words[1].isdigit()}


def _forked() -> dict[str, int]:
    """Return what a forked child has to itself, in KiB: once its parent, as Celery does, and then once it collected garbage."""
    gc.collect()
    to_parent, from_parent, result = os.pipe(), os.pipe(), os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            json.loads(json.dumps([{"i": i} for i in range(50)]))
            os.write(to_parent[1], b"x")
            os.read(from_parent[0], 1)
            idle = _smaps()["Private_Dirty"]
            gc.collect()
            os.write(result[1], json.dumps({"idle": idle, "warm": _smaps()["Private_Dirty"]}).encode())
        finally:
            os._exit(0)
    os.close(to_parent[1])
    os.close(result[1])
    os.read(to_parent[0], 1)
    gc.collect()
    os.write(from_parent[1], b"x")
    told = os.read(result[0], 65536)
    os.waitpid(pid, 0)
    for descriptor in (to_parent[0], from_parent[0], from_parent[1], result[0]):
        os.close(descriptor)
    found: dict[str, int] = json.loads(told)
    return found


def _identity(library: str) -> dict[str, Any]:
    """Return the distribution that a library belongs to, its version, what it requires, and the versions of Python and Celery."""
    import platform
    from importlib import metadata

    top = library.split(".")[0]
    try:
        owners = metadata.packages_distributions().get(top, [top])
    except AttributeError:  # Python 3.9
        owners = [top]
    wanted = {owner.replace("_", "-").lower(): owner for owner in owners}
    # Of a namespace that many share, such as google, the one that is named most alike.
    owner = wanted.get(library.replace(".", "-").replace("_", "-").lower(), owners[0])
    try:
        version = metadata.version(owner)
    except metadata.PackageNotFoundError:
        version = ""
    return {
        "distribution": owner,
        "version": version,
        "requires": sorted(_requires(owner)),
        "python": platform.python_version(),
        "celery": metadata.version("celery"),
    }


def _requires(distribution: str) -> set[str]:
    """Return the import names of all that a distribution requires, and what that requires, without extras."""
    import re
    from importlib import metadata

    found: set[str] = set()
    todo = [distribution]
    while todo:
        name = re.sub(r"[-_.]+", "-", todo.pop()).lower()
        if name in found:
            continue
        found.add(name)
        try:
            listed = metadata.requires(name) or []
        except metadata.PackageNotFoundError:
            continue
        todo += [match.group() for line in listed if "extra ==" not in line and (match := re.match(r"[A-Za-z0-9._-]+", line))]
    return found - {re.sub(r"[-_.]+", "-", distribution).lower()}


main()
