"""Measure what a program needs at its peak: ``python benchmarks/peak.py [--times N] [--bisect] -- COMMAND [ARGUMENT ...]``.

The command runs in a memory cgroup of its own, with all that it starts. Printed is the highest moment of what the kernel
holds against a limit once it has dropped the page cache: anonymous and shared memory, read every millisecond, of N runs the
median; beside it the kernel's own memory at that moment. With ``--bisect`` the smallest limit is looked for, to 2 percent,
under which the kernel kills nothing: what the sampled peak is worth. The figures of ``weights/tools`` are made this way.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time

from forkfit.measure.cgroup import Cgroup, cgroup, why_none
from forkfit.model.memory import Memory

INTERVAL = 0.001  # seconds


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--bisect", action="store_true")
    parser.add_argument("command", nargs="+")
    given = parser.parse_args()
    if why := why_none():
        print(why, file=sys.stderr)
        return 2
    runs = [_run(given.command, None) for _ in range(given.times)]
    peaks = [peak for _, peak, _, _ in runs]
    kernel = statistics.median(kernel for _, _, kernel, _ in runs)
    status, _, _, seconds = runs[-1]
    print(f"{statistics.median(peaks):.1f} MiB ({min(peaks):.1f} to {max(peaks):.1f}), kernel {kernel:.1f}, {seconds:.1f} s, exit {status}")
    if given.bisect:
        low, high = 0.5 * min(peaks), 2 * max(peaks) + 8
        while high / low > 1.02:
            middle = (low * high) ** 0.5
            low, high = (low, middle) if _survives(given.command, middle, status) else (middle, high)
        print(f"killed at {low:.1f} MiB, lives with {high:.1f} MiB")
    return 0


def _survives(command: list[str], limit: float, status: int) -> bool:
    return _run(command, limit)[0] == status


def _run(command: list[str], limit: float | None) -> tuple[int, float, float, float]:
    """Run a command once; return its status (-9 where the kernel killed anything), the peak and the kernel's memory in MiB, and seconds."""
    with cgroup() as group:
        assert group is not None
        if limit is not None:
            group.limit(Memory.mib(limit))
        begun = time.monotonic()
        with subprocess.Popen(command, preexec_fn=group.enter, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
            peak, kernel = _watch(group, running)
        killed = group.kills() > 0
        return (-9 if killed else running.returncode), peak, kernel, time.monotonic() - begun


def _watch(group: Cgroup, running: subprocess.Popen[bytes]) -> tuple[float, float]:
    peak = kernel = 0.0
    while running.poll() is None:
        count = group.count()
        if count.anonymous.in_mib > peak:
            peak, kernel = count.anonymous.in_mib, count.kernel.in_mib
        time.sleep(INTERVAL)
    return peak, kernel


if __name__ == "__main__":
    os.environ["LC_ALL"] = "C.UTF-8"
    sys.exit(main())
