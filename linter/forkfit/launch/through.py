"""Go through what starts a command: wrappers, shells, scripts, supervisors and Python programs."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from posixpath import isabs, join, normpath
from typing import TYPE_CHECKING

from forkfit.evaluate.shell.wrappers import LOOKING_UP, PROCFILES, SCANNERS, SHELLS, Form, program, unwrap
from forkfit.launch.claimed import Scene, is_python, module_of
from forkfit.launch.follow import MOST_LAYERS, WRITE, follow
from forkfit.launch.python_start import is_python_script, of_file, of_program, of_python
from forkfit.launch.runs import MOST_RUNS, NOTHING, Obstacle, Run, Runs, beside, in_order, stop
from forkfit.launch.serving import serving
from forkfit.model.container import Mapped, View
from forkfit.model.project import Variable, Words
from forkfit.model.source import Source
from forkfit.model.span import Role, Step, Trail, joined
from forkfit.model.text import Text
from forkfit.model.value import Absent, Known, Unknown, Value, combine

if TYPE_CHECKING:
    from forkfit.launch.python_commands import Command
    from forkfit.launch.python_script import Started
    from forkfit.launch.scanned import Services

_INSTALLED = r"(?:/|.*/)bin/[\w.+-]+"
# Programs that come with a system or a virtual environment; a shell script in such a folder may still be the image's own.
_PROGRAMS = r"(?:/(?:usr/)?(?:local/)?s?bin|.*/\.?v?env/bin)/(?![^/]*\.sh$)(?!.*(?:entrypoint|start|run|worker|celery))[\w.+-]+"


def through(scene: Scene, words: Words, view: View, trail: Trail, layer: int) -> Runs:
    """Return the runs that a command comes to that no launcher claims."""
    server = serving(words)
    if server is not None and not _is_script(scene, words, view):
        # uwsgi and others may start a worker of their own.
        return in_order([_behind(scene, words, view, trail, layer), beside(server, words, (*trail, *_launched(words[0])))])
    inner = unwrap(words)
    if inner is not None:
        within = _inside(_with_variables(view, inner.sets), inner.folder)
        here = (*trail, *_launched(words[0]))
        if inner.form is Form.STRING:
            return _shell(scene, inner.words[0] if inner.words else Text(), (), within, here, layer)
        return follow(scene, inner.words, within, here, layer + 1)
    name = program(words)
    if name == "busybox":
        return follow(scene, words[1:], view, trail, layer + 1)
    if name == "supervisord":
        return _supervised(scene, words, view, trail, layer)
    if name in SCANNERS:
        from forkfit.launch.scanned import scanned

        services = scanned(words, view, scene.layers, scene.files)
        if services is not None:
            return supervised(scene, services, view, trail, layer)
    if is_python(words[0].plain.rsplit("/", 1)[-1]):
        started = of_python(words, view, scene.files, _reader(scene, view))
        if started is None:
            return _by_module(scene, words, view, trail, layer)
        return _python(scene, started, words, trail, layer)
    if name in SHELLS and words[0].plain.rsplit("/", 1)[-1] in SHELLS:
        return _shell_words(scene, words, view, trail, layer)
    if name in LOOKING_UP and "/" not in words[0].plain:
        return _looked_up(scene, words, view, trail, layer)
    return _file(scene, words, view, trail, layer)


def _is_script(scene: Scene, words: Words, view: View) -> bool:
    """Tell whether a program that is named by its path is a file of the repository, whatever its name."""
    from forkfit.launch.script import text_of

    return "/" in words[0].plain and isinstance(text_of(words[0].plain, view, scene.layers, scene.files), Known)


def _by_module(scene: Scene, words: Words, view: View, trail: Trail, layer: int) -> Runs:
    """Follow ``python -m`` of a module that is not the project's: a program that looks words up, or one that runs another."""
    module = module_of(words)
    if module is None:
        return NOTHING
    here = next(index for index, word in enumerate(words) if word.plain in (module, f"-m{module}"))
    inner = (words[here][-len(module) :] if len(words[here]) > len(module) else words[here], *words[here + 1 :])
    if module in LOOKING_UP:
        return _looked_up(scene, inner, view, trail, layer)
    return _behind(scene, inner, view, trail, layer)


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
        return stop(f"more than {MOST_LAYERS} programs start each other", "Start the worker more directly.", trail)

    from forkfit.launch.arranged import arranged
    from forkfit.launch.script import text_of
    from forkfit.launch.tell_apart import tells_apart

    def read(path: str, folder: Value[str]) -> Source | None:
        found = text_of(path, view.replace(working_dir=folder), scene.layers, scene.files)
        return found.value if isinstance(found, Known) else None

    def sees(path: str, folder: Value[str], letter: str) -> bool | None:
        found = text_of(path, view.replace(working_dir=folder), scene.layers, scene.files)
        return True if letter in "efrsx" and isinstance(found, Known) else None  # what is not seen may still be there

    frame = Frame(arguments, view.environment, view.working_dir, read, sees, partial(tells_apart, scene, view))
    endings = run_script(script, frame)
    if all(ending.how is How.FAILS for ending in endings):
        from forkfit.launch.required import with_required

        complete = with_required(script, view.environment)
        endings = run_script(script, frame.replace(environment=complete)) if complete is not None else endings
    # A run that fails, or waits for ever before it starts anything, is no branch on which the worker would be missing.
    lasting = [e for e in endings if e.how is not How.FAILS and (e.how is not How.FOREVER or e.started)] or list(endings)
    runs: list[Run] = []
    for ending in lasting:
        parts = []
        here = scene
        for started in ending.started:
            inside = view.replace(environment=started.environment, working_dir=started.working_dir)
            layers = arranged(started.argv, started.working_dir, here.layers, scene.files, scene.service.at)
            if layers is not here.layers:
                here = scene.replace(layers=layers)
            inside = _holding(inside, here, scene)
            parts.append(follow(here, started.argv, inside, joined(trail, started.trail, started.conditions), layer + 1))
        if ending.how is How.UNKNOWN:
            parts.append(stop(ending.why, "Write the worker's command in the Compose file.", trail))
        elif ending.how is How.FAILS and not ending.started:
            parts.append(
                stop("its script ends with an error before it starts anything", "State what it needs with --env NAME=VALUE.", trail)
            )
        runs.extend(in_order(parts))
    return tuple(dict.fromkeys(runs))[:MOST_RUNS]


