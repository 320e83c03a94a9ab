"""Memory cgroups as the kernel shows them, recorded: version 1 from Linux 6.18, version 2 from Linux 6.1."""

from __future__ import annotations

import pytest

from forkfit.measure import cgroup as module
from forkfit.measure.cgroup import Cgroup, cgroup
from forkfit.model.memory import Memory

FIRST = {
    "memory.stat": "cache 4096\nrss 8192\nshmem 4096\ntotal_cache 61440\ntotal_rss 206569472\ntotal_shmem 8192\n",
    "memory.kmem.usage_in_bytes": "1945600\n",
    "memory.oom_control": "oom_kill_disable 0\nunder_oom 0\noom_kill 2\n",
}
SECOND = {
    "memory.stat": (
        "anon 203448320\nfile 57344\nkernel 2031616\nkernel_stack 262144\npagetables 1093632\nsec_pagetables 0\npercpu 3072\n"
        "sock 0\nvmalloc 0\nshmem 8192\nfile_mapped 4096\nslab_reclaimable 36848\nslab_unreclaimable 435552\nslab 472400\n"
    ),
    "memory.events": "low 0\nhigh 0\nmax 173\noom 1\noom_kill 1\noom_group_kill 0\n",
    "memory.swap.max": "max\n",
}


def recorded(folder, version, files):
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in {"cgroup.procs": "", **files}.items():
        (folder / name).write_text(text)
    return Cgroup(str(folder), version)


def test_what_version_1_counts_is_anonymous_and_shared_memory_and_the_kernels_own(tmp_path):
    count = recorded(tmp_path, 1, FIRST).count()
    assert (count.anonymous, count.kernel) == (Memory(206569472 + 8192), Memory(1945600))


def test_what_version_2_counts_is_anonymous_and_shared_memory_and_what_of_the_kernels_cannot_be_dropped(tmp_path):
    count = recorded(tmp_path, 2, SECOND).count()
    assert (count.anonymous, count.kernel) == (Memory(203448320 + 8192), Memory(262144 + 1093632 + 3072 + 435552))


@pytest.mark.parametrize(("version", "files", "kills"), [(1, FIRST, 2), (2, SECOND, 1)])
def test_the_kernel_says_how_many_it_has_killed(tmp_path, version, files, kills):
    assert recorded(tmp_path, version, files).kills() == kills


@pytest.mark.parametrize(
    ("version", "files", "written"),
    [
        (1, FIRST, {"memory.limit_in_bytes": "67108864", "memory.swappiness": "0"}),
        (2, SECOND, {"memory.max": "67108864", "memory.swap.max": "0"}),
        (2, {}, {"memory.max": "67108864"}),
    ],
    ids=["version 1", "version 2", "version 2 of a kernel without swap"],
)
def test_a_limit_leaves_no_way_out_by_swap(tmp_path, version, files, written):
    recorded(tmp_path, version, files).limit(Memory.mib(64))
    assert {name: (tmp_path / name).read_text() for name in written} == written
    assert (tmp_path / "memory.swap.max").exists() == ("memory.swap.max" in files)


@pytest.mark.parametrize(
    ("own", "controlled", "made_in"),
    [
        ("0::/\n", ("",), ""),
        ("0::/user.slice/shell\n", ("", "user.slice"), "user.slice"),
        ("0::/user.slice/shell\n", ("", "user.slice", "user.slice/shell"), "user.slice/shell"),
        ("4:memory:/here\n0::/service\n", ("",), ""),
    ],
    ids=["at the root", "beside the own one", "in the own one", "beside version 1"],
)
def test_a_group_of_version_2_is_made_where_memory_is_handed_on(tmp_path, monkeypatch, own, controlled, made_in):
    (tmp_path / "own").write_text(own)
    top = tmp_path / "v2"
    for folder in ("", "user.slice", "user.slice/shell", "service"):
        (top / folder).mkdir(parents=True, exist_ok=True)
        (top / folder / "cgroup.subtree_control").write_text("cpu memory\n" if folder in controlled else "cpu\n")
    monkeypatch.setattr(module, "OWN", str(tmp_path / "own"))
    monkeypatch.setattr(module, "VERSION_2", str(top))
    assert module._own_folder().rstrip("/") == str(top / made_in).rstrip("/")


def test_a_folder_in_which_nothing_is_counted_is_no_cgroup_and_is_removed_again(tmp_path, monkeypatch):
    (tmp_path / "own").write_text("0::/\n")
    monkeypatch.setattr(module, "OWN", str(tmp_path / "own"))
    monkeypatch.setattr(module, "VERSION_1", str(tmp_path / "none"))
    monkeypatch.setattr(module, "VERSION_2", str(tmp_path))
    with cgroup() as made:
        assert made is None
    assert [path.name for path in tmp_path.iterdir()] == ["own"]
