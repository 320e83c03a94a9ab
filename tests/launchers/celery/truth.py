"""Ask Celery itself what it makes of a little project, and say what the linter makes of it, in the same words."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping
from io import StringIO
from pathlib import Path

from ruamel.yaml import YAML

from forkfit.cli import main
from forkfit.model.arithmetic import evaluate

HERE = Path(__file__).parent
PROJECTS = sorted(p.parent for p in (HERE.parent.parent.parent / "fixtures" / "celery").glob("*/compose.yaml"))
SECONDS = 60  # that a worker may take to start; it takes less than one
# What the answers call the number of CPUs, which differs from host to host. No project asks for the number itself.
CPUS = "one a CPU"
NOT_KNOWN = "a number that is not known"


def service(project: Path) -> tuple[list[str], Mapping[str, str]]:
    """Return the command and the variables of a project's only service."""
    (worker,) = YAML(typ="safe").load((project / "compose.yaml").read_text())["services"].values()
    command = worker["command"]
    words = shlex.split(command) if isinstance(command, str) else list(command)
    return words, {name: str(value) for name, value in worker.get("environment", {}).items()}


def real(project: Path, place: Path, python: str = sys.executable) -> str:
    """Start the worker of a project in a copy of it, and return what it does: "stops", or its children and its banner."""
    words, variables = service(project)
    shutil.copytree(project, place, dirs_exist_ok=True)
    environment = {"PATH": os.environ["PATH"], "CELERY_BROKER_URL": "memory://", "C_FORCE_ROOT": "1", "LC_ALL": "C.UTF-8", **variables}
    started = subprocess.Popen(
        [python, str(HERE / "real_worker.py"), *words],
        cwd=place,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        out, err = started.communicate(timeout=SECONDS)
    finally:
        _end(started.pid)
    children = re.search(r"^CHILDREN (\d+)", err, re.MULTILINE)
    banner = re.search(r"concurrency:\s+(?:(\w+)|\{min=(\d+), max=(\d+)\}) \((\w+)\)", out)
    if children is None or banner is None:
        return "stops"
    number, least, most, pool = banner.groups()
    if not most and not number.isdigit():
        number = children[1]  # True counts as one
    return _said(int(children[1]), pool, f"{least} to {most}" if most else number)


def _end(group: int) -> None:
    """End whatever a worker has left behind."""
    try:
        os.killpg(group, 9)
    except ProcessLookupError:
        return


def _said(children: int, pool: str, number: str) -> str:
    """Put an answer into words; solo prints a number that means nothing."""
    pool = "threads" if pool == "thread" else pool
    return f"{children} children, {pool}" if pool == "solo" else f"{children} children, {pool} {number}"


def linted(project: Path, place: Path, celery: str, python: str) -> str:
    """Return what the linter makes of a project under these versions, as if the host had as many CPUs as this one."""
    shutil.copytree(project, place, dirs_exist_ok=True)
    (place / "requirements.txt").write_text(f"celery=={celery}\n")
    (place / ".python-version").write_text(f"{python}\n")
    out = StringIO()
    main(["--root", str(place), "--fail-on", "never", "--format", "json", str(place / "compose.yaml")], out, out, {})
    report = json.loads(out.getvalue())
    (worker,) = report["projects"][0]["workers"]
    if any(f["rule"] == "FF206" and "does not start" in f["message"] for f in report["findings"]):
        return "stops"
    pool = worker["pool"].get("known")
    if pool is None:
        return f"a pool that is {next(iter(worker['pool']))}"
    if "unknown" in worker["concurrency"] or "one_of" in worker["concurrency"]:
        return _not_known(worker["concurrency"])
    children = _count(report["projects"][0]["containers"][0]["os_processes"]) - 1
    scale = worker["autoscale"].get("known")
    if scale is not None:
        most, least = map(int, scale.split(","))
        grown = most - least if pool == "prefork" else 0
        return _said(children - grown, pool, f"{least} to {most}")
    return _said(children, pool, str(_count(worker["concurrency"])))


def _not_known(value: Mapping[str, object]) -> str:
    """Return that the project's own code ends the worker, or that the linter says why it knows no number."""
    return "stops" if "the program stops here" in str(value.get("unknown")) else NOT_KNOWN


def _count(value: Mapping[str, object]) -> int:
    """Return a number as it is on this host; -1 where the linter knows none."""
    if "by_cpus" in value:
        return evaluate(str(value["by_cpus"]), os.cpu_count() or 1)
    known = value.get("known", -1)
    assert isinstance(known, int)
    return known


def recorded(project: Path) -> dict[str, str]:
    """Return what workers were seen to do, by the version of Celery; under "linter" what it says where nobody can know that."""
    lines = (project / "answers.txt").read_text().splitlines()
    return dict(line.split(": ", 1) for line in lines if ": " in line)


def expected(project: Path, answer: str) -> str:
    """Return what the linter should say of a project whose worker does this: the same, unless its number cannot be known."""
    return recorded(project).get("linter", answer)


def in_words(answer: str, cpus: int | None) -> str:
    """Return an answer in which the number of CPUs has a name."""
    return answer if cpus is None else re.sub(rf"^{cpus} children, prefork {cpus}$", CPUS, answer)
