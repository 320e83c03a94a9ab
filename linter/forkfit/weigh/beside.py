"""What runs in a container beside its workers: Celery's own programs load the application once more; others are named."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from forkfit.model.container import Beside
from forkfit.model.memory import Memory
from forkfit.model.text import Text
from forkfit.model.weight import Confidence, Part
from forkfit.weigh.load import Load
from forkfit.weigh.program import Program

# MiB over what a worker's parent holds, measured without an application (Celery 5.7, Flower 2.2, Redis, Python 3.11):
# 36.5 and 43.5 where the parent holds 38.5. Flower keeps what it hears of tasks, so that it grows.
OVER_PARENT = {"celery beat": -2.0, "celery flower": 5.0}


def with_beside(programs: tuple[Program, ...], neighbours: tuple[Beside, ...]) -> tuple[Program, ...]:
    """Return the programs with what those cost that load an application as well; the first has what no application is seen of."""
    parts = [part for one in neighbours if one.launcher for part in _weighed(one, programs)]
    return tuple(p.replace(beside=tuple(part for part in parts if part.worker == p.index)) for p in programs) if parts else programs


def _weighed(one: Beside, programs: tuple[Program, ...]) -> Iterator[Part]:
    program = next((p for p in programs if _app(p.worker.argv) == _app(one.argv)), None)
    over = OVER_PARENT.get(one.name, 0.0)
    if program is None:
        yield _part(f"{one.name} beside the workers", programs[0].bare.main + over, one, 0)
        return
    unsure = sum((share.load for share in program.closure.shares if not share.weighed), Load()).main
    yield _part(f"{one.name} beside the workers", program.load.main - unsure + over, one, program.index)
    if unsure:
        part = _part(f"{one.name} beside the workers: libraries of unknown weight", unsure, one, program.index)
        yield part.replace(confidence=Confidence.ASSUMED)


def named_beside(beside: Iterable[Beside], programs: tuple[Program, ...]) -> tuple[Part, ...]:
    """Return a part without weight for each program of which not all is known: that of another, or with another application."""
    return tuple(
        _part(f"{one.name}, which runs beside the workers, is {_lack(one)}", 0.0, one, 0).replace(confidence=Confidence.ASSUMED)
        for one in beside
        if not one.launcher or all(_app(p.worker.argv) != _app(one.argv) for p in programs)
    )


def _lack(one: Beside) -> str:
    return "weighed without its application" if one.launcher else "not weighed"


def _part(what: str, amount: float, one: Beside, index: int) -> Part:
    return Part(what, Memory.mib(amount), Memory(0), Confidence.TABLE, one.trail[-1:], worker=index)


def _app(argv: tuple[Text, ...]) -> str:
    """Return what -A names on a command line, empty where it names nothing there."""
    words = [word.plain for word in argv]
    for index, word in enumerate(words):
        if word in ("-A", "--app"):
            return "".join(words[index + 1 : index + 2])
        if word.startswith("--app=") or (word.startswith("-A") and len(word) > 2):
            return word.removeprefix("--app=").removeprefix("-A")
    return ""
