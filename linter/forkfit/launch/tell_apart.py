"""Whether two runs of a script that differ in a command are two runs for us."""

from __future__ import annotations

from forkfit.evaluate.shell.frame import tells_runs_apart
from forkfit.evaluate.shell.wrappers import STARTING, program, unwrap
from forkfit.launch.arranged import decides
from forkfit.launch.behind import behind
from forkfit.launch.claimed import Scene, is_python
from forkfit.launch.python_start import of_program
from forkfit.launch.script import text_of
from forkfit.launch.serving import serving
from forkfit.launch.suspicion import is_role
from forkfit.model.container import View
from forkfit.model.project import Words
from forkfit.model.value import Known

# Programs that prepare a container and start no worker in it.
_CHORES = frozenset({"alembic", "apt-get", "django-admin", "flask", "manage", "npm", "openssl", "pip", "pip3", "yarn"})


def tells_apart(scene: Scene, view: View, argv: Words) -> bool:
    """Tell whether two runs of a script that differ in this command are two runs: what starts no worker, and does not stay, makes none."""
    name = program(argv)
    chore = name in _CHORES or (is_python(name) and any(word.plain.endswith("manage.py") for word in argv[1:3]))
    if decides(argv) or serving(argv) is not None or any(is_role(word.plain) for word in argv[1:]):
        return True
    return not chore and tells_runs_apart(argv) and not _is_foreign(scene, view, argv)


def _is_foreign(scene: Scene, view: View, argv: Words) -> bool:
    """Tell whether a command is a program on the path that is neither ours to follow nor anything that starts others."""
    name = argv[0].plain
    if not argv[0].is_known or "/" in name or name.endswith(".sh") or is_python(name) or name in STARTING or is_role(name):
        return False
    if any(name in launcher.programs for launcher in scene.launchers) or unwrap(argv) is not None or behind(argv, scene.launchers):
        return False
    return not isinstance(text_of(name, view, scene.layers, scene.files), Known) and of_program(argv, view, scene.files) is None
