"""What the instructions of a Dockerfile make of an image, as BuildKit does them (frontend/dockerfile/dockerfile2llb, dockerfile 1.26)."""

from __future__ import annotations

import pytest

from forkfit.model.span import Role
from forkfit.model.value import Absent, Known, Unknown


def plain(value):
    return tuple(word.plain for word in value.value) if isinstance(value, Known) else type(value)


def environment(image):
    return {v.name: v.value.value.plain for v in image.environment}


@pytest.mark.parametrize(
    ("dockerfile", "entrypoint", "command"),
    [
        ("FROM python:3.11", (), ("python3",)),
        ("FROM docker.io/library/python:3.11@sha256:0", (), ("python3",)),
        ("FROM scratch", Absent, Absent),
        ("FROM acme/base", Unknown, Unknown),
        ('FROM x\nENTRYPOINT ["a"]\nCMD ["b"]', ("a",), ("b",)),
        ('FROM x\nCMD ["b"]\nENTRYPOINT ["a"]', ("a",), ("b",)),
        ('FROM x\nCMD ["b"]\nCMD ["c"]', Unknown, ("c",)),
        ('FROM python:3\nENTRYPOINT ["a"]', ("a",), Absent),
        ("FROM x\nCMD a $B", Unknown, ("/bin/sh", "-c", "a $B")),
        ('FROM x\nSHELL ["/bin/bash", "-lc"]\nCMD a', Unknown, ("/bin/bash", "-lc", "a")),
        ('FROM x\nCMD a\nSHELL ["/bin/bash", "-lc"]', Unknown, ("/bin/sh", "-c", "a")),
        ("FROM x\nENTRYPOINT []\nCMD a", (), ("/bin/sh", "-c", "a")),
        ('FROM x AS a\nCMD ["b"]\nFROM a\nENTRYPOINT ["c"]', ("c",), Absent),
        ('FROM x AS a\nENTRYPOINT ["b"]\nFROM a\nCMD ["c"]', ("b",), ("c",)),
        ('FROM x AS a\nENTRYPOINT ["b"]\nCMD ["c"]\nFROM A AS d\nFROM d', ("b",), ("c",)),
        ('FROM x AS a\nCMD ["b"]\nFROM python:3', (), ("python3",)),
        ('FROM x AS a\nONBUILD CMD ["b"]\nFROM a', Unknown, ("b",)),
        ('FROM x\nONBUILD CMD ["b"]', Unknown, Unknown),
        ('FROM a AS a\nCMD ["b"]', Unknown, ("b",)),
        ('LABEL a=b\nFROM x\nLABEL a=b\nSHELL bash\nONBUILD FROM y\nCMD ["b"]', Unknown, ("b",)),
        ('FROM ${NONE:-x} AS a\nFROM a AS b\nCOPY --from=a / /\nCMD ["b"]', Unknown, ("b",)),
    ],
)
def test_the_last_entrypoint_and_command_of_the_last_stage_win(image, dockerfile, entrypoint, command):
    made = image(dockerfile)
    assert (plain(made.entrypoint), plain(made.command)) == (entrypoint, command)


@pytest.mark.parametrize(("target", "command"), [("one", ("1",)), ("ONE", ("1",)), ("two", ("2",)), ("0", ("1",)), (None, ("3",))])
def test_a_target_names_a_stage(image, target, command):
    made = image('FROM x AS one\nCMD ["1"]\nFROM x AS two\nCMD ["2"]\nFROM x\nCMD ["3"]', target=target)
    assert plain(made.command) == command


def test_a_missing_target_leaves_the_image_unknown(make, refused):
    service = make.service(build=make.build(target="prod"))
    assert refused({"Dockerfile": "FROM x"}, service) == "Dockerfile has no stage prod"


@pytest.mark.parametrize(
    ("dockerfile", "args", "base"),
    [
        ("ARG V=3.11\nFROM python:$V", {}, "python:3.11"),
        ("ARG V=3.11\nFROM python:${V}-slim", {"V": "3.12"}, "python:3.12-slim"),
        ("ARG A=python\nARG B=$A:3\nFROM $B", {}, "python:3"),
        ("FROM --platform=linux/amd64 python:3 AS x", {}, "python:3"),
        ("FROM python:3 AS x\nFROM x", {}, "python:3"),
        ("ARG V\nFROM python:${V:-3.9}", {}, "python:3.9"),
    ],
)
def test_the_base_is_the_first_image_that_is_not_built_here(image, dockerfile, args, base):
    assert image(dockerfile, args=args).base.value.plain == base


