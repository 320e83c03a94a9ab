"""A plugin that breaks, returns nonsense, or prints: its name is told, no traceback, and what does not need it is reported."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROJECT = "services:\n  worker:\n    image: x\n    command: celery -A proj worker\n  crew:\n    image: y\n    command: crew work\n"
HEAD = """\
import sys
from forkfit.api import *
from forkfit.api import implement
ID, SEVERITY = "BAD1", Severity.WARNING
"""
RULE = HEAD + '@implement\ndef forkfit_rules():\n    return [Rule("BAD1", "bad-rule", Severity.WARNING, "bad")]\n'
LAUNCHER = HEAD + '@implement\ndef forkfit_launchers():\n    return [Launcher("crew", ("crew",), "bad")]\n'
FORMAT = HEAD + '@implement\ndef forkfit_formats():\n    return [Format("bad-format", "bad")]\n'
SETTLED = "def claims(argv):\n    return Claim.WORKER\ndef settle(process, files, tell):\n    "
AT = 'Span("compose.yaml", 1, 1, 1, 1)'
HOOKED = f"{HEAD}@implement\ndef forkfit_rules():\n    "

# Plugins that cannot be used at all: what is said, and the source.
REFUSED = {
    "raises when it is imported": ("the plugin 'bad' cannot be imported: ZeroDivisionError", "1 / 0"),
    "ends the process when it is imported": ("the plugin 'bad' cannot be imported: SystemExit: 0", "raise SystemExit(0)"),
    "is no Python": ("the plugin 'bad' cannot be imported: SyntaxError", "def"),
    "recurses when it is imported": ("the plugin 'bad' cannot be imported: RecursionError", "def f(): f()\nf()"),
    "raises in a hook": ("the plugin 'bad' fails in forkfit_rules: ZeroDivisionError", f"{HOOKED}1 / 0"),
    "ends the process in a hook": ("the plugin 'bad' fails in forkfit_rules: SystemExit", f"{HOOKED}sys.exit(0)"),
    "returns nothing from a hook": ("the plugin 'bad' fails in forkfit_rules: TypeError", f"{HOOKED}pass"),
    "returns numbers from a hook": ("the plugin 'bad' returns 7 from forkfit_rules where a Rule belongs", f"{HOOKED}return [7]"),
    "returns rules without end": (
        "two rules of a plugin are named 'BAD1': bad",
        f'{HOOKED}while True:\n        yield Rule("BAD1", "bad-rule", Severity.INFO, "bad")\ndef check(stack):\n    return []',
    ),
    "has a hook that there is not": ("there is not", f"{HEAD}@implement\ndef forkfit_nothing():\n    return []"),
    "brings a rule of nonsense": (
        "the plugin 'bad' brings what cannot be: Rule.severity is 'high', no Severity",
        f'{HOOKED}return [Rule("BAD1", "bad-rule", "high", "bad")]',
    ),
    "brings a rule of a module that ends the process": (
        "the plugin 'bad' names the module 'bad2', which cannot be imported: SystemExit",
        (
            f'{HOOKED}open(__file__[:-6] + "bad2.py", "w").write("raise SystemExit")\n'
            '    return [Rule("BAD1", "bad-rule", Severity.INFO, "bad2")]'
        ),
    ),
    "brings a format without a function": ("which has no function 'write'", FORMAT),
    "raises in claims": (
        "the launcher 'crew' of the plugin 'bad' fails in claims: KeyError: 'x' (bad.py:",
        f"{LAUNCHER}def claims(argv):\n    return {{}}['x']\ndef settle(process, files, tell):\n    return ()",
    ),
    "claims with a word": (
        "the launcher 'crew' of the plugin 'bad' returns 'yes' from claims where a Claim belongs",
        f"{LAUNCHER}def claims(argv):\n    return 'yes'\ndef settle(process, files, tell):\n    return ()",
    ),
    "raises in settle": ("the launcher 'crew' of the plugin 'bad' fails in settle: ZeroDivisionError", f"{LAUNCHER}{SETTLED}1 / 0"),
    "ends the process in settle": ("fails in settle: SystemExit: 0", f"{LAUNCHER}{SETTLED}sys.exit(0)"),
    "settles nothing": ("the launcher 'crew' of the plugin 'bad' fails in settle: TypeError", f"{LAUNCHER}{SETTLED}return None"),
    "settles numbers": ("returns 1 from settle where a Worker belongs", f"{LAUNCHER}{SETTLED}return (1,)"),
    "settles a worker of nonsense": (
        "the launcher 'crew' of the plugin 'bad' returns from settle what cannot be: Worker.pool is 'prefork', no Value",
        (
            f"{LAUNCHER}{SETTLED}"
            'return (Worker(process.service, process.at, "", "crew", (), (), Absent("x"), "prefork", Known(1), Absent("x"), Known(1),'
            ' Known(1), Absent("x"), Absent("x"), Absent("x"), Absent("x")),)'
        ),
    ),
    "settles a count that is a word": (
        "Worker.concurrency is 'many', no int",
        (
            f"{LAUNCHER}{SETTLED}"
            'return (Worker(process.service, process.at, "", "crew", (), (), Absent("x"), Absent("x"), Known("many"), Absent("x"),'
            ' Known(1), Known(1), Absent("x"), Absent("x"), Absent("x"), Absent("x")),)'
        ),
    ),
}
# Rules that break, beside which the others are heard.
CHECKS = {
    "raises": ("fails in check: ZeroDivisionError: division by zero (bad.py:", "1 / 0"),
    "raises on the way": ("fails in check: ZeroDivisionError", f'yield Finding("x", {AT})\n    1 / 0'),
    "ends the process": ("fails in check: SystemExit", "sys.exit(0)"),
    "recurses": ("fails in check: RecursionError", "check(stack)"),
    "returns nothing": ("fails in check: TypeError", "pass"),
    "returns words": ("returns 'x' from check where a Finding belongs", "return ['x']"),
    "finds without end": ("fails in check: ValueError: more than 100000 are returned", f'while True:\n        yield Finding("x", {AT})'),
    "finds at no place": ("returns from check what cannot be: Finding.at is None", 'return [Finding("x", None)]'),
    "finds at a place of words": ("Span.line is 'one', no int", 'return [Finding("x", Span("compose.yaml", "one", 1, 1, 1))]'),
    "says a number": ("Finding.message is 7, no str", f"return [Finding(7, {AT})]"),
    "gives reasons of words": ("Finding.because is 'x', no tuple", f'return [Finding("x", {AT}, "x")]'),
    "grades with a word": ("Finding.severity is 'high', no Severity or None", f'return [Finding("x", {AT}, severity="high")]'),
}
WRITES = {
    "raises": ("fails in write: ZeroDivisionError", 'out.write("half")\n    1 / 0'),
    "writes bytes": ("fails in write: TypeError", 'out.write(b"x")'),
    "ends the process": ("fails in write: SystemExit", 'out.write("half")\n    sys.exit(0)'),
}


@pytest.fixture
def run(tmp_path):
    """Return a function that lints a project with a plugin whose only module is given."""

    def call(text, *arguments):
        site = tmp_path / "site"
        folder = site / "bad-1.0.dist-info"
        folder.mkdir(parents=True)
        (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: bad\nVersion: 1.0\n")
        (folder / "entry_points.txt").write_text("[forkfit]\nbad = bad\n")
        (site / "bad.py").write_text(text)
        (tmp_path / "compose.yaml").write_text(PROJECT)
        (tmp_path / "compose-lint.toml").write_text('plugins = ["bad"]\n')
        paths = os.pathsep.join(map(str, (ROOT / "linter", ROOT / "rules", site)))
        command = [sys.executable, "-m", "forkfit", "--root", ".", *arguments]
        environ = {"PATH": os.environ["PATH"], "PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": "1"}
        done = subprocess.run(command, cwd=tmp_path, env=environ, capture_output=True, text=True, check=False, timeout=60)
        assert "Traceback" not in done.stdout + done.stderr
        return done

    return call


@pytest.mark.parametrize("name", REFUSED)
def test_a_plugin_that_cannot_be_used_is_refused_by_name(name, run):
    said, text = REFUSED[name]
    done = run(text)
    assert done.returncode == 2
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("name", CHECKS)
def test_beside_a_rule_that_breaks_the_others_are_heard(name, run):
    said, body = CHECKS[name]
    done = run(f"{RULE}def check(stack):\n    {body}\n", "--format", "json")
    found = json.loads(done.stdout)
    assert done.returncode == 2
    assert f"the rule BAD1 of the plugin 'bad' {said}" in found["errors"][0] or said in found["errors"][0]
    assert "bad" in found["errors"][0]
    assert "FF201" in {finding["rule"] for finding in found["findings"]}


@pytest.mark.parametrize("name", WRITES)
def test_a_format_that_breaks_writes_nothing_and_stops_no_other(name, run, tmp_path):
    said, body = WRITES[name]
    text = f"{FORMAT}def write(report, out, look):\n    {body}\n"
    done = run(text, "--output", "bad-format:bad.txt", "--output", "json:good.json")
    assert done.returncode == 2
    assert f"bad.txt is not written: the format 'bad-format' of the plugin 'bad' {said}" in done.stdout
    assert not (tmp_path / "bad.txt").exists()
    assert json.loads((tmp_path / "good.json").read_text())["version"] == 1


@pytest.mark.parametrize("name", WRITES)
def test_a_format_that_breaks_on_the_way_to_standard_output_leaves_it_empty(name, run):
    said, body = WRITES[name]
    done = run(f"{FORMAT}def write(report, out, look):\n    {body}\n", "--format", "bad-format")
    assert (done.returncode, done.stdout) == (2, "")
    assert f"compose-lint: the format 'bad-format' of the plugin 'bad' {said}" in done.stderr


def test_what_a_plugin_prints_is_not_in_the_report(run):
    done = run(f'print("at import")\n{RULE}def check(stack):\n    print("in check")\n    return []\n', "--format", "json")
    assert json.loads(done.stdout)["version"] == 1
    assert done.stderr == "at import\nin check\n"