def _holding(view: View, now: Scene, before: Scene) -> View:
    """Return the view with what a script has put into the container."""
    if now is before:
        return view
    return view.replace(paths=tuple(layer for layer in now.layers if isinstance(layer, Mapped)))


def _supervised(scene: Scene, words: Words, view: View, trail: Trail, layer: int) -> Runs:
    """Follow each program of a supervisord configuration; all of them run in the one container."""
    from forkfit.launch.supervisord.programs import programs

    found = programs(words, view, scene.layers, scene.files)
    parts = [stop(o.why, "Make the configuration a part of the repository.", (*trail, *o.trail)) for o in found.obstacles]
    for one in found.programs:
        inside = _with_variables(view, one.sets)
        if not isinstance(one.folder, Absent):
            inside = inside.replace(working_dir=one.folder)
        runs = follow(scene, one.words, inside, joined(trail, one.trail), layer + 1)
        parts.append(tuple(r.replace(processes=tuple(p.replace(program=one.name, copies=one.copies) for p in r.processes)) for r in runs))
    return in_order(parts)


def supervised(scene: Scene, found: Services, view: View, trail: Trail, layer: int) -> Runs:
    """Follow the services that a supervisor found in its folders, and the command that it runs beside them."""
    parts = [stop(o.why, "Make its services a part of the repository.", joined(trail, o.trail)) for o in found.obstacles]
    for one in found.services:
        inside = view.replace(environment=one.environment, working_dir=one.folder)
        runs = follow(scene, (one.script,), inside, joined(trail, one.trail), layer + 1)
        parts.append(tuple(r.replace(processes=tuple(p.replace(program=one.name) for p in r.processes)) for r in runs))
    parts.append(follow(scene, found.rest, view, trail, layer + 1))
    return in_order(parts)


