"""Whether a service that cannot be seen through looks like one that starts Celery workers."""

from __future__ import annotations

import re  # the patterns are texts, compiled when first used: most runs ask none of them

from forkfit.model.project import Service, Words
from forkfit.model.value import Known

_WORKER = r"(?i)(?<![a-z])(?:celery|workers?)(?![a-z])"
_CELERY = r"(?i)celery"
# What stands beside workers and starts none; "worker" or "celery" may well be in its name.
_BESIDE = (
    r"(?i)(?:(?<![a-z])|(?<=celery))(?:beat|flower|exporter|scheduler|monitor|inspect|migrat\w*|redis|rabbitmq|broker|nginx|web|api|server|db|init|test)"
    r"(?![a-z])"
)
# A variable that says how a worker is to run, such as CELERY_CONCURRENCY; one that only names a broker says nothing.
_SIZING = r"(?i)(?=.*CELERY).*(?:WORKER|PROCESS|CONCURRENCY|POOL|AUTOSCALE)"
# One word that asks an entrypoint for a worker, such as `celery-worker` or `run_worker`.
_ROLE = r"(?i)(?:[a-z]+[-_:])*(?:celery|workers?|celeryworker)(?:[-_:][a-z]+)*"
# Programs that keep a container alive, or open a shell in it.
_IDLE = frozenset({"bash", "cat", "echo", "sh", "sleep", "tail", "true", "zsh"})
# What an entrypoint is told to do with the role that follows: ``run celery-worker``.
VERBS = frozenset({"exec", "launch", "run", "serve", "start", "up"})


def is_role(word: str) -> bool:
    """Tell whether a word is no program of a system, but asks an entrypoint for a worker."""
    return re.fullmatch(_ROLE, word) is not None


def leaves_it_to_its_image(service: Service, words: Words) -> bool:
    """Tell whether the name says Celery, and a few plain words ask an entrypoint for what the service does: ``start task``."""
    plain = [word.plain for word in words]
    few = len(plain) <= 3 and not any(word.startswith("-") or "/" in word for word in plain)
    return bool(few and plain[0] not in _IDLE and re.search(_CELERY, service.name))


def stands_beside(service: Service) -> bool:
    """Tell whether the name says that a service stands beside the workers: beat, a broker, a web server."""
    return re.search(_BESIDE, service.name) is not None


def looks_like_worker(service: Service) -> bool:
    """Tell by the service's name, its command and its variables; the image's name counts only with "celery" in it."""
    spoken = [word.plain for words in (service.entrypoint, service.command) if isinstance(words, Known) for word in words.value]
    said = " ".join(word for word in spoken if "://" not in word)  # a broker's address names what stands beside the worker
    if re.search(_BESIDE, service.name) or re.search(_BESIDE, said):
        return False
    image = service.image.value if isinstance(service.image, Known) else ""
    if any(re.fullmatch(_SIZING, variable.name) for variable in service.environment.variables):
        return True
    return bool(re.search(_WORKER, service.name) or re.search(_CELERY, said) or re.search(_WORKER, said) or re.search(_CELERY, image))
