"""Amounts of memory: bytes inside, MiB in messages."""

from __future__ import annotations

import re

from forkfit.model.record import Record

MIB = 1024**2

# go-units RAMInBytes, which Compose calls: what stands behind the last digit, dot or blank is the unit, the rest is Go's
# number grammar; powers of 1024 whatever the unit says, "MiB", "mb" and "m" alike, but not "Mi".
_NUMBER = r"[+-]?(?:[0-9]++(?:_[0-9]++)*+\.?(?:[0-9]++(?:_[0-9]++)*+)?|\.[0-9]++(?:_[0-9]++)*+)(?:[eE][+-]?[0-9]++(?:_[0-9]++)*+)?"
_POWER = {"": 0, "b": 0, **{f"{letter}{rest}": power for power, letter in enumerate("kmgtp", 1) for rest in ("", "b", "ib")}}


class Memory(Record):
    """A number of bytes."""

    bytes: int

    @classmethod
    def parse(cls, written: str) -> Memory:
        """Read a size as Compose reads it (go-units RAMInBytes); raise ValueError for a text that is no size."""
        end = max(written.rfind(letter) for letter in "0123456789. ") + 1
        number = written[:end].removesuffix(" ")
        power = _POWER.get(written[end:].lower())
        plain = number.isascii() and number.isdigit()  # as nearly every size is
        if power is None or not (plain or re.fullmatch(_NUMBER, number, re.ASCII)):
            raise ValueError(f"{written!r} is no size")
        amount = float(number.replace("_", ""))
        if amount < 0:
            raise ValueError(f"{written!r} is negative")
        if amount == float("inf"):
            raise ValueError(f"{written!r} is too large")
        return cls(int(amount * 1024**power))

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
