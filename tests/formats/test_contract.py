"""The JSON contract, key by key, in the reports of whole projects: every fixture of the rules, linted by the command line."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

FIXTURES = Path(__file__).parents[2] / "fixtures"
SCHEMA = Draft202012Validator(json.loads(files("forkfit.formats").joinpath("report.schema.json").read_text(encoding="utf-8")))
PROJECTS = sorted(
    {path.parent for folder in ("rules", "memory", "incident", "incident-unstated") for path in (FIXTURES / folder).rglob("*compose*.y*ml")}
)
KEYS = {
    "report": {"version", "tool", "projects", "findings", "errors", "summary"},
    "tool": {"name", "distribution", "version"},
    "project": {"files", "name", "containers", "workers", "unseen"},
    "container": {
        *("service", "file", "line", "replicas", "memory_limit_bytes"),
        *("processes", "os_processes", "workers", "estimate"),
    },
    "worker": {
        *("service", "file", "line", "program", "launcher", "argv", "launch", "app", "pool", "concurrency", "autoscale"),
        *("start_method", "processes", "replicas", "celery_version", "python_version", "memory_limit_bytes"),
        *("max_memory_per_child_bytes", "imports", "models", "tools", "estimate"),
    },
    "import": {"library", "at", "through"},
    "model": {"name", "library", "bytes", "placed", "at"},
    "started": {"name", "bytes", "at"},
    "unseen": {"service", "file", "line", "why"},
    "estimate": {
        *("at_start_bytes", "warm_bytes", "busy_bytes", "handbook_bytes", "at_least", "parts"),
        *("fits_at_start", "fits_warm", "safe_concurrency", "handbook_concurrency"),
        *("limit_at_start_bytes", "limit_warm_bytes", "limit_busy_bytes"),
    },
    "part": {"what", "parent_bytes", "child_bytes", "confidence", "trail"},
    "finding": {
        *("rule", "name", "severity", "confidence", "project", "service", "message", "help", "at", "because"),
        *("fingerprint", "suppressed"),
    },
    "step": {"role", "at", "note"},
    "span": {"file", "line", "column", "end_line", "end_column"},
    "summary": {"error", "warning", "info", "unseen"},
}
VALUES = [{"known", "trail"}, {"absent", "trail"}, {"by_cpus", "cpu_count", "trail"}, {"one_of", "trail"}, {"unknown", "trail"}]
FITS = ("fits_at_start", "fits_warm", "safe_concurrency", "handbook_concurrency")
OF_WORKERS = ("app", "pool", "concurrency", "autoscale", "start_method", "processes", "replicas", "celery_version", "python_version")


@pytest.fixture(params=PROJECTS, ids=lambda path: path.relative_to(FIXTURES).as_posix())
def linted(request, lint):
    """Return the document of a project, and its folder."""
    outcome = lint("--root", request.param, "--format", "json", "--fail-on", "never", request.param)
    assert "Traceback" not in outcome.err
    return json.loads(outcome.out), request.param


def objects(of):
    """Yield every object in a document."""
    if isinstance(of, list):
        for item in of:
            yield from objects(item)
    elif isinstance(of, dict):
        yield of
        for item in of.values():
            yield from objects(item)


def keys(kind, given):
    assert set(given) == KEYS[kind]


def a_value(given):
    assert set(given) in VALUES
    if "by_cpus" in given:
        assert given["cpu_count"] == (given["by_cpus"] == "n")
    for alternative in given.get("one_of", ()):
        assert "one_of" not in alternative
        a_value(alternative)


def an_estimate(given):
    keys("estimate", given)
    for name in ("at_start_bytes", "warm_bytes", "busy_bytes", "handbook_bytes"):
        a_value(given[name])
    for part in given["parts"]:
        keys("part", part)


def test_every_report_has_the_keys_of_the_contract_and_no_other(linted):
    document, _ = linted
    for kind, given in (("report", document), ("tool", document["tool"]), ("summary", document["summary"])):
        keys(kind, given)
    for project in document["projects"]:
        keys("project", project)
        for kind in ("container", "worker"):
            for given in project[f"{kind}s"]:
                keys(kind, given)
                an_estimate(given["estimate"])
                for name in ("replicas", "processes", "memory_limit_bytes"):
                    a_value(given[name])
        for container in project["containers"]:
            a_value(container["os_processes"])
        for worker in project["workers"]:
            for name in (*OF_WORKERS, "max_memory_per_child_bytes"):
                a_value(worker[name])
            for kind, several in (("import", worker["imports"]), ("model", worker["models"]), ("started", worker["tools"])):
                for given in several:
                    keys(kind, given)
        for unseen in project["unseen"]:
            keys("unseen", unseen)
    for finding in document["findings"]:
        also = finding.pop("also", ["another service"])  # only where there are any
        assert also
        assert finding["service"] not in also
        keys("finding", finding)
    for given in objects(document):
        if "role" in given:
            keys("step", given)
        if "column" in given:
            keys("span", given)


def test_every_report_follows_the_schema(linted):
    assert [error.message for error in SCHEMA.iter_errors(linted[0])] == []


def test_places_are_in_files_of_the_project(linted):
    document, folder = linted
    for given in objects(document):
        file = given.get("file")
        assert file is None or not (file.startswith(("./", "../", "/")) or "\\" in file or "//" in file)
        if "column" in given and (folder / file).is_file():
            text = (folder / file).read_bytes()
            lines = text.count(b"\n") + 1
            assert (1, 1) <= (given["line"], given["column"]) <= (given["end_line"], given["end_column"])
            assert given["end_line"] <= lines
        elif "line" in given and (folder / file).is_file():
            assert given["line"] >= 1


def test_containers_and_workers_point_at_each_other(linted):
    for project in linted[0]["projects"]:
        numbers = [number for container in project["containers"] for number in container["workers"]]
        assert numbers == list(range(len(project["workers"])))
        seen = {container["service"] for container in project["containers"]}
        assert not seen & {unseen["service"] for unseen in project["unseen"]}
        for container in project["containers"]:
            assert container["workers"]
            workers = [project["workers"][number] for number in container["workers"]]
            for worker in workers:
                assert worker["service"] == container["service"]
                assert (worker["memory_limit_bytes"], worker["replicas"]) == (container["memory_limit_bytes"], container["replicas"])
                figures = {name: value for name, value in worker["estimate"].items() if name not in FITS}
                assert figures == {name: value for name, value in container["estimate"].items() if name not in FITS}
            if len(workers) == 1:
                assert workers[0]["estimate"] == container["estimate"]
            processes = [worker["processes"].get("known") for worker in workers]
            if None not in processes:
                assert container["processes"]["known"] == sum(processes)
                assert container["os_processes"]["known"] >= container["processes"]["known"]


def test_a_worker_counts_as_celery_counts(linted):
    for project in linted[0]["projects"]:
        for worker in project["workers"]:
            assert worker["argv"][0].rpartition("/")[2].startswith(worker["launcher"])
            pool, autoscale = worker["pool"].get("known"), worker["autoscale"].get("known")
            if pool and pool != "prefork":
                assert worker["processes"]["known"] == 1
            elif pool and "known" in worker["concurrency"]:
                assert worker["processes"]["known"] == worker["concurrency"]["known"]
            if pool == "prefork" and autoscale:
                assert worker["concurrency"].get("known") == int(autoscale.partition(",")[0])
            if pool == "solo":
                assert worker["concurrency"]["known"] == 1


def test_what_fits_is_null_without_a_limit_and_a_number_with_one(linted):
    for project in linted[0]["projects"]:
        for given in (*project["containers"], *project["workers"]):
            limit, fits = given["memory_limit_bytes"], [given["estimate"][name] for name in FITS]
            if all("known" in single for single in limit.get("one_of", [limit])):
                assert all(number is None or number >= 0 for number in fits)
            else:
                assert fits == [None] * len(FITS)


def test_a_limit_that_nobody_declares_is_absent(lint):
    folder = FIXTURES / "rules" / "forks-exceed-memory" / "passes-without-limit"
    (container,) = json.loads(lint("--root", ".", "--format", "json", folder=folder).out)["projects"][0]["containers"]
    assert container["memory_limit_bytes"] == {"absent": "no limit declared", "trail": []}


def test_the_parts_add_up_to_what_the_busy_pool_needs(linted):
    for project in linted[0]["projects"]:
        for container in project["containers"]:
            busy, parts = container["estimate"]["busy_bytes"], container["estimate"]["parts"]
            first, *others = (project["workers"][number] for number in container["workers"])
            # A slot of a pool in one process is no process, and still has a task's working set.
            children = first["processes" if first["pool"].get("known") == "prefork" else "concurrency"].get("known")
            if not others and children is not None and "known" in busy:
                total = sum(part["parent_bytes"] + children * part["child_bytes"] for part in parts)
                assert abs(total - busy["known"]) <= children + len(parts)


def test_findings_are_sorted_and_counted(linted):
    document, _ = linted
    places = [(f["at"]["file"], f["at"]["line"], f["at"]["column"], f["rule"], f["message"]) for f in document["findings"]]
    assert places == sorted(places)
    fingerprints = [finding["fingerprint"] for finding in document["findings"]]
    assert len(set(fingerprints)) == len(fingerprints)
    shown = [finding["severity"] for finding in document["findings"] if finding["suppressed"] is None]
    counted = {severity: shown.count(severity) for severity in ("error", "warning", "info")}
    unseen = sum(len(project["unseen"]) for project in document["projects"])
    assert document["summary"] == counted | {"unseen": unseen}
    for finding in document["findings"]:
        assert 0 <= finding["project"] < len(document["projects"])
        assert finding["confidence"] in ("measured", "stated", "table", "assumed", "read")


def test_a_sum_is_worked_out_and_stands_nowhere(lint):
    finding, *_ = json.loads(lint("--root", ".", "--format", "json", folder=FIXTURES / "incident-unstated").out)["findings"]
    assert {step["role"] for step in finding["because"] if step["at"] is None} == {"computed"}
    assert finding["because"][-1] == {"role": "computed", "at": None, "note": "together 34 MiB + 20 x 22.4 MiB = 483 MiB"}


@pytest.mark.parametrize("path", sorted(FIXTURES.rglob("report.json")), ids=lambda path: path.parent.name)
def test_every_recorded_report_follows_the_schema(path):
    assert [error.message for error in SCHEMA.iter_errors(json.loads(path.read_text(encoding="utf-8")))] == []


def test_of_many_workers_each_repeats_no_more_than_its_own(lint, tmp_path):
    (tmp_path / "compose.yaml").write_text("services:\n  worker:\n    build: .\n    command: /app/start.sh\n    mem_limit: 1g\n")
    (tmp_path / "Dockerfile").write_text("FROM python:3.12\nWORKDIR /app\nCOPY . .\n")
    (tmp_path / "start.sh").write_text("#!/bin/sh\n" + "".join(f"celery -A p worker -n w{n} -c 4 &\n" for n in range(65)) + "wait\n")
    (project,) = json.loads(lint("--root", ".", "--format", "json", folder=tmp_path).out)["projects"]
    seen, whole = project["workers"][0]["estimate"], project["containers"][0]["estimate"]
    assert len(project["workers"]) == 65
    assert (seen["busy_bytes"]["known"], seen["busy_bytes"]["trail"]) == (whole["busy_bytes"]["known"], [])
    assert len(seen["parts"]) * 65 == len(whole["parts"])
