"""What a heap that is frozen before the fork leaves shared between a parent and its children."""

from __future__ import annotations

from collections.abc import Iterable

from forkfit.weigh.load import Load

# Measured with 8 children on Celery 5.7 and Python 3.11, less than seen throughout: of a bare child's own memory 58 %
# (14.4 of 24.7 MiB); of what imports add to it 66 % (Django), 90 % (transformers), 93 % (torch). So the sum of 243, 496, 643
# and 1516 MiB fell to 128, 268, 280 and 601.
OF_BARE = 0.58
OF_IMPORTS = 0.65
# MiB. Before any task a child has hardly anything for itself then, whatever it imports, and the parent some of its heap:
# 59 and 90 MiB in all with 2 and 8 children of an empty application, 97 and 133 with Django, 92 and 125 with pandas.
IDLE_CHILD = 5.5
PARENT = 10.0


# What compiled libraries leave shared, nearer to what was seen: pandas 87 %, torch 98 %. Of these a child has less than two
# fifths of what its parent has in any case, of those that are all Python more.
OF_COMPILED, COMPILED = 0.9, 0.4


def saved_when_warm(bare: Load, imported: Iterable[Load]) -> float:
    """Return the MiB that a child has less for itself after its first tasks."""
    return OF_BARE * bare.child + sum(load.child * (OF_COMPILED if load.child < COMPILED * load.main else OF_IMPORTS) for load in imported)
