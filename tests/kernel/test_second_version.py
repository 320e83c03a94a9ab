"""The same under the cgroups of version 2: where this machine has those of version 1, in a kernel that runs as a program."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
KERNEL = shutil.which("linux.uml")
SECONDS = 900


@pytest.mark.skipif(KERNEL is None, reason="the kernel cannot judge version 2 here: user-mode-linux is not installed")
def test_version_2_counts_kills_and_lets_live_as_the_rules_say():
    variables = {"FOLDER": HERE.parents[1], "PYTHON": sys.executable, "TESTS": HERE / "under_second_version.py"}
    root = ("root=/dev/root", "rootfstype=hostfs", "rootflags=/", "ro", f"init={HERE / 'second_version.sh'}")
    words = (KERNEL, "mem=2000M", *root, "quiet", "con=null", "con0=null,fd:1", *(f"{name}={value}" for name, value in variables.items()))
    # Its memory is a file, which it maps as code too.
    environment = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), "TMPDIR": "/dev/shm"}
    ran = subprocess.run(
        words,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert re.search(r"^2 passed in ", ran.stdout, re.MULTILINE), ran.stdout
    assert "left behind: ." in ran.stdout
