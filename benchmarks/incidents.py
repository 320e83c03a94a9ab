"""Replay real memory incidents: ``python benchmarks/incidents.py LISTS CHECKOUTS [NAME ...]``.

LISTS holds incidents.json and controls.json: what failed, or was right as it stood, with the repository, the commit and
the files that a user would name. CHECKOUTS holds each state as ``<owner>+<name>@<first 8 of the commit>``. The files are
named as a user names them: a Compose file is linted as it stands, any other file through the projects that load it.
An incident is caught where a rule fires that names its cause; a control is right where nothing fires that it forbids.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections import Counter
from typing import Any

from tool import lint

# Which rules name which kind of cause.
NAMES: dict[str, frozenset[str]] = {
    "CONC_UNSET": frozenset({"FF201"}),
    "BUDGET": frozenset({"FF101", "FF102", "FF103", "FF104"}),
    "AUTOSCALE_MAX": frozenset({"FF101", "FF102", "FF103", "FF104", "FF105", "FF203"}),
    "HEAVY_IMPORT": frozenset({"FF101", "FF102", "FF103", "FF302", "FF305"}),
    "MODEL_PER_PROC": frozenset({"FF101", "FF102", "FF103", "FF301"}),
    "NO_LIMIT": frozenset({"FF105", "FF201"}),
    "CHILD_CAP": frozenset({"FF106", "FF107", "FF204", "FF205"}),
    "WEB_CPU_WORKERS": frozenset(),  # no rule reads web servers yet
    "NONE": frozenset(),
}
SEVERITIES = ("info", "warning", "error")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("lists")
    parser.add_argument("checkouts")
    parser.add_argument("names", nargs="*", help="only those whose id holds one of these")
    given = parser.parse_args()
    caught: Counter[str] = Counter()
    for incident in _listed(given.lists, "incidents.json", given.names):
        caught[_replay(incident, incident.get("before_ref"), given.checkouts, _caught)] += 1
    right: Counter[str] = Counter()
    for control in _listed(given.lists, "controls.json", given.names):
        right[_replay(control, control.get("ref"), given.checkouts, _right)] += 1
    for title, counted in (("incidents", caught), ("controls", right)):
        print(f"{title}: " + ", ".join(f"{count} {outcome}" for outcome, count in sorted(counted.items())))
    return int(bool(right["WRONG"]))


def _listed(folder: str, name: str, wanted: list[str]) -> list[dict[str, Any]]:
    with open(os.path.join(folder, name), encoding="utf-8") as stream:
        content = json.load(stream)
    return [one for one in content if not wanted or any(word in one["id"] for word in wanted)]


def _replay(case: dict[str, Any], state: dict[str, Any] | None, checkouts: str, judged: Any) -> str:
    """Run one case, print a row, and return its outcome."""
    outcome, said = _outcome(case, state, checkouts, judged)
    print(f"{outcome:12} {case['id']:52} {said}")
    return str(outcome)


def _outcome(case: dict[str, Any], state: dict[str, Any] | None, checkouts: str, judged: Any) -> tuple[str, str]:
    if not state:
        return "no files", "no commit is known"
    folder = os.path.join(checkouts, f"{state['repo'].replace('/', '+')}@{state['commit'][:8]}")
    if not os.path.isdir(folder):
        return "no files", f"no checkout of {state['repo']}@{state['commit'][:8]}"
    report, status, _, trouble = lint(folder, ["--", *state["paths"]])
    if report is None:
        return "no report", trouble
    if not report["projects"]:
        return "no project", f"no Compose project loads {', '.join(state['paths'])} (exit {status})"
    fired = {(f["rule"], f["severity"]) for f in report["findings"]}
    outcome, said = judged(case, fired)
    unseen = [f"{u['service']}: {u['why']}" for p in report["projects"] for u in p["unseen"]]
    return outcome, "; ".join((said, *unseen))


def _caught(case: dict[str, Any], fired: set[tuple[str, str]]) -> tuple[str, str]:
    """Tell whether the main cause of an incident is named, or one beside it."""
    rules = {rule for rule, _ in fired}
    words = f"{case['rule_primary']}: {' '.join(sorted(rules)) or 'nothing'}"
    if NAMES[case["rule_primary"]] & rules:
        return "caught", words
    beside = [cause for cause in case["rules_also"] if NAMES[cause] & rules]
    return ("in part", f"{words} ({', '.join(beside)})") if beside else ("missed", words)


def _right(case: dict[str, Any], fired: set[tuple[str, str]]) -> tuple[str, str]:
    """Tell whether a control is treated as it should be."""
    rules = {rule for rule, _ in fired}
    words = f"{case['expect']}: {' '.join(sorted(rules)) or 'nothing'}"
    worst = max((SEVERITIES.index(severity) for _, severity in fired), default=-1)
    match case["expect"].split():
        case ["silent", "for", cause]:
            good = not NAMES[cause] & rules
        case ["silent"] | ["info", *_]:
            good = worst <= SEVERITIES.index("info")
        case ["flag", *_]:
            good = bool(rules & frozenset().union(*NAMES.values()))
        case _:
            return "not judged", words
    return ("right" if good else "WRONG"), words


if __name__ == "__main__":
    sys.exit(main())
