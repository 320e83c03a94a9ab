"""`compose-lint measure`: weigh an application, or libraries, and write down what was found."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, TextIO

from forkfit.arguments import Measuring, Usage
from forkfit.compose.targets import Order
from forkfit.files import Disk, inside, seen_from
from forkfit.measure import library, record
from forkfit.measure.application import Run, Say, Seen, Subject, look, run
from forkfit.measure.cgroup import cgroup
from forkfit.measure.figures import Figures, charged, figures
from forkfit.measure.process import Failed, can_measure
from forkfit.measure.service import Served, find
from forkfit.measure.signals import interruptible
from forkfit.measure.summary import left_out, lines, of_service
from forkfit.plugins import Parts
from forkfit.weigh.bare import PARTS
from forkfit.weigh.measured import dependencies
from forkfit.weigh.table import Table

# The exit status of a program that Ctrl-C has ended.
INTERRUPTED = 130
MOST_LIBRARIES = 12


def measure(asked: Measuring, order: Order, files: Disk, parts: Parts, environ: Mapping[str, str], out: TextIO, err: TextIO) -> int:
    """Measure what is asked for, write it down and say what was found; 2 where it cannot be measured, 130 after Ctrl-C."""
    if not can_measure():
        raise Usage("measure reads /proc/*/smaps_rollup, which only Linux has: run it on Linux, in the worker's own image best of all")
    say = _progress(err)
    table = Table(parts.shelves)
    served = None
    if asked.service:
        served = find(asked.service, order, files, parts)
        folder = asked.folder if asked.folder != "." else os.path.join(files.root, served.folder)
        asked = asked.replace(app=served.app, folder=folder)
        environ = {**environ, **served.environment}
    try:
        with interruptible():
            if asked.libraries:
                return _libraries(asked, environ, table, say, out)
            return _application(asked, served, environ, files.root, table, say, out)
    except Failed as failed:
        say("")
        print(f"compose-lint: {failed}", file=err)
        return 2
    except KeyboardInterrupt:
        say("")
        print("compose-lint: interrupted; nothing was written, and nothing is left running", file=err)
        return INTERRUPTED


def _application(
    asked: Measuring, served: Served | None, environ: Mapping[str, str], root: str, table: Table, say: Say, out: TextIO
) -> int:
    folder = os.path.realpath(asked.folder)
    if not os.path.isdir(folder):
        raise Usage(f"{asked.folder}: there is no such folder")
    inner = seen_from(root, folder)
    if not inside(inner):
        raise Usage(f"{asked.folder} is outside the project root {root}; --root names another")
    subject = Subject(asked.app, folder, _python(asked), environ, asked.tasks, asked.seconds)
    say(f"importing {asked.app}")
    seen = look(subject)
    runs = [run(subject, count, say) for count in asked.counts]
    found = figures(runs)
    weights = _strange(subject, seen, table, say)
    with cgroup() as group:
        version = f"v{group.version}" if group else "none is writable"
    entry = {
        "app": asked.app,
        "service": asked.service,
        "folder": inner,
        "module": os.path.normpath(os.path.join(inner, seen.module)).replace(os.sep, "/") if seen.module else "",
        "measured_on": date.today().isoformat(),
        "python": seen.python,
        "celery": seen.celery,
        "versions": dict(sorted(seen.versions.items())),
        "host": record.host(version, seen.libc),
        "dependencies": dependencies(Disk(root), inner),
        "tasks": list(asked.tasks),
        "mib": {name: round(getattr(found, name), 2) for name in found.__fields__},
        "runs": [_told(one, found) for one in runs],
    }
    say("")
    path = record.write(root, entry, weights)
    for line in (*lines(entry, weights, found), *left_out(runs), *([of_service(served, found)] if served else []), f"written to {path}"):
        print(line, file=out)
    return 0


def _told(one: Run, found: Figures) -> dict[str, Any]:
    """Return what was charged for one worker, and what the figures say of it."""
    return {
        "concurrency": one.concurrency,
        "charged_at_start_mib": round(charged(one.at_start), 1),
        "charged_warm_mib": round(charged(one.warm), 1),
        "predicted_at_start_mib": round(found.at_start(one.concurrency), 1),
        "predicted_warm_mib": round(found.warm(one.concurrency), 1),
        "counted_by": "cgroup" if one.warm.counted else "smaps",
        "threads_of_parent": one.warm.parent.threads,
        "processes_of_its_own": one.strangers,
    }


def _strange(subject: Subject, seen: Seen, table: Table, say: Say) -> list[dict[str, Any]]:
    """Weigh the libraries that the application's own modules import and no table knows."""
    names: dict[str, list[str]] = {}
    for name in seen.imports:
        if name.split(".")[0] not in PARTS and table.get(name) is None:
            names.setdefault(name.split(".")[0], []).append(name)
    scale = library.Scale(subject.python, subject.folder, subject.environment, 1, subject.seconds)
    weights = []
    for name, dotted in list(names.items())[:MOST_LIBRARIES]:
        try:
            weights.append(library.weigh(name, "\n".join(f"import {d}" for d in dict.fromkeys((name, *dotted))), table, scale, say))
        except Failed:
            # What imports only inside its application, as parts of Django do, is in the application's own figures.
            continue
    return weights


def _python(asked: Measuring) -> str:
    """Return the path of the Python to run; raise Usage where there is none."""
    found = shutil.which(asked.python or sys.executable)
    if found is None:
        raise Usage(f"--python {asked.python}: there is no such program")
    return os.path.abspath(found)


def _libraries(asked: Measuring, environ: Mapping[str, str], table: Table, say: Say, out: TextIO) -> int:
    scale = library.Scale(_python(asked), os.getcwd(), environ, seconds=asked.seconds)
    if not os.path.isdir(asked.into):
        raise Usage(f"--into {asked.into}: there is no such folder")
    weighed = []
    for name in asked.libraries:
        statement = asked.statement or library.statement_for(name, table)
        weighed.append(library.weigh(name, statement, table, scale, say))
    say("")
    for weight in weighed:
        path = os.path.join(asked.into, f"{weight['library']}.toml")
        record.put(path, library.as_toml(weight))
        own = weight["exclusive"]
        print(f"{weight['library']} {weight['version']}: {own['main']} MiB in the parent, {own['child']} in each child; {path}", file=out)
    return 0


def _progress(err: TextIO) -> Callable[[str], None]:
    """Return what shows what is being done: on one line of a terminal, nowhere else."""
    if not err.isatty():
        return lambda _: None

    def say(what: str) -> None:
        # Back to the start of the line, and what was there is cleared.
        err.write(f"\r\033[K{what}{' ...' if what else ''}")
        err.flush()

    return say
