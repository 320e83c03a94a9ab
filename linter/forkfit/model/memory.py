"""Amounts of memory: bytes inside, MiB in messages."""

from __future__ import annotations

import re

from forkfit.model.record import Record

MIB = 1024**2

# go-units RAMInBytes, which Compose calls: what stands behind the last digit, dot or blank is the unit, the rest is Go's
# number grammar; powers of 1024 whatever the unit says, "MiB", "mb" and "m" alike, but not "Mi".
_NUMBER = re.compile(
    r"[+-]?(?:[0-9]++(?:_[0-9]++)*+\.?(?:[0-9]++(?:_[0-9]++)*+)?|\.[0-9]++(?:_[0-9]++)*+)(?:[eE][+-]?[0-9]++(?:_[0-9]++)*+)?", re.ASCII
)
_UNIT = re.compile(r"b?|(?P<power>[kmgtp])(?:i?b)?", re.ASCII)
_POWER = {None: 0, "k": 1, "m": 2, "g": 3, "t": 4, "p": 5}


class Memory(Record):
    """A number of bytes."""

    bytes: int

    @classmethod
    def parse(cls, written: str) -> Memory:
        """Read a size as Compose reads it (go-units RAMInBytes); raise ValueError for a text that is no size."""
        end = max(written.rfind(letter) for letter in "0123456789. ") + 1
        number = written[:end].removesuffix(" ")
        unit = _UNIT.fullmatch(written[end:].lower())
        if unit is None or not _NUMBER.fullmatch(number):
            raise ValueError(f"{written!r} is no size")
        amount = float(number.replace("_", ""))
        if amount < 0:
            raise ValueError(f"{written!r} is negative")
        if amount == float("inf"):
            raise ValueError(f"{written!r} is too large")
        return cls(int(amount * 1024 ** _POWER[unit["power"]]))

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
