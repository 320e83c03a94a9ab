"""What would be, if a service had another concurrency, limit or pool: the same report, with values that say so."""

from __future__ import annotations

import json

import pytest

COMPOSE = """\
services:
  worker:
    image: python:3.11
    working_dir: /srv
    volumes: [".:/srv"]
    command: celery -A proj worker -c 20
    mem_limit: 256m
  scaled:
    image: python:3.11
    working_dir: /srv
    volumes: [".:/srv"]
    command: celery -A proj worker --autoscale=20,5
    mem_limit: 4g
  web: {image: nginx}
"""


@pytest.fixture
def what_if(tmp_path, lint):
    def run(*suppositions, compose=COMPOSE, more=()):
        (tmp_path / "compose.yaml").write_text(compose)
        (tmp_path / "proj.py").write_text('from celery import Celery\n\napp = Celery("proj")\n')
        asked = [word for one in suppositions for word in ("--what-if", one)]
        return lint("--root", ".", *asked, *more, folder=tmp_path)

    return run


def loaded(outcome):
    assert not outcome.err
    found = json.loads(outcome.out)
    workers = {w["service"]: w for w in found["projects"][0]["workers"]}
    return workers, {(f["rule"], f["service"]) for f in found["findings"]}


def test_without_a_supposition_the_worker_does_not_fit(what_if):
    assert ("FF101", "worker") in loaded(what_if(more=["--format", "json"]))[1]


@pytest.mark.parametrize(
    "supposition",
    ["worker.concurrency=4", "worker.memory=2g", "worker.pool=threads"],
)
def test_a_value_that_fits_silences_the_rule(what_if, supposition):
    outcome = what_if(supposition, more=["--format", "json"])
    assert (outcome.status, loaded(outcome)[1]) == (0, set())


def test_a_pool_supposed_is_held_against_the_settings_too(what_if):
    assert loaded(what_if("worker.pool=solo", more=["--format", "json"]))[1] == {("FF204", "worker")}


def test_a_supposed_count_says_so_and_what_it_stands_in_place_of(what_if):
    worker = loaded(what_if("worker.concurrency=7", more=["--format", "json"]))[0]["worker"]
    first, second = worker["concurrency"]["trail"]
    assert worker["concurrency"]["known"] == worker["processes"]["known"] == 7
    assert (first["role"], first["note"]) == ("supposed", "--what-if worker.concurrency=7")
    assert (second["role"], second["at"]["line"]) == ("replaced", 6)


def test_a_supposed_limit_says_so_and_what_it_stands_in_place_of(what_if):
    limit = loaded(what_if("worker.memory=1g", more=["--format", "json"]))[0]["worker"]["memory_limit_bytes"]
    assert limit["known"] == 1024**3
    assert [step["role"] for step in limit["trail"]] == ["supposed", "replaced"]


def test_threads_are_one_process_with_as_many_slots(what_if):
    worker = loaded(what_if("worker.pool=threads", more=["--format", "json"]))[0]["worker"]
    assert [worker[key]["known"] for key in ("pool", "concurrency", "processes")] == ["threads", 20, 1]


def test_of_autoscaling_the_count_supposed_is_the_maximum(what_if):
    worker = loaded(what_if("scaled.concurrency=3", more=["--format", "json"]))[0]["scaled"]
    assert (worker["autoscale"]["known"], worker["concurrency"]["known"]) == ("3,3", 3)


def test_a_count_that_nobody_knows_can_be_supposed(what_if):
    compose = COMPOSE.replace("-c 20", "$OPTIONS")
    worker = loaded(what_if("worker.concurrency=2", compose=compose, more=["--env", "OPTIONS=", "--format", "json"]))[0]["worker"]
    assert worker["concurrency"]["known"] == 2


def test_a_limit_supposed_stands_in_place_of_two_that_disagree(what_if):
    compose = COMPOSE.replace("mem_limit: 256m\n", "mem_limit: 256m\n    deploy: {resources: {limits: {memory: 512m}}}\n")
    assert ("FF402", "worker") in loaded(what_if(compose=compose, more=["--format", "json"]))[1]
    assert loaded(what_if("worker.memory=2g", compose=compose, more=["--format", "json"]))[1] == set()


def test_the_text_says_what_is_supposed(what_if):
    out = what_if("worker.concurrency=12").out
    assert "concurrency 12  supposed: --what-if worker.concurrency=12" in out


@pytest.mark.parametrize(
    ("suppositions", "complaint"),
    [
        (["work.pool=solo"], "no service 'work'; did you mean 'worker'?"),
        (["web.concurrency=3"], "no worker is seen in web"),
        (["worker.pol=solo"], "'pol' cannot be supposed; did you mean 'pool'?"),
        (["worker.replicas=2"], "'replicas' cannot be supposed; there is concurrency, memory, pool"),
        (["worker.pool=thread"], "did you mean 'threads'?"),
        (["worker.memory=big"], "'big' is no size, such as 512m or 2g"),
        (["worker.memory=0"], "'0' is no amount of memory, such as 512m or 2g"),
        (["worker.concurrency=0"], "no whole number of at least 1"),
        (["worker=4"], "is not SERVICE.KEY=VALUE"),
        (["worker.concurrency"], "is not SERVICE.KEY=VALUE"),
        (["worker.pool=solo", "worker.pool=threads"], "worker.pool is supposed twice"),
    ],
)
def test_what_cannot_be_supposed_is_a_usage_error(what_if, suppositions, complaint):
    outcome = what_if(*suppositions)
    assert (outcome.status, outcome.out) == (2, "")
    assert complaint in outcome.err


def test_a_baseline_is_no_place_for_suppositions(what_if, tmp_path):
    outcome = what_if("worker.pool=solo", more=["--write-baseline", "base.json"])
    assert outcome.status == 2
    assert not (tmp_path / "base.json").exists()
