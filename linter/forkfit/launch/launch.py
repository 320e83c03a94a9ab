"""From a service's words to the programs they start: each as the processes that it may be, or why it cannot be seen."""

from __future__ import annotations

from itertools import count

from forkfit.launch.claimed import Scene
from forkfit.launch.follow import WRITE, follow
from forkfit.launch.runs import NOTHING, Run, Runs, stop
from forkfit.model.container import Beside, Process, Unseen, View
from forkfit.model.files import Files
from forkfit.model.image import Layer
from forkfit.model.launcher import Launcher
from forkfit.model.project import Service, Words
from forkfit.model.record import Record
from forkfit.model.span import Role, Step, joined
from forkfit.model.value import Absent, Known, Unknown, Value, alternatives


class Launched(Record):
    """The worker programs of a service, each as the processes it may be, or why it cannot be seen through.

    Branches that start the same program give one entry with several processes; a program that only some branches
    start has a `supposed` step in its trail. `beside` are the programs that run with them whatever the branch.
    """

    programs: tuple[tuple[Process, ...], ...] = ()
    beside: tuple[Beside, ...] = ()
    unseen: Unseen | None = None


def launch(
    service: Service, words: Value[Words], view: View, layers: tuple[Layer, ...], launchers: tuple[Launcher, ...], files: Files
) -> Launched:
    """Follow the effective words of a service to the worker programs they start; `layers` are what stands in its container."""
    scene = Scene(service, layers, launchers, files, count(1))
    runs: list[Run] = []
    for single in alternatives(words):
        match single:
            case Known():
                found = follow(scene, single.value, view, (), 0)
                runs.extend(_asked_for(service, single) if found == NOTHING else found)
            case Unknown() | Absent():
                runs.extend(_by_base(scene, single, view) or stop(single.why, "Write the command in the Compose file.", single.trail))
            case _:
                runs.extend(stop("its command is not known", "Write the command in the Compose file.", single.trail))
    programs = _programs(tuple(runs))
    if programs:
        return Launched(programs, _beside(tuple(run for run in runs if run.processes)))
    obstacles = [o for run in runs for o in run.obstacles]
    obstacle = next((o for o in obstacles if o.sure), obstacles[0] if obstacles else None)
    if obstacle is None:
        return Launched()
    from forkfit.launch.suspicion import looks_like_worker

    if not obstacle.sure and not looks_like_worker(service):
        return Launched()
    return Launched(unseen=Unseen(service.name, service.at, obstacle.why, obstacle.help, obstacle.trail))


def _by_base(scene: Scene, unknown: Unknown | Absent, view: View) -> Runs | None:
    """Return what s6-overlay starts where the image, built on one that is not here, holds services for it; None where it holds none."""
    if not scene.layers:
        return None
    from forkfit.launch.scanned import overlay

    services = overlay(scene.service.at, view, scene.layers, scene.files)
    if services is None:
        return None
    from forkfit.launch.through import supervised

    note = "the image below is taken to start s6-overlay: this one holds services for it"
    return supervised(scene, services, view, (*unknown.trail, Step(Role.ASSUMED, None, note)), 0)


def _asked_for(service: Service, words: Known[Words]) -> Runs:
    """Return the obstacle where words ask for a worker, a role alone or behind a verb, and the entrypoint that is asked cannot be seen."""
    from forkfit.launch.suspicion import VERBS, is_role, leaves_it_to_its_image

    if not words.value or not any(step.role is Role.ASSUMED for step in words.trail):
        return NOTHING
    plain = [word.plain for word in words.value]
    asked = plain[-1] if len(plain) == 1 or (len(plain) == 2 and plain[0] in VERBS) else ""
    if not is_role(asked):
        if not leaves_it_to_its_image(service, words.value):
            return NOTHING
        asked = " ".join(plain)
    return stop(f"what {asked} makes it start is decided by the entrypoint of its image, which is not known", WRITE, words.trail)


def _beside(runs: Runs) -> tuple[Beside, ...]:
    """Return the programs that every run with workers starts."""
    everywhere = [{tuple(word.plain for word in one.argv) for one in run.beside} for run in runs]
    found = {tuple(word.plain for word in one.argv): one for one in reversed(runs[0].beside)}
    return tuple(one for argv, one in reversed(found.items()) if all(argv in there for there in everywhere))


def _programs(runs: Runs) -> tuple[tuple[Process, ...], ...]:
    """Put together, program by program in their order, what the runs start."""
    found: list[tuple[Process, ...]] = []
    for index in range(max((len(run.processes) for run in runs), default=0)):
        here = [run.processes[index] for run in runs if len(run.processes) > index]
        distinct: dict[tuple[str, ...], Process] = {}
        for process in here:
            distinct.setdefault(tuple(word.plain for word in process.argv), process)
        processes = tuple(distinct.values())
        if len(here) < len(runs):
            step = Step(Role.SUPPOSED, None, "only some branches start this program")
            processes = tuple(p.replace(trail=joined(p.trail, (step,))) for p in processes)
        found.append(processes)
    return tuple(found)
