"""CPU time of a run against yamllint on the same file, in the same round: a ratio, not a promise of seconds.

Run by hand: ``python benchmarks/speed.py [--rounds N]``. Both programs are started as whole processes, in turn, so
that a change in the machine's speed meets both. yamllint comes with the `dev` extra.
"""

from __future__ import annotations

import argparse
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

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


PROJECTS = (100, 300, 1_000)
LENGTHS = (850, 8_500, 36_000)  # 47, 470 and 2 000 services


def long_file(lines: int) -> str:
    """Return a Compose file of about so many lines, with one worker in it."""
    count = (lines - 8) // SERVICE.count("\n")
    services = "".join(SERVICE.format(n=n, port=8000 + n) for n in range(count))
    return FIVE_LINES + "  redis:\n    image: redis:7\n" + services


def cpu_seconds(command: Sequence[str], folder: Path, environment: dict[str, str] | None = None) -> float:
    """Return user and system seconds of one run, its children included."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def main() -> int:
    """Print a table: CPU milliseconds of each program, and the median of the ratios round by round."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    binaries = Path(sys.executable).parent
    ours, theirs = str(binaries / "compose-lint"), shutil.which("yamllint", path=str(binaries)) or "yamllint"
    print(f"{'file':<12}{'compose-lint':>14}{'yamllint':>12}{'ratio':>8}{'a service':>11}   median of {rounds} rounds, CPU ms")
    start = 0.0
    for name, text in (("5 lines", FIVE_LINES), *((f"{n} lines", long_file(n)) for n in LENGTHS)):
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place)
            (folder / "compose.yaml").write_text(text)
            pairs = []
            for _ in range(rounds + 1):
                mine = cpu_seconds([ours, "--root", ".", "compose.yaml"], folder)
                pairs.append((mine, cpu_seconds([theirs, "compose.yaml"], folder)))
            pairs = pairs[1:]  # the first round warms the disk cache
            mine, other = (statistics.median(column) * 1000 for column in zip(*pairs, strict=True))
            ratio = statistics.median(a / b for a, b in pairs)
            # Beyond what the five lines cost: the same at every length where time grows with the file and no faster.
            start = start or mine
            services = text.count("image:")
            each = f"{(mine - start) / (services - 1):>11.2f}" if services > 1 else ""
            print(f"{name:<12}{mine:>14.0f}{other:>12.0f}{ratio:>8.2f}{each}")
    print(f"\n{'projects':<12}{'compose-lint':>14}{'a project':>11}   one run, CPU ms")
    for count in PROJECTS:
        with tempfile.TemporaryDirectory() as place:
            for n in range(count):
                folder = Path(place) / f"project-{n}"
                folder.mkdir()
                (folder / "compose.yaml").write_text(FIVE_LINES)
            mine = cpu_seconds([ours, "--root", "."], Path(place)) * 1000
            print(f"{count:<12}{mine:>14.0f}{(mine - start) / (count - 1):>11.2f}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
