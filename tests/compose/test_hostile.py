"""Hostile input is bounded: cycles, fan-out, deep chains, paths that leave the root, files that are none."""

from __future__ import annotations

import pytest

ONE = "services: {app: {image: x}}\n"


def test_files_that_include_each_other_are_told(loaded):
    found = loaded({"compose.yaml": "include: [a.yaml]\n" + ONE, "a.yaml": "include: [b.yaml]\n", "b.yaml": "include: [a.yaml]\n"})
    assert (found.kinds, str(found.told[0].at)) == (["include"], "b.yaml:1:11")
    assert found.service() is not None


def test_includes_that_double_at_each_level_are_bounded(loaded):
    files = {f"{n}.yaml": f"include: [{n + 1}.yaml, ./{n + 1}.yaml]\n" for n in range(40)}
    found = loaded({**files, "40.yaml": ONE, "compose.yaml": "include: [0.yaml]\n"})
    assert "bound" in found.kinds


def test_services_that_extend_each_other_are_told(loaded):
    text = "services:\n  app: {extends: b, image: x}\n  b: {extends: c}\n  c: {extends: app}\n"
    found = loaded({"compose.yaml": text})
    assert set(found.kinds) == {"extends"}
    assert {s.name for s in found.project.services} == {"app", "b", "c"}


def test_a_long_chain_of_extends_is_bounded(loaded):
    chain = "".join(f"  s{n}: {{extends: s{n + 1}}}\n" for n in range(500))
    found = loaded({"compose.yaml": f"services:\n{chain}  s500: {{image: x, mem_limit: 1g}}\n"})
    assert set(found.kinds) == {"extends"}
    assert found.service("s500").memory_limit.value.bytes == 1024**3


def test_extends_that_repeats_a_large_base_is_bounded(loaded):
    large = ", ".join(f"V{n}: {n}" for n in range(2_000))
    services = "".join(f"  s{n}: {{extends: base}}\n" for n in range(60))
    found = loaded({"compose.yaml": f"services:\n  base: {{image: x, x-large: {{{large}}}}}\n{services}"})
    assert set(found.kinds) == {"bound"}


@pytest.mark.parametrize("key", ["include: [{0}]", "services: {{app: {{image: x, extends: {{file: {0}, service: a}}}}}}"])
@pytest.mark.parametrize("path", ["../x.yaml", "/etc/passwd", "a/../../x.yaml"])
def test_a_file_outside_the_root_is_not_read(key, path, loaded):
    found = loaded({"compose.yaml": ONE + key.format(path) + "\n" if "include" in key else key.format(path) + "\n"})
    assert found.kinds == ["outside-root"]


def test_an_env_file_outside_the_root_leaves_open_what_it_sets(app):
    found = app("env_file: ../secrets.env")
    assert found.kinds == ["env-file-outside-root"]
    assert found.service().environment.open


def test_a_range_of_many_ports_is_bounded(app):
    found = app('ports: ["1-40000", "1-40000/udp"]')
    assert set(found.kinds) == {"bound"}


def test_deep_nesting_is_no_crash(loaded):
    deep = "{a: " * 150 + "1" + "}" * 150
    found = loaded(
        {"compose.yaml": f"x-deep: {deep}\n{ONE}", "compose.override.yaml": f"x-deep: {deep}\nservices: {{app: {{x-a: {deep}}}}}\n"}
    )
    assert found.kinds == []
    assert loaded({"compose.yaml": f"services: {{app: {{image: x, environment: {deep}}}}}\n"}).kinds == ["schema"]


@pytest.mark.parametrize("content", [b"\0", b"\xff\xfe", b"services: {app: {image: \xe9}}", b"a: [", b"\t", b"{{ template }}\n"])
def test_a_file_that_is_no_yaml_is_told(content, loaded):
    assert loaded({"compose.yaml": content}).kinds == ["yaml"]


def test_an_env_file_may_hold_any_bytes(app):
    found = app("env_file: a.env", files={"a.env": b"A=\xff\xe9\nB=1\n"})
    assert found.told == []
    assert found.service().environment.get("A").value.plain == "\ufffd\ufffd"


def test_variables_that_double_each_other_are_bounded(app):
    lines = "A0=aaaaaaaaaaaaaaaa\n" + "".join(f"A{n}=${{A{n - 1}}}${{A{n - 1}}}\n" for n in range(1, 40))
    found = app("environment: {X: $A39}\nmem_limit: 1g", files={".env": lines})
    assert found.kinds == ["bound"]
    assert not found.service().environment.get("X").value.is_known
    assert found.service().memory_limit.value.bytes == 1024**3
