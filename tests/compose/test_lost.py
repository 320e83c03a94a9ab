"""A size that is written and comes to nothing is known, with the place that loses it."""

from __future__ import annotations

import pytest

LIMITED = "services:\n  app:\n    image: img\n    mem_limit: 1g\n"


def lost(found):
    return [(one.key, str(one.at), one.how.value) for one in found.service().lost]


@pytest.mark.parametrize("written", ["1e9", "1.5", "1073741824.0", ".5", "1e+30", "18446744073709551616"])
def test_a_number_that_is_not_whole_or_past_63_bits_is_dropped(app, written):
    assert lost(app(f"mem_limit: {written}")) == [("mem_limit", "compose.yaml:4:16", "dropped")]


@pytest.mark.parametrize("written", ["1000000000", "0x40000000", "'1e9'", "1.5g", "0", "-1", "", "${UNSET}", "true"])
def test_what_compose_keeps_or_refuses_is_not_dropped(app, written):
    assert lost(app(f"mem_limit: {written}")) == []


def test_every_size_of_a_service_may_be_dropped(app):
    found = app("mem_limit: 1g\nmemswap_limit: 2e9\nmem_reservation: 1e8\nshm_size: 6.4e7")
    assert [key for key, _, _ in lost(found)] == ["memswap_limit", "mem_reservation", "shm_size"]


def test_a_dropped_number_is_no_loss_beside_a_limit_in_the_deploy_section(app):
    assert lost(app("mem_limit: 1e9\ndeploy: {resources: {limits: {memory: 1g}}}")) == []


@pytest.mark.parametrize(
    ("base", "override", "how"),
    [
        ("mem_limit: 1g", "mem_limit: !reset null", ("mem_limit", "compose.override.yaml:3:23", "taken away")),
        ("mem_limit: ${L:-1g}", "mem_limit: '0'", ("mem_limit", "compose.override.yaml:3:16", "nought")),
        ("mem_limit: 1g", "mem_limit: 1e9", ("mem_limit", "compose.override.yaml:3:16", "dropped")),
        (
            "deploy: {resources: {limits: {memory: 1g}}}",
            "deploy: !override {replicas: 2}",
            ("deploy.resources.limits.memory", "compose.override.yaml:3:5", "taken away"),
        ),
        (
            "deploy: {resources: {limits: {memory: 1g}}}",
            "deploy: {resources: !reset {}}",
            ("deploy.resources.limits.memory", "compose.override.yaml:3:32", "taken away"),
        ),
    ],
)
def test_an_override_may_take_the_limit_away(loaded, base, override, how):
    files = {
        "compose.yaml": f"services:\n  app:\n    image: img\n    {base}\n    dns: [1.1.1.1]\n",
        "compose.override.yaml": f"services:\n  app:\n    {override}\n",
    }
    assert lost(loaded(files)) == [how]


@pytest.mark.parametrize(
    ("base", "override"),
    [
        ("mem_limit: 1g", "mem_limit:"),
        ("mem_limit: 0", "mem_limit: !reset null"),
        ("mem_limit: 0", "mem_limit: 0m"),
        ("mem_limit: 1g", "{mem_limit: !reset null, deploy: {resources: {limits: {memory: 1g}}}}"),
        ("deploy: {replicas: 2}", "deploy: !reset null"),
        ("deploy: {resources: {limits: {memory: 1g}}}", "deploy: !override {resources: {limits: {memory: 2g}}}"),
    ],
)
def test_an_override_that_takes_nothing_or_gives_another_limit_loses_none(loaded, base, override):
    body = override if override.startswith("{") else f"\n    {override}"
    files = {
        "compose.yaml": f"services:\n  app:\n    image: img\n    {base}\n",
        "compose.override.yaml": f"services:\n  app: {body}\n",
    }
    assert lost(loaded(files)) == []


def test_a_reset_of_what_extends_brings_takes_it_away(loaded):
    base = "  base:\n    image: img\n    mem_limit: 1g\n"
    files = {"compose.yaml": f"services:\n  app:\n    extends: base\n    mem_limit: !reset null\n{base}"}
    assert lost(loaded(files)) == [("mem_limit", "compose.yaml:4:23", "taken away")]


def test_a_reset_in_a_file_of_bases_takes_nothing_from_a_service_of_the_same_name(loaded):
    files = {
        "compose.yaml": "services:\n  app:\n    image: img\n  two:\n    extends: {file: base.yaml, service: app}\n",
        "base.yaml": "services:\n  app:\n    extends: low\n    mem_limit: !reset null\n  low:\n    image: img\n    mem_limit: 1g\n",
    }
    assert lost(loaded(files)) == []


def test_what_is_reset_and_set_again_is_not_lost(loaded):
    files = {"a.yaml": LIMITED, "b.yaml": LIMITED.replace("1g", "!reset null"), "c.yaml": LIMITED.replace("1g", "3g")}
    assert lost(loaded(files, files=("a.yaml", "b.yaml", "c.yaml"))) == []
