"""A value knows every place that made it, through interpolation, env files, merging, extends, include and aliases."""

from __future__ import annotations

import pytest

from forkfit.compose.load import load

# A recorded case, the service, what is looked at, and its trail.
TRAILS = [
    (
        "001-interp-braced",
        "app",
        "R",
        ["written compose.yaml:5:11", "assumed A is stated for this run", "used compose.yaml:5:12", "written compose.yaml:5:16"],
    ),
    ("006-interp-unset-twice", "app", "R", ["used compose.yaml:5:11 A is not set", "used compose.yaml:5:13 A is not set"]),
    ("007-interp-soft-default-unset", "app", "R", ["written compose.yaml:5:11", "fallback compose.yaml:5:17", "written compose.yaml:5:19"]),
    (
        "183-dotenv-env-file-replaces-dotenv",
        "app",
        "R_A",
        ["written compose.yaml:5:13", "written prod.env:1:3", "used compose.yaml:5:14", "written compose.yaml:5:24"],
    ),
    ("218-envfile-list-later-wins", "app", "A", ["written b.env:1:3"]),
    ("219-envfile-environment-wins", "app", "A", ["written compose.yaml:6:10", "replaced a.env:1:3"]),
    ("300-merge-command-list", "app", "command", ["written compose.override.yaml:3:15", "replaced compose.yaml:4:14"]),
    ("302-merge-command-null", "app", "command", ["replaced compose.yaml:4:14"]),
    ("311-merge-environment-map-list", "app", "B", ["written compose.override.yaml:4:11", "replaced compose.yaml:6:10"]),
    ("371-merge-override-with-variable", "app", "KEY", ["written compose.override.yaml:4:13", "replaced compose.yaml:5:9"]),
    ("397-reset-scalar", "app", "memory_limit", ["written compose.override.yaml:3:23 taken away", "replaced compose.yaml:4:16"]),
    ("429-extends-map-same-file", "app", "memory_limit", ["written compose.yaml:6:16", "extended compose.yaml:3:14"]),
    ("430-extends-other-file", "app", "image", ["written base.yaml:3:12", "extended compose.yaml:3:14"]),
    ("431-extends-chain", "app", "image", ["written compose.yaml:10:12", "extended compose.yaml:6:14", "extended compose.yaml:3:14"]),
    ("475-include-short", "lib", "image", ["written inc.yaml:3:12", "included compose.yaml:1:11"]),
    ("491-include-conflict-same-service", "lib", "memory_limit", ["written compose.yaml:4:16", "replaced inc.yaml:4:16"]),
    ("550-yaml-anchor-merge", "app", "memory_limit", ["written compose.yaml:2:14", "merged compose.yaml:6:9"]),
    ("556-yaml-merge-inside-environment", "app", "A", ["written compose.yaml:1:14", "merged compose.yaml:6:11"]),
    ("562-yaml-alias-of-service", "two", "memory_limit", ["written compose.yaml:4:16", "merged compose.yaml:7:9"]),
    ("365-merge-multi-document", "app", "command", ["written compose.yaml:9:14", "replaced compose.yaml:5:14"]),
    ("435-extends-dotenv-of-base-folder", "app", "image", ["written sub/base.yaml:3:12", "extended compose.yaml:3:14"]),
    (
        "845-command-compose-variable",
        "app",
        "command",
        ["written compose.yaml:4:14", "assumed ARGS is stated for this run", "used compose.yaml:4:18", "written compose.yaml:4:26"],
    ),
    ("806-scale-both-equal", "app", "replicas", ["written compose.yaml:4:12"]),
]


@pytest.mark.parametrize(("case", "service", "what", "trail"), TRAILS, ids=[f"{case}-{what}" for case, _, what, _ in TRAILS])
def test_a_value_knows_its_way(case, service, what, trail, oracle, lines):
    project = load(oracle.request(case, strict=False), oracle.files(case), lambda _: None)
    found = project.service(service)
    if what == "command":
        value = found.command
        made = (*(step for word in getattr(value, "value", ()) for step in word.trail), *value.trail)
    else:
        made = (getattr(found, what) if hasattr(found, what) else found.environment.get(what)).trail
    assert list(dict.fromkeys(lines(made))) == trail
