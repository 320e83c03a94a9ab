"""Which image a service runs, and which words start in its container (moby daemon/commit.go, merge; Compose v5)."""

from __future__ import annotations

import pytest

from forkfit.launch.image.effective import effective
from forkfit.launch.image.search import Images
from forkfit.model.image import Image
from forkfit.model.span import Role, Span
from forkfit.model.text import Piece, Text, written
from forkfit.model.trouble import Kind
from forkfit.model.value import Absent, Bounded, Known, Unknown

BOTH = 'FROM x\nENTRYPOINT ["entry"]\nCMD ["default"]'
COMMAND = 'FROM python:3\nCMD ["default"]'


@pytest.mark.parametrize(
    ("dockerfile", "entrypoint", "command", "expected"),
    [
        (BOTH, None, None, "entry default"),
        (BOTH, None, ["celery", "worker"], "entry celery worker"),
        (BOTH, None, [], "entry default"),
        (BOTH, ["run"], None, "run"),
        (BOTH, ["run"], ["celery"], "run celery"),
        (BOTH, ["run"], [], "run"),
        (BOTH, [], None, "default"),
        (BOTH, [], ["celery"], "celery"),
        (COMMAND, None, None, "default"),
        (COMMAND, None, ["celery"], "celery"),
        (COMMAND, [], None, "default"),
        ("FROM python:3\nCMD celery worker", None, None, "/bin/sh -c celery worker"),
        ('FROM x\nENTRYPOINT exec celery worker\nCMD ["ignored"]', None, None, "/bin/sh -c exec celery worker ignored"),
        ("FROM python:3", None, None, "python3"),
        ("FROM acme/unknown", None, ["celery"], "celery"),
        ('FROM acme/unknown\nCMD ["default"]', None, None, "default"),
    ],
)
def test_compose_stands_over_the_image(make, dockerfile, entrypoint, command, expected):
    words = [make.words(*plain) if plain is not None else None for plain in (entrypoint, command)]
    service = make.service(build=make.build(), entrypoint=words[0], command=words[1])
    image = make.image_of(service, make.project(service), make.files(Dockerfile=dockerfile), print)
    assert " ".join(make.plain(effective(service, image))) == expected


def test_an_unknown_entrypoint_is_taken_to_run_its_command(make):
    service = make.service(image="acme/shop", command=make.words("celery", "worker"))
    words = effective(service, make.image_of(service, make.project(service), make.files(), print))
    assert make.plain(words) == ("celery", "worker")
    assert words.trail[-1].role is Role.ASSUMED


def test_without_any_command_only_the_image_knows(make):
    service = make.service(image="acme/shop")
    words = effective(service, make.image_of(service, make.project(service), make.files(), print))
    assert words == Unknown("nothing in the repository builds the image acme/shop", ())


def test_an_image_from_scratch_without_a_command_starts_nothing(make):
    service = make.service(build=make.build())
    image = make.image_of(service, make.project(service), make.files(Dockerfile="FROM scratch"), print)
    assert isinstance(effective(service, image), Absent)


def test_a_service_without_an_image_has_none(make, refused):
    assert refused({}, make.service()) == "not given"


@pytest.mark.parametrize("name", ["Dockerfile", "dockerfile", "Containerfile"])
def test_a_build_has_a_default_name(make, name):
    service = make.service(build=make.build("web"))
    image = make.image_of(service, make.project(service), make.files(**{f"web/{name}": "FROM x"}), print)
    assert image.dockerfile == f"web/{name}"


def test_a_dockerfile_is_seen_from_the_context(make):
    service = make.service(build=make.build("web", "../docker/web.Dockerfile"))
    image = make.image_of(service, make.project(service), make.files(**{"docker/web.Dockerfile": "FROM x\nCOPY a /a", "web/a": "x"}), print)
    assert (image.dockerfile, [m.source for m in image.paths]) == ("docker/web.Dockerfile", ["web/a"])


def test_an_inline_dockerfile_keeps_its_places_in_the_compose_file(make):
    lines = ["FROM python:3\n", 'CMD ["celery"]\n']
    pieces = tuple(
        Piece(line, written(line, Span("compose.yaml", number, 9, number, 9 + len(line))).pieces[0].trail, exact=True)
        for number, line in enumerate(lines, 7)
    )
    service = make.service(build=make.build(inline=Text(pieces)))
    image = make.image_of(service, make.project(service), make.files(), print)
    assert (image.dockerfile, image.command.value[0].at.line) == ("compose.yaml", 8)


