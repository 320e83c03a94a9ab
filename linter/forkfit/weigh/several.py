"""The most children that several programs of a container may have, where one number is the count of each."""

from __future__ import annotations

from collections.abc import Callable, Collection

from forkfit.model.memory import Memory
from forkfit.model.value import Known, alternatives
from forkfit.model.weight import Programs, Shape, Sum
from forkfit.weigh.estimate import figure_of
from forkfit.weigh.figure import amounts


def most_of_several(programs: Programs, together: Collection[int], of: Callable[[Shape], Sum], room: Memory) -> int | None:
    """Return the largest count with which a figure fits when these programs have it, the others unchanged; at least 0.

    Of several ways in which a program may run, the one that needs most counts. None where what one needs is not known.
    """
    left, each = room.bytes, 0
    for index, shapes in enumerate(programs):
        if index in together:
            ways = [amounts(of(shape).parts) for shape in shapes]
            if not ways:
                return None
            left -= max(once for once, _ in ways)
            each += max(child for _, child in ways)
            continue
        needs = [one.value.bytes if isinstance(one, Known) else None for one in alternatives(figure_of(shapes, of))]
        if None in needs:
            return None
        left -= max(need for need in needs if need is not None)
    return None if each <= 0 else max(left // each, 0)
