"""How the repository itself says which Dockerfile makes an image that a service only names."""

from __future__ import annotations

import pytest

from forkfit.launch.image import find as finding
from forkfit.launch.image import tagged as tagging
from forkfit.launch.image.find import Repository, dockerfiles
from forkfit.model.image import Image
from forkfit.model.span import Role
from forkfit.model.value import Unknown

FROM = "FROM x"


def dockerfile_named(wanted, files):
    return finding.dockerfile_named(wanted, Repository(files))


def tagged(wanted, files):
    return tagging.tagged(wanted, tuple(tagging.read(tagging.scripts(files), files)), files)


@pytest.mark.parametrize(
    ("image", "paths", "expected"),
    [
        ("acme/worker", ["worker/Dockerfile", "web/Dockerfile"], "worker/Dockerfile"),
        ("acme/shop-worker", ["worker/Dockerfile", "web/Dockerfile"], "worker/Dockerfile"),
        ("acme/shop_worker:3", ["docker/shop-worker/Dockerfile"], "docker/shop-worker/Dockerfile"),
        ("acme/shop-worker", ["Dockerfile.worker"], "Dockerfile.worker"),
        ("acme/shop-worker", ["docker/worker.Dockerfile"], "docker/worker.Dockerfile"),
        ("acme/shop-worker", ["docker/Containerfile.worker"], "docker/Containerfile.worker"),
        ("acme/shop-worker", ["shop/Dockerfile.worker", "shop/Dockerfile"], "shop/Dockerfile.worker"),
        ("acme/shop", ["Dockerfile"], "Dockerfile"),
        ("acme/shop", ["docker/Dockerfile"], "docker/Dockerfile"),
        ("acme/shop", ["Dockerfile", "web/Dockerfile"], "Dockerfile"),
        ("acme/other", ["Dockerfile"], None),
        ("acme/coworker", ["worker/Dockerfile"], None),
        ("redis:7", ["redis/Dockerfile"], None),
        ("bitnami/redis", ["redis/Dockerfile"], None),
        ("acme/worker@sha256:0", ["worker/Dockerfile"], None),
        ("acme/worker", ["worker/Dockerfile.md", "worker/Dockerfile.j2"], None),
        ("acme/worker", ["node_modules/worker/Dockerfile", ".hidden/worker/Dockerfile"], None),
        ("acme/worker", ["a/b/c/d/worker/Dockerfile"], None),
    ],
)
def test_a_dockerfile_has_the_image_s_name(make, image, paths, expected):
    files = make.files(**dict.fromkeys(paths, FROM), **{"pyproject.toml": '[project]\nname = "shop"\n'})
    assert dockerfile_named(image, files) == expected


def test_two_dockerfiles_of_that_name_are_not_chosen_between(make):
    files = make.files(**{"a/worker/Dockerfile": FROM, "b/worker/Dockerfile": FROM})
    found = dockerfile_named("acme/worker", files)
    assert found == Unknown("acme/worker may be built from a/worker/Dockerfile or b/worker/Dockerfile")


@pytest.mark.parametrize(
    ("manifest", "content"),
    [
        ("pyproject.toml", '[tool.poetry]\nname = "Acme_Shop"'),
        ("package.json", '{\n  "name": "acme-shop"\n}'),
        ("setup.py", 'setup(\n    name="acme.shop",\n)'),
    ],
)
def test_a_manifest_names_the_project(make, manifest, content):
    assert dockerfile_named("registry.example.org/acme-shop", make.files(**{manifest: content, "Dockerfile": FROM})) == "Dockerfile"


@pytest.mark.parametrize(
    ("others", "expected"),
    [({}, "backend/Dockerfile"), ({"docs/Dockerfile": FROM}, None)],
    ids=["the only Dockerfile", "two Dockerfiles"],
)
def test_the_only_dockerfile_is_the_projects(make, others, expected):
    files = {"pyproject.toml": 'name = "shop"', "backend/Dockerfile": FROM, **others}
    assert dockerfile_named("ghcr.io/acme/shop:2", make.files(**files)) == expected