def _reader(scene: Scene, view: View) -> Callable[[str], Value[Source]]:
    from forkfit.launch.script import text_of

    return lambda path: text_of(path, view, scene.layers, scene.files)


def _looked_up(scene: Scene, words: Words, view: View, trail: Trail, layer: int) -> Runs:
    """Follow a program that looks its words up in a file; where that is not followed, a word that asks for a worker is an obstacle."""
    from forkfit.launch.procfile import entries
    from forkfit.launch.suspicion import is_role

    here = (*trail, *_launched(words[0]))
    if program(words) in PROCFILES:
        found = entries(words, view, scene.layers, scene.files)
        if isinstance(found, Unknown):
            return stop(found.why, WRITE, joined(here, found.trail))
        parts = []
        for one in found:
            runs = _shell(scene, one.command, (), view, joined(here, one.trail), layer + 1)
            parts.append(tuple(r.replace(processes=tuple(p.replace(program=one.name) for p in r.processes)) for r in runs))
        return in_order(parts)
    if program(words) in ("inv", "invoke"):
        from forkfit.launch.python_script import of_task

        task = of_task(words, view, scene.files)
        if task is not None:
            return _python(scene, task, words, trail, layer)
    if program(words) == "make":
        from forkfit.launch.makefile import recipe

        made = recipe(words, view, scene.layers, scene.files)
        if isinstance(made, Text):
            return _shell(scene, made, (), view, here, layer + 1)
    asked = next((word.plain for word in words[1:] if is_role(word.plain) or "celery" in word.plain.lower()), None)
    if asked is None:
        return _behind(scene, words, view, trail, layer)
    return stop(f"what {words[0].plain} starts for {asked} is not followed", WRITE, here)


def _behind(scene: Scene, words: Words, view: View, trail: Trail, layer: int) -> Runs:
    """Follow the worker's command behind a program that is not known."""
    from forkfit.launch.behind import behind

    inner = behind(words, scene.launchers)
    if inner is None:
        return NOTHING
    here = (*trail, inner.step)
    if inner.is_text:
        return _shell(scene, inner.words[0], (), view, here, layer + 1)
    return follow(scene, inner.words, view, here, layer + 1)


def _python(scene: Scene, found: Started | Unknown | None, words: Words, trail: Trail, layer: int) -> Runs:
    """Follow what a Python program of the project starts, each way that it may go."""
    here = (*trail, *_launched(words[0]))
    if found is None:
        return NOTHING
    if isinstance(found, Unknown):
        return _doubtful(found, here, sure=False)
    runs: list[Run] = []
    for path in found.paths:
        runs.extend(in_order([_commanded(scene, command, here, layer) for command in path]))
    if found.doubt is not None and not any(run.processes for run in runs):
        return _doubtful(found.doubt, here, sure=found.sure)
    return tuple(dict.fromkeys(runs))[:MOST_RUNS]


def _doubtful(doubt: Unknown, trail: Trail, *, sure: bool) -> Runs:
    """Return the obstacle where a program cannot be followed; it is sure where the program spells out a worker's command."""
    return (Run(obstacles=(Obstacle(doubt.why, "Name the worker's command in the Compose file.", joined(trail, doubt.trail), sure),)),)


