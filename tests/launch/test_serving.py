from __future__ import annotations

import shlex

import pytest

from forkfit.launch.serving import serving
from forkfit.model.text import assumed


@pytest.mark.parametrize(
    ("command", "name"),
    [
        ("gunicorn proj.wsgi -b :8000", "gunicorn"),
        ("/venv/bin/uvicorn proj:app", "uvicorn"),
        ("python -m uvicorn proj:app", "uvicorn"),
        ("python3 -u manage.py runserver 0:8000", "django-admin runserver"),
        ("./manage.py qcluster", "django-admin qcluster"),
        ("flask --app proj run", "flask run"),
        ("rq worker high low", "rq worker"),
        ("python manage.py migrate", None),
        ("flask db upgrade", None),
        ("rq info", None),
        ("gunicorn --version", None),
        ("gunicorn.sh", None),
        ("python -c 'import gunicorn'", None),
        ("python", None),
        ("sleep infinity", None),
    ],
)
def test_what_keeps_running_is_told_from_what_ends(command, name):
    assert serving(tuple(assumed(word, "a test") for word in shlex.split(command))) == name
