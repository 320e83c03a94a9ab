"""A project that the reference would refuse is loaded as far as it is known, and what stopped the reference is told."""

from __future__ import annotations

import pytest

from forkfit.compose.load import load
from forkfit.compose.request import Request
from forkfit.files import InMemory
from forkfit.model.memory import Memory
from forkfit.model.project import Mount
from forkfit.model.value import Absent, Bounded, Known, Unknown


def plain(value):
    return [word.plain for word in value.value]


def test_a_healthy_project_tells_nothing(loaded):
    files = {
        "docker-compose.yml": """
services:
  worker:
    image: app:${TAG:-1}
    build: {context: ./app, dockerfile: docker/Dockerfile, target: prod, args: [A=1]}
    command: celery -A proj worker -c ${CONCURRENCY}
    env_file: [.env, more.env]
    environment: {DEBUG: 0}
    mem_limit: 512m
    deploy: {replicas: 2}
    working_dir: /srv
    volumes: [".:/srv", "data:/data", "/etc/x:/x"]
    x-compose-lint: {per_worker: 120m, parent: 90m}
volumes: {data: }
""",
        ".env": "CONCURRENCY=20\n",
        "more.env": "MORE=1\n",
    }
    found = loaded(files)
    worker = found.service("worker")
    assert found.told == []
    assert (found.project.files, found.project.directory) == (("docker-compose.yml",), ".")
    assert found.project.read == (".env", "docker-compose.yml", "more.env")
    assert plain(worker.command) == ["celery", "-A", "proj", "worker", "-c", "20"]
    assert {v.name: v.value.value.plain for v in worker.environment.variables} == {"CONCURRENCY": "20", "MORE": "1", "DEBUG": "0"}
    assert worker.memory_limit.value == Memory.mib(512)
    assert worker.replicas.value == 2
    assert (worker.build.value.context.value, worker.build.value.dockerfile.value, worker.build.value.target.value) == (
        "app",
        "docker/Dockerfile",
        "prod",
    )
    assert [(m.source, m.target) for m in worker.mounts] == [(".", "/srv")]
    assert isinstance(worker.mounts[0], Mount)
    assert (worker.per_worker.value, worker.parent.value) == (Memory.mib(120), Memory.mib(90))
    assert str(worker.at) == "docker-compose.yml:3:3"


def test_a_missing_env_file_leaves_open_what_it_sets(app, lines):
    found = app("env_file: [a.env, no.env]\nenvironment: {B: 1}", files={"a.env": "A=1\n"})
    environment = found.service().environment
    assert found.kinds == ["missing-env-file"]
    assert str(found.told[0].at) == "compose.yaml:4:23"
    assert lines(environment.open) == ["used compose.yaml:4:23 no.env cannot be read"]
    assert environment.get("C") == Absent("C is not set", environment.open)
    assert lines(environment.get("A").trail) == ["written a.env:1:3", "assumed no.env cannot be read and is taken not to set it"]
    assert lines(environment.get("B").trail) == ["written compose.yaml:5:22"]


def test_a_required_variable_is_unknown_and_the_rest_is_known(app):
    found = app("command: celery -A proj worker -c ${N:?how many}\nmem_limit: ${LIMIT:?}\ncontainer_name: ${NAME:?}")
    service = found.service()
    assert found.kinds == ["required-variable"] * 3
    assert [word.is_known for word in service.command.value] == [True] * 5 + [False]
    assert isinstance(service.memory_limit, Unknown)


def test_a_command_that_is_nothing_but_an_unknown_variable_is_unknown(app):
    assert isinstance(app("command: ${COMMAND:?}").service().command, Unknown)


@pytest.mark.parametrize(
    "key", ["mem_limit: ${X}", "scale: ${X}", "cpus: ${X}", "ports: ['${X}:${X}']", "volumes: ['${X}:/data']", "privileged: ${X}"]
)
def test_what_is_wrong_only_for_want_of_a_variable_is_told_once(app, key):
    assert set(app(key).kinds) == {"undefined-variable"}


def test_a_limit_from_a_variable_without_a_value_is_unknown(app):
    assert app("mem_limit: ${LIMIT}").service().memory_limit.why == "LIMIT is not set"


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        ("mem_limit: lots", "size"),
        ("mem_limit: [1g]", "schema"),
        ("deploy: {resources: {limits: {memory: 512}}}", "schema"),
        ("deploy: 5", "schema"),
    ],
)
def test_a_limit_that_cannot_be_read_is_unknown_and_not_absent(app, key, kind):
    found = app(f"{key}\ncommand: a b")
    assert found.kinds == [kind]
    assert isinstance(found.service().memory_limit, Unknown)
    assert plain(found.service().command) == ["a", "b"]


def test_an_unknown_key_is_told_with_the_one_that_was_meant(app):
    found = app("enviroment: {A: 1}\ncommand: a")
    assert found.kinds == ["schema"]
    assert (str(found.told[0].at), found.told[0].cure, found.told[0].service) == ("compose.yaml:4:5", "Write environment.", "app")
    assert plain(found.service().command) == ["a"]


def test_a_broken_service_does_not_hide_the_others(loaded):
    found = loaded({"compose.yaml": "services:\n  one: [a]\n  two: {image: x, command: b}\n"})
    assert found.kinds == ["structure"]
    assert [s.name for s in found.project.services] == ["two"]


