"""The whole way of one value, place by place, through each means by which Compose brings values together."""

from __future__ import annotations

import pytest

BASE = "  base:\n    image: img\n    mem_limit: 1g\n"


def service(*keys):
    """Return a Compose file with one service, its keys from line 4 on."""
    return "services:\n  app:\n    image: img\n" + "".join(f"    {line}\n" for key in keys for line in key.splitlines())


def over(*keys):
    """Return an override of the service, its keys from line 3 on."""
    return "services:\n  app:\n" + "".join(f"    {line}\n" for key in keys for line in key.splitlines())


DEPLOYED = "deploy:\n  resources:\n    limits:\n      memory: {}"

# What happens, the files, what is looked at, its value in words, its trail.
WAYS = {
    "a number as it stands": (
        {"compose.yaml": service("mem_limit: 1g")},
        "memory_limit",
        ["1024 MiB", "written compose.yaml:4:16"],
    ),
    "a variable of .env": (
        {"compose.yaml": service("mem_limit: ${LIMIT}"), ".env": "# production\nLIMIT=1g\n"},
        "memory_limit",
        ["1024 MiB", "written .env:2:7", "used compose.yaml:4:16"],
    ),
    "a variable of .env over a default": (
        {"compose.yaml": service("mem_limit: ${LIMIT:-512m}"), ".env": "LIMIT='1g' # one\n"},
        "memory_limit",
        ["1024 MiB", "written .env:1:8", "used compose.yaml:4:16"],
    ),
    "a default": (
        {"compose.yaml": service("mem_limit: ${LIMIT:-512m}")},
        "memory_limit",
        ["512 MiB", "fallback compose.yaml:4:25"],
    ),
    "a variable in the default of a default": (
        {"compose.yaml": service("mem_limit: ${A:-${B:-${LIMIT}}}"), ".env": "LIMIT=1g\n"},
        "memory_limit",
        [
            "1024 MiB",
            "written .env:1:7",
            "used compose.yaml:4:26",
            "fallback compose.yaml:4:26",
            "fallback compose.yaml:4:21",
        ],
    ),
    "a text that stands where a variable is set": (
        {"compose.yaml": service("mem_limit: ${LARGE:+2g}"), ".env": "LARGE=yes\n"},
        "memory_limit",
        ["2048 MiB", "written compose.yaml:4:25", "used compose.yaml:4:16"],
    ),
    "a variable made of another in .env": (
        {"compose.yaml": service("mem_limit: ${LIMIT}"), ".env": "SIZE=1\nLIMIT=${SIZE}g\n"},
        "memory_limit",
        [
            "1024 MiB",
            "written .env:1:6",
            "used .env:2:7",
            "used compose.yaml:4:16",
            "written .env:2:14",
        ],
    ),
    "an env_file": (
        {"compose.yaml": service("env_file: worker.env"), "worker.env": "\nexport N=4 # children\n"},
        "N",
        ["4", "written worker.env:2:10"],
    ),
    "the later of two env files in long form": (
        {
            "compose.yaml": service("env_file:\n  - path: a.env\n    required: false\n  - path: b.env\n    format: raw"),
            "a.env": "N=4\n",
            "b.env": "N=8\n",
        },
        "N",
        ["8", "written b.env:1:3"],
    ),
    "an env_file that uses the service's own environment": (
        {"compose.yaml": service("env_file: worker.env", "environment:\n  CHILDREN: 4"), "worker.env": "N=${CHILDREN}\n"},
        "N",
        ["4", "written compose.yaml:6:17", "used worker.env:1:3"],
    ),
    "an environment in list form over an env_file": (
        {"compose.yaml": service("env_file: worker.env", "environment:\n  - N=4"), "worker.env": "N=8\n"},
        "N",
        ["4", "written compose.yaml:6:11", "replaced worker.env:1:3"],
    ),
    "a name without a value in list form": (
        {"compose.yaml": service("environment:\n  - N"), ".env": "N=4\n"},
        "N",
        ["4", "written .env:1:3", "used compose.yaml:5:9"],
    ),
    "an alias": (
        {"compose.yaml": "x-limit: &limit 1g\n" + service("mem_limit: *limit")},
        "memory_limit",
        ["1024 MiB", "written compose.yaml:1:17", "aliased compose.yaml:5:16"],
    ),
    "a merge key that brings an alias": (
        {"compose.yaml": "x-limit: &limit 1g\nx-base: &base\n  mem_limit: *limit\n" + service("<<: *base")},
        "memory_limit",
        [
            "1024 MiB",
            "written compose.yaml:1:17",
            "aliased compose.yaml:3:14",
            "merged compose.yaml:7:9",
        ],
    ),
    "the first of two mappings below a merge key": (
        {"compose.yaml": "x-a: &a\n  mem_limit: 1g\nx-b: &b\n  mem_limit: 2g\n" + service("<<: [*a, *b]")},
        "memory_limit",
        ["1024 MiB", "written compose.yaml:2:14", "merged compose.yaml:8:10"],
    ),
    "extends in the same file": (
        {"compose.yaml": service("extends: base") + BASE},
        "memory_limit",
        ["1024 MiB", "written compose.yaml:7:16", "extended compose.yaml:4:14"],
    ),
    "extends, with a limit of its own": (
        {"compose.yaml": service("extends: base", "mem_limit: 2g") + BASE},
        "memory_limit",
        ["2048 MiB", "written compose.yaml:5:16", "replaced compose.yaml:8:16"],
    ),
    "extends of another file": (
        {
            "compose.yaml": service("extends:\n  file: sub/base.yaml\n  service: base"),
            "sub/base.yaml": "services:\n  base:\n    mem_limit: ${LIMIT:-1g}\n",
        },
        "memory_limit",
        ["1024 MiB", "fallback sub/base.yaml:3:25", "extended compose.yaml:5:7"],
    ),
    "include, with a .env of its own": (
        {
            "compose.yaml": "include:\n  - path: sub/app.yaml\n",
            "sub/app.yaml": service("mem_limit: ${LIMIT}"),
            "sub/.env": "LIMIT=1g\n",
        },
        "memory_limit",
        [
            "1024 MiB",
            "written sub/.env:1:7",
            "used sub/app.yaml:4:16",
            "included compose.yaml:2:5",
        ],
    ),
    "an override file": (
        {"compose.yaml": service(DEPLOYED.format("1g")), "compose.override.yaml": over(DEPLOYED.format("${LIMIT:-2g}"))},
        "memory_limit",
        ["2048 MiB", "fallback compose.override.yaml:6:28", "replaced compose.yaml:7:19"],
    ),
    "an environment that an override file changes": (
        {"compose.yaml": service("environment:\n  N: 4"), "compose.override.yaml": over("environment:\n  - N=${M:-8}")},
        "N",
        ["8", "fallback compose.override.yaml:4:16", "replaced compose.yaml:5:10"],
    ),
    "!reset": (
        {"compose.yaml": service("mem_limit: 1g"), "compose.override.yaml": over("mem_limit: !reset null")},
        "memory_limit",
        ["absent", "written compose.override.yaml:3:23 taken away", "replaced compose.yaml:4:16"],
    ),
    "!reset of what extends brings": (
        {"compose.yaml": service("extends: base", "mem_limit: !reset null") + BASE},
        "memory_limit",
        ["absent", "written compose.yaml:5:23 taken away", "replaced compose.yaml:8:16"],
    ),
    "!override": (
        {
            "compose.yaml": service(DEPLOYED.format("1g")),
            "compose.override.yaml": over(DEPLOYED.format("2g").replace("deploy:", "deploy: !override")),
        },
        "memory_limit",
        ["2048 MiB", "written compose.override.yaml:6:19", "replaced compose.yaml:7:19"],
    ),
    "!override without what was there": (
        {"compose.yaml": service(DEPLOYED.format("1g")), "compose.override.yaml": over("deploy: !override\n  replicas: 2")},
        "memory_limit",
        ["absent", "written compose.override.yaml:4:7 taken away", "replaced compose.yaml:7:19"],
    ),
}


