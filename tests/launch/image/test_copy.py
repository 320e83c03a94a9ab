"""Where COPY and ADD put the files of the repository, as BuildKit does (frontend/dockerfile/dockerfile2llb, dockerfile 1.26)."""

from __future__ import annotations

import pytest

from forkfit.launch.image.ground import text_at
from forkfit.model.container import View
from forkfit.model.image import Foreign
from forkfit.model.project import Environment
from forkfit.model.value import Absent, Known

FILES = {
    "start.sh": "x",
    "manage.py": "x",
    "app/celery.py": "x",
    "app/tasks/mail.py": "x",
    "docker/entrypoint.sh": "x",
    "docker/wait.sh": "x",
    "docker/readme.md": "x",
    "app.tar.gz": "x",
}


def find(image, path):
    return View(image.paths, Known("/"), Environment()).find(path)


@pytest.mark.parametrize(
    ("copy", "path", "expected"),
    [
        ("COPY . /app", "/app/app/celery.py", "app/celery.py"),
        ("COPY . /app/", "/app/start.sh", "start.sh"),
        ("COPY ./ /", "/manage.py", "manage.py"),
        ("COPY app /code", "/code/celery.py", "app/celery.py"),
        ("COPY app/ /code/app/", "/code/app/tasks/mail.py", "app/tasks/mail.py"),
        ("COPY start.sh /start", "/start", "start.sh"),
        ("COPY start.sh /scripts/", "/scripts/start.sh", "start.sh"),
        ("COPY start.sh manage.py /app/", "/app/manage.py", "manage.py"),
        ("COPY start.sh manage.py /app", "/app/manage.py", "manage.py"),
        ("COPY start.sh /usr/local/bin", "/usr/local/bin/start.sh", "start.sh"),
        ("WORKDIR /app\nCOPY start.sh .", "/app/start.sh", "start.sh"),
        ("WORKDIR /app\nCOPY start.sh ./", "/app/start.sh", "start.sh"),
        ("WORKDIR /app\nCOPY start.sh run.sh", "/app/run.sh", "start.sh"),
        ("WORKDIR /app\nCOPY start.sh /app", "/app/start.sh", "start.sh"),
        ("WORKDIR /app\nCOPY app app", "/app/app/celery.py", "app/celery.py"),
        ("RUN mkdir -p /x/{a,b}\nCOPY start.sh /x/b", "/x/b/start.sh", "start.sh"),
        ("COPY app /x\nCOPY start.sh /x/tasks", "/x/tasks/start.sh", "start.sh"),
        ("COPY docker/*.sh /", "/wait.sh", "docker/wait.sh"),
        ("COPY docker/ent*.sh /start", "/start", "docker/entrypoint.sh"),
        ("COPY */celery.py /x/", "/x/celery.py", "app/celery.py"),
        ("COPY docker/[de]*.sh /start", "/start", "docker/entrypoint.sh"),
        ('COPY ["start.sh", "/my scripts/"]', "/my scripts/start.sh", "start.sh"),
        ("COPY --chown=1:1 --chmod=755 start.sh /start", "/start", "start.sh"),
        ("COPY ../../start.sh /start", "/start", "start.sh"),
        ("COPY /start.sh /start", "/start", "start.sh"),
        ("ENV D=/srv\nCOPY start.sh $D/", "/srv/start.sh", "start.sh"),
        ("ARG S=start\nCOPY ${S}.sh /start", "/start", "start.sh"),
        ("ADD app /code", "/code/celery.py", "app/celery.py"),
        ("COPY --parents app/tasks/mail.py /x/", "/x/app/tasks/mail.py", "app/tasks/mail.py"),
        ("COPY --parents app/./tasks/mail.py /x/", "/x/tasks/mail.py", "app/tasks/mail.py"),
        ("COPY start.sh /a\nCOPY manage.py /a", "/a", "manage.py"),
        ("RUN --mount=type=bind,source=.,target=/b cp /b/start.sh /start", "/start", "start.sh"),
        ("COPY app /x\nRUN cp -r /x/tasks /y", "/y/mail.py", "app/tasks/mail.py"),
        ("COPY docker/entrypoint.sh /opt/e.sh\nRUN cp /opt/e.sh /e.sh && chmod +x /e.sh", "/e.sh", "docker/entrypoint.sh"),
        ("COPY docker /d\nRUN cd /d && mv entrypoint.sh /e.sh", "/e.sh", "docker/entrypoint.sh"),
        ("COPY docker /d\nRUN ln -s /d/entrypoint.sh /usr/bin/start", "/usr/bin/start", "docker/entrypoint.sh"),
        ("COPY docker /d\nRUN ln -sf d/entrypoint.sh /", "/entrypoint.sh", "docker/entrypoint.sh"),
        ("COPY docker /d\nRUN install -m 755 -o x /d/wait.sh /usr/bin/", "/usr/bin/wait.sh", "docker/wait.sh"),
        ("COPY docker /d\nRUN cp -t /usr/bin /d/wait.sh", "/usr/bin/wait.sh", "docker/wait.sh"),
        ("COPY docker /d\nRUN cd /usr/bin && ln -s /d/wait.sh", "/usr/bin/wait.sh", "docker/wait.sh"),
        ("COPY docker /d\nRUN cp --target-directory=/usr/bin -- /d/wait.sh", "/usr/bin/wait.sh", "docker/wait.sh"),
        ("COPY docker /d\nRUN install -d /y && cp /d/wait.sh /y", "/y/wait.sh", "docker/wait.sh"),
        ("COPY docker /d\nRUN cp /d/wait.sh /d/readme.md /y", "/y/wait.sh", "docker/wait.sh"),
        ("COPY docker /d\nRUN echo a > /y/x && cp /d/wait.sh /y", "/y/wait.sh", "docker/wait.sh"),
        ("COPY docker /y/d\nRUN cp /y/d/wait.sh /y", "/y/wait.sh", "docker/wait.sh"),
        ("COPY --chown=a\\:b start.sh /start", "/start", "start.sh"),
        ("COPY docker /d\nRUN (cd /d && cp wait.sh /a) && true", "/a", "docker/wait.sh"),
    ],
)
def test_a_path_of_the_repository_stands_in_the_image(image, copy, path, expected):
    assert find(image(f"FROM x\n{copy}", FILES), path)[:1] == (expected,)


