"""Compare the four figures with the limits at which the kernel really killed: ``python benchmarks/accuracy.py``.

Thresholds are bisected with real kernel kills. A false alarm is a limit at or above the threshold that a figure
exceeds, a miss a limit below the threshold that it does not, over 25 limits from half to twice of each threshold.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from statistics import mean
from typing import Any

import forkfit
from forkfit.model.memory import Memory
from forkfit.model.settings import Settings
from forkfit.model.span import whole_file
from forkfit.model.value import Absent, Known, Value
from forkfit.model.weight import Estimate
from forkfit.model.worker import Code, Import, Pool, When, Worker
from forkfit.weigh.estimate import estimate
from forkfit.weigh.table import Table

HERE = os.path.dirname(__file__)
TABLE = Table((os.path.join(os.path.dirname(forkfit.__file__), "weights"),))
NOT_STATED = (Absent("not stated"), Absent("not stated"))
GRID = [0.5 * 4 ** (step / 24) for step in range(25)]
FIGURES: tuple[tuple[str, str, Callable[[Estimate], Value[Memory]]], ...] = (
    ("at_start", "threshold_ready_mib", lambda e: e.at_start),
    ("warm", "threshold_warm_mib", lambda e: e.warm),
    ("busy", "threshold_warm_mib", lambda e: e.busy),
    ("handbook", "threshold_warm_mib", lambda e: e.handbook),
)


def main() -> int:
    with open(os.path.join(HERE, "..", "fixtures", "measured", "thresholds.json"), encoding="utf-8") as stream:
        recorded = json.load(stream)
    everything = frozenset(name for library in _libraries() for name in library.distributions)
    rows = [row for row in recorded["rows"] if row["threshold_warm_mib"]]
    estimates = [(row, predicted(row, recorded["sets"][row["set"]], everything)) for row in rows]
    weighed = [(row, e) for row, e in estimates if "model" not in recorded["sets"][row["set"]]]
    print(f"{'set':16}{'pool':9}{'N':>4}" + "".join(f"{name:>20}" for name, _, _ in FIGURES))
    for row, e in weighed:
        cells = "".join(f"{_mib(of(e)):>9.0f} ({100 * _error(row[key], of(e)):+5.0f} %)" for _, key, of in FIGURES)
        print(f"{row['set']:16}{row['pool']:9}{row['n']:>4}{cells}")
    print()
    for title, chosen in (
        ("prefork", [p for p in weighed if p[0]["pool"] == "prefork"]),
        ("in one process", [p for p in weighed if p[0]["pool"] != "prefork"]),
    ):
        print(f"{title}, {len(chosen)} thresholds{'':10}bias  mean abs     worst  false alarms  misses")
        for name, key, of in FIGURES:
            print(f"  {name:30}{summary([(_middle(row[key]), _mib(of(e))) for row, e in chosen])}")
    print(f"\n{len(estimates) - len(weighed)} thresholds of workers with a model in memory are left out: models are not weighed yet.")
    return 0


def predicted(row: dict[str, Any], imports: dict[str, Any], installed: frozenset[str]) -> Estimate:
    """Return the estimate for one recorded row, by the weight table alone."""
    at = whole_file("app.py")
    before = [Import(name, at) for name in imports["imports"]]
    late = [Import(name, at, (), When.CHILD) for name in imports.get("imports_in_task", [])]
    code = Code((*before, *late), uses_boto3_client=imports.get("boto3_client", False))
    pool = Pool(row["pool"])
    slots: Value[int] = Known(row["n"])
    processes = slots if pool.forks else Known(1)
    none = Absent("not set")
    worker = Worker(
        row["set"], at, "", "celery", (), (), Known("app"), Known(pool), slots, none, processes, processes,
        Known("fork"), none, none, none, code=code,
    )  # fmt: skip
    return estimate((worker,), Absent("no limit"), NOT_STATED, False, Settings(), TABLE, installed)


def summary(pairs: list[tuple[float, float]]) -> str:
    """Return bias, mean and worst error and the rates of false alarms and misses of (threshold, figure) pairs."""
    errors = [figure / threshold - 1 for threshold, figure in pairs]
    limits = [(threshold, figure, share * threshold) for threshold, figure in pairs for share in GRID]
    alarms = [figure > limit for threshold, figure, limit in limits if limit >= threshold]
    caught = [figure > limit for threshold, figure, limit in limits if limit < threshold]
    return (
        f"{100 * mean(errors):+7.1f} %{100 * mean(map(abs, errors)):8.1f} %{100 * max(errors, key=abs):+8.0f} %"
        f"{100 * mean(alarms):12.1f} %{100 - 100 * mean(caught):6.1f} %"
    )


def _libraries() -> list[Any]:
    folder = TABLE.shelves[0]
    names = sorted(name.removesuffix(".toml") for name in os.listdir(folder) if name.endswith(".toml"))
    return [weight for name in names if (weight := TABLE.get(name))]


def _mib(figure: Value[Memory]) -> float:
    assert isinstance(figure, Known)
    return figure.value.in_mib


def _middle(bracket: list[float]) -> float:
    return sum(bracket) / 2


def _error(bracket: list[float], figure: Value[Memory]) -> float:
    return _mib(figure) / _middle(bracket) - 1


if __name__ == "__main__":
    sys.exit(main())
