"""The effective project is printed as the reference prints it, also where the reference would have stopped."""

from __future__ import annotations

import pytest

from forkfit.compose.request import Request
from forkfit.compose.resolve import effective
from forkfit.files import InMemory


def printed(text, files=(), **asked):
    told = []
    contents = {"compose.yaml": text.encode(), **{path: content.encode() for path, content in dict(files).items()}}
    return effective(Request(**asked), InMemory(contents), told.append), told


def test_a_project_that_compose_refuses_is_printed_all_the_same():
    made, told = printed("services: {app: {image: x, env_file: no.env, mem_limit: lots, networks: [n], command: a}}\n", root="/r/p")
    assert {t.kind.value for t in told} == {"missing-env-file", "size", "consistency"}
    assert made["services"] == {"app": {"image": "x", "command": ["a"], "networks": {"n": None}}}
    assert (made["name"], made["compose_files"], made["effective_scale"]) == ("p", ["compose.yaml"], {"app": 1})


def test_a_strict_load_prints_the_first_thing_alone():
    made, told = printed("services: {app: {image: x, mem_limit: lots}}\n", strict=True)
    assert made == {"error": {"class": "size", "message": "mem_limit: 'lots' is no size"}}
    assert told == []


def test_without_a_compose_file_there_is_nothing_to_print():
    assert effective(Request(), InMemory({}), lambda _: None)["error"]["class"] == "missing-file"


def test_named_services_are_printed_alone():
    app = "app: {image: x, depends_on: {db: {condition: service_started}}}"
    text = f"services:\n  {app}\n  db: {{image: x}}\n  web: {{image: x, depends_on: [app]}}\n"
    made, _ = printed(text, services=("app",))
    assert (list(made["services"]), made["disabled_services"]) == (["app", "db"], ["web"])
    made, _ = printed(text, services=("nobody",), strict=True)
    assert made["error"]["class"] == "consistency"


def test_warnings_are_in_the_reference_s_words():
    made, _ = printed("version: '3'\nservices: {app: {image: 'x:${TAG}', tty: yes}}\n", root="/r")
    assert made["warnings"] == [
        'warning: "yes" for boolean is not supported by YAML 1.2, please use `true`',
        "warning: /r/compose.yaml: the attribute `version` is obsolete, it will be ignored, please remove it to avoid potential confusion",
        'warning: The "TAG" variable is not set. Defaulting to a blank string.',
    ]


def test_without_interpolation_the_model_is_printed_as_written():
    made, _ = printed("services: {app: {image: '${X:?}', ports: ['${P}:${P}'], volumes: ['${V}:/v'], 1: a}}\n", interpolate=False)
    assert made["services"]["app"]["image"] == "${X:?}"
    assert made["services"]["app"]["ports"] == ["${P}:${P}"]


def test_label_files_are_below_a_service_s_own_labels():
    made, _ = printed("services: {app: {image: x, label_file: [l.env], labels: {a: own}}}\n", {"l.env": "a=file\nb=file\n"}, strict=True)
    assert made["services"]["app"]["labels"] == {"a": "own", "b": "file"}
    made, _ = printed("services: {app: {image: x, label_file: no.env}}\n", strict=True)
    assert made["error"]["class"] == "missing-file"


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ("scale: -1", "negative scale"),
        ("network_mode: host, networks: [n]", "both network_mode and networks"),
        ("tmpfs: [/a, /a:x]", "two things at /a"),
        ("container_name: cc, scale: 2", "container_name and 2 containers"),
        ("build: {context: ., dockerfile: D, dockerfile_inline: FROM x}", "dockerfile_inline"),
        ("build: {context: ., platforms: [a/b]}, platform: c/d", "not built"),
        ("build: {context: ., additional_contexts: {c: 'service:no'}}", "undefined service no"),
        ("healthcheck: {test: [a, b]}", "none of CMD"),
        ("network_mode: 'service:no'", "service no"),
        ("secrets: [s]", "not among the secrets"),
        ("configs: [s]", "not among the configs"),
        ("build: {context: ., secrets: [s]}", "not among the secrets"),
        ("models: [m]", "undefined model m"),
        ("depends_on: [app]", "in a circle"),
        ("cpus: 1, deploy: {resources: {limits: {memory: 1g}}}", "takes a missing one for another limit"),
        ("pids_limit: 1, deploy: {resources: {limits: {pids: 2}}}", "pids_limit 1"),
        ("mem_reservation: 1g, deploy: {resources: {reservations: {memory: 2g}}}", "mem_reservation 1g"),
    ],
)
def test_contradictions_are_named(keys, message):
    made, _ = printed(f"services: {{app: {{image: x, {keys}}}}}\n", strict=True)
    assert message in made["error"]["message"]
