"""CPU time and peak memory beside other linters on the same projects: ratios, not a promise of seconds.

Run by hand: ``python benchmarks/speed.py [--rounds N] [--peers FOLDER]``. All are started as whole processes, in turn, so that
a change in the machine's speed meets all of them. Peers are installed into the folder, or for the run; one that cannot be
installed is named with the reason.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from peers import peers

OURS = "compose-lint"
FIVE_LINES = """\
services:
  worker:
    image: example/app:1
    command: celery -A proj worker --concurrency=4
    mem_limit: 512m
"""
SERVICE = """\
  service-{n}:
    image: "example/service-{n}:1.{n}"
    restart: unless-stopped
    environment:
      A_NAME: value-{n}
      ANOTHER_NAME: "quoted value {n}"
      PORT: ${{PORT_{n}:-{port}}}
    ports:
      - "{port}:8000"
    depends_on:
      - redis
    labels:
      com.example.description: "service number {n}"
    networks: [default]
    logging:
      driver: json-file
"""


# A repository in which a start script, a Dockerfile and settings in Python decide what a worker is.
APPLICATION = {
    "compose.yaml": """\
services:
  redis:
    image: redis:7
  web:
    build: .
    command: ["web"]
    ports: ["8000:8000"]
  worker:
    build: .
    command: ["worker", "default"]
    environment:
      WORKERS: ${WORKERS:-4}
    mem_limit: 512m
    depends_on: [redis]
  beat:
    build: .
    command: celery -A shop beat
    mem_limit: 256m
""",
    "Dockerfile": """\
FROM python:3.12-slim
WORKDIR /app
COPY requirements.txt .
RUN pip install -r requirements.txt
COPY . .
ENTRYPOINT ["./start.sh"]
""",
    "start.sh": """\
#!/bin/sh
set -e
if [ "$1" = "worker" ]; then
    exec celery -A shop worker --queues "$2"
fi
if [ "$1" = "web" ]; then
    exec gunicorn shop.web:app --workers 2
fi
exec "$@"
""",
    "requirements.txt": "celery==5.4.0\nredis==5.0.0\ngunicorn==22.0.0\n",
    "shop/__init__.py": "from shop.celery import app\n",
    "shop/celery.py": """\
import os

from celery import Celery

app = Celery("shop", include=["shop.tasks"])
app.config_from_object("shop.settings", namespace="CELERY")
""",
    "shop/settings.py": """\
import os

CELERY_BROKER_URL = os.environ.get("BROKER", "redis://redis:6379/0")
CELERY_WORKER_CONCURRENCY = int(os.environ.get("WORKERS", "2"))
""",
    "shop/tasks.py": """\
import json

from celery import shared_task


@shared_task
def count(text):
    return len(json.loads(text))
""",
}

PROJECTS = (100, 300, 1_000)
LENGTHS = (850, 8_500, 36_000)  # 47, 470 and 2 000 services


def long_file(lines: int) -> str:
    """Return a Compose file of about so many lines, with one worker in it."""
    count = (lines - 8) // SERVICE.count("\n")
    services = "".join(SERVICE.format(n=n, port=8000 + n) for n in range(count))
    return FIVE_LINES + "  redis:\n    image: redis:7\n" + services


class Cost(NamedTuple):
    """What one process took: user and system seconds, and its peak resident size in MiB."""

    seconds: float
    mebibytes: float


def cost(command: Sequence[str], folder: Path, environment: dict[str, str] | None = None) -> Cost:
    """Run a command and return what it took."""
    started = subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(started.pid, 0)
    started.returncode = os.waitstatus_to_exitcode(status)
    return Cost(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def cpu_seconds(command: Sequence[str], folder: Path, environment: dict[str, str] | None = None) -> float:
    """Return user and system seconds of one run."""
    return cost(command, folder, environment).seconds


def projects() -> dict[str, dict[str, str]]:
    """Return the files of each project that is compared, by what it is."""
    long = {f"{n:,} lines": {"compose.yaml": long_file(n)} for n in LENGTHS}
    return {"5 lines": {"compose.yaml": FIVE_LINES}, "script, Dockerfile, settings": APPLICATION, **long}


def write(files: dict[str, str], folder: Path) -> None:
    """Write the files of a project."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    if (folder / "start.sh").exists():
        (folder / "start.sh").chmod(0o755)


def compared(rounds: int, commands: dict[str, list[str]]) -> None:
    """Print a row a project and program: median CPU time, the median of the ratios to yamllint round by round, peak memory."""
    print("| project | program | CPU ms | x yamllint | MiB |\n|---|---|---|---|---|")
    for name, files in projects().items():
        lines = files["compose.yaml"].count("\n")
        times = rounds if lines < 5_000 else max(1, rounds // 5)
        with tempfile.TemporaryDirectory() as place:
            write(files, Path(place))
            turns = [{who: cost([*command, "compose.yaml"], Path(place)) for who, command in commands.items()} for _ in range(times + 1)]
        turns = turns[1:]  # the first round warms the disk cache
        for who in commands:
            mine = [turn[who] for turn in turns]
            ratio = statistics.median(turn[who].seconds / turn["yamllint"].seconds for turn in turns) if "yamllint" in commands else 0
            seconds, size = statistics.median(c.seconds for c in mine), max(c.mebibytes for c in mine)
            print(f"| {name} | {who} | {seconds * 1000:.0f} | {ratio:.2f} | {size:.0f} |", flush=True)


def many(ours: list[str]) -> None:
    """Print what a run over many projects takes."""
    print("\n| projects in one run | CPU ms | ms a project | MiB |\n|---|---|---|---|")
    for count in PROJECTS:
        with tempfile.TemporaryDirectory() as place:
            for n in range(count):
                write({"compose.yaml": FIVE_LINES}, Path(place) / f"project-{n}")
            took = cost(ours, Path(place))
            print(f"| {count:,} | {took.seconds * 1000:.0f} | {took.seconds * 1000 / count:.2f} | {took.mebibytes:.0f} |", flush=True)


def main() -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--peers", type=Path, help="where the peers are, or are installed and kept")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        found = peers(given.peers.absolute() if given.peers else Path(place))
        ours = [str(Path(sys.executable).parent / "compose-lint")]
        commands = {OURS: ours, **{name: command for name, command in found.items() if not isinstance(command, str)}}
        for name, why in found.items():
            if isinstance(why, str):
                print(f"{name} is not compared: {why}\n")
        floor = [sys.executable, "-c", "import _ruamel_yaml"]
        least = statistics.median(cpu_seconds(floor, Path(place)) for _ in range(given.rounds))
        print(f"The interpreter and the C parser of YAML alone: {least * 1000:.0f} ms; median of {given.rounds} rounds.\n")
        compared(given.rounds, commands)
        many(ours)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
