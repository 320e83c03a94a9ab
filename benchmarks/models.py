"""Compare workers that load models with the limits at which the kernel really killed: ``python benchmarks/models.py``.

Each little project of fixtures/models is linted whole, once for each row of fixtures/measured/models.json. Beside the
need stands what steady-state arithmetic says, which counts what a model holds and forgets what its load takes.
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
MIB = 2**20
# Nobody calls its model, because every call would hang.
NOT_CALLED = "fw_module"
TARGET = 0.12


def main() -> int:
    rows = json.loads((FIXTURES / "measured" / "models.json").read_text(encoding="utf-8"))["rows"]
    errors: dict[str, list[float]] = {"need": [], "steady": [], "handbook": []}
    print(f"{'project':12}{'N':>3}{'killed - alive':>16}{'need':>16}{'steady':>16}{'handbook':>16}")
    for row in rows:
        middle = (row["killed"] + row["alive"]) / 2
        figures = predicted(row["project"], row["n"])
        cells = ""
        for name, figure in figures.items():
            errors[name].append(figure / middle - 1)
            cells += f"{figure:>7.0f} ({100 * errors[name][-1]:+4.0f} %)"
        print(f"{row['project']:12}{row['n']:>3}{row['killed']:>8} - {row['alive']:<5}{cells}")
    print()
    for name, found in errors.items():
        within = sum(abs(error) <= TARGET for error in found)
        print(
            f"{name:9} bias {100 * mean(found):+5.1f} %, mean abs {100 * mean(map(abs, found)):5.1f} %, "
            f"worst {100 * max(found, key=abs):+5.0f} %, within {TARGET:.0%}: {within} of {len(found)}"
        )
    return int(max(map(abs, errors["need"])) > TARGET)


def predicted(project: str, children: int) -> dict[str, float]:
    """Return the need of a project, what it would be without the peaks of loads, and the handbook sum, in MiB."""
    out, folder = StringIO(), FIXTURES / "models"
    options = ["--fail-on", "never", "--format", "json", "--env", f"N={children}"]
    lint([*options, "--root", str(folder), str(folder / project)], out, StringIO(), {})
    report: dict[str, Any] = json.loads(out.getvalue())
    estimate = report["projects"][0]["containers"][0]["estimate"]
    figure = "warm" if project == NOT_CALLED else "busy"
    steady = sum(
        part["parent_bytes"] + children * part["child_bytes"] for part in estimate["parts"] if not part["what"].startswith("more while")
    )
    found = {"need": estimate[f"{figure}_bytes"]["known"], "steady": steady, "handbook": estimate["handbook_bytes"]["known"]}
    return {name: amount / MIB for name, amount in found.items()}


if __name__ == "__main__":
    sys.exit(main())
