"""CPU time on a large repository against ruff, which reads every file: ``python benchmarks/repository.py [--rounds N]``.

The repository is made here: 3,000 Python files and 20 services, of which some run Celery workers from a start script
whose application imports a part of the files. ruff looks for syntax errors alone (``--select E9``), without its cache. Both are started as
whole processes, in turn.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from speed import cpu_seconds

FILES = 3_000
SERVICES = 20
WORKERS = 6
BLOCKS = 5  # pairs of functions a file: about 130 lines, as many as in the middle one of real projects' files
REACHED = 60  # modules that a worker's application imports, directly and by way of each other
HERE = Path(__file__).parent
ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join(str(HERE.parent / name) for name in ("linter", "rules"))}

MODULE = '''\
"""Module {n} of the project."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass

{imports}
logger = logging.getLogger(__name__)
LIMIT_{n} = {n} * 10


@dataclass
class Record{n}:
    """What module {n} keeps."""

    name: str
    size: int = LIMIT_{n}

    def grown(self, by: int) -> "Record{n}":
        """Return a larger one."""
        if by < 0:
            raise ValueError(f"{{by}} is less than nothing")
        logger.info("growing %s by %d", self.name, by)
        return Record{n}(self.name, self.size + by)
'''
FUNCTIONS = '''

def total{m}(records: list[Record{n}]) -> int:
    """Add up the sizes."""
    found = 0
    for record in records:
        if record.size > LIMIT_{n}:
            logger.warning("%s is large", record.name)
        found += record.size
    return found


def load{m}(text: str) -> list[Record{n}]:
    """Read records."""
    try:
        return [Record{n}(**each) for each in json.loads(text)]
    except (TypeError, ValueError) as error:
        logger.error("cannot read: %s", error)
        return []
'''
APPLICATION = """\
import os

from celery import Celery

app = Celery("shop", include=["shop.tasks"])
app.conf.worker_concurrency = int(os.environ.get("WORKERS", "4"))
"""
TASKS = """\
from celery import shared_task

from shop.package_0 import module_0


@shared_task
def count(text):
    records = module_0.load(text)
    if records:
        return module_0.total(records)
    return 0
"""
DOCKERFILE = """\
FROM python:3.12-slim
WORKDIR /app
COPY requirements.txt .
RUN pip install -r requirements.txt
COPY . .
ENTRYPOINT ["./start.sh"]
"""
START = """\
#!/bin/sh
set -e
if [ "$1" = "worker" ]; then
    exec celery -A shop worker --queues "$2"
fi
exec "$@"
"""


def make(folder: Path) -> None:
    """Write the repository."""
    shop = folder / "shop"
    for n in range(FILES - 3):
        package = shop / f"package_{n // 50}"
        package.mkdir(parents=True, exist_ok=True)
        # Chains of imports: what is reached from module 0 is a tree of so many modules.
        names = [m for m in (2 * n + 1, 2 * n + 2) if m < REACHED]
        imports = "".join(f"from shop.package_{m // 50}.module_{m} import total as total_{m}\n" for m in names)
        functions = "".join(FUNCTIONS.format(n=n, m=m) for m in ("", *range(BLOCKS - 1)))
        (package / f"module_{n}.py").write_text(MODULE.format(n=n, imports=imports) + functions)
    (shop / "__init__.py").write_text("from shop.celery import app\n")
    (shop / "celery.py").write_text(APPLICATION)
    (shop / "tasks.py").write_text(TASKS)
    (folder / "Dockerfile").write_text(DOCKERFILE)
    (folder / "requirements.txt").write_text("celery==5.4.0\nredis==5.0.0\n")
    (folder / "start.sh").write_text(START)
    lines = ["services:", "  redis:", "    image: redis:7"]
    for n in range(SERVICES - 1):
        words = f"worker queue-{n}" if n < WORKERS else f"python -m shop.package_1.module_{n}"
        lines += [
            f"  service-{n}:",
            "    build: .",
            f"    command: {words}",
            "    mem_limit: 512m",
            f"    environment: {{NAME: service-{n}}}",
        ]
    (folder / "compose.yaml").write_text("\n".join(lines) + "\n")


def main() -> int:
    """Print the CPU milliseconds of both, the median of the ratios, and the files that we read."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    ruff = shutil.which("ruff", path=str(Path(sys.executable).parent)) or "ruff"
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        make(folder)
        ours = [sys.executable, str(HERE / "started.py"), place, "--root", "."]
        pairs = [
            (cpu_seconds(ours, folder, ENVIRONMENT), cpu_seconds([ruff, "check", "--no-cache", "--select", "E9", "."], folder))
            for _ in range(rounds + 1)
        ][1:]  # the first round warms the disk cache
        said = subprocess.run(ours, cwd=folder, env=ENVIRONMENT, capture_output=True, text=True, check=False).stderr
        present = sum(len(files) for _, _, files in os.walk(folder))
    mine, other = (statistics.median(column) * 1000 for column in zip(*pairs, strict=True))
    ratio = statistics.median(a / b for a, b in pairs)
    print(f"{FILES} Python files, {SERVICES} services: compose-lint {mine:.0f} ms CPU, ruff {other:.0f} ms, ratio {ratio:.2f}")
    print(f"{said.strip().splitlines()[-1]} of {present}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