@pytest.mark.parametrize(("files", "what", "way"), WAYS.values(), ids=WAYS.keys())
def test_a_value_came_this_way(loaded, lines, files, what, way):
    assert _way(loaded(files).service(), what, lines) == way


def test_each_of_several_files_leaves_its_place(loaded, lines):
    files = {"a.yaml": service("mem_limit: 1g"), "b.yaml": over("mem_limit: 2g"), "c.yaml": over("mem_limit: ${LIMIT:-3g}")}
    found = loaded(files, files=("a.yaml", "b.yaml", "c.yaml")).service()
    assert _way(found, "memory_limit", lines) == ["3072 MiB", "fallback c.yaml:3:25", "replaced b.yaml:3:16", "replaced a.yaml:4:16"]


def test_a_value_that_is_set_again_stands_in_place_of_the_one_that_was_reset(loaded, lines):
    files = {"a.yaml": service("mem_limit: 1g"), "b.yaml": over("mem_limit: !reset null"), "c.yaml": over("mem_limit: 3g")}
    found = loaded(files, files=("a.yaml", "b.yaml", "c.yaml")).service()
    assert _way(found, "memory_limit", lines) == ["3072 MiB", "written c.yaml:3:16", "replaced a.yaml:4:16"]


def test_each_word_of_a_command_knows_its_own_way(loaded, lines):
    files = {"compose.yaml": service("command: >-\n  celery -A proj worker\n  -c ${N:-4} -P ${POOL}"), ".env": "POOL=solo\n"}
    words = loaded(files).service().command.value
    assert [(word.plain, lines(word.trail)) for word in words[4:]] == [
        ("-c", ["written compose.yaml:6:7"]),
        ("4", ["fallback compose.yaml:6:15"]),
        ("-P", ["written compose.yaml:6:18"]),
        ("solo", ["written .env:1:6", "used compose.yaml:6:21"]),
    ]


def _way(found, what, lines):
    value = found.environment.get(what) if what.isupper() else getattr(found, what)
    known = getattr(value, "value", None)
    return [str(known) if known is not None else type(value).__name__.lower(), *lines(value.trail)]
