"""Ask Celery of several versions what it makes of the projects in fixtures/celery: ``python benchmarks/celery_versions.py [VERSION ...]``.

Builds an environment a version below ``--place`` (with the Python that it needs, from ``--pythons``, pyenv's folder of
versions), starts each project's worker in it, and prints where the linter says otherwise. ``--record`` writes the
answers to the projects, on a host whose number of CPUs no project asks for (2). The versions are those of the facts.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent.resolve()
sys.path[:0] = [str(HERE.parent / name) for name in ("linter", "rules")]
# Version, Python, and what must be held back for it to run.
NEWEST = "5.7.0"
# What projects read their settings with. They have an answer of the newest release alone, and are asked of it alone.
LIBRARIES = ("django", "django-configurations", "django-environ", "environs", "pydantic-settings", "python-decouple", "python-dotenv")
VERSIONS: dict[str, tuple[str, tuple[str, ...]]] = {
    NEWEST: ("3.11", LIBRARIES),
    "5.6.3": ("3.11", ()),
    "5.5.3": ("3.11", ()),
    "5.4.0": ("3.11", ()),
    "5.3.6": ("3.11", ()),
    "5.2.7": ("3.9", ()),
    "5.1.2": ("3.8", ("click==7.1.2", "importlib-metadata<5", "setuptools<81")),
    "5.0.5": ("3.8", ("click==7.1.2", "importlib-metadata<5", "setuptools<81")),
    "4.4.7": ("3.7", ("importlib-metadata<5",)),
}
# With a broker that has no event loop the first ends where one with redis runs without children; whether a module that
# is not in the repository is installed, no file tells; which method of an application starts it is not kept.
PASSED_OVER = frozenset(
    (name, version)
    for name, versions in (
        ("option-negative", ("5.2.7", "5.1.2", "5.0.5", "4.4.7")),
        ("object-missing-silent", tuple(VERSIONS)[1:]),
        ("workdir-variable", ("4.4.7",)),
        ("app-start", ("4.4.7",)),
    )
    for version in versions
)


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("versions", nargs="*", help=f"of {', '.join(VERSIONS)}")
    arguments.add_argument("--place", default=str(Path(tempfile.gettempdir()) / "celery-versions"))
    arguments.add_argument("--pythons", default=str(Path.home() / ".pyenv" / "versions"))
    arguments.add_argument("--record", action="store_true")
    given = arguments.parse_args()
    truth = _truth()
    differing = 0
    for version in given.versions or VERSIONS:
        python = built(version, Path(given.place), Path(given.pythons))
        if python is None:
            print(f"{version}: no Python {VERSIONS[version][0]} below {given.pythons}")
            continue
        differing += compared(version, python, truth, record=given.record)
    return int(differing > 0)


def built(version: str, place: Path, pythons: Path) -> str | None:
    """Return the Python of an environment with that Celery, built where it is not there; None without a Python for it."""
    wanted, held = VERSIONS[version]
    folder = place / version
    python = str(folder / "bin" / "python")
    if not (folder / "bin" / "celery").exists():
        found = sorted(pythons.glob(f"{wanted}.*/bin/python"))
        if not found:
            return None
        subprocess.run([found[-1], "-m", "venv", folder], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", f"celery=={version}", *held], check=True)
    return python


def compared(version: str, python: str, truth: Any, *, record: bool) -> int:
    """Print where the linter and the workers of one version differ, and return how often."""
    asked = [p for p in truth.PROJECTS if version == NEWEST or set(truth.recorded(p)) - {NEWEST, "linter"}]
    projects = [p for p in asked if (p.name, version) not in PASSED_OVER]
    with tempfile.TemporaryDirectory() as place, ThreadPoolExecutor(os.cpu_count()) as starting:

        def ask(project: Path) -> str:
            return truth.in_words(truth.real(project, Path(place) / "real" / project.name, python), os.cpu_count())  # type: ignore[no-any-return]

        answers = dict(zip(projects, starting.map(ask, projects), strict=True))
        said = {}
        for project in projects:
            linted = truth.linted(project, Path(place) / "linted" / project.name, version, VERSIONS[version][0])
            said[project] = truth.in_words(linted, os.cpu_count())
    differing = [p for p in projects if truth.expected(p, answers[p]) != said[p]]
    print(f"{version}: {len(projects) - len(differing)} of {len(projects)} agree")
    for project in differing:
        print(f"    {project.name}: Celery {answers[project]}; linter {said[project]}")
    if record:
        for project, answer in answers.items():
            known = truth.recorded(project) | {version: answer}
            lines = [f"{v}: {known[v]}\n" for v in (*VERSIONS, "linter") if v in known]
            (project / "answers.txt").write_text("".join(lines))
    return len(differing)


def _truth() -> Any:
    """Load what asks and what compares, which the tests use too."""
    spec = importlib.util.spec_from_file_location("truth", HERE.parent / "tests" / "launchers" / "celery" / "truth.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


if __name__ == "__main__":
    raise SystemExit(main())
