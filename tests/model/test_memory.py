"""Sizes as go-units 0.5.0 reads them for Compose; all recorded from it."""

from __future__ import annotations

import pytest

from forkfit.model.memory import MIB, Memory


@pytest.mark.parametrize(
    ("written", "size"),
    [
        ("512m", 512 * MIB), ("512M", 512 * MIB), ("512mb", 512 * MIB), ("512MB", 512 * MIB), ("512MiB", 512 * MIB),
        ("512 MiB", 512 * MIB), ("512mIb", 512 * MIB),
        ("1.5g", 1536 * MIB), (".5g", 512 * MIB), ("5.g", 5120 * MIB), ("+5m", 5 * MIB), ("1_0m", 10 * MIB), ("1e3m", 1000 * MIB),
        ("-0m", 0), ("0", 0),
        ("536870912", 512 * MIB), ("1e9", 10**9), ("1k", 1024), ("1KB", 1024), ("1t", 1024**4), ("1p", 1024**5), ("4b", 4), ("4 B", 4),
        ("1 ", 1), ("0.3k", 307), ("1_0.5_0", 10),
    ],
)  # fmt: skip
def test_sizes_read_as_compose_reads_them(written, size):
    assert Memory.parse(written) == Memory(size)


@pytest.mark.parametrize(
    "written",
    [
        "", " ", "lots", "m", "512Mi", "512Ki", "1e", "10x", "10megs", "10mbit", "50%", "1,5g", "1  g", "1g ", " 1g", "1.5.5g", "-1m",
        "-1", "1_", "1__0", "_1", "1_m", "0x10m", "1\xa0g",
        "٣m", "5bb", "5kbb", "5ib", "1e400", "++1", "1m1",
    ],
)  # fmt: skip
def test_a_word_is_no_size(written):
    with pytest.raises(ValueError, match=r"is no size|is negative|is too large"):
        Memory.parse(written)


def test_a_size_may_go_past_what_compose_can_hold():
    assert Memory.parse("99999999p").bytes > 2**63


@pytest.mark.parametrize(
    ("memory", "text"), [(Memory.mib(512), "512 MiB"), (Memory.mib(1.5), "1.5 MiB"), (Memory.mib(10.4), "10 MiB"), (Memory(0), "0 MiB")]
)
def test_memory_is_told_in_mebibytes(memory, text):
    assert str(memory) == text


def test_memory_adds_up_and_compares():
    assert (Memory(1) + Memory(2), Memory(3) * 2, Memory(1) < Memory(2), Memory(2) <= Memory(2), Memory.mib(2).in_mib) == (
        Memory(3),
        Memory(6),
        True,
        True,
        2,
    )