def test_a_missing_dockerfile_is_told_with_its_cure(make, refused, told):
    assert refused({}, make.service(build=make.build("."))) == "Dockerfile, which builds its image, does not exist"
    assert [(t.kind, t.message, bool(t.cure)) for t in told] == [(Kind.DOCKERFILE, "Dockerfile does not exist", True)]


@pytest.mark.parametrize(("content", "said"), [("\0", "binary"), ("# nothing", "no instructions"), ("RUN x", "no FROM")])
def test_a_broken_dockerfile_leaves_the_image_unknown(make, refused, content, said):
    assert said in refused({"Dockerfile": content}, make.service(build=make.build()))


def test_what_is_wrong_in_a_dockerfile_is_told_and_the_rest_counts(image, told):
    assert image("FROM x\nFORM y\nUSER app").user.value == "app"
    assert [str(t.at) for t in told] == ["Dockerfile:2:1"]


def test_a_dockerfile_outside_the_root_is_not_read(make, refused):
    assert "outside the project root" in refused({}, make.service(build=make.build(".", "../Dockerfile")))


@pytest.mark.parametrize("field", ["dockerfile", "target"])
def test_an_open_build_leaves_the_image_unknown(make, field):
    build = make.build().replace(**{field: Unknown("a variable decides")})
    service = make.service(build=build)
    assert isinstance(make.image_of(service, make.project(service), make.files(Dockerfile="FROM x"), print), Unknown)


SHOP = {"Dockerfile": 'FROM python:3\nENTRYPOINT ["shop"]', "old/Dockerfile": 'FROM python:3\nENTRYPOINT ["old"]'}


@pytest.mark.parametrize(
    ("image", "builder"),
    [
        ("acme/shop:1", "acme/shop:1"),
        ("acme/shop", "acme/shop:latest"),
        ("docker.io/acme/shop", "acme/shop"),
        ("acme/shop:1", "acme/shop:2"),
        ("shop-web", None),
        ("shop_web", None),
        ("localhost:5000/shop", "localhost:5000/shop"),
    ],
)
def test_another_service_builds_the_image(make, image, builder):
    web = make.service("web", build=make.build(), image=builder)
    worker = make.service(image=image)
    found = make.image_of(worker, make.project(web, worker), make.files(**SHOP), print)
    assert make.plain(found.entrypoint) == ("shop",)


def test_the_same_tag_wins_over_another_one(make):
    one = make.service("one", build=make.build(), image="acme/shop:1")
    two = make.service("two", build=make.build("old"), image="acme/shop:2")
    worker = make.service(image="acme/shop:2")
    assert make.plain(make.image_of(worker, make.project(one, two, worker), make.files(**SHOP), print).entrypoint) == ("old",)


def test_two_builds_of_one_image_are_not_chosen_between(make, refused):
    one = make.service("one", build=make.build(), image="acme/shop")
    two = make.service("two", build=make.build("old"), image="acme/shop")
    assert "in different ways by the services one, two" in refused(SHOP, make.service(image="acme/shop"), one, two)


def test_the_same_build_twice_is_one(make):
    services = [make.service(name, build=make.build(), image="acme/shop") for name in ("one", "two")]
    worker = make.service(image="acme/shop")
    assert isinstance(make.image_of(worker, make.project(*services, worker), make.files(**SHOP), print), Image)


def test_another_compose_file_may_build_the_image(make):
    worker = make.service(image="acme/shop:1")
    other = make.project(make.service("any", build=make.build(args={"A": "1"}), image="acme/shop:1"))
    image = make.image_of(worker, make.project(worker), make.files(**SHOP), print, [other])
    assert (make.plain(image.entrypoint), image.trail[-1].role) == (("shop",), Role.ASSUMED)


def test_a_namesake_of_another_compose_file_may_build_the_image(make):
    worker = make.service(image="registry.example.org/acme:1")
    other = make.project(make.service(build=make.build()))
    image = make.image_of(worker, make.project(worker), make.files(**SHOP), print, [other])
    assert (make.plain(image.entrypoint), image.trail[-1].role) == (("shop",), Role.ASSUMED)


