"""Nothing outside the project root is read: not by a path that climbs, an absolute one, or a link, whoever names it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

CANARY = "CANARY77"
WORKER = "services:\n  worker:\n    build: .\n    command: {command}\n    mem_limit: 512m\n"
PLAIN = WORKER.format(command="celery -A proj worker -c 4")
DOCKERFILE = "FROM python:3.12\nWORKDIR /app\nCOPY . .\n"
APP = 'from celery import Celery\n\napp = Celery("proj")\n'
OUTSIDE = {
    "env": f"N={CANARY}\nA={CANARY}\n",
    "compose.yaml": f"services:\n  stolen:\n    image: {CANARY}\n    command: celery -A {CANARY} worker -c 99\n    mem_limit: 64m\n",
    "code.py": f"{CANARY} = 1\nworker_concurrency = 99\n",
    "run.sh": f"#!/bin/sh\nexec celery -A {CANARY} worker -c 99\n",
    "Dockerfile": f"FROM {CANARY}\nCMD celery -A {CANARY} worker -c 99\n",
    "settings.toml": f'ignore = ["{CANARY}"]\n',
    "pkg/__init__.py": f"{CANARY} = 1\n",
    "sup.conf": f"[program:{CANARY}]\ncommand=celery -A {CANARY} worker -c 99\n",
    "req.txt": f"{CANARY}==1\n",
    "Procfile": f"w: celery -A {CANARY} worker -c 99\n",
}
# The ways out, as the beginning of a path.
WAYS = {"a path that climbs": "../outside/", "an absolute path": "@OUTSIDE@/", "a linked folder": "linked/"}
# What a project may name, with @ where the way out begins.
NAMED = {
    "an env file": {"compose.yaml": f"{PLAIN}    env_file: [@env, {{path: @env, format: raw}}]\n"},
    "a label file": {"compose.yaml": f"{PLAIN}    label_file: @env\n"},
    "an included file": {"compose.yaml": f"include: [@compose.yaml]\n{PLAIN}"},
    "the env file of an include": {
        "compose.yaml": f"include: [{{path: a.yaml, env_file: @env}}]\n{PLAIN}",
        "a.yaml": "services: {b: {image: '${A}', command: 'celery -A $A worker'}}\n",
    },
    "the folder of an include": {
        "compose.yaml": f"include: [{{path: a.yaml, project_directory: '@'}}]\n{PLAIN}",
        "a.yaml": "services: {b: {image: x, env_file: env, build: ., command: celery -A p worker}}\n",
    },
    "an extended file": {"compose.yaml": "services: {a: {extends: {file: '@compose.yaml', service: stolen}}}\n"},
    "COMPOSE_FILE": {"compose.yaml": PLAIN, ".env": "COMPOSE_FILE=@compose.yaml\n"},
    "COMPOSE_ENV_FILES": {"compose.yaml": f"{PLAIN}    environment: {{X: $N}}\n", ".env": "COMPOSE_ENV_FILES=@env\n"},
    "a build context": {"compose.yaml": "services: {a: {build: '@', command: celery -A proj worker}}\n"},
    "a Dockerfile": {"compose.yaml": "services: {a: {build: {context: ., dockerfile: '@Dockerfile'}}}\n"},
    "a further context": {
        "compose.yaml": "services: {a: {build: {context: ., additional_contexts: {x: '@'}}, command: /app/run.sh}}\n",
        "Dockerfile": "FROM python\nCOPY --from=x run.sh /app/run.sh\n",
    },
    "a source of COPY": {"compose.yaml": WORKER.format(command="/app/run.sh"), "Dockerfile": "FROM python\nCOPY @run.sh /app/run.sh\n"},
    "a mount": {"compose.yaml": WORKER.format(command="/app/run.sh") + "    volumes: ['@:/app']\n", "Dockerfile": "FROM python\n"},
    "a script": {"compose.yaml": WORKER.format(command="sh @run.sh"), "Dockerfile": DOCKERFILE},
    "a script that is read": {
        "compose.yaml": WORKER.format(command="/app/s.sh"),
        "Dockerfile": DOCKERFILE,
        "s.sh": "#!/bin/sh\n. @run.sh\n",
    },
    "a script that is copied": {
        "compose.yaml": WORKER.format(command="/app/r.sh"),
        "Dockerfile": f"{DOCKERFILE}RUN cp @run.sh /app/r.sh\n",
    },
    "a configuration of supervisord": {"compose.yaml": WORKER.format(command="supervisord -c @sup.conf"), "Dockerfile": DOCKERFILE},
    "what such a configuration includes": {
        "compose.yaml": WORKER.format(command="supervisord -c /app/s.conf"),
        "Dockerfile": DOCKERFILE,
        "s.conf": "[include]\nfiles = @*.conf @sup.conf\n",
    },
    "a Procfile": {"compose.yaml": WORKER.format(command="honcho -f @Procfile start"), "Dockerfile": DOCKERFILE},
    "a folder of modules": {
        "compose.yaml": f"{PLAIN}    environment: {{PYTHONPATH: '@'}}\n    working_dir: '@'\n",
        "Dockerfile": DOCKERFILE,
        "proj.py": f"import sys\nsys.path.insert(0, '@')\nimport code\nfrom pkg import *\n{APP}app.config_from_object('code')\n",
    },
    "a file that Python reads": {
        "compose.yaml": PLAIN,
        "Dockerfile": DOCKERFILE,
        "proj.py": f"import os\nfrom dotenv import load_dotenv\nload_dotenv('@env')\nexec(open('@code.py').read())\n{APP}"
        "app.conf.worker_concurrency = os.environ['N']\n",
    },
    "requirements": {
        "compose.yaml": PLAIN,
        "Dockerfile": f"{DOCKERFILE}RUN pip install -r @req.txt\n",
        "requirements.txt": "-r @req.txt\n",
    },
    "secrets": {
        "compose.yaml": f"{PLAIN}    secrets: [s]\n    configs: [s]\nsecrets: {{s: {{file: '@env'}}}}\nconfigs: {{s: {{file: '@env'}}}}\n"
    },
}
# Files of a project that are links to what is outside.
LINKS = {
    "compose.yaml": "compose.yaml",
    "compose.override.yaml": "compose.yaml",
    ".env": "env",
    ".env.example": "env",
    "Dockerfile": "Dockerfile",
    "compose-lint.toml": "settings.toml",
    "pyproject.toml": "settings.toml",
    "compose-lint.measured.json": "env",
    ".gitignore": "env",
    ".dockerignore": "env",
    "requirements.txt": "req.txt",
    "start.sh": "run.sh",
    "pkg": "pkg",
    "proj.py": "code.py",
    "Makefile": "run.sh",
    "folder": ".",
}


@pytest.fixture
def project(tmp_path, attack):
    """Return a function that lints a project beside which there is something to steal."""

    def run(files, links=()):
        for path, content in OUTSIDE.items():
            (tmp_path / "outside" / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / "outside" / path).write_text(content)
        root = tmp_path / "project"
        root.mkdir()
        for name, target in {"linked": ".", **dict(links)}.items():
            os.symlink(tmp_path / "outside" / target, root / name)
        ran = attack({path: text for path, text in files.items() if path not in dict(links)}, "--root", ".", "--verbose")
        stolen = [name for name in ran.opened if "outside" in Path(os.path.realpath(root / name)).relative_to("/").parts]
        assert stolen == []
        assert CANARY not in ran.text
        assert "Traceback" not in ran.err
        return ran

    return run


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("named", NAMED)
def test_what_a_project_names_outside_is_not_read(named, way, project, tmp_path):
    begins = WAYS[way].replace("@OUTSIDE@", str(tmp_path / "outside"))
    ran = project({path: text.replace("@", begins) for path, text in NAMED[named].items()})
    assert ran.status in ((2,) if named == "COMPOSE_FILE" and "link" not in way else (0, 1))


@pytest.mark.parametrize("name", LINKS)
def test_a_file_that_is_a_link_to_the_outside_is_not_read(name, project):
    files = {
        "compose.yaml": WORKER.format(command="/app/start.sh") + "    environment: {X: $A}\n",
        "Dockerfile": DOCKERFILE,
        "proj.py": f"import pkg\n{APP}",
    }
    ran = project(files, {name: LINKS[name]}.items())
    # A project that cannot be read is no verdict; anything else is told or left alone.
    assert ran.status in ((2,) if name == "compose.yaml" else (0, 1))


@pytest.mark.parametrize("kind", ["pipe", "device", "socket", "folder"])
@pytest.mark.parametrize("name", ["compose.yaml", ".env", "Dockerfile", "start.sh", "proj.py", "compose-lint.toml", "requirements.txt"])
def test_what_is_no_regular_file_is_never_opened(name, kind, attack, tmp_path):
    root = tmp_path / "project"
    root.mkdir()
    if kind == "pipe":
        os.mkfifo(root / name)
    elif kind == "device":
        os.symlink("/dev/zero", root / name)
    elif kind == "socket":
        import socket

        with socket.socket(socket.AF_UNIX) as made:
            here = os.getcwd()
            os.chdir(root)  # the path of a socket may have about a hundred characters
            try:
                made.bind(name)
            finally:
                os.chdir(here)
    else:
        (root / name).mkdir()
    files = {
        "compose.yaml": WORKER.format(command="/app/start.sh"),
        "Dockerfile": DOCKERFILE,
        "proj.py": APP,
        "start.sh": "#!/bin/sh\ncelery -A proj worker -c 4\n",
    }
    ran = attack({path: text for path, text in files.items() if path != name})
    assert ran.status in (0, 1, 2)
    assert "Traceback" not in ran.err
    assert not [path for path in ran.opened if os.path.realpath(root / path) == "/dev/zero"]
    if kind in ("pipe", "device", "socket"):
        assert str(root / name) not in ran.opened
