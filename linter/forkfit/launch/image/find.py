"""Which Dockerfile of the repository builds an image that is only named: by another service, or by its own name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from posixpath import basename, dirname

from forkfit.files import below, read_text
from forkfit.launch.image.bases import reference
from forkfit.launch.image.tagged import read, scripts
from forkfit.model.files import Files
from forkfit.model.source import BrokenSource, Source
from forkfit.model.value import Unknown

MOST_FOLDERS = 300  # none of 22 real repositories keeps a Dockerfile that matters behind so many
DEEPEST = 3  # folders below the root

_DOCKERFILE = r"(?:Docker|Container)file(?:[._-](?P<after>[\w.-]+))?|(?P<before>[\w.-]+)\.(?:Docker|Container)file"
_NOT_DOCKERFILES = (".dockerignore", ".md", ".j2", ".jinja", ".jinja2", ".tmpl", ".template", ".sh", ".py", ".old", ".bak", ".orig", ".rst")
_SKIPPED = frozenset({"node_modules", "vendor", "venv", "site-packages", "__pycache__", "third_party"})
_NAME = r"""(?m)^[ \t]*["']?name["']?[ \t]*[=:]\s*["']([\w.-]+)["']"""
_STAGE = r"(?mi)^[ \t]*FROM[ \t]+\S.*[ \t]AS[ \t]+([\w.-]+)[ \t]*$"
_MANIFESTS = ("pyproject.toml", "package.json", "setup.py", "setup.cfg")

# Official images of Docker Hub that projects use as they are; a folder of that name makes a variant of its own.
_OFFICIAL = """
adminer alpine almalinux amazonlinux busybox caddy cassandra clickhouse consul couchdb debian docker elasticsearch
eclipse-mosquitto fedora gitea golang grafana haproxy httpd influxdb kafka keycloak kibana logstash mailhog mailpit mariadb
memcached minio mongo mongo-express mysql nats neo4j nextcloud nginx node openjdk opensearch pgadmin pgadmin4 pgbouncer php
postgis postgres prometheus pypy python qdrant rabbitmq redis redis-stack registry rockylinux ruby rust scratch sentry solr tika
traefik typesense ubuntu valkey vault vernemq wordpress zookeeper
"""
OFFICIAL = frozenset(_OFFICIAL.split())


class Layout:
    """Where a repository keeps what builds its images; looked up when it is needed, and once a run."""

    def __init__(self, files: Files) -> None:
        """Look into these files."""
        self.files = files

    @cached_property
    def dockerfiles(self) -> tuple[str, ...]:
        """The Dockerfiles, those near the root first."""
        return tuple(dockerfiles(self.files))

    @cached_property
    def scripts(self) -> tuple[str, ...]:
        """The scripts and CI files that may build images."""
        return tuple(scripts(self.files))


class Repository:
    """What a repository says of its images, read when it is needed, and once a project."""

    def __init__(self, files: Files, layout: Layout | None = None) -> None:
        """Read these files; where they stand is looked up here, unless a layout says it."""
        self.files = files
        self._layout = layout or Layout(files)

    @property
    def dockerfiles(self) -> tuple[str, ...]:
        """The Dockerfiles, those near the root first."""
        return self._layout.dockerfiles

    @cached_property
    def names(self) -> frozenset[str]:
        """The names that the manifests at the root give to the project."""
        return project_names(self.files)

    @cached_property
    def scripts(self) -> tuple[Source, ...]:
        """The scripts and CI files that may build images."""
        return tuple(read(self._layout.scripts, self.files))


def dockerfile_named(wanted: str, repository: Repository) -> str | Unknown | None:
    """Return the Dockerfile whose name or folder is the image's own; Unknown where several are, None where none is.

    A name fits that is the image's, or its end after the project's: ``acme/shop-worker`` fits ``worker/Dockerfile``. The
    Dockerfile at the root fits an image that has the name of the project itself.
    """
    image = reference(wanted)
    if image.last in OFFICIAL or image.digest:
        return None
    name = _plain(image.last)
    paths = repository.dockerfiles
    for fits in (lambda key: key == name, lambda key: name.endswith("-" + key)):
        found = [path for path in paths if any(fits(key) for key in _keys(path))]
        if len(found) > 1:
            return Unknown(f"{wanted} may be built from {' or '.join(found[:4])}")
        if found:
            return found[0]
    if name in repository.names:
        main = next((path for main in ("Dockerfile", "docker/Dockerfile", "Containerfile") for path in paths if path == main), None)
        return paths[0] if main is None and len(paths) == 1 else main
    return None


def stage_named(wanted: str, repository: Repository) -> tuple[str, str] | None:
    """Return the Dockerfile and its stage that has the image's own name, of two words such as ``shop-worker``; None where not one has.

    A stage of one word (base, worker, production) says nothing of the image's name.
    """
    name = _plain(reference(wanted).last)
    if "-" not in name:
        return None
    found: list[tuple[str, str]] = []
    for path in repository.dockerfiles:
        try:
            text = read_text(repository.files, path).text
        except BrokenSource:
            continue
        found += [(path, stage[1]) for stage in re.finditer(_STAGE, text) if _plain(stage[1]) == name]
    return found[0] if len(found) == 1 else None


def dockerfiles(files: Files) -> Iterator[str]:
    """Yield the Dockerfiles of the repository, those near its root first; at most three folders deep, in 300 folders."""
    level, seen = ["."], 0
    for _ in range(DEEPEST + 1):
        below_level: list[str] = []
        for folder in level:
            # A file has no names in it, so that asking for them is asking whether it is a folder.
            names = files.names(folder)
            seen += bool(names)
            if seen > MOST_FOLDERS:
                return
            for name in names:
                path = below(folder, name)
                if (
                    "file" in name.lower()
                    and re.fullmatch(_DOCKERFILE, name, re.IGNORECASE)
                    and not name.lower().endswith(_NOT_DOCKERFILES)
                    and files.is_file(path)
                ):
                    yield path
                elif "." not in name and name not in _SKIPPED:
                    below_level.append(path)
        level = below_level


def _keys(path: str) -> Iterator[str]:
    """Yield the names that a Dockerfile's path gives to its image."""
    found = re.fullmatch(_DOCKERFILE, basename(path), re.IGNORECASE)
    folder = basename(dirname(path))
    own = (found.group("after") or found.group("before") or "") if found else ""
    if own:
        yield _plain(own)
    elif folder and folder not in ("docker", "build", "dockerfiles", "containers", "container", "deploy"):
        yield _plain(folder)
    if own and folder:
        yield f"{_plain(folder)}-{_plain(own)}"


def project_names(files: Files) -> frozenset[str]:
    """Return the names that the manifests at the root give to the project."""
    found: set[str] = set()
    for path in _MANIFESTS:
        if files.is_file(path):
            try:
                first = re.search(_NAME, read_text(files, path).text)
            except BrokenSource:
                continue
            if first:
                found.add(_plain(first.group(1)))
    return frozenset(found)


def _plain(name: str) -> str:
    return re.sub(r"[_.]+", "-", name).lower()