def test_a_namesake_with_another_image_builds_another_image(make):
    worker = make.service(image="registry.example.org/acme:1")
    other = make.project(make.service(build=make.build(), image="acme/other"))
    assert isinstance(make.image_of(worker, make.project(worker), make.files(**SHOP), print, [other]), Unknown)


def test_official_images_are_not_looked_for(make):
    def others():
        raise AssertionError("nobody needs these")
        yield

    worker = make.service(image="redis:7")
    files = make.files(**{"redis/Dockerfile": "FROM redis"})
    assert isinstance(make.image_of(worker, make.project(worker), files, print, others()), Unknown)


@pytest.mark.parametrize("base", ["acme/base:1", "acme/base:${V}", "acme/base"])
def test_a_base_image_may_be_built_here_too(make, base):
    files = {
        "base/Dockerfile": 'FROM python:3.11\nENV A=1\nWORKDIR /app\nCOPY start.sh /\nENTRYPOINT ["/start.sh"]',
        "base/start.sh": "x",
        "Dockerfile": f"ARG V\nFROM {base}\nENV B=$A\nCMD worker",
    }
    below = make.service("base", build=make.build("base"), image="acme/base:1")
    worker = make.service(build=make.build())
    image = make.image_of(worker, make.project(below, worker), make.files(**files), print)
    assert make.plain(effective(worker, image)) == ("/start.sh", "/bin/sh", "-c", "worker")
    assert [m.source for m in image.paths] == ["base/start.sh"]
    assert {v.name: v.value.value.plain for v in image.environment} == {"A": "1", "B": "1"}
    assert image.base.value.plain == "python:3.11"


@pytest.mark.parametrize(
    "files",
    [
        {"Dockerfile": "FROM acme/a", "a/Dockerfile": "FROM acme/b", "b/Dockerfile": "FROM acme/a"},
        {"Dockerfile": "FROM acme/a", "a/Dockerfile": "FROM acme/b:1", "b/Dockerfile": "FROM acme/a:2"},
        {"Dockerfile": "FROM acme/a0", **{f"a{i}/Dockerfile": f"FROM acme/a{i + 1}" for i in range(50)}},
    ],
    ids=["a circle", "a circle of tags", "deep"],
)
def test_images_that_are_built_from_each_other_end(make, files):
    worker = make.service(build=make.build())
    assert isinstance(make.image_of(worker, make.project(worker), make.files(**files), print), Image)


def test_an_argument_without_a_value_is_open_where_no_compose_file_builds(make):
    worker = make.service(image="acme/shop-web")
    files = make.files(**{"web/Dockerfile": "FROM x\nARG N\nENV C=$N\nARG M=2\nENV D=$M"})
    image = make.image_of(worker, make.project(worker), files, print)
    assert [(v.name, v.value.value.is_known) for v in image.environment] == [("C", False), ("D", True)]


def test_the_first_of_many_services_is_not_rebuilt_for_its_name(make):
    worker = make.service(image="acme/shop")
    assert isinstance(make.image_of(worker, make.project(worker), make.files(**SHOP), print), Unknown)
    assert isinstance(worker.image, Known)


def test_an_open_build_section_leaves_the_image_unknown(make):
    service = make.service().replace(build=Unknown("a variable decides"), image=Known("acme/shop"))
    assert isinstance(make.image_of(service, make.project(service), make.files(), print), Unknown)


def test_an_open_image_leaves_it_unknown(make):
    service = make.service().replace(image=Unknown("a variable decides"))
    assert make.image_of(service, make.project(service), make.files(), print) == Unknown("a variable decides")


def test_two_dockerfiles_with_the_image_s_name_leave_it_unknown(make, refused):
    files = {"a/worker/Dockerfile": "FROM x", "b/worker/Dockerfile": "FROM x"}
    assert refused(files, make.service(image="acme/worker")).startswith("acme/worker may be built from")


@pytest.mark.parametrize("content", ["\0", "# nothing"])
def test_a_broken_dockerfile_found_by_name_leaves_the_image_unknown(make, refused, content):
    assert refused({"worker/Dockerfile": content}, make.service(image="acme/worker"))


def test_an_open_base_is_not_looked_for(make):
    service = make.service(build=make.build())
    image = make.image_of(service, make.project(service), make.files(Dockerfile="ARG TARGETARCH\nFROM acme/base-$TARGETARCH:1"), print)
    assert isinstance(effective(service, image), Unknown)


