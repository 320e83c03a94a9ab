"""Paths by the rules of every platform: POSIX inside, whatever the disk has."""

from __future__ import annotations

import ntpath
import os
import posixpath

import pytest

from forkfit.compose.load import load
from forkfit.compose.request import Request
from forkfit.files import InMemory, inside, rooted, seen_from


@pytest.mark.parametrize(
    ("rules", "folder", "path", "seen"),
    [
        (posixpath, "/shop", "/shop/deploy/compose.yaml", "deploy/compose.yaml"),
        (posixpath, "/shop", "/shop", "."),
        (posixpath, "/shop", "/other", "../other"),
        (posixpath, "/shop", r"/shop/a\b", r"a\b"),
        (ntpath, r"C:\shop", r"C:\shop\deploy\compose.yaml", "deploy/compose.yaml"),
        (ntpath, r"C:\Shop", r"c:\shop\Deploy\compose.yaml", "Deploy/compose.yaml"),
        (ntpath, r"C:\shop", "C:/shop/compose.yaml", "compose.yaml"),
        (ntpath, r"C:\shop", r"C:\other", "../other"),
        (ntpath, r"C:\shop", r"D:\shop\compose.yaml", "/D:/shop/compose.yaml"),
        (ntpath, r"\\server\share\shop", r"\\server\share\shop\compose.yaml", "compose.yaml"),
        (ntpath, r"\\server\share\shop", r"\\server\other\compose.yaml", "//server/other/compose.yaml"),
        (ntpath, r"C:\shop", r"\\server\share\compose.yaml", "//server/share/compose.yaml"),
    ],
)
def test_a_path_is_seen_from_a_folder_in_posix(rules, folder, path, seen):
    assert seen_from(folder, path, rules) == seen


@pytest.mark.parametrize("path", [r"D:\shop\compose.yaml", r"\\server\share\x"])
def test_another_drive_is_outside(path):
    assert not inside(seen_from(r"C:\shop", path, ntpath))


@pytest.mark.parametrize(
    ("rules", "path", "root"),
    [
        (posixpath, "/shop", "/shop"),
        (ntpath, r"C:\shop", "/C:/shop"),
        (ntpath, "C:\\", "/C:/"),
        (ntpath, r"\\server\share\shop", "//server/share/shop"),
    ],
)
def test_the_root_is_absolute_in_posix(rules, path, root):
    assert rooted(path, rules) == root
    assert posixpath.isabs(rooted(path, rules))


def kept(service):
    """Return what of a service is not written with the root before it, as in the nodes."""
    return service.name, service.build, service.mounts, service.environment, service.command


FILES = {
    "deploy/compose.yaml": b"include: [../more.yaml]\nservices:\n  worker:\n    extends: {file: base.yaml, service: base}\n"
    b"    env_file: ../app.env\n"
    b"    volumes: ['../code:/code', './here:/here']\n    command: celery -A p worker -c $N\n",
    "deploy/base.yaml": b"services: {base: {build: ../app, env_file: base.env}}\n",
    "deploy/base.env": b"A=1\n",
    "deploy/.env": b"N=4\n",
    "app.env": b"B=2\n",
    "app/Dockerfile": b"FROM python\n",
    "more.yaml": b"services: {other: {image: x}}\n",
}


@pytest.mark.parametrize("root", [rooted(r"C:\shop", ntpath), rooted(r"\\server\share\shop", ntpath), "/"])
def test_a_project_loads_the_same_wherever_its_root_is(root):
    told = []
    request = Request(files=("deploy/compose.yaml",), root=root)
    found = load(request, InMemory(FILES), told.append)
    expected = load(request.replace(root="/shop"), InMemory(FILES), told.append)
    assert told == []
    assert (found.read, found.env_files) == (expected.read, expected.env_files)
    assert [kept(service) for service in found.services] == [kept(service) for service in expected.services]
    assert found.service("worker").build.value.context.value == "app"


def test_a_file_that_was_linted_is_not_overwritten_by_another_name(tmp_path, lint):
    compose = "services:\n  worker:\n    image: x\n    command: celery -A p worker -c 4\n    mem_limit: 1g\n"
    (tmp_path / "compose.yaml").write_text(compose)
    # As on a disk that takes small letters for capitals: another name of one file.
    os.link(tmp_path / "compose.yaml", tmp_path / "COMPOSE.yaml")
    outcome = lint("--root", ".", "--output", "json:COMPOSE.yaml", "compose.yaml", folder=tmp_path)
    assert outcome.status == 2
    assert "COMPOSE.yaml is not written: it is one of the files that were read" in outcome.out
    assert (tmp_path / "compose.yaml").read_text() == compose
