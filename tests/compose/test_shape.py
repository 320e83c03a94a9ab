"""The quick look at a model agrees with the Compose specification's schema, so that the schema is seldom needed."""

from __future__ import annotations

import pytest

from forkfit.compose.check import checked
from forkfit.compose.schema import faults
from forkfit.compose.shape import SERVICE, fits
from forkfit.model.source import source
from forkfit.syntax.yaml import parse

VALUES = ["text", "true", "", "5", "1.5", "[a, b]", "[a, a]", "[1]", "{a: b}", "{a: }", "{a: [b]}", "[]", "{}", ".inf"]
# Keys of which the quick look is content with less than the schema: nothing in them bears on a worker.
COARSE = {
    *("blkio_config", "configs", "cpu_count", "cpu_percent", "credential_spec", "cgroup", "depends_on", "deploy", "develop", "devices"),
    *("expose", "extends", "extra_hosts", "gpus", "group_add", "logging", "models", "networks", "oom_score_adj", "ports", "post_start"),
    *("pre_start", "pre_stop", "provider", "pull_policy", "secrets", "storage_opt", "ulimits", "volumes", "env_file", "build"),
}


def model(key, value):
    (document,) = parse(source("compose.yaml", f"services: {{app: {{{key}: {value}}}}}\n"))
    return document


@pytest.mark.parametrize("key", sorted(SERVICE))
def test_the_quick_look_agrees_with_the_schema(key):
    for value in VALUES:
        document = model(key, value)
        refused = bool(faults(document))
        assert fits(document) == (not refused) or (key in COARSE and refused), (key, value)


@pytest.mark.parametrize("key", ["memory", "enviroment", "", "X-a"])
def test_an_unknown_key_is_seen(key):
    assert not fits(model(f'"{key}"', "1"))
    assert fits(model("x-a", "{anything: [1]}"))


def test_the_schema_is_not_looked_at_where_the_quick_look_is_content(oracle, loaded, monkeypatch):
    def unwanted(_):
        raise AssertionError("a healthy project needs no schema")

    monkeypatch.setattr("forkfit.compose.schema.faults", unwanted)
    assert checked.__module__ == "forkfit.compose.check"
    for name in ("550-yaml-anchor-merge", "311-merge-environment-map-list", "754-memory-both-equal"):
        assert loaded(oracle.files(name).contents).told == []


def test_a_service_outside_services_is_not_to_be_removed():
    document = parse(source("compose.yaml", "worker: {build: .}\nservise: {}\nnoise: 1\n"))[0]
    assert [(fault.key, fault.cure) for fault in faults(document)] == [
        ("worker", "Put it under services:, where Compose 2 looks for a service."),
        ("servise", "Write services."),
        ("noise", "Remove it, or let it begin with x-."),
    ]
