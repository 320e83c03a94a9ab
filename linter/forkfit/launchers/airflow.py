"""Airflow's Celery worker: which commands start one, and what Airflow hands to Celery for it.

Airflow starts Celery from within Python and always passes ``--concurrency``: 16 where nothing states it. So neither
CELERY_WORKER_CONCURRENCY nor the host's CPU count has a say (celery provider 3.26, airflow/providers/celery/cli).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from posixpath import basename

from forkfit.launchers.airflow_settings import setting
from forkfit.model.container import Process, View
from forkfit.model.files import Files
from forkfit.model.launcher import Claim
from forkfit.model.project import Environment
from forkfit.model.span import Role, Step
from forkfit.model.text import Piece, Text, written
from forkfit.model.trouble import Tell
from forkfit.model.value import Absent, Known, Unknown, Value
from forkfit.model.worker import Worker

CONCURRENCY = 16
# What Airflow passes on: the long option of `celery worker`, its own spellings, its variable, and what it takes otherwise.
# Where the variable is not set, the option of airflow.cfg counts that has the end of its name.
_PASSED: tuple[tuple[str, tuple[str, ...], str, str], ...] = (
    ("--concurrency", ("-c", "--concurrency"), "AIRFLOW__CELERY__WORKER_CONCURRENCY", str(CONCURRENCY)),
    ("--autoscale", ("-a", "--autoscale"), "AIRFLOW__CELERY__WORKER_AUTOSCALE", ""),
    ("--pool", (), "AIRFLOW__CELERY__POOL", ""),
    ("--queues", ("-q", "--queues"), "", ""),
    ("--hostname", ("-H", "--celery-hostname"), "", ""),
)
_APP = "airflow.providers.celery.executors.celery_executor"


def claims(argv: tuple[Text, ...]) -> Claim:
    """Say whether a command starts workers: `airflow celery worker` does, and `airflow worker` of Airflow 1."""
    words = _after_program(argv)
    plain = [word.plain for word in words[:2]]
    if plain[:1] == ["worker"] or plain == ["celery", "worker"]:
        return Claim.OTHER if any(word.plain in ("-h", "--help") for word in words) else Claim.WORKER
    if any(not word.is_known for word in words[: 2 if plain[:1] == ["celery"] else 1]):
        return Claim.UNKNOWN
    return Claim.OTHER


def settle(process: Process, files: Files, tell: Tell) -> tuple[Worker, ...]:
    """Work out the one worker that the command starts, as Celery settles what Airflow hands to it."""
    from forkfit.evaluate.python.installed import stated, version_of
    from forkfit.launchers.celery.elsewhere import Defaults
    from forkfit.launchers.celery.found import Found, version_in, worker_of
    from forkfit.launchers.celery.line import read
    from forkfit.launchers.celery.worker import Surroundings
    from forkfit.model.worker import Code, Gap

    view = process.view
    why = "Airflow and its DAGs are not followed"
    line = read(_handed_over(_after_program(process.argv), partial(_stated, view, files)))
    said = stated(files, view.nearby[0] if view.nearby else ".", tell)
    version = version_in(said, line, None)
    app = Known(_APP, (Step(Role.ASSUMED, None, "Airflow brings its own application"),))
    around = Surroundings(
        view.environment,
        Defaults(why),
        version,
        version_of(said, "python"),
        process.cpus,
        asks_environment=False,
        supposed=process.supposed,
    )
    worker = worker_of(process, line, "", Found(line, app, around, Code(gaps=(Gap(why, process.at),)), (), files))
    return (worker.replace(launcher="airflow"),)


def _after_program(argv: tuple[Text, ...]) -> tuple[Text, ...]:
    """Return the words after `airflow`, or after `python -m airflow`."""
    if basename(argv[0].plain) == "airflow":
        return argv[1:]
    return next((argv[index + 1 :] for index, word in enumerate(argv) if word.plain == "airflow"), ())


def _handed_over(words: tuple[Text, ...], stated: Callable[[str], Text | None]) -> tuple[Text, ...]:
    """Return the words of `celery worker` that Airflow makes of its own words, variables and configuration."""
    made = [written("worker", words[0].at) if words and words[0].at else Text((Piece("worker"),))]
    for option, spellings, variable, otherwise in _PASSED:
        value = _option(words, spellings)
        if value is None and variable:
            value = stated(variable)
        if value is None and otherwise and not (option == "--concurrency" and _is_scaled(words, stated)):
            value = Text((Piece(otherwise, (Step(Role.ASSUMED, None, f"{variable} is not set, so Airflow passes {otherwise}"),)),))
        if value is not None:
            made.extend((Text((Piece(option),)), value))
    return tuple(made)


def _is_scaled(words: tuple[Text, ...], stated: Callable[[str], Text | None]) -> bool:
    """Tell whether autoscaling is asked for, which leaves no say to the count that Airflow passes anyway."""
    return _option(words, ("-a", "--autoscale")) is not None or stated("AIRFLOW__CELERY__WORKER_AUTOSCALE") is not None


def _stated(view: View, files: Files, variable: str) -> Text | None:
    """Return what a variable holds, or otherwise the option of airflow.cfg that it stands for."""
    return _of_variable(view.environment, variable) or setting(variable.rpartition("__")[2].lower(), view, files)


def _option(words: tuple[Text, ...], spellings: tuple[str, ...]) -> Text | None:
    """Return the value of an option, the last of several: a word of its own, or joined to it."""
    found: Text | None = None
    for index, word in enumerate(words):
        for spelling in spellings:
            is_long = spelling.startswith("--")
            if word.plain == spelling and index + 1 < len(words):
                found = words[index + 1]
            elif word.plain.startswith(f"{spelling}=" if is_long else spelling) and word.plain != spelling:
                found = word[len(spelling) + is_long :]
    return found


def _of_variable(environment: Environment, name: str) -> Text | None:
    """Return what a variable holds, as text; None where it is not set."""
    held: Value[Text] = environment.get(name)
    match held:
        case Known(value=text):
            return text if text.plain else None
        case Absent():
            return None
    return Text((Piece(f"${name}", held.trail, False, Unknown(f"{name} is known on some ways only", held.trail)),))
