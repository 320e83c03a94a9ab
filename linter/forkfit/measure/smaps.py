"""What the kernel says of the memory of one process, in sum over its mappings."""

from __future__ import annotations

from forkfit.model.memory import Memory
from forkfit.model.record import Record


class Usage(Record):
    """Memory of one process: resident, anonymous, its part of what is shared, what is its own, page tables, threads.

    `share` is its anonymous memory with each page divided among those who share it: over all processes that share,
    it adds up to what a memory cgroup counts.
    """

    resident: Memory
    anonymous: Memory
    share: Memory
    private: Memory
    tables: Memory
    threads: int


def usage(pid: int) -> Usage | None:
    """Return the memory of a process, None where it has ended."""
    try:
        with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as stream:
            sums = _kibibytes(stream.read())
        with open(f"/proc/{pid}/status", encoding="utf-8", errors="replace") as stream:
            status = _kibibytes(stream.read())
    except OSError:
        return None
    if "Rss" not in sums:
        return None
    return Usage(
        resident=_memory(sums["Rss"]),
        anonymous=_memory(sums["Anonymous"]),
        # Kernels before 5.6 do not tell; Pss of files is then in it, which makes it too large.
        share=_memory(sums["Pss_Anon"] + sums.get("Pss_Shmem", 0) if "Pss_Anon" in sums else sums["Pss"]),
        private=_memory(sums["Private_Dirty"]),
        tables=_memory(status.get("VmPTE", 0)),
        threads=status.get("Threads", 1),
    )


def _kibibytes(text: str) -> dict[str, int]:
    words = (line.split() for line in text.splitlines())
    return {w[0].rstrip(":"): int(w[1]) for w in words if len(w) in (2, 3) and w[1].isdigit()}


def _memory(kibibytes: int) -> Memory:
    return Memory(kibibytes * 1024)
