"""Follow a command to what a launcher claims: at once, or by way of what starts it."""

from __future__ import annotations

from forkfit.launch.claimed import Scene, claimed
from forkfit.launch.runs import NOTHING, Runs, stop
from forkfit.model.container import View
from forkfit.model.project import Words
from forkfit.model.span import Trail

MOST_LAYERS = 24  # wrappers, shells and scripts inside each other; the deepest real chain seen has 6
MOST_FOLLOWED = 400  # of one service: a script that starts itself twice comes to two to the power of its layers
WRITE = "Write the command in the Compose file, or build the image from this repository."


def follow(scene: Scene, words: Words, view: View, trail: Trail, layer: int) -> Runs:
    """Return the runs that a command comes to."""
    if not words:
        return NOTHING
    if layer > MOST_LAYERS:
        return stop(f"more than {MOST_LAYERS} programs start each other", "Start the worker more directly.", trail)
    if next(scene.followed) > MOST_FOLLOWED:
        return stop(f"it starts more than {MOST_FOLLOWED} programs", "Start the worker more directly.", trail)
    if not words[0].is_known:
        return stop(
            "the name of its program is decided only when it runs", "Write the command in the Compose file.", (*trail, *words[0].trail)
        )
    known = claimed(scene, words, view, trail)
    if known is not None:
        return known
    from forkfit.launch.through import through  # a command that a launcher claims does not come here

    return through(scene, words, view, trail, layer)
