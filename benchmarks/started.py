"""Run compose-lint as the command line does, and say on the last line of stderr how many files below a folder it opened.

``python started.py FOLDER ARGUMENT ...``: the benchmarks start it in place of ``compose-lint``.
"""

from __future__ import annotations

import os
import sys


def main() -> int:
    root = os.path.realpath(sys.argv.pop(1)) + os.sep
    opened: set[str] = set()

    def hear(event: str, arguments: tuple[object, ...]) -> None:
        if event == "open" and isinstance(arguments[0], str) and os.path.abspath(arguments[0]).startswith(root):
            opened.add(os.path.abspath(arguments[0]))

    sys.addaudithook(hear)
    from forkfit.cli import main as check

    try:
        return check()
    finally:
        print(f"files read: {sum(map(os.path.isfile, opened))}", file=sys.stderr)


if __name__ == "__main__":
    raise SystemExit(main())
