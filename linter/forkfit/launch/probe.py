"""Health checks that start a second interpreter with the whole application."""

from __future__ import annotations

import re

from forkfit.model.project import Service
from forkfit.model.value import Known

# `inspect ping` and `status` import the app where -A names it; with -b alone they cost one bare interpreter.
_ASKS_CELERY = re.compile(r"\bcelery\b.*(?:\s-A|\s--app\b).*\b(?:inspect|status|control|report)\b", re.DOTALL)


def probes_with_app(service: Service) -> bool:
    """Tell whether the service's health check asks Celery by way of the application."""
    if not isinstance(service.healthcheck, Known):
        return False
    return bool(_ASKS_CELERY.search(" ".join(word.plain for word in service.healthcheck.value)))