STAGES = "FROM python:3 AS base\nWORKDIR /base\nFROM base as shop-worker\nWORKDIR /worker\nFROM base AS shop-web\nWORKDIR /web\n"


def test_a_stage_of_two_words_makes_the_image_of_its_name(make, refused):
    worker = make.service(image="ghcr.io/acme/shop_worker:1")
    image = make.image_of(worker, make.project(worker), make.files(Dockerfile=STAGES), print)
    assert image.working_dir.value == "/worker"
    assert "whose stage shop-worker has its name" in image.trail[-1].note
    assert "nothing in the repository" in refused({"Dockerfile": STAGES}, make.service(image="acme/base"))
    twice = {"Dockerfile": STAGES, "old/Dockerfile": STAGES, "docs/x": ""}
    assert "nothing in the repository" in refused(twice, make.service(image="acme/shop-worker"))


def test_a_broken_manifest_names_nothing(make):
    assert dockerfile_named("acme/shop", make.files(**{"pyproject.toml": "\0", "Dockerfile": FROM})) is None


def test_the_search_for_dockerfiles_is_bounded(make):
    files = make.files(**{f"{i}/{j}/Dockerfile": FROM for i in range(20) for j in range(20)})
    assert 200 < len(tuple(dockerfiles(files))) < 300


@pytest.mark.parametrize(
    ("dockerfile", "contents", "expected"),
    [
        ("web/Dockerfile", {"web/start.sh": "x"}, "web/start.sh"),
        ("docker/web/Dockerfile", {"start.sh": "x"}, "start.sh"),
        ("docker/web/Dockerfile", {"docker/start.sh": "x"}, "docker/start.sh"),
        ("docker/web/Dockerfile", {"docker/web/start.sh": "x", "start.sh": "x"}, "docker/web/start.sh"),
    ],
)
def test_the_context_is_where_the_files_stand(make, dockerfile, contents, expected):
    worker = make.service(image="acme/web")
    files = make.files(**{dockerfile: "FROM x\nCOPY start.sh /", **contents})
    image = make.image_of(worker, make.project(worker), files, print)
    assert [m.source for m in image.paths] == [expected]
    assert image.trail[-1].role is Role.ASSUMED


ACTION = """\
jobs:
  build:
    steps:
      - uses: docker/build-push-action@v6
        with:
          context: ./backend
          file: ./backend/Dockerfile.prod
          target: runtime
          push: true
          tags: |
            acme/shop:latest
            ghcr.io/acme/shop:${{ github.sha }}
"""


@pytest.mark.parametrize(
    ("path", "script", "expected"),
    [
        ("build.sh", "docker build -t acme/shop .", ("Dockerfile", ".", "")),
        ("build.sh", "docker buildx build --platform linux/amd64 -t acme/shop:latest backend", ("backend/Dockerfile", "backend", "")),
        (
            "scripts/build.sh",
            "docker build \\\n  --tag acme/shop:$VERSION \\\n  -f backend/Dockerfile.prod \\\n  .",
            ("backend/Dockerfile.prod", ".", ""),
        ),
        (
            "Makefile",
            "image:\n\tdocker build --target runtime -t $(OWNER)/shop:$(TAG) backend/",
            ("backend/Dockerfile", "backend", "runtime"),
        ),
        ("build.sh", 'docker build -t acme/shop "${ROOT}/backend"', ("backend/Dockerfile", "backend", "")),
        (
            "release/build.sh",
            'docker build "${common[@]}" -f "${ROOT}/backend/Dockerfile.prod" -t "acme/shop:${version}" "${ROOT}"',
            ("backend/Dockerfile.prod", ".", ""),
        ),
        ("build.sh", "docker build -t acme/shop -f $(dirname $0)/backend/Dockerfile.prod .", ("backend/Dockerfile.prod", ".", "")),
        ("scripts/docker/release/build.sh", "docker build -t acme/shop -f backend/Dockerfile .", ("backend/Dockerfile", ".", "")),
        ("Makefile", "image:\n\tpodman build --file=backend/Dockerfile.prod --tag=acme/shop .", ("backend/Dockerfile.prod", ".", "")),
        ("Makefile", "IMAGE ?= acme/shop\nTAG := latest\nx:\n\t@docker build -t $(IMAGE):$(TAG) .", ("Dockerfile", ".", "")),
        ("b.sh", "readonly NAME='shop'\ndocker build -t acme/${NAME} backend", ("backend/Dockerfile", "backend", "")),
        (".gitlab-ci.yml", "script:\n  - docker build -t acme/shop . && docker push acme/shop", ("Dockerfile", ".", "")),
        (".github/workflows/ci.yml", "run: docker build -t acme/shop:latest .", ("Dockerfile", ".", "")),
        (".github/workflows/ci.yml", ACTION, ("backend/Dockerfile.prod", "backend", "runtime")),
        (".github/workflows/ci.yml", "  with:\n    tags: acme/shop:latest,acme/shop:1\n", ("Dockerfile", ".", "")),
    ],
)
def test_a_script_of_the_repository_builds_the_image(make, path, script, expected):
    files = make.files(**{path: script, "Dockerfile": FROM, "backend/Dockerfile": FROM, "backend/Dockerfile.prod": FROM})
    ((found,), others) = tagged("acme/shop", files)
    assert ((found.dockerfile, found.context, found.target), others) == (expected, ())