def test_a_dockerfile_from_another_context_is_still_read(make):
    build = make.build().replace(context=Unknown("a variable decides"), dockerfile=Known("Dockerfile"))
    service = make.service(build=build)
    image = make.image_of(service, make.project(service), make.files(Dockerfile="FROM python:3\nCOPY a /a\nCMD worker"), print)
    assert make.plain(effective(service, image)) == ("/bin/sh", "-c", "worker")


def test_each_entrypoint_that_may_be_has_its_own_words(make):
    service = make.service(build=make.build()).replace(entrypoint=Bounded((Known(make.words("run")), Absent("not given"))))
    image = make.image_of(service, make.project(service), make.files(Dockerfile=BOTH), print)
    words = effective(service, image)
    assert [[word.plain for word in each.value] for each in words.alternatives] == [["run"], ["entry", "default"]]


@pytest.mark.parametrize("field", ["entrypoint", "command"])
def test_open_words_of_the_compose_file_stay_open(make, field):
    service = make.service(build=make.build(), command=make.words("celery")).replace(**{field: Unknown("a variable decides")})
    image = make.image_of(service, make.project(service), make.files(Dockerfile=BOTH), print)
    assert effective(service, image).why == "a variable decides"


def test_a_dockerfile_that_extends_an_image_does_not_make_it(make, refused):
    files = {"certbot/Dockerfile": "FROM certbot/certbot:v2\nCMD renew"}
    assert refused(files, make.service(image="certbot/certbot:v2")) == "nothing in the repository builds the image certbot/certbot:v2"


def test_a_project_without_a_name_gives_its_images_none(make):
    web = make.service("web", build=make.build())
    worker = make.service(image="shop-web")
    project = make.project(web, worker).replace(name=Unknown("no folder"))
    assert isinstance(make.image_of(worker, project, make.files(**SHOP), print), Unknown)


def test_what_services_share_is_built_and_told_once(make, told):
    services = [make.service(name, build=make.build()) for name in ("one", "two")]
    images = Images(make.project(*services), make.files(Dockerfile="FROM x\nFORM y"), told.append)
    assert images.of(services[0]) is images.of(services[1])
    assert len(told) == 1


AIRFLOW = "FROM apache/airflow:2.10.4\nRUN pip install shop"


@pytest.mark.parametrize(
    ("dockerfile", "command", "expected"),
    [
        (AIRFLOW, ["celery", "worker"], "airflow celery worker"),
        (AIRFLOW, ["worker"], "airflow worker"),
        (AIRFLOW, ["airflow", "celery", "worker"], "airflow celery worker"),
        (AIRFLOW, ["bash", "-c", "airflow celery worker"], "bash -c airflow celery worker"),
        ("ARG V=2.9.3\nARG I=apache/airflow:slim-${V}-python3.12\nFROM ${I}", ["celery", "worker"], "airflow celery worker"),
        (AIRFLOW + '\nENTRYPOINT ["tini", "--"]', ["celery", "worker"], "tini -- celery worker"),
        ("FROM acme/base", ["celery", "worker"], "celery worker"),
        ("FROM acme/base\nENV AIRFLOW__CORE__EXECUTOR=CeleryExecutor", ["celery", "worker"], "airflow celery worker"),
        ("FROM acme/base\nENV AIRFLOW__CORE__EXECUTOR=CeleryExecutor", ["celery", "-A", "shop", "worker"], "celery -A shop worker"),
    ],
)
def test_airflows_image_hands_its_words_to_airflow(make, dockerfile, command, expected):
    files = make.files(Dockerfile=dockerfile)
    service = make.service(build=make.build(), command=make.words(*command))
    found = effective(service, Images(make.project(service), files, lambda _: None).of(service))
    assert " ".join(word.plain for word in found.value) == expected


def test_airflows_image_is_known_by_its_name(make):
    service = make.service(image="apache/airflow:2.8.1", command=make.words("celery", "worker"))
    found = effective(service, Unknown("nothing builds it"))
    assert [word.plain for word in found.value] == ["airflow", "celery", "worker"]
    assert [step.note for step in found.trail] == ["the entrypoint of apache/airflow hands its words to airflow"]
