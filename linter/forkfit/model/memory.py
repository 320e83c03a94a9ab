"""Amounts of memory: bytes inside, MiB in messages."""

from __future__ import annotations

import re

from forkfit.model.record import Record

MIB = 1024**2

# go-units RAMInBytes, which Compose calls: powers of 1024 whatever the suffix says, one blank allowed before it,
# "MiB", "mb" and "m" alike, but not "Mi".
_SIZE = re.compile(r"(?P<number>[^a-zA-Z ]+) ?(?P<unit>[kKmMgGtTpP]?)(?:[iI]?[bB])?")
_NUMBER = re.compile(r"[+-]?(?:[0-9][0-9_]*\.?[0-9_]*|\.[0-9][0-9_]*)")
_POWER = {"": 0, "k": 1, "m": 2, "g": 3, "t": 4, "p": 5}


class Memory(Record):
    """A number of bytes."""

    bytes: int

    @classmethod
    def parse(cls, written: str) -> Memory:
        """Read a size as Compose reads it (go-units RAMInBytes); raise ValueError for a text that is no size."""
        match = _SIZE.fullmatch(written)
        if match is None or not _NUMBER.fullmatch(match["number"]):
            raise ValueError(f"{written!r} is no size")
        number = float(match["number"].replace("_", ""))
        if number < 0:
            raise ValueError(f"{written!r} is negative")
        return cls(int(number * 1024 ** _POWER[match["unit"].lower()]))

    @classmethod
    def mib(cls, amount: float) -> Memory:
        """Return so many MiB, rounded to bytes."""
        return cls(round(amount * MIB))

    @property
    def in_mib(self) -> float:
        """The amount in MiB."""
        return self.bytes / MIB

    def __str__(self) -> str:
        mib = self.in_mib
        return f"{mib:.0f} MiB" if mib >= 10 or mib == int(mib) else f"{mib:.1f} MiB"

    def __add__(self, other: Memory) -> Memory:
        return Memory(self.bytes + other.bytes)

    def __mul__(self, times: int) -> Memory:
        return Memory(self.bytes * times)

    def __lt__(self, other: Memory) -> bool:
        return self.bytes < other.bytes

    def __le__(self, other: Memory) -> bool:
        return self.bytes <= other.bytes
