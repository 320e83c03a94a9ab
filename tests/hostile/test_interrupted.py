"""Runs that the user ends, that meet each other, and whose files vanish under them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest

from forkfit.cli import main
from forkfit.files import Disk
from forkfit.save import save

PROJECT = "services:\n  worker:\n    image: x\n    command: celery -A proj worker -c 4\n    mem_limit: 1g\n    env_file: a.env\n"


ROOT = Path(__file__).parents[2]
# Interrupts the process when it opens a file whose path ends so.
INTERRUPTING = """
import signal, sys
def hear(event, given):
    if event == "open" and str(given[0]).endswith(@):
        signal.raise_signal(signal.SIGINT)
sys.addaudithook(hear)
"""


@pytest.fixture
def process(tmp_path):
    """Return a function that starts the command in a process of its own, in a project."""
    (tmp_path / "compose.yaml").write_text(PROJECT)
    (tmp_path / "a.env").write_text("A=1\n")

    def start(*arguments, first=""):
        site = tmp_path / "site"
        site.mkdir(exist_ok=True)
        (site / "sitecustomize.py").write_text(first)
        environ = {"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(map(str, (ROOT / "linter", ROOT / "rules", site)))}
        command = [sys.executable, "-m", "forkfit", "--root", ".", *arguments]
        return subprocess.Popen(command, cwd=tmp_path, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    return start


def interrupt(*_):
    raise KeyboardInterrupt


def test_a_run_that_is_interrupted_says_so_without_a_traceback(tmp_path, monkeypatch):
    (tmp_path / "compose.yaml").write_text(PROJECT)
    monkeypatch.chdir(tmp_path)
    out, err = StringIO(), StringIO()
    assert main(["--root", "."], out, err, {}, interrupt) == 130
    assert (out.getvalue(), err.getvalue()) == ("", "compose-lint: interrupted\n")


def test_a_file_that_is_interrupted_while_it_is_written_leaves_nothing(tmp_path, monkeypatch):
    (tmp_path / "report").write_bytes(b"old")
    monkeypatch.setattr(os, "chmod", interrupt)
    with pytest.raises(KeyboardInterrupt):
        save(str(tmp_path / "report"), b"new")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"report": b"old"}


@pytest.mark.parametrize("lost", ["compose.yaml", "a.env"])
def test_a_file_that_vanishes_before_it_is_read_is_told(lost, tmp_path, monkeypatch, lint):
    for name, text in {"compose.yaml": PROJECT, "a.env": "A=1\n"}.items():
        (tmp_path / name).write_text(text)
    read = Disk.read_bytes

    def vanishing(self, path):
        if path == lost and (tmp_path / lost).exists():
            (tmp_path / lost).unlink()
        return read(self, path)

    monkeypatch.setattr(Disk, "read_bytes", vanishing)
    outcome = lint("--root", ".", folder=tmp_path)
    assert outcome.status == (2 if lost == "compose.yaml" else 1)
    assert f"{lost} does not exist" in outcome.out + outcome.err
    assert "Traceback" not in outcome.err


def test_processes_that_write_one_file_leave_one_of_their_texts_whole(tmp_path):
    texts = [bytes([letter]) * 100_000 for letter in b"abcd"]

    def write(text):
        child = os.fork()
        if child == 0:
            try:
                save(str(tmp_path / "report"), text)
            finally:
                os._exit(0)
        return child

    children = [write(text) for text in texts for _ in range(5)]
    for child in children:
        os.waitpid(child, 0)
    assert [path.name for path in tmp_path.iterdir()] == ["report"]
    assert (tmp_path / "report").read_bytes() in texts


@pytest.mark.parametrize("opening", ["compose.yaml", "a.env", "/forkfit/arguments.py", "/forkfit/pipeline.py"])
def test_a_process_that_is_interrupted_ends_as_a_shell_expects(opening, process):
    # Python keeps byte code of modules; without it their source is opened.
    first = f"import sys; sys.dont_write_bytecode = True; sys.pycache_prefix = '/nowhere'\n{INTERRUPTING.replace('@', repr(opening))}"
    out, err = (ran := process(first=first)).communicate(timeout=60)
    assert (ran.returncode, out, err) == (130, "", "compose-lint: interrupted\n")


def test_runs_that_write_the_same_files_leave_them_whole(process, tmp_path):
    outputs = [word for form in ("json", "sarif") for word in ("--output", f"{form}:{form}")]
    running = [process(*outputs) for _ in range(4)]
    assert [(ran.communicate(timeout=60)[1], ran.returncode) for ran in running] == [("", 0)] * 4
    assert [json.loads((tmp_path / form).read_text())["version"] for form in ("json", "sarif")] == [1, "2.1.0"]
    assert not [path.name for path in tmp_path.iterdir() if path.name.endswith(".part")]


MENDED = PROJECT.replace("-c 4", "-c 40") + "    x-compose-lint: {per_worker: 120m}\n"


@pytest.mark.parametrize(
    ("becomes", "said"),
    [(None, "cannot be read any more"), (MENDED.replace("-c 40", "-c 41"), "has changed meanwhile")],
    ids=["gone", "changed"],
)
def test_a_file_that_is_another_before_it_is_mended_stays_as_it_is(becomes, said, tmp_path, monkeypatch, lint):
    (tmp_path / "compose.yaml").write_text(MENDED)
    (tmp_path / "a.env").write_text("A=1\n")
    from forkfit.mend import command

    mend = command.mend

    def slowly(*given):
        mended = mend(*given)
        assert mended.contents
        if becomes is None:
            (tmp_path / "compose.yaml").unlink()
        else:
            (tmp_path / "compose.yaml").write_text(becomes)
        return mended

    monkeypatch.setattr(command, "mend", slowly)
    outcome = lint("--root", ".", "--fix", folder=tmp_path)
    assert outcome.status == 2
    assert f"compose.yaml {said}" in outcome.out + outcome.err
    assert "Traceback" not in outcome.err
    assert (tmp_path / "compose.yaml").exists() == (becomes is not None)
    assert becomes is None or (tmp_path / "compose.yaml").read_text() == becomes


def test_of_files_that_are_mended_together_none_is_when_the_user_interrupts(tmp_path, monkeypatch):
    from forkfit.mend import write

    before = {"a": b"1", "b": b"2"}
    for name, content in before.items():
        (tmp_path / name).write_bytes(content)
    saved = []

    def save_one(path, content):
        saved.append(path)
        if len(saved) == 2:
            raise KeyboardInterrupt
        save(path, content)

    monkeypatch.setattr(write, "save", save_one)
    with pytest.raises(KeyboardInterrupt):
        write.put({"a": b"3", "b": b"4"}, before, Disk(str(tmp_path)), str(tmp_path))
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