def test_a_broken_override_does_not_hide_the_base(loaded):
    found = loaded({"compose.yaml": "services: {app: {image: x, command: a}}\n", "compose.override.yaml": "services: [\n"})
    assert found.kinds == ["yaml"]
    assert plain(found.service().command) == ["a"]


def test_a_broken_include_does_not_hide_the_including_file(loaded):
    found = loaded({"compose.yaml": "include: [no.yaml, bad.yaml]\nservices: {app: {image: x}}\n", "bad.yaml": "a: 'b\n"})
    assert found.kinds == ["missing-file", "yaml"]
    assert found.service() is not None


def test_a_fragment_is_told_and_loaded(loaded):
    found = loaded({"prod.yaml": "services: {app: {command: a, mem_limit: 1g}}\n"}, files=("prod.yaml",))
    assert found.kinds == ["consistency"]
    assert "-f BASE -f THIS" in found.told[0].cure
    assert found.service().memory_limit.value == Memory.mib(1024)


def test_undefined_networks_and_volumes_are_not_our_business(app):
    assert app("networks: [n]\nvolumes: ['v:/v']\ndepends_on: [db]").told == []


def test_what_a_base_would_say_that_cannot_be_loaded_is_unknown(loaded):
    found = loaded({"compose.yaml": "services:\n  app:\n    extends: {file: no.yaml, service: base}\n    command: a\n"})
    service = found.service()
    assert found.kinds == ["missing-file"]
    assert plain(service.command) == ["a"]
    assert service.memory_limit.why == "app extends a service that cannot be loaded"
    assert service.environment.open


def test_limits_that_disagree_are_one_of_both(app):
    found = app("mem_limit: 1g\ndeploy: {resources: {limits: {memory: 2g}}}")
    assert found.kinds == ["conflict"]
    assert str(found.told[0].at) == "compose.yaml:4:16"
    assert found.service().memory_limit == Bounded(found.service().memory_limit.alternatives)
    assert [a.value for a in found.service().memory_limit.alternatives] == [Memory.mib(1024), Memory.mib(2048)]


@pytest.mark.parametrize("limit", ["1e9", "1.5", "9223372036854775808", "0", "-1", "2024-01-02"])
def test_a_limit_that_compose_drops_is_no_limit(app, limit):
    found = app(f"mem_limit: {limit}")
    assert found.told == []
    assert isinstance(found.service().memory_limit, Absent)


def test_an_operator_cuts_a_command_and_is_kept(app):
    service = app("command: migrate && serve").service()
    assert plain(service.command) == ["migrate"]
    assert [(c.key, str(c.at), c.rest.plain) for c in service.cuts] == [("command", "compose.yaml:4:22", "&& serve")]


def test_a_health_check_in_text_is_run_by_a_shell(app):
    assert plain(app("healthcheck: {test: curl -f x}").service().healthcheck) == ["CMD-SHELL", "curl -f x"]
    assert isinstance(app("healthcheck: {test: [CMD, a], disable: true}").service().healthcheck, Absent)


def test_cpus_are_those_of_either_spelling(app):
    assert app("cpus: '1.5'").service().cpus.value == 1.5
    assert app("deploy: {resources: {limits: {cpus: '0.5'}}}").service().cpus.value == 0.5
    assert isinstance(app("").service().cpus, Absent)


def test_services_of_inactive_profiles_are_only_named(loaded):
    found = loaded({"compose.yaml": "services: {app: {image: x}, debug: {image: y, profiles: [d], env_file: no.env}}\n"})
    assert found.told == []
    assert ([s.name for s in found.project.services], found.project.disabled) == (["app"], ("debug",))


def test_nothing_to_load_is_told(loaded):
    found = loaded({"a.txt": ""})
    assert (found.project, found.kinds) == (None, ["missing-file"])


@pytest.mark.parametrize("limit", ["lots", "${X:?}", "[a]"])
def test_a_strict_load_stops_at_the_first_thing(limit):
    told = []
    files = InMemory({"compose.yaml": f"services: {{app: {{image: x, mem_limit: '{limit}', command: a(b}}}}\n".encode()})
    assert load(Request(strict=True), files, told.append) is None
    assert len(told) == 1


def test_the_project_is_named_after_its_folder_or_itself(loaded):
    files = {"My App/compose.yaml": "services: {app: {image: x}}\n"}
    assert loaded(files, folder="My App").project.name.value == "myapp"
    assert isinstance(loaded({"compose.yaml": "services: {app: {image: x}}\n"}).project.name, Unknown)
    assert loaded({"compose.yaml": "name: n\nservices: {app: {image: x}}\n"}).project.name.value == "n"
    assert loaded(files, folder="My App", root="/r").project.name == Known("myapp", loaded(files, folder="My App").project.name.trail)


def test_paths_of_the_project_are_found_by_their_absolute_names(loaded):
    files = {"compose.yaml": "services: {app: {image: x, volumes: ['/r/src:/a', '${PWD}/lib:/b', '/etc:/c']}}\n"}
    assert [(m.source, m.target) for m in loaded(files, root="/r").service().mounts] == [("src", "/a"), ("lib", "/b")]
    assert [(m.source, m.target) for m in loaded(files).service().mounts] == [("lib", "/b")]
