"""Compare what is found in real repositories with labels by hand: ``python benchmarks/field.py LABELS CHECKOUTS [NAME ...]``.

LABELS holds one JSON file a repository; CHECKOUTS holds it as ``<owner>+<name>@<first 8 of the commit>``. Each entry of a
label is one run: its `args` are Compose files (one alone is named, several are merged with -f), `env`, `profiles` and
`env_files` are options. A worker row is right where every column is; a row that cannot be known is right where it is
said to be unseen or unknown. With names, only the repositories that hold one of them in their name are run.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from collections import Counter
from typing import Any

from tool import lint

COLUMNS = ("pool", "concurrency", "limit", "replicas", "processes")
IN_PROCESS = frozenset({"solo", "threads", "gevent", "eventlet"})


class Tally:
    """What was counted over all runs."""

    def __init__(self) -> None:
        self.rows: dict[str, Counter[str]] = {}
        self.false: list[str] = []
        self.extra: list[str] = []
        self.cpu: list[tuple[float, str]] = []
        self.failed: list[str] = []


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("labels")
    parser.add_argument("checkouts")
    parser.add_argument("names", nargs="*")
    given = parser.parse_args()
    tally = Tally()
    for file in sorted(os.listdir(given.labels)):
        with open(os.path.join(given.labels, file), encoding="utf-8") as stream:
            label = json.load(stream)
        name = f"{label['repo'].replace('/', '+')}@{label['commit'][:8]}"
        folder = os.path.join(given.checkouts, name)
        if given.names and not any(wanted in name for wanted in given.names):
            continue
        if not os.path.isdir(folder):
            tally.failed.append(f"{name}: no checkout")
            continue
        for number in range(len(label["entry"])):
            compare(name, folder, label, number, tally)
    return summary(tally)


def compare(name: str, folder: str, label: dict[str, Any], number: int, tally: Tally) -> None:
    """Run one entry, and print its rows."""
    entry = label["entry"][number]
    title = f"{name} [{number}] {' '.join(entry.get('args', [])) or '(the folder)'}"
    report, _, seconds, trouble = lint(os.path.join(folder, entry.get("cwd", ".")), arguments(entry))
    tally.cpu.append((seconds, title))
    print(f"\n{title}  {seconds:.1f} s CPU")
    if report is None:
        print(f"  no report: {trouble}")
        tally.failed.append(f"{title}: {trouble}")
        report = {"projects": [], "findings": []}
    containers = {c["service"]: (c, [p["workers"][i] for i in c["workers"]]) for p in report["projects"] for c in p["containers"]}
    unseen = {u["service"]: u["why"] for p in report["projects"] for u in p["unseen"]}
    wanted: dict[str, list[dict[str, Any]]] = {}
    for row in label["workers"]:
        if number in row.get("entry", [0]):
            wanted.setdefault(row["service"], []).append(row)
    for service, rows in sorted(wanted.items()):
        container, workers = containers.get(service, (None, []))
        for row, worker in paired(rows, workers):
            outcome, said = judged(row, worker, container, unseen.get(service))
            tally.rows.setdefault(row["static"].split(":")[0].split()[0], Counter())[outcome] += 1
            print(f"  {outcome:7} {row['static'][:7]:8}{service + (' ' + row['program'] if row.get('program') else ''):44} {said}")
        if len(workers) > len(rows):
            tally.extra.append(f"{title}: {service} has {len(workers)} workers, {len(rows)} by its label")
    others = not_workers(label, entry, number) - set(wanted)
    for service, (container, workers) in containers.items():
        if service in others:
            tally.false.append(f"{title}: {service}: {' '.join(workers[0]['argv'])[:90]}")
        elif service not in wanted:
            tally.extra.append(
                f"{title}: {service}, not labelled, replicas {shown(container['replicas'])}: {' '.join(workers[0]['argv'])[:80]}"
            )
    for service, why in sorted(unseen.items()):
        if service not in wanted:
            print(f"  FF902 beside the labels: {service}: {why}")


def arguments(entry: dict[str, Any]) -> list[str]:
    """Return the command line of one entry."""
    words = []
    for variable, value in (entry.get("env") or {}).items():
        words += ["--env", f"{variable}={value}"]
    for option, key in (("--profile", "profiles"), ("--env-file", "env_files")):
        for value in entry.get(key) or []:
            words += [option, value]
    files = entry.get("args", [])
    return words + (files if len(files) < 2 else [word for file in files for word in ("-f", file)])


def paired(rows: list[dict[str, Any]], workers: list[dict[str, Any]]) -> list[tuple[dict[str, Any], dict[str, Any] | None]]:
    """Put each row beside the worker that is most like it; None where none is left."""
    left = list(workers)
    found: list[tuple[dict[str, Any], dict[str, Any] | None]] = []
    for row in rows:
        best = max(left, key=lambda worker: _alike(row, worker), default=None)
        if best is not None:
            left.remove(best)
        found.append((row, best))
    return found


def _alike(row: dict[str, Any], worker: dict[str, Any]) -> int:
    words = set((row.get("argv") or "").split())
    named = 100 * (row.get("program") is not None and row["program"] == worker["program"])
    return named + len(words & set(worker["argv"])) + (row.get("app") == plain(worker["app"]))


def judged(row: dict[str, Any], worker: dict[str, Any] | None, container: dict[str, Any] | None, unseen: str | None) -> tuple[str, str]:
    """Return how a row came out, and its columns; a column that is not as labelled says what the label has."""
    if worker is None or container is None:
        return ("FF902", unseen) if unseen else ("SILENT", f"pool {row['pool']}, concurrency {row['concurrency']}, by {row['launch']}")
    megabytes = worker["memory_limit_bytes"]
    found = {
        "pool": worker["pool"],
        "concurrency": worker["concurrency"],
        "limit": {"known": megabytes["known"] / 2**20} if "known" in megabytes else megabytes,
        "replicas": worker["replicas"],
        "processes": container["processes"],
    }
    label = {**row, "limit": row["memory_limit_mib"]}
    if row["pool"] == "solo":
        label["concurrency"] = 1  # solo runs one task at a time, whatever number is asked for
    said, right = [], True
    for column in COLUMNS:
        good = agrees(column, label, found[column])
        right = right and good
        said.append(f"{column} {shown(found[column])}" + ("" if good else f" (label: {label.get(column)})"))
    return "right" if right else "WRONG", ", ".join(said)


def agrees(column: str, row: dict[str, Any], found: dict[str, Any]) -> bool:
    """Tell whether a value is as labelled; what cannot be known must not be claimed."""
    wanted = row.get(column)
    if column == "limit" and wanted is None:
        return "absent" in found
    if column == "pool" and wanted == "unknown":
        return "unknown" in found or "one_of" in found
    if wanted is not None:
        return bool(plain(found) == wanted)
    if column == "concurrency" and row["pool"] in IN_PROCESS:
        return True
    if row.get("concurrency_kind") == "cpu-count-default":
        return "by_cpus" in found and (column == "processes" or found["by_cpus"] == "n")
    return "known" not in found


def plain(value: dict[str, Any]) -> Any:
    """Return a value that is known, None for every other kind."""
    return value.get("known")


def shown(value: dict[str, Any]) -> str:
    """Say a value in a few characters, or its kind."""
    if "known" in value:
        return f"{value['known']:g}" if isinstance(value["known"], float) else str(value["known"])
    if "by_cpus" in value:
        return f"cpus({value['by_cpus']})"
    if "one_of" in value:
        return "one of " + "/".join(shown(one) for one in value["one_of"])
    return "none" if "absent" in value else "unknown"


def not_workers(label: dict[str, Any], entry: dict[str, Any], number: int) -> set[str]:
    """Return the services that must stay silent in one run; a label may name several, with remarks in brackets."""
    found: set[str] = set()
    for row in label["not_workers"]:
        file = row.get("file")
        named = [os.path.normpath(os.path.join(entry.get("cwd", "."), one)) for one in entry.get("args", [])]
        if number in row.get("entry", [number]) and (file is None or not named or file in named):
            found.update(re.sub(r"\(.*?\)", "", one).strip() for one in re.split(r"/|,", row["service"]))
    return found


def summary(tally: Tally) -> int:
    """Print the totals, and return 1 where a row is wrong or silent, or a worker is false."""
    print(f"\n{'static':10}{'rows':>6}{'right':>7}{'wrong':>7}{'FF902':>7}{'silent':>7}{'right, %':>10}")
    total: Counter[str] = Counter()
    for kind in sorted(tally.rows):
        counted = tally.rows[kind]
        total.update(counted)
        _line(kind, counted)
    _line("all", total)
    for title, lines in (("false workers", tally.false), ("beside the labels", tally.extra), ("failed", tally.failed)):
        print(f"{title}: {len(lines)}")
        for line in lines:
            print(f"  {line}")
    if tally.cpu:
        worst = max(tally.cpu)
        print(f"CPU: {sum(s for s, _ in tally.cpu):.1f} s in {len(tally.cpu)} runs; most {worst[0]:.1f} s: {worst[1]}")
    return int(bool(total["WRONG"] or total["SILENT"] or tally.false or tally.failed))


def _line(kind: str, counted: Counter[str]) -> None:
    rows = counted.total()
    share = 100 * counted["right"] / rows if rows else 0.0
    print(f"{kind:10}{rows:>6}{counted['right']:>7}{counted['WRONG']:>7}{counted['FF902']:>7}{counted['SILENT']:>7}{share:>10.1f}")


if __name__ == "__main__":
    sys.exit(main())