@pytest.mark.parametrize(
    ("copy", "path"),
    [
        ("COPY app /code", "/app/celery.py"),
        ("COPY start.sh /start", "/start.sh"),
        ("COPY missing.sh /start", "/start"),
        ("COPY docker/*.sh /x/", "/x/readme.md"),
        ("ADD app.tar.gz /app/", "/app/app.tar.gz"),
        ("ADD https://example.org/start.sh /start.sh", "/start.sh"),
        ("ARG TARGETARCH\nCOPY start-$TARGETARCH.sh /start", "/start"),
        ("COPY --from=busybox /bin/sh /bin/sh", "/bin/sh"),
        ("RUN if x; then cp /a /b; fi", "/b"),
        ("RUN cp /a", "/a"),
        ("COPY start.sh /a\nRUN cp / /b; cp /a* /c", "/c"),
        ("COPY start.sh /a\nRUN cp /a $(pwd)/b", "/b"),
        ("ARG TARGETOS\nCOPY --from=$TARGETOS /a /b", "/b"),
        ("COPY start.sh", "/start.sh"),
        ("COPY <<EOF", "/EOF"),
        ("COPY <<EOF<x /x/", "/x/EOF"),
    ],
)
def test_what_is_not_copied_stands_nowhere(image, copy, path):
    assert find(image(f"FROM x\n{copy}", FILES), path) == ()


@pytest.mark.parametrize(
    ("stages", "path", "expected"),
    [
        ("COPY . /src\nFROM x\nCOPY --from=a /src/app /app", "/app/celery.py", "app/celery.py"),
        ("COPY . /src\nFROM x\nCOPY --from=0 /src /", "/start.sh", "start.sh"),
        ("COPY start.sh /src/\nFROM x\nCOPY --from=a /src/start.sh /go", "/go", "start.sh"),
        ("COPY start.sh /src/\nFROM x\nCOPY --from=a src/start.sh /bin/", "/bin/start.sh", "start.sh"),
        ("COPY app /src/app\nFROM x\nCOPY --from=a / /", "/src/app/celery.py", "app/celery.py"),
        ("COPY app /src/app\nFROM x\nCOPY --from=a /src /code", "/code/app/celery.py", "app/celery.py"),
        ("COPY . /src\nFROM x AS b\nCOPY --from=a /src /mid\nFROM x\nCOPY --from=b /mid/app /app", "/app/celery.py", "app/celery.py"),
        ("WORKDIR /w\nCOPY . .\nFROM a\nCOPY start.sh .", "/w/app/celery.py", "app/celery.py"),
        ("RUN true\nFROM x\nCOPY --from=later /x /y\nFROM x AS later\nCOPY start.sh /x\nFROM 1", "/start", None),
    ],
)
def test_copies_are_followed_through_stages(image, stages, path, expected):
    found = find(image(f"FROM x AS a\n{stages}", FILES), path)
    assert found[:1] == ((expected,) if expected else ())


def test_a_stage_may_copy_from_a_later_one(image):
    made = image("FROM x AS a\nCOPY --from=b /x /y\nFROM x AS b\nCOPY start.sh /x", FILES, target="a")
    assert find(made, "/y") == ("start.sh",)


def test_what_a_later_copy_overlays_is_the_second_choice(image):
    made = image("FROM x\nCOPY . /app\nCOPY docker/wait.sh /app/start.sh", FILES)
    assert find(made, "/app/start.sh") == ("docker/wait.sh", "start.sh")


