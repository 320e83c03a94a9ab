"""From a service's words to the programs they start: through wrappers, shells and scripts, to what a launcher claims."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import product
from posixpath import isabs, join
from typing import TYPE_CHECKING

from forkfit.launch.cpus import cpus_of
from forkfit.launch.image.ground import text_at
from forkfit.launch.python_start import PYTHON, is_python_script, of_file, of_program, of_python
from forkfit.launch.wrappers import Form, program, unwrap
from forkfit.model.container import Mapped, Process, Unseen, View
from forkfit.model.files import Files
from forkfit.model.image import Layer
from forkfit.model.launcher import Claim, Launcher
from forkfit.model.project import Service, Variable, Words
from forkfit.model.record import Record
from forkfit.model.source import Source
from forkfit.model.span import Role, Step, Trail, joined
from forkfit.model.text import Text
from forkfit.model.value import Absent, Known, Unknown, Value, alternatives

if TYPE_CHECKING:
    from forkfit.launch.python_commands import Command
    from forkfit.launch.python_script import Started

MOST_LAYERS = 24  # wrappers, shells and scripts inside each other; the deepest real chain seen has 6
MOST_RUNS = 64
_WRITE = "Write the command in the Compose file, or build the image from this repository."
_SHELLS = frozenset({"sh", "bash", "dash", "ash", "zsh"})
# Programs that prepare a container and start no worker in it.
_CHORES = frozenset({"alembic", "apt-get", "django-admin", "flask", "manage", "npm", "openssl", "pip", "pip3", "yarn"})
_SEARCH_PATH = ("/usr/local/bin", "/usr/bin", "/bin", "/usr/local/sbin", "/usr/sbin", "/sbin")
# Programs that come with a system or a virtual environment; a shell script in such a folder may still be the image's own.
_PROGRAMS = r"(?:/(?:usr/)?(?:local/)?s?bin|.*/\.?v?env/bin)/(?![^/]*\.sh$)(?!.*(?:entrypoint|start|run|worker|celery))[\w.+-]+"


class Obstacle(Record):
    """A step that could not be followed, and what would help."""

    why: str
    help: str
    trail: Trail = ()


class Run(Record):
    """One way in which a container may go: the worker programs it starts, and what could not be followed."""

    processes: tuple[Process, ...] = ()
    obstacles: tuple[Obstacle, ...] = ()


Runs = tuple[Run, ...]
NOTHING: Runs = (Run(),)


class Launched(Record):
    """The worker programs of a service, each as the processes it may be, or why it cannot be seen through.

    Branches that start the same program give one entry with several processes; a program that only some branches
    start has a `supposed` step in its trail.
    """

    programs: tuple[tuple[Process, ...], ...] = ()
    unseen: Unseen | None = None


class Scene(Record):
    """What stays the same while one service is followed."""

    service: Service
    layers: tuple[Layer, ...]
    launchers: tuple[Launcher, ...]
    files: Files


def launch(
    service: Service, words: Value[Words], view: View, layers: tuple[Layer, ...], launchers: tuple[Launcher, ...], files: Files
) -> Launched:
    """Follow the effective words of a service to the worker programs they start; `layers` are what stands in its container."""
    scene = Scene(service, layers, launchers, files)
    runs: list[Run] = []
    for single in alternatives(words):
        match single:
            case Known():
                found = _follow(scene, single.value, view, (), 0)
                runs.extend(_asked_for(single) if found == NOTHING else found)
            case Unknown() | Absent():
                runs.extend(_stop(single.why, "Write the command in the Compose file.", single.trail))
            case _:
                runs.extend(_stop("its command is not known", "Write the command in the Compose file.", single.trail))
    programs = _programs(tuple(runs))
    if programs:
        return Launched(programs)
    obstacle = next((o for run in runs for o in run.obstacles), None)
    if obstacle is None:
        return Launched()
    from forkfit.launch.suspicion import looks_like_worker

    if not looks_like_worker(service):
        return Launched()
    return Launched(unseen=Unseen(service.name, service.at, obstacle.why, obstacle.help, obstacle.trail))


def _asked_for(words: Known[Words]) -> Runs:
    """Return the obstacle where one word asks for a worker, and the entrypoint that is asked cannot be seen."""
    if len(words.value) != 1:
        return NOTHING
    from forkfit.launch.suspicion import is_role

    if not is_role(words.value[0].plain) or not any(step.role is Role.ASSUMED for step in words.trail):
        return NOTHING
    why = f"what {words.value[0].plain} makes it start is decided by the entrypoint of its image, which is not known"
    return _stop(why, _WRITE, words.trail)


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


def _follow(scene: Scene, words: Words, view: View, trail: Trail, layer: int) -> Runs:
    """Return the runs that a command comes to."""
    if not words:
        return NOTHING
    if layer > MOST_LAYERS:
        return _stop(f"more than {MOST_LAYERS} programs start each other", "Start the worker more directly.", trail)
    if not words[0].is_known:
        return _stop(
            "the name of its program is decided only when it runs", "Write the command in the Compose file.", (*trail, *words[0].trail)
        )
    claimed = _claimed(scene, words, view, trail)
    if claimed is not None:
        return claimed
    inner = unwrap(words)
    if inner is not None:
        within = _with_variables(view, inner.sets)
        here = (*trail, *_launched(words[0]))
        if inner.form is Form.STRING:
            return _shell(scene, inner.words[0] if inner.words else Text(), (), within, here, layer)
        return _follow(scene, inner.words, within, here, layer + 1)
    name = program(words)
    if name == "busybox":
        return _follow(scene, words[1:], view, trail, layer + 1)
    if name == "supervisord":
        return _supervised(scene, words, view, trail, layer)
    if PYTHON.fullmatch(words[0].plain.rsplit("/", 1)[-1]):
        return _python(scene, of_python(words, view, scene.files, _reader(scene, view)), words, trail, layer)
    if name in _SHELLS and words[0].plain.rsplit("/", 1)[-1] in _SHELLS:
        return _shell_words(scene, words, view, trail, layer)
    return _file(scene, words, view, trail, layer)


def _claimed(scene: Scene, words: Words, view: View, trail: Trail) -> Runs | None:
    """Ask the launchers for this command; None where no launcher knows the program."""
    name = words[0].plain.rsplit("/", 1)[-1]
    if PYTHON.fullmatch(name):
        module = _module_of(words)
        if module is None:
            return None
        name = module.split(".", 1)[0]
    for launcher in scene.launchers:
        if name not in launcher.programs:
            continue
        claim = launcher.claims(words)
        if claim is Claim.WORKER:
            return (Run((Process(scene.service.name, scene.service.at, words, view, trail, cpus_of(scene.service), launcher.name),)),)
        if claim is Claim.OTHER:
            return NOTHING
        if claim is Claim.UNKNOWN:
            return _stop(
                "whether its command starts workers is decided only when it runs", "Write the command out in the Compose file.", trail
            )
    return None


def _module_of(words: Words) -> str | None:
    """Return what ``python -m`` runs, None for any other use of Python."""
    for index, word in enumerate(words[1:], 1):
        plain = word.plain
        if plain == "-m":
            return words[index + 1].plain if index + 1 < len(words) else None
        if plain.startswith("-m") and len(plain) > 2:
            return plain[2:]
        if not plain.startswith("-"):
            return None
    return None


def _shell_words(scene: Scene, words: Words, view: View, trail: Trail, layer: int) -> Runs:
    """Follow a shell: ``sh -c STRING NAME ARGUMENTS`` or ``sh SCRIPT ARGUMENTS``."""
    index = 1
    string = False
    while index < len(words) and words[index].plain[:1] in ("-", "+") and words[index].plain not in ("-", "--"):
        plain = words[index].plain
        cluster = plain[1:] if not plain.startswith("--") else ""
        string = string or "c" in cluster
        index += 2 if cluster.endswith(("o", "O")) and not string else 1
    if index < len(words) and words[index].plain == "--":
        index += 1
    if index >= len(words):
        return NOTHING
    here = (*trail, *_launched(words[0]))
    if string:
        return _shell(scene, words[index], words[index + 1 :] or words[:1], view, here, layer)
    return _file(scene, words[index:], view, here, layer, shell=True)


def _shell(scene: Scene, script: Text, arguments: Words, view: View, trail: Trail, layer: int) -> Runs:
    """Follow what a shell script starts, on each of its branches."""
    from forkfit.evaluate.shell.frame import Frame, How
    from forkfit.evaluate.shell.run import run as run_script

    if layer > MOST_LAYERS:
        return _stop(f"more than {MOST_LAYERS} programs start each other", "Start the worker more directly.", trail)

    def read(path: str, folder: Value[str]) -> Source | None:
        found = _text(scene, path, view.replace(working_dir=folder))
        return found.value if isinstance(found, Known) else None

    def sees(path: str, folder: Value[str], letter: str) -> bool | None:
        found = _text(scene, path, view.replace(working_dir=folder))
        return True if letter in "efrsx" and isinstance(found, Known) else None  # what is not seen may still be there

    endings = run_script(script, Frame(arguments, view.environment, view.working_dir, read, sees, _tells_apart))
    # A run that fails, or waits for ever before it starts anything, is no branch on which the worker would be missing.
    lasting = [e for e in endings if e.how is not How.FAILS and (e.how is not How.FOREVER or e.started)] or list(endings)
    runs: list[Run] = []
    for ending in lasting:
        parts = []
        for started in ending.started:
            inside = view.replace(environment=started.environment, working_dir=started.working_dir)
            parts.append(_follow(scene, started.argv, inside, joined(trail, started.trail, started.conditions), layer + 1))
        if ending.how is How.UNKNOWN:
            parts.append(_stop(ending.why, "Write the worker's command in the Compose file.", trail))
        runs.extend(_in_order(parts))
    return tuple(dict.fromkeys(runs))[:MOST_RUNS]


def _supervised(scene: Scene, words: Words, view: View, trail: Trail, layer: int) -> Runs:
    """Follow each program of a supervisord configuration; all of them run in the one container."""
    from forkfit.launch.supervisord import programs

    found = programs(words, view, scene.layers, scene.files)
    parts = [_stop(o.why, "Make the configuration a part of the repository.", (*trail, *o.trail)) for o in found.obstacles]
    for one in found.programs:
        inside = _with_variables(view, one.sets)
        if not isinstance(one.folder, Absent):
            inside = inside.replace(working_dir=one.folder)
        runs = _follow(scene, one.words, inside, joined(trail, one.trail), layer + 1)
        parts.append(tuple(r.replace(processes=tuple(p.replace(program=one.name, copies=one.copies) for p in r.processes)) for r in runs))
    return _in_order(parts)


def _reader(scene: Scene, view: View) -> Callable[[str], Value[Source]]:
    return lambda path: _text(scene, path, view)


def _python(scene: Scene, found: Started | Unknown | None, words: Words, trail: Trail, layer: int) -> Runs:
    """Follow what a Python program of the project starts, each way that it may go."""
    here = (*trail, *_launched(words[0]))
    if found is None:
        return NOTHING
    doubt = found if isinstance(found, Unknown) else found.doubt
    if doubt is not None or isinstance(found, Unknown):
        why, steps = (doubt.why, doubt.trail) if doubt is not None else ("", ())
        return _stop(why, "Name the worker's command in the Compose file.", joined(here, steps))
    runs: list[Run] = []
    for path in found.paths:
        runs.extend(_in_order([_commanded(scene, command, here, layer) for command in path]))
    return tuple(dict.fromkeys(runs))[:MOST_RUNS]


def _commanded(scene: Scene, command: Command, trail: Trail, layer: int) -> Runs:
    """Follow one command that a Python program starts."""
    here = joined(trail, command.trail)
    if command.is_text:
        runs = _shell(scene, command.words[0], (), command.view, here, layer + 1)
    else:
        runs = _follow(scene, command.words, command.view, here, layer + 1)
    if isinstance(command.copies, Known) and not command.by_program:
        return runs
    return tuple(
        r.replace(processes=tuple(p.replace(copies=command.copies, by_program=command.by_program) for p in r.processes)) for r in runs
    )


def _tells_apart(argv: Words) -> bool:
    """Tell whether two runs of a script that differ in this command are two runs: a chore before the worker makes none."""
    from forkfit.evaluate.shell.frame import tells_runs_apart

    name = program(argv)
    chore = name in _CHORES or (PYTHON.fullmatch(name) is not None and any(word.plain.endswith("manage.py") for word in argv[1:3]))
    return not chore and tells_runs_apart(argv)


def _file(scene: Scene, words: Words, view: View, trail: Trail, layer: int, *, shell: bool = False) -> Runs:
    """Follow a program that is a file of the repository; any other program starts no workers that we know of."""
    from forkfit.launch.suspicion import is_role

    written = words[0].plain
    found = _text(scene, written, view)
    if "/" not in written and not shell and not written.endswith(".sh") and not isinstance(found, Known):
        started = of_program(words, view, scene.files)
        if started is None:
            from forkfit.launch.suspicion import is_role

            why = f"{written}, which starts it, is not in the repository"
            return _stop(why, _WRITE, (*trail, *_launched(words[0]))) if is_role(written) else NOTHING
        return _python(scene, started, words, trail, layer)
    here = (*trail, *_launched(words[0]))
    match found:
        case Known(value=script):
            if shell or _is_shell_script(script):
                from forkfit.evaluate.shell.script import lines_of

                return _shell(scene, lines_of(script), words, view, joined(here, found.trail), layer)
            if is_python_script(script):
                return _python(scene, of_file(words, view, scene.files, _reader(scene, view)), words, joined(trail, found.trail), layer)
            return _stop(f"{script.path}, which starts it, is no shell script", "Name the worker's command in the Compose file.", here)
        case Unknown():
            return _stop(found.why, "Make the script a part of the repository.", joined(here, found.trail))
        case _ if re.fullmatch(_PROGRAMS, written):
            return NOTHING
        case _:
            return _stop(f"{written}, which starts it, is not in the repository", _WRITE, here)


def _text(scene: Scene, written: str, view: View) -> Value[Source]:
    """Return the text of a program's file: by its path, in the working folder, or in a folder of the search path."""
    if isabs(written):
        return text_at(scene.layers, written, scene.files)
    folder = view.working_dir.value if isinstance(view.working_dir, Known) else None
    places = [join(folder, written)] if folder else []
    if "/" not in written:
        places += [f"{program_folder}/{written}" for program_folder in _SEARCH_PATH]
    for place in places:
        found = text_at(scene.layers, place, scene.files)
        if not isinstance(found, Absent):
            return found
    if folder is None and "/" in written:
        near = [path for path in (join(place, written) for place in view.nearby) if scene.files.is_file(path)]
        if len(near) == 1:
            step = Step(Role.ASSUMED, None, f"{written} is taken to be {near[0]}: where the container works is not known")
            return text_at((Mapped(near[0], f"/{near[0]}", (step,)),), f"/{near[0]}", scene.files)
    return Absent(f"nothing is known to stand at {written}")


