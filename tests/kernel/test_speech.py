"""A speech model on both sides of the fork: a worker that hangs and one that answers, and what the linter says of the two."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("faster_whisper") is None, reason="the kernel cannot judge speech here: faster-whisper is not installed"
)
BEFORE, IN_CHILD = "speech_before", "speech_in_child"
# How often as long as it takes the one to answer the other may take, and seconds at the least.
PATIENCE, LEAST = 10, 10


@pytest.fixture(scope="session")
def model(tmp_path_factory):
    """Return the folder of a Whisper with random weights: whether it answers does not depend on what it hears."""
    folder = tmp_path_factory.mktemp("whisper")
    subprocess.run((sys.executable, Path(__file__).with_name("tiny_whisper.py"), folder), check=True)
    return folder


def test_a_model_that_is_built_before_the_fork_hangs_and_one_that_a_child_builds_answers(worker, model):
    with worker(IN_CHILD, 2, SPEECH_MODEL=str(model)) as answering:
        assert answering.gets_ready()
        seconds = answering.answers("kernel.touch", 4)
        assert seconds is not None
    with worker(BEFORE, 2, SPEECH_MODEL=str(model)) as hanging:
        assert hanging.gets_ready()
        assert hanging.answers("kernel.nothing", 4) is not None, "its children run other tasks"
        assert hanging.answers("kernel.touch", 4, within=LEAST + PATIENCE * seconds, first=1) is None
        assert not hanging.is_killed()
        assert hanging.answers_a_ping()


@pytest.mark.parametrize(("project", "fires"), [(BEFORE, True), (IN_CHILD, False)])
def test_the_linter_tells_the_two_apart(rules, projects, project, fires):
    found = [f for f in rules(projects[project], 2, 2048) if f["rule"] == "FF306"]
    assert [f["severity"] for f in found] == ["error"] * fires
