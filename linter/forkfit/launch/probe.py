"""Health checks that start a second interpreter with the whole application."""

from __future__ import annotations

import re

from forkfit.model.image import Image
from forkfit.model.project import Service
from forkfit.model.value import Absent, Known, Unknown

# `inspect ping` and `status` import the app where -A names it; with -b alone they cost one bare interpreter.
_ASKS_CELERY = r"(?s)\bcelery\b.*(?:\s-A|\s--app\b).*\b(?:inspect|status|control|report)\b"


def probes_with_app(service: Service, image: Image | Absent | Unknown) -> bool:
    """Tell whether the health check, the service's own or else its image's, asks Celery by way of the application."""
    check = service.healthcheck
    if isinstance(check, Absent) and isinstance(image, Image):
        check = image.healthcheck
    return isinstance(check, Known) and bool(re.search(_ASKS_CELERY, " ".join(word.plain for word in check.value)))