@pytest.mark.parametrize(
    "script",
    [
        "docker build -t acme/other .",
        "docker build -t acme/shop $CONTEXT",
        "docker build -t acme/shop -f $FILE .",
        "docker build -t acme/shop -f $HERE/Dockerfile $THERE",
        "docker build -t acme/shop -f $HERE/docker/Dockerfile .",
        "docker build -t acme/shop ../elsewhere",
        "docker build -t acme/shop missing",
        "docker build -t acme/$NAME .",
        "docker build -t acme/shop",
        "docker build --quiet -t acme/other . && docker tag acme/other acme/shop",
        "docker build -t",
        "# acme/shop",
        "  with:\n    tags: acme/shop\n    file: ${{ matrix.file }}",
    ],
)
def test_other_scripts_do_not(make, script):
    files = make.files(**{".github/workflows/ci.yml": script, "Dockerfile": FROM})
    assert tagged("acme/shop", files) == ((), ())


def test_another_tag_is_another_image_until_nothing_else_is_found(make):
    files = {"build.sh": "docker build -t acme/shop:base base", "base/Dockerfile": FROM}
    worker = make.service(image="acme/shop:1")
    image = make.image_of(worker, make.project(worker), make.files(**files), print)
    assert image.dockerfile == "base/Dockerfile"
    files |= {"shop/Dockerfile": FROM}
    image = make.image_of(worker, make.project(worker), make.files(**files), print)
    assert image.dockerfile == "shop/Dockerfile"


def test_two_ways_to_build_an_image_are_not_chosen_between(make, refused):
    files = {"build.sh": "docker build -t acme/shop .\ndocker build -t acme/shop web", "Dockerfile": FROM, "web/Dockerfile": FROM}
    assert refused(files, make.service(image="acme/shop")) == "acme/shop is built in different ways, at build.sh:1:1 and build.sh:2:1"


@pytest.mark.parametrize("content", ["\0", "docker build " * 40_000, "docker build -t " + "a" * 100_000, "with:\n" * 20_000])
def test_hostile_scripts_end(make, content):
    assert tagged("acme/shop", make.files(**{"build.sh": content + "\nacme/shop", "Makefile": content})) == ((), ())


def test_a_stage_target_of_a_script_counts(make):
    files = {"build.sh": "docker build -t acme/shop --target one .", "Dockerfile": 'FROM x AS one\nCMD ["1"]\nFROM x\nCMD ["2"]'}
    worker = make.service(image="acme/shop")
    image = make.image_of(worker, make.project(worker), make.files(**files), print)
    assert isinstance(image, Image)
    assert make.plain(image.command) == ("1",)


def test_only_so_many_scripts_are_read(make):
    scripts = {f"scripts/{i:02}.sh": "docker build -t acme/other ." for i in range(60)}
    assert tagged("acme/shop", make.files(**scripts, **{"scripts/99.sh": "docker build -t acme/shop .", "Dockerfile": FROM})) == ((), ())
