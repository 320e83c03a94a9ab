"""Whether a service that cannot be seen through looks like one that starts Celery workers."""

from __future__ import annotations

import re

from forkfit.model.project import Service
from forkfit.model.value import Known

_WORKER = re.compile(r"(?<![a-z])(?:celery|workers?)(?![a-z])", re.IGNORECASE)
_CELERY = re.compile(r"celery", re.IGNORECASE)
# What stands beside workers and starts none; "worker" or "celery" may well be in its name.
_BESIDE = re.compile(
    r"(?<![a-z])(?:beat|flower|exporter|scheduler|monitor|inspect|migrat\w*|redis|rabbitmq|broker|nginx|web|api|server|db|init|test)(?![a-z])",
    re.IGNORECASE,
)


# A variable that says how a worker is to run, such as CELERY_CONCURRENCY; one that only names a broker says nothing.
_SIZING = re.compile(r"(?=.*CELERY).*(?:WORKER|PROCESS|CONCURRENCY|POOL|AUTOSCALE)", re.IGNORECASE)
# One word that asks an entrypoint for a worker, such as `celery-worker` or `run_worker`.
_ROLE = re.compile(r"(?:[a-z]+[-_:])*(?:celery|workers?|celeryworker)(?:[-_:][a-z]+)*", re.IGNORECASE)


def is_role(word: str) -> bool:
    """Tell whether a word is no program of a system, but asks an entrypoint for a worker."""
    return _ROLE.fullmatch(word) is not None


def looks_like_worker(service: Service) -> bool:
    """Tell by the service's name, its command and its variables; the image's name counts only with "celery" in it."""
    spoken = [word.plain for words in (service.entrypoint, service.command) if isinstance(words, Known) for word in words.value]
    said = " ".join(word for word in spoken if "://" not in word)  # a broker's address names what stands beside the worker
    if _BESIDE.search(service.name) or _BESIDE.search(said):
        return False
    image = service.image.value if isinstance(service.image, Known) else ""
    if any(_SIZING.fullmatch(variable.name) for variable in service.environment.variables):
        return True
    return bool(_WORKER.search(service.name) or _CELERY.search(said) or _WORKER.search(said) or _CELERY.search(image))
