"""What `test_second_version.py` runs where the cgroups are those of version 2; not collected by itself."""

from __future__ import annotations

import json

import pytest

from forkfit.weigh.measured import NAME


@pytest.mark.parametrize(("name", "children"), [("bare", 4), ("web", 2)])
def test_the_kernel_counts_kills_and_lets_live_as_the_rules_say(worker, rules, projects, measured, name, children):
    with worker(name, children) as free:
        assert free.group.version == 2
        assert free.gets_ready()
        at_start = free.need()
        assert free.survives_tasks()
        warm = free.need()
    fires = {share: {f["rule"] for f in rules(projects[name], children, share * at_start)} for share in (0.9, 1.1)}
    assert ("FF101" in fires[0.9], "FF101" in fires[1.1]) == (True, False)
    (entry,) = json.loads((measured[name] / NAME).read_text())["applications"]
    mib, runs = entry["mib"], entry["runs"]
    assert entry["host"]["cgroup"] == "v2"
    assert {run["counted_by"] for run in runs} == {"cgroup"}
    assert mib["parent"] + children * mib["child_warm"] + (children + 1) * mib["kernel_per_process"] == pytest.approx(warm, rel=0.03)
    with worker(name, children, limit=0.9 * at_start) as killed:
        assert not (killed.gets_ready() and killed.survives_tasks())
        assert killed.group.kills() > 0
    with worker(name, children, limit=1.1 * warm) as living:
        assert living.gets_ready()
        assert living.survives_tasks()
        assert living.group.kills() == 0