def _commanded(scene: Scene, command: Command, trail: Trail, layer: int) -> Runs:
    """Follow one command that a Python program starts."""
    here = joined(trail, command.trail)
    if command.is_text:
        runs = _shell(scene, command.words[0], (), command.view, here, layer + 1)
    else:
        runs = follow(scene, command.words, command.view, here, layer + 1)
    if isinstance(command.copies, Known) and not command.by_program:
        return runs
    return tuple(
        r.replace(processes=tuple(p.replace(copies=command.copies, by_program=command.by_program) for p in r.processes)) for r in runs
    )


def _file(scene: Scene, words: Words, view: View, trail: Trail, layer: int, *, shell: bool = False) -> Runs:
    """Follow a program that is a file of the repository; any other program starts no workers that we know of."""
    from forkfit.launch.script import chain, is_shell_script, text_of

    written = words[0].plain
    found = text_of(written, view, scene.layers, scene.files)
    if "/" not in written and not shell and not written.endswith(".sh") and not isinstance(found, Known):
        started = of_program(words, view, scene.files)
        if started is None:
            from forkfit.launch.suspicion import is_role

            if is_role(written):
                return stop(_where_it_is(scene, written), WRITE, (*trail, *_launched(words[0])))
            return _behind(scene, words, view, trail, layer)
        return _python(scene, started, words, trail, layer)
    here = (*trail, *_launched(words[0]))
    match found:
        case Known(value=script):
            if shell or is_shell_script(script):
                from forkfit.evaluate.shell.script import lines_of

                return _shell(scene, lines_of(script), words, view, joined(here, found.trail), layer)
            if is_python_script(script):
                return _python(scene, of_file(words, view, scene.files, _reader(scene, view)), words, joined(trail, found.trail), layer)
            try:
                inner = chain(script)
            except ValueError as error:
                return stop(f"{script.path}, which starts it, cannot be followed: {error}", WRITE, here)
            if inner is not None:
                return follow(scene, inner, view, joined(here, found.trail), layer + 1)
            return stop(f"{script.path}, which starts it, is no shell script", "Name the worker's command in the Compose file.", here)
        case Unknown():
            hidden = stop(found.why, "Make the script a part of the repository.", joined(here, found.trail))
        case _:
            # What pip installs for a console script of the project is a program like any other.
            started = of_program((_base(words[0]), *words[1:]), view, scene.files) if re.fullmatch(_INSTALLED, written) else None
            if started is not None:
                return _python(scene, started, words, trail, layer)
            hidden = NOTHING if re.fullmatch(_PROGRAMS, written) else stop(_where_it_is(scene, written), WRITE, here)
    seen = _behind(scene, words, view, trail, layer)
    return hidden if seen == NOTHING else seen


def _where_it_is(scene: Scene, written: str) -> str:
    """Say why a program cannot be read: its image is not built here, or the repository lacks it."""
    service = scene.service
    if isinstance(service.image, Known) and isinstance(service.build, Absent) and len(scene.layers) == len(service.mounts):
        return f"{written}, which starts it, stands in the image {service.image.value}, which nothing in the repository builds"
    return f"{written}, which starts it, is not in the repository"


def _base(word: Text) -> Text:
    """Return the name of a program without its folder."""
    return word[word.plain.rfind("/") + 1 : len(word)]


def _launched(word: Text) -> Trail:
    return (Step(Role.LAUNCHED, word.at, word.plain),) if word.at else ()


def _inside(view: View, folder: Text | None) -> View:
    """Return the view from the folder that a wrapper enters, seen from where it starts."""
    if folder is None:
        return view
    if folder.is_known and isabs(folder.plain):
        return view.replace(working_dir=folder.value)
    return view.replace(working_dir=combine(lambda start, entered: normpath(join(start, entered)), view.working_dir, folder.value))


def _with_variables(view: View, sets: tuple[tuple[str, Text], ...]) -> View:
    if not sets:
        return view
    names = {name for name, _ in sets}
    kept = tuple(v for v in view.environment.variables if v.name not in names)
    added = tuple(Variable(name, Known(value, value.trail)) for name, value in sets)
    return view.replace(environment=view.environment.replace(variables=kept + added))
