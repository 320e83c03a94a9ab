"""From a service of the Compose file to a measurement: what it runs, where, and with which variables."""

from __future__ import annotations

import json
import os
import sys

import pytest

from forkfit.weigh.measured import NAME

celery = pytest.mark.celery
linux = pytest.mark.skipif(sys.platform != "linux", reason="measuring is for Linux")
COMPOSE = """\
services:
  worker:
    build: ./backend
    entrypoint: ["./start.sh"]
    env_file: [.env.worker]
    environment:
      SHOP_DSN: postgres://admin:hunter2@db/shop
      PATH: /opt/bin
    command: celery -A shop worker -c ${WORKERS:-6}
    mem_limit: 256m
"""
DOCKERFILE = "FROM python:3.11\nWORKDIR /srv\nENV SHOP_MODE=production SHOP_DSN=weaker\nCOPY . .\n"
START = '#!/bin/sh\nexport SHOP_ROLE=worker\nexec "$@"\n'
SHOP = """\
import os
from celery import Celery

assert os.environ["SHOP_KEY"] == "hunter2 of the file"
assert os.environ["SHOP_DSN"].endswith("hunter2@db/shop")
assert (os.environ["SHOP_MODE"], os.environ["SHOP_ROLE"]) == ("production", "worker")
app = Celery("shop", broker="redis://127.0.0.1:1/0")
"""


@pytest.fixture
def project(tmp_path):
    """Write a service whose application is below the build context and needs variables of every origin."""
    code = tmp_path / "backend" / "src"
    code.mkdir(parents=True)
    (tmp_path / "compose.yaml").write_text(COMPOSE)
    (tmp_path / ".env.worker").write_text("SHOP_KEY=hunter2 of the file\n")
    (tmp_path / "backend" / "Dockerfile").write_text(DOCKERFILE)
    (tmp_path / "backend" / "start.sh").write_text(START)
    (code / "shop.py").write_text(SHOP)
    return tmp_path


@celery
@linux
def test_what_a_service_runs_is_measured_with_its_variables_and_none_is_shown(project, lint):
    pytest.importorskip("redis", reason="the client of Redis is not installed (the extra `kernel`)")
    environ = dict(os.environ)
    outcome = lint("measure", "--service", "worker", "-c", "2", "--root", ".", "--env", "WORKERS=3", folder=project, environ=environ)
    assert (outcome.status, outcome.err) == (0, "")
    assert "worker runs 3 children, for which the figures say" in outcome.out
    assert ", of the 256 MiB that it may use" in outcome.out
    written = (project / NAME).read_text()
    assert "hunter2" not in outcome.out + written
    (entry,) = json.loads(written)["applications"]
    assert (entry["app"], entry["service"], entry["folder"], entry["module"]) == ("shop", "worker", "backend/src", "backend/src/shop.py")


@linux
@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("worker:", "web:", "there is no such service in the project"),
        ("celery -A shop worker", "gunicorn shop.wsgi", "name the application with -A"),
        ("celery -A shop worker -c ${WORKERS:-6}", "sh -c 'celery -A shop worker & celery -A shop.two worker'", "shop, shop.two; name one"),
        ("celery -A shop worker", "celery -A ${APP} worker", "name the application with -A"),
    ],
    ids=["another service", "no worker", "two applications", "an application that nobody wrote"],
)
def test_a_service_that_does_not_say_what_to_measure_is_refused(project, lint, before, after, said):
    (project / "compose.yaml").write_text(COMPOSE.replace(before, after))
    outcome = lint("measure", "--service", "worker", "--root", ".", folder=project)
    assert (outcome.status, outcome.out) == (2, "")
    assert said in outcome.err