def test_a_context_is_a_folder(image):
    made = image("FROM x\nCOPY entrypoint.sh /", FILES | {"docker/Dockerfile": "FROM x\nCOPY entrypoint.sh /"}, context="docker")
    assert find(made, "/entrypoint.sh") == ("docker/entrypoint.sh",)


@pytest.mark.parametrize("context", ["https://github.com/acme/shop.git", "../elsewhere", "missing"])
def test_a_context_elsewhere_maps_nothing(make, refused, context):
    assert "is not a folder of this repository" in refused({"start.sh": "x"}, make.service(build=make.build(context)))


@pytest.mark.parametrize(
    ("rules", "path", "stands"),
    [
        (".env", "/app/.env", False),
        ("*", "/app/start.sh", False),
        ("*\n!start.sh", "/app/start.sh", True),
        ("docker", "/app/docker/wait.sh", False),
        ("docker/*\n!docker/wait.sh", "/app/docker/wait.sh", True),
        ("**/mail.py", "/app/app/tasks/mail.py", False),
        ("/start.sh", "/app/start.sh", False),
        ("./start.sh", "/app/start.sh", False),
        ("tasks", "/app/app/tasks/mail.py", True),
        ("# start.sh\n\n", "/app/start.sh", True),
        ("app/**/mail.py", "/app/app/tasks/mail.py", False),
        ("app/**", "/app/app/celery.py", False),
        ("*.sh\n!start.sh\nstart.*", "/app/start.sh", False),
        ("../x\n.", "/app/start.sh", True),
        ("start.s?", "/app/start.sh", False),
        ("[!a]tart.sh", "/app/start.sh", False),
    ],
)
def test_dockerignore_keeps_files_out(image, rules, path, stands):
    made = image("FROM x\nCOPY . /app", FILES | {".env": "x", ".dockerignore": rules})
    assert bool(find(made, path)) is stands


def test_dockerignore_that_takes_back_a_folder_holds_for_a_copy_from_a_stage(image):
    made = image("FROM x AS b\nCOPY . /src\nFROM x\nCOPY --from=b /src /app", FILES | {".dockerignore": "*\n!docker/"})
    assert [bool(find(made, path)) for path in ("/app/docker/wait.sh", "/app/start.sh")] == [True, False]


def test_an_ignored_file_is_not_copied_by_name(image):
    made = image("FROM x\nCOPY .env /app/", {".env": "x", ".dockerignore": ".env"})
    assert made.layers == (Foreign("/app/.env", ".dockerignore keeps .env out of the image", made.layers[0].at),)


def test_a_dockerfile_may_have_its_own_dockerignore(image):
    others = FILES | {".dockerignore": "*", "Dockerfile.dockerignore": "docker"}
    assert find(image("FROM x\nCOPY . /app", others), "/app/start.sh") == ("start.sh",)


def test_dockerignore_counts_from_the_context(image):
    others = {"web/Dockerfile": "FROM x\nCOPY . /app", "web/a": "x", "web/b": "x", "web/.dockerignore": "a"}
    made = image("FROM x", others, context="web")
    assert (find(made, "/app/a"), find(made, "/app/b")) == ((), ("web/b",))


def test_a_later_foreign_copy_does_not_hide_what_is_known(image, make):
    made = image("FROM x\nCOPY . /app\nCOPY --from=assets /app /app", FILES)
    assert isinstance(text_at(made.layers, "/app/start.sh", make.files(**FILES)), Known)


def test_nothing_is_known_of_a_path_that_no_step_touches(image, make):
    assert isinstance(text_at(image("FROM x").layers, "/etc/passwd", make.files()), Absent)


@pytest.mark.parametrize("stage", ["FROM x AS b\nCOPY --from=a /b/start /start", "FROM x AS b\nCOPY --from=a /b/ /"])
def test_an_edit_by_pattern_comes_along(image, make, stage):
    made = image(f"FROM x AS a\nCOPY start.sh /b/start\nRUN sed -i s/x/y/ /b/st* /c\n{stage}", FILES)
    assert text_at(made.layers, "/start", make.files(**FILES)).value.text == "y"


def test_a_copy_below_a_foreign_path_is_foreign(image, make):
    made = image("FROM x AS a\nCOPY --from=busybox /bin /bin\nFROM x\nCOPY --from=a /bin/start /start", FILES)
    assert "the image busybox" in text_at(made.layers, "/start", make.files(**FILES)).why


def test_a_broken_dockerignore_is_told(image, told):
    assert find(image("FROM x\nCOPY . /app", FILES | {".dockerignore": "\0"}), "/app/start.sh") == ("start.sh",)
    assert [t.at.file for t in told] == [".dockerignore"]


def test_only_so_many_patterns_are_read(image, told):
    image("FROM x\nCOPY . /app", FILES | {".dockerignore": "a\n" * 1_001})
    assert [t.message for t in told] == ["more than 1000 patterns are not read"]
