"""Programs that keep running beside workers, and are no workers of ours: servers and the workers of other queues."""

from __future__ import annotations

from forkfit.launch.claimed import is_python, module_of
from forkfit.model.project import Words

# By the name of the program, with the sub-commands that keep running; without any, the program does.
_SERVERS: dict[str, tuple[str, ...]] = {
    "bokeh": ("serve",),
    "circusd": (),
    "daphne": (),
    "dagster": ("dev",),
    "dagster-daemon": ("run",),
    "django-admin": ("runserver", "runserver_plus", "qcluster", "db_worker"),
    "dramatiq": (),
    "fastapi": ("dev", "run"),
    "flask": ("run",),
    "flower": (),
    "granian": (),
    "gunicorn": (),
    "huey_consumer": (),
    "huey_consumer.py": (),
    "hypercorn": (),
    "jupyter": ("lab", "notebook"),
    "litestar": ("run",),
    "mlflow": ("server", "ui"),
    "prefect": ("server", "worker"),
    "rq": ("worker", "worker-pool"),
    "rqworker": (),
    "rqscheduler": (),
    "streamlit": ("run",),
    "uvicorn": (),
    "uwsgi": (),
    "waitress-serve": (),
}


def serving(words: Words) -> str | None:
    """Return the name of the program where a command is one of these; None for any other."""
    name, rest = words[0].plain.rsplit("/", 1)[-1], [word.plain for word in words[1:]]
    if is_python(name):
        module = module_of(words)
        if module is not None:
            name = module
            rest = rest[next(index for index, word in enumerate(rest) if word in (module, f"-m{module}")) + 1 :]
        else:
            at = next((index for index, word in enumerate(rest) if not word.startswith("-")), len(rest))
            name, rest = "".join(rest[at : at + 1]).rsplit("/", 1)[-1], rest[at + 1 :]
    if name in ("manage.py", "manage"):
        name = "django-admin"
    if name not in _SERVERS or any(word in ("--help", "--version") for word in rest):
        return None
    wanted = _SERVERS[name]
    said = next((word for word in rest if word in wanted), None)
    return name if not wanted else f"{name} {said}" if said is not None else None
