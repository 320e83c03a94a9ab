"""The kernel as the judge: what real workers need under real limits, and what the rules say of the same limits."""

from __future__ import annotations

import json
import re
import shutil

import pytest

from forkfit.weigh.measured import NAME

NAMES, COUNTS = ("bare", "web", "native", "model_each"), (2, 4, 8)
MEMORY = {"FF101", "FF102"}
CASES = [pytest.param(name, count, id=f"{name} {count}") for name in NAMES for count in COUNTS]
# A model of a child's own has no weight in any table; its project is judged as measured.
UNKNOWN_TO_THE_TABLE = {"model_each"}


def ids(findings):
    return {finding["rule"] for finding in findings}


@pytest.fixture
def judged(rules, measured, projects):
    """Return the rules that fire, by the table where that knows the project, otherwise as it was measured."""

    def found(name, count, limit):
        return ids(rules(measured[name] if name in UNKNOWN_TO_THE_TABLE else projects[name], count, limit))

    return found


@pytest.mark.parametrize(("name", "count"), CASES)
def test_a_limit_below_the_idle_pool_is_an_error_and_one_above_it_is_not(needs, judged, name, count):
    at_start, _ = needs[name, count]
    assert "FF101" in judged(name, count, 0.9 * at_start)
    assert "FF101" not in judged(name, count, 1.1 * at_start)


@pytest.mark.parametrize(("name", "count"), CASES)
def test_a_limit_below_the_warm_pool_is_an_error_and_one_above_it_is_not(needs, judged, name, count):
    _, warm = needs[name, count]
    assert MEMORY & judged(name, count, 0.9 * warm)
    assert not MEMORY & judged(name, count, 1.1 * warm)


@pytest.mark.parametrize("name", NAMES)
def test_the_kernel_kills_below_what_it_counts_at_start(needs, worker, name):
    with worker(name, 4, limit=0.9 * needs[name, 4][0]) as real:
        assert not real.gets_ready() or not real.survives_tasks()
        assert real.is_killed()


@pytest.mark.parametrize(("name", "status"), [("bare", -9), ("web", -9), ("model_each", 1)])
def test_the_parent_is_killed_where_children_share_and_a_child_where_each_has_a_model(needs, worker, name, status):
    with worker(name, 4, limit=0.7 * needs[name, 4][0]) as real:
        assert real.process.wait(timeout=120) == status
        assert real.group.kills() >= 1


@pytest.mark.parametrize("name", ["bare", "web"])
def test_the_kernel_kills_below_what_it_counts_warm(needs, worker, name):
    with worker(name, 4, limit=0.9 * needs[name, 4][1]) as real:
        assert not (real.gets_ready() and real.survives_tasks())
        assert real.is_killed()


@pytest.mark.parametrize("name", ["bare", "web"])
def test_the_kernel_lets_live_above_what_it_counts_warm(needs, worker, name):
    with worker(name, 4, limit=1.1 * needs[name, 4][1]) as real:
        assert real.gets_ready()
        assert real.survives_tasks()


@pytest.mark.parametrize("name", NAMES)
def test_a_worker_lives_under_the_limit_that_is_proposed(needs, rules, measured, projects, worker, name):
    project = measured[name] if name in UNKNOWN_TO_THE_TABLE else projects[name]
    (advice,) = (f["help"] for f in rules(project, 4, 0.9 * needs[name, 4][0]) if f["rule"] == "FF101")
    proposed = int(re.search(r"the limit to (\d+)m", advice)[1])
    with worker(name, 4, limit=proposed) as real:
        assert real.gets_ready()
        assert real.survives_tasks()


@pytest.mark.parametrize("count", [2, 8])
@pytest.mark.parametrize("name", NAMES)
def test_what_is_measured_holds_for_other_counts(needs, measured, name, count):
    figures = json.loads((measured[name] / NAME).read_text())["applications"][0]["mib"]
    warm = figures["parent"] + count * figures["child_warm"] + (count + 1) * figures["kernel_per_process"]
    assert warm == pytest.approx(needs[name, count][1], rel=0.03)


def test_the_kernels_own_threshold_is_within_three_percent_of_what_was_measured(measured, worker):
    figures = json.loads((measured["web"] / NAME).read_text())["applications"][0]["mib"]
    warm = figures["parent"] + 4 * figures["child_warm"] + 5 * figures["kernel_per_process"]
    lived = {}
    for share in (0.97, 1.03):
        with worker("web", 4, limit=share * warm) as real:
            lived[share] = real.gets_ready() and real.survives_tasks()
    assert lived == {0.97: False, 1.03: True}


def by_the_line(folder, advice, **_):
    """Do what the advice says, as a reader does."""
    line = re.fullmatch(r"Next to the application: (.+)", advice["help"])[1]
    with (folder / "app.py").open("a") as source:
        source.write(f"\nimport gc\nimport celery.signals\n\n{line}\n")


def by_the_command(folder, lint, limit, **_):
    """Let the command do it."""
    options = ("--fix", "--unsafe-fixes", "--env", "N=8", "--memory", f"{int(limit * 2**20)}b", "--root", folder)
    assert "mended FF303" in lint(*options, folder).err


@pytest.mark.parametrize("mend", [by_the_line, by_the_command])
def test_the_advice_to_freeze_the_heap_lets_a_worker_live_under_a_limit_that_kills_it_otherwise(
    needs, rules, projects, worker, lint, tmp_path, mend
):
    at_start, warm = needs["web", 8]
    limit = 0.85 * at_start
    frozen = shutil.copytree(projects["web"], tmp_path / "web", ignore=shutil.ignore_patterns("__pycache__"))
    (advice,) = (f for f in rules(projects["web"], 8, limit) if f["rule"] == "FF303")
    mend(frozen, advice=advice, lint=lint, limit=limit)
    with worker("web", 8, limit=limit) as killed:
        assert not (killed.gets_ready() and killed.survives_tasks())
        assert killed.is_killed()
    with worker(frozen, 8, limit=limit) as living:
        assert living.gets_ready()
        assert living.survives_tasks()
        saved = warm - living.need()
    assert not {"FF303", *MEMORY} & ids(rules(frozen, 8, limit))
    assert saved == pytest.approx(float(re.search(r"would save about (\d+) MiB", advice["message"])[1]), rel=0.1)


@pytest.mark.parametrize("pool", ["threads", "solo"])
def test_threads_and_solo_are_one_process(worker, pool):
    with worker("bare", 8, pool=pool) as real:
        assert real.gets_ready()
        assert real.survives_tasks()
        assert real.group.processes() == (real.process.pid,)
        assert real.need() < 60