def _is_shell_script(script: Source) -> bool:
    first = script.text.partition("\n")[0]  # a script that a Dockerfile writes keeps the Dockerfile's line numbers
    if first.startswith("#!"):
        return bool(re.search(r"(?:^|[/\s])(?:ba|da|a|z|k)?sh\b", first)) or "with-contenv" in first
    return script.path.endswith((".sh", ".bash")) or "." not in script.path.rsplit("/", 1)[-1]


def _launched(word: Text) -> Trail:
    return (Step(Role.LAUNCHED, word.at, word.plain),) if word.at else ()


def _stop(why: str, cure: str, trail: Trail) -> Runs:
    return (Run(obstacles=(Obstacle(why, cure, trail),)),)


def _with_variables(view: View, sets: tuple[tuple[str, Text], ...]) -> View:
    if not sets:
        return view
    names = {name for name, _ in sets}
    kept = tuple(v for v in view.environment.variables if v.name not in names)
    added = tuple(Variable(name, Known(value, value.trail)) for name, value in sets)
    return view.replace(environment=view.environment.replace(variables=kept + added))


def _in_order(parts: list[Runs]) -> Runs:
    """Return the runs of several commands one after the other, at most 64 of them."""
    runs: list[Run] = []
    for combination in product(*parts):
        processes = tuple(p for run in combination for p in run.processes)
        obstacles = tuple(o for run in combination for o in run.obstacles)
        runs.append(Run(processes, obstacles))
        if len(runs) == MOST_RUNS:
            break
    return tuple(dict.fromkeys(runs))
