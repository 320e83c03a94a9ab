from __future__ import annotations

import json
from importlib.resources import files

import pytest
from jsonschema import Draft202012Validator

CASES = ("incident", "kinds", "hostile", "endless", "sources", "healthy", "stopped")
SCHEMA = json.loads(files("forkfit.formats").joinpath("report.schema.json").read_text(encoding="utf-8"))


def closed(schema):
    """Return the schema with no further properties allowed, so that nothing is written that it does not describe."""
    if isinstance(schema, list):
        return [closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    shut = {"additionalProperties": False} if schema.get("type") == "object" else {}
    return {name: closed(part) for name, part in schema.items()} | shut


@pytest.fixture
def documents(reports, rendered):
    return {case: json.loads(rendered(reports[case], "json")) for case in CASES}


def test_the_schema_is_one():
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("case", CASES)
def test_the_schema_describes_all_of_a_report(case, documents):
    assert [e.message for e in Draft202012Validator(closed(SCHEMA)).iter_errors(documents[case])] == []


def test_the_schema_allows_what_later_versions_add(documents):
    assert Draft202012Validator(SCHEMA).is_valid(documents["incident"] | {"later": True})


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"version": 2}, "another version"),
        ({"errors": [1]}, "an error is a sentence"),
        ({"summary": {"error": 1}}, "a summary counts everything"),
        ({"findings": [{}]}, "a finding says what and where"),
    ],
    ids=lambda given: given if isinstance(given, str) else "",
)
def test_the_schema_refuses_what_is_no_report(change, why, documents):
    assert not Draft202012Validator(SCHEMA).is_valid(documents["incident"] | change), why


def test_the_summary_counts_what_is_not_suppressed(documents):
    assert documents["kinds"]["summary"] == {"error": 0, "warning": 1, "info": 1, "unseen": 1}
    assert [f["suppressed"] for f in documents["kinds"]["findings"]] == [None, None, "it moves to another host in May"]


def test_containers_stand_by_place_and_point_at_their_workers(documents):
    project = documents["kinds"]["projects"][0]
    assert [(c["service"], c["workers"]) for c in project["containers"]] == [("a", [0, 1]), ("b", [2])]
    assert [(w["service"], w["program"]) for w in project["workers"]] == [("a", "w1"), ("a", "w2"), ("b", "w1")]


def test_a_worker_repeats_what_its_container_says(documents):
    project = documents["incident"]["projects"][0]
    (container,), (worker,) = project["containers"], project["workers"]
    for name in ("replicas", "memory_limit_bytes", "estimate"):
        assert worker[name] == container[name]


def test_each_kind_of_value_has_its_key(documents):
    worker = documents["kinds"]["projects"][0]["workers"]
    assert worker[1]["concurrency"] == {"by_cpus": "n", "cpu_count": True, "trail": []}
    assert {k: v for k, v in worker[2]["concurrency"].items() if k != "trail"} == {"by_cpus": "max(2, n // 2)", "cpu_count": False}
    assert [a["known"] for a in worker[0]["concurrency"]["one_of"]] == [2, 8]
    assert worker[0]["pool"] == {"unknown": "it depends on $POOL", "trail": []}
    assert worker[0]["memory_limit_bytes"] == {"absent": "no limit declared", "trail": []}
    assert worker[0]["autoscale"]["known"] == "8,2"
    assert worker[1]["pool"]["known"] == "prefork"


def test_memory_is_in_bytes(documents):
    worker = documents["incident"]["projects"][0]["workers"][0]
    assert worker["memory_limit_bytes"]["known"] == 256 * 1024**2
    assert worker["estimate"]["parts"][0]["parent_bytes"] == 43 * 1024**2


def test_the_trail_of_a_finding_is_one_list(documents):
    because = documents["incident"]["findings"][2]["because"]
    assert [(s["role"], s["at"] and s["at"]["file"], s["note"]) for s in because] == [
        ("written", ".env", "concurrency 20"),
        ("used", "compose.yaml", "concurrency 20: ${CONCURRENCY}"),
        ("written", "deploy/compose.prod.yaml", "limit 256 MiB"),
        ("replaced", "compose.yaml", "limit 256 MiB: 512m"),
        ("imported", "shop/tasks.py", "torch: by way of shop/celery.py"),
        ("assumed", None, "celery: 43 MiB once + 22 MiB a child (table): Celery 5.5, which no file names"),
        ("computed", None, "43 MiB + 20 x 22 MiB = 483 MiB at start; when every child runs an ordinary task, 660 MiB"),
    ]


def test_a_model_without_a_known_name_has_none(documents):
    models = documents["incident"]["projects"][0]["workers"][0]["models"]
    assert [(m["name"], m["placed"]) for m in models] == [("large-v3", "child"), (None, "parent")]


@pytest.mark.parametrize("case", CASES)
def test_the_document_is_plain_ascii_that_no_ci_takes_for_a_command(case, reports, rendered):
    written = rendered(reports[case], "json")
    assert written.isascii()
    assert written.endswith("}\n")
    assert written.replace("\n", "").isprintable()
    assert "##[" not in written
    assert not any(line.lstrip().startswith("::") for line in written.split("\n"))


def test_names_arrive_unchanged(documents, reports):
    stack = reports["hostile"].stacks[0]
    written = documents["hostile"]["projects"][0]
    assert {c["service"] for c in written["containers"]} == {c.service for c in stack.containers}


def test_the_order_in_which_services_were_found_does_not_matter(reports, rendered):
    report = reports["kinds"]
    (stack,) = report.stacks
    turned = report.replace(stacks=(stack.replace(containers=stack.containers[::-1]),))
    assert rendered(turned, "json") == rendered(report, "json")
