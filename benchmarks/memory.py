"""Compare the four figures with the limits at which the kernel really killed: ``python benchmarks/memory.py``.

Each little project of fixtures/memory is linted whole, once for each row of fixtures/measured/thresholds.json: its
thresholds were bisected with real kernel kills. A false alarm is a limit at or above the threshold that a figure
exceeds, a miss a limit below the threshold that it does not, over 25 limits from half to twice of each threshold. The
threshold is the middle of its bracket; in the last two columns limits within the bracket count for neither, since
nobody saw a worker live or die there.
"""

from __future__ import annotations

import json
import sys
from io import StringIO
from pathlib import Path
from statistics import mean
from typing import Any

from forkfit.cli import main as lint

FIXTURES = Path(__file__).parent.parent / "fixtures"
GRID = [0.5 * 4 ** (step / 24) for step in range(25)]
FIGURES = (("at_start", "ready"), ("warm", "warm"), ("busy", "warm"), ("handbook", "warm"))
# What the code does not say: how large a dictionary of Python objects becomes.
NOT_SEEN = frozenset({"pyobj_module"})


class Pair:
    """A figure in MiB, and the limits between which the threshold lies: killed at the first, alive at the second."""

    def __init__(self, figure: float, bracket: list[float]) -> None:
        self.figure = figure
        self.killed, self.alive = bracket

    @property
    def middle(self) -> float:
        """The threshold."""
        return (self.killed + self.alive) / 2

    @property
    def error(self) -> float:
        """The figure over the threshold, less one."""
        return self.figure / self.middle - 1


def main() -> int:
    recorded = json.loads((FIXTURES / "measured" / "thresholds.json").read_text(encoding="utf-8"))
    rows = [row for row in recorded["rows"] if row["threshold_warm_mib"] and row["set"] not in NOT_SEEN]
    found: dict[str, dict[str, list[Pair]]] = {"prefork": {}, "in one process": {}}
    print(f"{'set':16}{'pool':9}{'N':>4}" + "".join(f"{name:>20}" for name, _ in FIGURES))
    for row in rows:
        figures = predicted(row["set"], row["n"], row["pool"])
        kind = found["prefork" if row["pool"] == "prefork" else "in one process"]
        cells = ""
        for name, stage in FIGURES:
            pair = Pair(figures[name], row[f"threshold_{stage}_mib"])
            kind.setdefault(name, []).append(pair)
            cells += f"{pair.figure:>9.0f} ({100 * pair.error:+5.0f} %)"
        print(f"{row['set']:16}{row['pool']:9}{row['n']:>4}{cells}")
    for kind_of_pool, by_figure in found.items():
        count = len(by_figure["warm"])
        print(f"\n{kind_of_pool + f', {count} thresholds':34}bias  mean abs     worst  false alarms  misses   outside the bracket")
        for name, pairs in by_figure.items():
            print(f"  {name:30}{summary(pairs)}")
    print(f"\nLeft out, because their code does not say how much they hold: {', '.join(sorted(NOT_SEEN))}.")
    return 0


def predicted(name: str, children: int, pool: str) -> dict[str, float]:
    """Return the four figures of one project in MiB, as a whole run reports them."""
    out, err = StringIO(), StringIO()
    options = ["--fail-on", "never", "--format", "json", "--env", f"N={children}", "--env", f"POOL={pool}"]
    lint([*options, "--root", str(FIXTURES / "memory"), str(FIXTURES / "memory" / name)], out, err, {})
    report: dict[str, Any] = json.loads(out.getvalue())
    estimate = report["projects"][0]["containers"][0]["estimate"]
    return {figure: estimate[f"{figure}_bytes"]["known"] / 2**20 for figure, _ in FIGURES}


def summary(pairs: list[Pair]) -> str:
    """Return bias, mean and worst error, and the rates of false alarms and misses."""
    errors = [pair.error for pair in pairs]
    limits = [(pair, share * pair.middle) for pair in pairs for share in GRID]
    alarms = mean(pair.figure > limit for pair, limit in limits if limit >= pair.middle)
    missed = mean(pair.figure <= limit for pair, limit in limits if limit < pair.middle)
    surely_false = mean(pair.figure > limit for pair, limit in limits if limit >= pair.alive)
    surely_missed = mean(pair.figure <= limit for pair, limit in limits if limit <= pair.killed)
    return (
        f"{100 * mean(errors):+7.1f} %{100 * mean(map(abs, errors)):8.1f} %{100 * max(errors, key=abs):+8.0f} %"
        f"{100 * alarms:12.1f} %{100 * missed:6.1f} %{100 * surely_false:12.1f} %{100 * surely_missed:6.1f} %"
    )


if __name__ == "__main__":
    sys.exit(main())
