from __future__ import annotations

import os
import stat

import pytest

from forkfit.save import append, save, size


def test_a_file_is_there_whole_and_nothing_beside_it(tmp_path):
    save(str(tmp_path / "report"), b"new")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"report": b"new"}


def test_a_file_keeps_its_rights(tmp_path):
    path = tmp_path / "report"
    path.write_bytes(b"old and longer")
    path.chmod(0o640)
    save(str(path), b"new")
    assert (path.read_bytes(), stat.S_IMODE(path.stat().st_mode)) == (b"new", 0o640)


def test_a_link_stays_one(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path / "target")
    save(str(tmp_path / "link"), b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "target").read_bytes() == b"new"


def test_what_is_no_regular_file_is_written_to():
    read, write = os.pipe()
    save(f"/dev/fd/{write}", b"new")
    assert os.read(read, 9) == b"new"
    os.close(read)
    os.close(write)


def test_a_file_that_cannot_be_replaced_is_overwritten(tmp_path, monkeypatch):
    def busy(*_):
        raise OSError(16, "Device or resource busy")

    path = tmp_path / "mounted"
    path.write_bytes(b"old and longer")
    monkeypatch.setattr(os, "replace", busy)
    save(str(path), b"new")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"mounted": b"new"}


@pytest.mark.parametrize("path", ["none/report", "."], ids=["no such folder", "a folder"])
def test_what_cannot_be_written_is_an_error_and_leaves_nothing(path, tmp_path):
    with pytest.raises(OSError, match=r"No such file|Is a directory"):
        save(str(tmp_path / path), b"new")
    assert list(tmp_path.iterdir()) == []


def test_a_file_grows_only_so_far(tmp_path):
    path = tmp_path / "summary"
    append(str(path), b"12345", 8)
    with pytest.raises(OSError, match="more than 8 bytes"):
        append(str(path), b"6789", 8)
    assert (path.read_bytes(), size(str(path)), size(str(tmp_path / "none"))) == (b"12345", 5, 0)
