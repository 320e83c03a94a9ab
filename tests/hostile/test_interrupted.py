"""Runs that the user ends, that meet each other, and whose files vanish under them."""

from __future__ import annotations

import os
from io import StringIO

import pytest

from forkfit.cli import main
from forkfit.files import Disk
from forkfit.save import save

PROJECT = "services:\n  worker:\n    image: x\n    command: celery -A proj worker -c 4\n    mem_limit: 1g\n    env_file: a.env\n"


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
