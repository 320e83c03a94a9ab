"""``celery multi``: one worker a node, as `celery multi show` lists them."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("command", "nodes"),
    [
        pytest.param("celery multi start w1 w2 -A proj -c 3", {"w1": 3, "w2": 3}, id="free words are names"),
        pytest.param("celery multi start 3 -A proj -c 3", {"celery1": 3, "celery2": 3, "celery3": 3}, id="one number counts nodes"),
        pytest.param("celery -A proj multi start 2 -c 3", {"celery1": 3, "celery2": 3}, id="options before multi go to all"),
        pytest.param("celery multi start w1 w2 -A proj -c 3 -c:w1 5", {"w1": 5, "w2": 3}, id="by name"),
        pytest.param("celery multi start w1 w2 -A proj -c:2 7 -c 3", {"w1": 3, "w2": 7}, id="by position, wherever it stands"),
        pytest.param("celery multi start 3 -A proj -c 3 -c:1-2 6", {"celery1": 6, "celery2": 6, "celery3": 3}, id="a range"),
        pytest.param("celery multi start a b c -A proj -c 3 -c:1,2 6", {"a": 6, "b": 6, "c": 3}, id="a list of positions"),
        pytest.param("celery multi start 2 -A proj -c 3 --concurrency:1=9", {"celery1": 9, "celery2": 3}, id="a long option"),
        pytest.param("celery multi start 2 -A proj -c 3 --autoscale:2=6,1", {"celery1": 3, "celery2": 6}, id="autoscaling of one"),
        pytest.param("celery multi start 2 -A proj -c5", {"celery1": 5, "celery2": 5}, id="a joined value passes through"),
        pytest.param("celery multi start 2 -A proj --range-prefix=x -c 3", {"x1": 3, "x2": 3}, id="another prefix"),
        pytest.param("celery multi start a@h1 b@h2 -A proj -c 3 -c:a 4", {"a@h1": 4, "b@h2": 3}, id="whole node names"),
        pytest.param("celery multi start 2 -A proj -- worker.concurrency=4", {"celery1": 4, "celery2": 4}, id="settings pass through"),
    ],
)
def test_each_node_is_a_worker(settled, say, command, nodes):
    assert {w.program: say(w.processes) for w in settled(command)} == nodes


def test_the_environment_applies_to_each_node(settled, say):
    assert [say(w.processes) for w in settled("celery multi start 2 -A proj", "5.7", {"CELERY_WORKER_CONCURRENCY": "5"})] == [5, 5]


def test_every_node_has_the_app(settled, say):
    assert {say(w.app) for w in settled("celery multi start 2 -A proj -c 3")} == {"proj"}


@pytest.mark.parametrize("nodes", ["999999999", "65", " ".join(f"w{n}" for n in range(65))], ids=["a billion", "65", "65 names"])
def test_of_more_workers_than_are_followed_no_number_is_known(settled, nodes):
    (worker,) = settled(f"celery multi start {nodes} -A proj -c 3")
    assert worker.processes.why == "more than 64 workers of one celery multi are not followed"


def test_as_many_workers_as_are_followed_are_each_one(settled, say):
    assert [say(w.processes) for w in settled("celery multi start 64 -A proj -c 3")] == [3] * 64
