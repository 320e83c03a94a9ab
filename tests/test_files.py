from __future__ import annotations

import os

import pytest

from forkfit.files import Disk, InMemory, Remembered, Watched, below, inside, project_root, read_text, tidy
from forkfit.model.source import BrokenSource


@pytest.fixture
def window(tmp_path):
    root = tmp_path / "root"
    (root / "app").mkdir(parents=True)
    (root / "app" / "a.yaml").write_text("a: 1\n")
    (tmp_path / "secret").write_text("outside")
    return Disk(str(root))


def test_files_inside_the_root_are_read(window):
    assert window.read_bytes("app/a.yaml") == b"a: 1\n"
    assert window.is_file("app/../app/a.yaml")
    assert window.is_folder("app")
    assert window.names("app") == ("a.yaml",)


@pytest.mark.parametrize("path", ["../secret", "app/../../secret", "/etc/passwd", "link"])
def test_nothing_outside_the_root_is_read(window, path):
    os.symlink(os.path.join(window.root, "..", "secret"), os.path.join(window.root, "link"))
    with pytest.raises(BrokenSource, match="outside the project root"):
        window.read_bytes(path)
    assert not window.is_file(path)
    assert not window.is_folder(path)
    assert window.names(path) == ()


@pytest.mark.parametrize(("path", "complaint"), [("app", "not a regular file"), ("none", "does not exist")])
def test_what_is_no_file_is_refused_with_its_name(window, path, complaint):
    with pytest.raises(BrokenSource, match=complaint):
        window.read_bytes(path)


def test_a_pipe_is_never_waited_for(window):
    os.mkfifo(os.path.join(window.root, "pipe"))
    with pytest.raises(BrokenSource, match="not a regular file"):
        window.read_bytes("pipe")


def test_a_file_past_the_bound_is_not_read(window):
    with open(os.path.join(window.root, "big"), "wb") as big:
        big.truncate(5 * 1024**2)
    with pytest.raises(BrokenSource, match="more than"):
        window.read_bytes("big")


def test_text_is_utf8_without_its_byte_order_mark():
    files = InMemory({"bom": b"\xef\xbb\xbfa", "latin": b"a\nb\xe9", "binary": b"a\0b"})
    assert read_text(files, "bom").text == "a"
    with pytest.raises(BrokenSource, match="line 2 is not UTF-8") as caught:
        read_text(files, "latin")
    assert caught.value.at.line == 2
    with pytest.raises(BrokenSource, match="binary"):
        read_text(files, "binary")


def test_memory_answers_as_a_disk_does():
    files = InMemory({"a/b.yaml": b"x", "a/c/d": b"y"})
    assert files.is_file("./a/b.yaml")
    assert files.is_folder("a/c")
    assert not files.is_folder("b")
    assert files.names("a") == ("b.yaml", "c")
    assert files.names(".") == ("a",)
    with pytest.raises(BrokenSource, match="does not exist"):
        files.read_bytes("z")
    with pytest.raises(BrokenSource, match="outside"):
        files.read_bytes("../z")


def test_watched_files_remember_what_was_asked_for_even_where_it_is_missing():
    files = Watched(InMemory({"a": b"1"}))
    files.read_bytes("./a")
    with pytest.raises(BrokenSource):
        files.read_bytes("missing.env")
    assert files.asked == {"a", "missing.env"}
    assert set(files.sources) == {"a"}


@pytest.mark.parametrize(("folder", "path", "seen"), [("a", "b", "a/b"), (".", "./b", "b"), ("a", "../b", "b"), ("a", "../../b", "../b")])
def test_paths_are_seen_from_the_root(folder, path, seen):
    assert below(folder, path) == seen
    assert inside(seen) == (not seen.startswith(".."))
    assert tidy("") == "."


def test_the_root_is_the_nearest_folder_with_git_and_otherwise_the_one_given(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    deep = tmp_path / "home" / "work" / "a" / "b"
    deep.mkdir(parents=True)
    assert project_root(str(deep)) == str(deep)
    assert project_root(str(deep), str(deep.parent)) == str(deep.parent)
    (tmp_path / "home" / "work" / ".git").mkdir()
    assert project_root(str(deep)) == str(tmp_path / "home" / "work")


def test_the_search_for_a_root_never_takes_the_home_directory(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / ".git").mkdir()
    deep = tmp_path / "a"
    deep.mkdir()
    assert project_root(str(deep)) == str(deep)


def test_a_folder_is_looked_at_once_however_many_projects_ask():
    class Counted(InMemory):
        def names(self, path):
            asked.append(path)
            return super().names(path)

    asked = []
    files = Remembered(Counted({"a/compose.yaml": b"x"}))
    assert [files.names("a") for _ in range(3)] == [("compose.yaml",)] * 3
    assert (asked, files.is_file("a/compose.yaml"), files.is_folder("a"), files.read_bytes("a/compose.yaml")) == (["a"], True, True, b"x")
