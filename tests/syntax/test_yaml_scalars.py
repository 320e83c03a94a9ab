"""Scalars as go-yaml v4.0.0-rc.6 resolves them, spelled as Go's fmt.Sprint spells them; all recorded from these."""

from __future__ import annotations

import pytest

from forkfit.syntax.yaml_scalars import CORE, resolve, resolve_tagged, spell


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("", None), ("~", None), ("null", None), ("Null", None), ("NULL", None), ("nUll", "nUll"),
        ("true", True), ("True", True), ("FALSE", False), ("tRue", "tRue"), ("yes", "yes"), ("on", "on"), ("Off", "Off"), ("y", "y"),
        ("0", 0), ("00", 0), ("0644", 420), ("0o644", 420), ("0O17", 15), ("0x1F", 31), ("0X1f", 31), ("0b11", 3), ("0B11", 3), ("010", 8),
        ("0_7", 7),
        ("+1", 1), ("-1", -1), ("++1", "++1"), ("-0x1F", -31), ("1_000", 1000), ("1__0", 10), ("_1", "_1"), ("1_", 1),
        ("9223372036854775807", 2**63 - 1), ("9223372036854775808", 2**63), ("18446744073709551616", float(2**64)),
        ("-9223372036854775809", -9.223372036854775808e18), ("+9223372036854775808", 9.223372036854775808e18),
        ("08", 8.0), ("0o8", "0o8"), ("1.", 1.0), (".5", 0.5), ("+.5", 0.5), ("1e3", 1000.0), ("1_0.5", 10.5), ("1e", "1e"),
        ("1.2.3", "1.2.3"),
        (".5_0", 0.5), (".5__0", ".5__0"), (".", "."), ("..", ".."), (".e3", ".e3"), ("1e400", "1e400"), (".1e400", ".1e400"),
        (".inf", float("inf")), ("-.INF", float("-inf")), ("+.Inf", float("inf")), ("inf", "inf"), ("nan", "nan"),
        ("22:22", "22:22"), ("1:30", "1:30"), ("0x", "0x"), ("0xg", "0xg"), ("-", "-"), ("+", "+"), ("=", "="), ("1 2", "1 2"), ("٣", "٣"),
        ("2024-01-02", "2024-01-02 00:00:00 +0000 UTC"), ("2024-1-2", "2024-01-02 00:00:00 +0000 UTC"),
        ("2024-01-02T03:04:05Z", "2024-01-02 03:04:05 +0000 UTC"), ("2024-01-02t3:4:5+02:00", "2024-01-02 03:04:05 +0200 +0200"),
        ("2024-01-02 03:04:05", "2024-01-02 03:04:05 +0000 UTC"), ("2024-01-02  3:4:5", "2024-01-02 03:04:05 +0000 UTC"),
        ("2024-01-02 03:04:05.1234567891", "2024-01-02 03:04:05.123456789 +0000 UTC"),
        ("2024-01-02 03:04:05.500", "2024-01-02 03:04:05.5 +0000 UTC"),
        ("2024-01-02T03:04:05", "2024-01-02T03:04:05"), ("2024-01-02 03:04:05Z", "2024-01-02 03:04:05Z"), ("2024-02-30", "2024-02-30"),
        ("2024-13-01", "2024-13-01"), ("2023-02-29", "2023-02-29"), ("2024-02-29", "2024-02-29 00:00:00 +0000 UTC"),
        ("1900-02-29", "1900-02-29"),
        ("2024-01-02 24:00:00", "2024-01-02 24:00:00"), ("2024-01-02T03:04:05+25:00", "2024-01-02T03:04:05+25:00"),
        ("20240-01-02", "20240-01-02"),
    ],
)  # fmt: skip
def test_plain_scalars_read_as_compose_reads_them(written, value):
    assert (type(resolve(written)), resolve(written)) == (type(value), value)


@pytest.mark.parametrize(
    ("value", "spelled"),
    [
        (None, ""), (True, "true"), (False, "false"), ("text", "text"), (420, "420"), (-31, "-31"),
        (1.1, "1.1"), (1.0, "1"), (0.5, "0.5"), (1000.0, "1000"), (100000.0, "100000"), (1000000.0, "1e+06"), (21000000.0, "2.1e+07"),
        (12345678.9, "1.23456789e+07"), (123456.789, "123456.789"), (1e20, "1e+20"), (1e21, "1e+21"), (1e23, "1e+23"),
        (1.2345678901234568e29, "1.2345678901234568e+29"),
        (0.1, "0.1"), (0.0001, "0.0001"), (0.00012, "0.00012"), (0.00001, "1e-05"), (1e-06, "1e-06"), (5e-324, "5e-324"),
        (1.5e300, "1.5e+300"),
        (0.0, "0"), (-0.0, "-0"), (-1.5, "-1.5"), (float("inf"), "+Inf"), (float("-inf"), "-Inf"), (float("nan"), "NaN"),
    ],
)  # fmt: skip
def test_values_are_spelled_as_go_spells_them(value, spelled):
    assert spell(value) == spelled


@pytest.mark.parametrize(
    ("tag", "written", "value"),
    [
        ("str", "1", "1"), ("int", "0x1F", 31), ("float", "1", 1.0), ("float", "1.5", 1.5), ("bool", "true", True), ("null", "", None),
        ("binary", "aGk=", "hi"), ("binary", "aG\nk=", "hi"), ("timestamp", "2024-01-02", "2024-01-02 00:00:00 +0000 UTC"),
        ("other", "1", "1"),
    ],
)  # fmt: skip
def test_a_core_tag_says_what_a_scalar_is(tag, written, value):
    assert resolve_tagged(CORE + tag, written) == value


@pytest.mark.parametrize(
    ("tag", "written"),
    [
        ("int", "x"),
        ("int", "1.5"),
        ("bool", "yes"),
        ("float", "x"),
        ("null", "x"),
        ("timestamp", "x"),
        ("timestamp", "1"),
        ("binary", "?"),
        ("float", "0xFFFFFFFFFFFFFFFF"),
    ],
)
def test_a_core_tag_that_does_not_fit_is_an_error(tag, written):
    with pytest.raises(ValueError, match="is no"):
        resolve_tagged(CORE + tag, written)


def test_a_number_of_a_million_digits_is_looked_at_once():
    assert resolve("9" * 1_000_000) == "9" * 1_000_000
