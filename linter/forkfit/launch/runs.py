"""The ways in which a container may go, and how the ways of several commands make those of all of them."""

from __future__ import annotations

from itertools import product

from forkfit.model.container import Beside, Process
from forkfit.model.record import Record
from forkfit.model.span import Trail
from forkfit.model.text import Text

MOST_RUNS = 64


class Obstacle(Record):
    """A step that could not be followed, and what would help; `sure` says that a worker is behind it, whatever the service looks like."""

    why: str
    help: str
    trail: Trail = ()
    sure: bool = False


class Run(Record):
    """One way in which a container may go: the worker programs it starts, what could not be followed, and what runs beside."""

    processes: tuple[Process, ...] = ()
    obstacles: tuple[Obstacle, ...] = ()
    beside: tuple[Beside, ...] = ()


Runs = tuple[Run, ...]


def beside(name: str, argv: tuple[Text, ...], trail: Trail, launcher: str = "") -> Runs:
    """Return the one way in which a program runs that is no worker."""
    return (Run(beside=(Beside(name, argv, trail, launcher),)),)


NOTHING: Runs = (Run(),)


def stop(why: str, cure: str, trail: Trail) -> Runs:
    """Return the one way that ends at an obstacle."""
    return (Run(obstacles=(Obstacle(why, cure, trail),)),)


def in_order(parts: list[Runs]) -> Runs:
    """Return the runs of several commands one after the other, at most 64 of them."""
    runs: list[Run] = []
    for combination in product(*parts):
        processes = tuple(p for run in combination for p in run.processes)
        obstacles = tuple(o for run in combination for o in run.obstacles)
        runs.append(Run(processes, obstacles, tuple(b for run in combination for b in run.beside)))
        if len(runs) == MOST_RUNS:
            break
    return tuple(dict.fromkeys(runs))
