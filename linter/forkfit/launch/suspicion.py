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


def looks_like_worker(service: Service) -> bool:
    """Tell by the service's name and its command; the image's name counts only with "celery" in it."""
    spoken = [word.plain for words in (service.entrypoint, service.command) if isinstance(words, Known) for word in words.value]
    said = " ".join(word for word in spoken if "://" not in word)  # a broker's address names what stands beside the worker
    if _BESIDE.search(service.name) or _BESIDE.search(said):
        return False
    image = service.image.value if isinstance(service.image, Known) else ""
    return bool(_WORKER.search(service.name) or _CELERY.search(said) or _WORKER.search(said) or _CELERY.search(image))
