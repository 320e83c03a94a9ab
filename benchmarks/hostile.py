"""Print what each hostile project costs: its exit status, its CPU seconds, and the MiB that it takes beyond an idle process.

Run by hand: ``python benchmarks/hostile.py``. The projects are those of ``tests/hostile/bombs.py``, the limits those of its tests.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent / "tests" / "hostile")]

from conftest import BOMBS, bounded, write  # noqa: E402


def main() -> int:
    """Print the table."""
    print("| project | exit | seconds | MiB |\n|---|---|---|---|")
    for name, (_, files) in BOMBS.items():
        with tempfile.TemporaryDirectory() as folder:
            ran = bounded(write(Path(folder) / "project", files), "--root", ".")
        print(f"| {name} | {ran.status} | {ran.seconds:.1f} | {ran.mebibytes:.0f} |", flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
