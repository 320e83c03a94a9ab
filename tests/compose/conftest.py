"""What the tests of Compose share: the recorded answers of the reference implementation, and ours to the same questions."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from posixpath import join, normpath

import pytest

from forkfit.compose.load import load
from forkfit.compose.request import Request
from forkfit.compose.resolve import effective
from forkfit.files import InMemory

CASES = Path(__file__).parent.parent.parent / "fixtures" / "oracle" / "cases"

DECISIVE = (
    *("command", "entrypoint", "environment", "mem_limit", "memswap_limit", "mem_reservation", "shm_size", "tmpfs", "deploy"),
    *("scale", "profiles", "image", "build", "healthcheck", "cpus"),
)
OF_PROJECT = ("effective_scale", "compose_files", "disabled_services")
NOT_INPUT = ("case.json", "expected.json")


def ignore(trouble):
    """Hear nothing."""


class Oracle:
    """The recorded cases, by the names of their folders."""

    @staticmethod
    def expected(name):
        """Return what the reference made of a case."""
        return json.loads((CASES / name / "expected.json").read_bytes())

    @staticmethod
    def arguments(name):
        """Return what the reference was asked."""
        return json.loads((CASES / name / "case.json").read_bytes())["args"]

    @staticmethod
    def files(name):
        """Return the files of a case, by their paths."""
        folder = CASES / name
        found = {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
        return InMemory({path: content for path, content in found.items() if path not in NOT_INPUT})

    @staticmethod
    def request(name, *, strict=True):
        """Return the request for a case, which lies in a folder of its own name."""
        asked = Oracle.arguments(name)
        cwd = asked.get("cwd", ".")
        root = f"/{name}"

        def seen(path):
            return normpath(join(cwd, path))

        environment = {"PWD": normpath(join(root, cwd))} | asked.get("env", {})
        directory = asked.get("project_directory")
        return Request(
            files=tuple(map(seen, asked.get("files", ()))),
            folder=cwd,
            environment=tuple(environment.items()),
            env_files=tuple(map(seen, asked.get("env_files", ()))),
            profiles=tuple(asked.get("profiles", ())),
            services=tuple(asked.get("services", ())),
            project_directory=None if directory is None else seen(directory),
            interpolate=not asked.get("no_interpolate", False),
            strict=strict,
            root=root,
        )

    @staticmethod
    @cache
    def answer(name):
        """Return what we make of a case, in the reference's form."""
        made = json.dumps(effective(Oracle.request(name), Oracle.files(name), ignore))
        return json.loads(made.replace(f"/{name}/", "<DIR>/").replace(f'/{name}"', '<DIR>"'))

    @staticmethod
    def decisive(project):
        """Return the part of an answer by which we are judged."""
        if "error" in project:
            return project["error"]["class"]
        services = {name: {k: v for k, v in s.items() if k in DECISIVE} for name, s in project["services"].items()}
        return services, tuple(project.get(key) for key in OF_PROJECT)


@pytest.fixture(scope="session")
def oracle():
    """Return the recorded answers, and how to ask the same of our own loader."""
    return Oracle


class Loaded:
    """A project of files in memory, loaded without stopping, and what was told meanwhile."""

    def __init__(self, files, /, **asked):
        self.told = []
        contents = {path: text if isinstance(text, bytes) else text.encode() for path, text in files.items()}
        self.project = load(Request(**asked), InMemory(contents), self.told.append)

    @property
    def kinds(self):
        """The kinds of what was told, in its order."""
        return [trouble.kind.value for trouble in self.told]

    def service(self, name="app"):
        """Return a service by name."""
        return self.project.service(name)


def steps(trail):
    """Return a trail as lines: role, place, note."""
    return [" ".join(filter(None, (step.role.value, str(step.at or ""), step.note))) for step in trail]


@pytest.fixture(scope="session")
def loaded():
    """Return the function that loads a project of files in memory."""
    return Loaded


@pytest.fixture(scope="session")
def app(loaded):
    """Return the function that loads one service, written as its keys, and returns it."""

    def of(keys, **more):
        text = "services:\n  app:\n    image: img:1\n" + "".join(f"    {line}\n" for line in keys.splitlines())
        return loaded({"compose.yaml": text, **more.pop("files", {})}, **more)

    return of


@pytest.fixture(scope="session")
def lines():
    """Return the function that writes a trail as lines."""
    return steps
