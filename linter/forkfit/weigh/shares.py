"""What each library adds to the imports of a worker, where some are brought along by others, and then often in part only."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from forkfit.model.weight import Weight
from forkfit.weigh.load import Load, columns, ratio

Weights = dict[str, Weight]
BringAlong = Callable[[Iterable[Weight]], Weights]


def shares(roots: Weights, brought_along: BringAlong) -> dict[str, Load]:
    """Return each library's own share, by name.

    A library often imports only a part of another: then the shares of all that it brings along add up to more than it
    was measured at, and the rest was left out. What the code itself names is loaded whole, and of what several libraries
    bring along the largest part counts.
    """
    own = {name: _own(weight) for name, weight in brought_along(roots.values()).items()}
    kept: dict[str, Load] = {}
    for root in roots.values():
        for name, part in _parts(root, brought_along((root,)), roots).items():
            kept[name] = _larger(kept.get(name, Load()), part)
    return {name: load.scaled(kept[name]) for name, load in own.items()}


def _parts(root: Weight, closure: Weights, roots: Weights) -> dict[str, Load]:
    """Return the part of each library in one library's closure that this one loads, as a share of its own."""
    own = {name: _own(weight) for name, weight in closure.items()}
    alone = Load(root.closure_main, root.closure_child, root.closure_child_idle, root.closure_resident)
    left_out = _above_nothing(sum(own.values(), Load()) - alone)
    others = {name: weight for name, weight in closure.items() if name != root.library}
    # An import of a package runs all of it, so only of a library that was measured with further modules is there a part.
    with_parts = {name: own[name] for name, weight in others.items() if weight.has_parts} or {name: own[name] for name in others}
    unnamed = {name: load for name, load in with_parts.items() if name not in roots}
    missing = Load(*(min(part, 1.0) for part in columns(ratio(left_out, sum(unnamed.values(), Load())))))
    return dict.fromkeys(own, WHOLE) | dict.fromkeys(unnamed, WHOLE - missing)


WHOLE = Load(1.0, 1.0, 1.0, 1.0, 1.0)


def _own(weight: Weight) -> Load:
    return Load(weight.main, weight.child, weight.child_idle, weight.resident)


def _larger(one: Load, other: Load) -> Load:
    return Load(*map(max, columns(one), columns(other)))


def _above_nothing(load: Load) -> Load:
    return Load(*(max(figure, 0.0) for figure in columns(load)))