@pytest.mark.parametrize(
    ("dockerfile", "args", "expected"),
    [
        ("FROM x\nENV A=1 B=2", {}, {"A": "1", "B": "2"}),
        ("FROM x\nENV A=1\nENV A=2", {}, {"A": "2"}),
        ("FROM x\nENV A=1\nENV A=2 B=$A", {}, {"A": "2", "B": "1"}),
        ("FROM x\nARG N=4\nENV C=$N", {}, {"C": "4"}),
        ("FROM x\nARG N=4\nENV C=$N", {"N": "8"}, {"C": "8"}),
        ("FROM x\nENV C=$N", {"N": "8"}, {"C": ""}),
        ("FROM x\nARG N\nENV C=${N:-2}", {}, {"C": "2"}),
        ("FROM x\nARG N\nENV C=${N:-2}", {"N": "8"}, {"C": "8"}),
        ("ARG N=4\nFROM x\nENV C=$N", {}, {"C": ""}),
        ("ARG N=4\nFROM x\nARG N\nENV C=$N", {}, {"C": "4"}),
        ("ARG N=4\nFROM x\nARG N=5\nENV C=$N", {}, {"C": "5"}),
        ("FROM x AS a\nENV A=1\nFROM a\nENV B=$A", {}, {"A": "1", "B": "1"}),
        ("FROM x AS a\nENV A=1\nFROM x", {}, {}),
        ("FROM x\nENV C 4 5", {}, {"C": "4 5"}),
        ("FROM x\nENV PATH=/venv/bin:$PATH", {}, {"PATH": "/venv/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}),
        ("FROM x\nENV $X=1 A", {}, {}),
    ],
)
def test_the_environment_is_what_env_sets(image, dockerfile, args, expected):
    assert environment(image(dockerfile, args=args)) == expected


def test_an_argument_keeps_its_way_into_the_environment(image):
    (variable,) = image("FROM x\nARG N=4\nENV C=$N", args={"N": "8"}).environment
    assert [(step.role, str(step.at)) for step in variable.value.value.trail] == [
        (Role.WRITTEN, "compose.yaml:3:5"),
        (Role.USED, "Dockerfile:3:7"),
    ]


def test_what_the_building_machine_decides_is_not_known(image):
    (variable,) = image("FROM x\nARG TARGETARCH\nENV A=$TARGETARCH").environment
    assert not variable.value.value.is_known


@pytest.mark.parametrize(
    ("dockerfile", "expected"),
    [
        ("FROM x", "/"),
        ("FROM x\nWORKDIR /app", "/app"),
        ("FROM x\nWORKDIR /app\nWORKDIR src/../web", "/app/web"),
        ("FROM x\nWORKDIR app", "/app"),
        ("FROM x\nENV H=/srv\nWORKDIR $H/app", "/srv/app"),
        ("FROM x AS a\nWORKDIR /app\nFROM a\nWORKDIR b", "/app/b"),
        ("FROM x\nWORKDIR '/my app'", "/my app"),
        ("FROM x\nARG TARGETOS\nWORKDIR /$TARGETOS\nWORKDIR app\nWORKDIR /b", "/b"),
    ],
)
def test_workdir_is_seen_from_the_one_before(image, dockerfile, expected):
    assert image(dockerfile).working_dir.value == expected


def test_an_open_workdir_is_not_known(image):
    assert isinstance(image("FROM x\nARG TARGETOS\nWORKDIR /$TARGETOS").working_dir, Unknown)


def test_user_and_healthcheck_are_kept(image):
    made = image("FROM x\nUSER app:app\nHEALTHCHECK CMD celery inspect ping")
    assert (made.user.value, plain(made.healthcheck)) == ("app:app", ("/bin/sh", "-c", "celery inspect ping"))
    assert plain(image("FROM x\nHEALTHCHECK NONE").healthcheck) == ()


@pytest.mark.parametrize(
    "dockerfile",
    [
        "FROM s AS s0\n" + "".join(f"FROM s{i} AS s{i + 1}\n" for i in range(3_000)),
        "".join(f"FROM x AS s{i}\nCOPY --from=s{i + 1} /a /a\n" for i in range(1_000)),
        "FROM x AS a\nCOPY --from=b / /\nFROM x AS b\nCOPY --from=a / /",
        "FROM x AS a\nCOPY --from=a / /",
        "FROM x\nENV" + " a=$a$a" * 2_000,
        "FROM x\nENV a=x\n" + "ENV a=$a$a$a\n" * 200,
        "FROM x\n" + "COPY . /a\n" * 1_900,
        "FROM x AS s0\n" + "COPY . /a\n" * 900 + "".join(f"FROM x AS t{i}\nCOPY --from=s0 / /\n" for i in range(200)),
        "FROM x\nRUN " + "cp a b && " * 5_000 + "true",
        "FROM x\nRUN " + "sed -i s/a*a*a*b/c/ /f && " * 400 + "true",
        "FROM x\n" + "RUN echo a >> /f\n" * 1_500,
    ],
    ids=["deep stages", "later stages", "a circle", "itself", "pairs", "growing", "copies", "copied copies", "cp", "sed", "appended"],
)
def test_hostile_stages_end(image, dockerfile):
    image(dockerfile, {"f": "a" * 5_000})
