"""Numbers as Go holds them."""

from __future__ import annotations


def single(value: float) -> float:
    """Return the shortest decimal fraction that is the same number in single precision (Go's float32)."""
    import struct

    try:
        packed = struct.pack("f", value)
    except OverflowError:
        return float("inf") if value > 0 else float("-inf")
    exact: float = struct.unpack("f", packed)[0]
    shorter = (float(f"{exact:.{digits}g}") for digits in range(1, 10))
    return next((short for short in shorter if struct.pack("f", short) == packed), exact)
