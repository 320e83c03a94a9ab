from __future__ import annotations

import pytest

APP = 'from celery import Celery\n\napp = Celery("shop")\n'
DOCKERFILE = """\
FROM python:3.12-slim
WORKDIR /app
COPY . .
COPY supervisord.conf /etc/supervisor/conf.d/shop.conf
CMD {command}
"""
COMPOSE = """\
services:
  background:
    build: .
    environment:
      HEAVY: "3"
    mem_limit: 1g
"""
THREE = """\
[supervisord]
nodaemon=true
environment=CELERY_WORKER_POOL="prefork"

; the two queues
[program:light]
command=celery -A shop worker -n light@%%h
    --concurrency=4 ; four at a time
    -Q light

[program:heavy]
command=celery -A shop worker -n heavy@%%h -c %(ENV_HEAVY)s

[program:mail]
command=bash -c "cd /app && exec celery -A shop worker"
environment=CELERY_WORKER_CONCURRENCY="2",MODE="mail"

[program:beat]
command=celery -A shop beat

[program:spare]
command=celery -A shop worker -c 50
autostart=false
"""
START = '["supervisord", "-n", "-c", "/etc/supervisor/conf.d/shop.conf"]'


def project(configuration, command=START, compose=COMPOSE, **others):
    return {
        "compose.yaml": compose,
        "Dockerfile": DOCKERFILE.format(command=command),
        "supervisord.conf": configuration,
        "shop.py": APP,
        **others,
    }


def workers(found):
    return [(w["program"], w["concurrency"].get("known")) for w in found["workers"]]


def test_the_programs_of_one_container_are_summed(examined):
    found = examined(project(THREE))
    assert workers(found) == [("light", 4), ("heavy", 3), ("mail", 2)]
    (container,) = found["containers"]
    assert container["workers"] == [0, 1, 2]
    assert container["processes"]["known"] == 9
    assert container["os_processes"]["known"] == 12
    assert found["unseen"] == []


def test_a_concurrency_points_at_its_line(examined):
    places = [w["concurrency"]["trail"][0]["at"] for w in examined(project(THREE))["workers"]]
    assert [(p["file"], p["line"]) for p in places] == [("supervisord.conf", 8), ("compose.yaml", 5), ("supervisord.conf", 16)]


def test_a_configuration_that_nothing_starts_starts_nothing(examined):
    found = examined(project(THREE, command='["celery", "-A", "shop", "worker", "-c", "1"]'))
    assert workers(found) == [("celery", 1)]


@pytest.mark.parametrize(
    "command",
    [
        '["/usr/bin/supervisord", "--nodaemon", "--configuration=/etc/supervisor/conf.d/shop.conf"]',
        '["supervisord", "-nc", "/etc/supervisor/conf.d/shop.conf"]',
        '["supervisord", "-n", "-c/etc/supervisor/conf.d/shop.conf"]',
        '["supervisord", "-l", "/dev/null", "-c", "supervisord.conf"]',
        '["supervisord", "-n"]',
        "supervisord -n",
        '["tini", "--", "supervisord", "-n"]',
    ],
)
def test_the_configuration_is_the_one_that_is_given_or_stands_in_a_default_place(examined, command):
    assert len(examined(project(THREE, command))["workers"]) == 3


def test_a_packaged_main_file_is_taken_to_include_its_folder(examined):
    files = project(THREE, '["supervisord", "-n", "-c", "/etc/supervisor/supervisord.conf"]')
    worker = examined(files)["workers"][0]
    assert any("the package ships" in step["note"] for step in worker["launch"])


COPIES = """\
[program:w]
command=celery -A shop worker -c %(process_num)s
numprocs={count}
numprocs_start=1
process_name=%(program_name)s_%(process_num)02d
"""


def test_each_copy_of_a_program_is_a_worker(examined):
    found = examined(project(COPIES.format(count=3)))
    assert workers(found) == [("w_01", 1), ("w_02", 2), ("w_03", 3)]
    assert found["containers"][0]["processes"]["known"] == 6


def test_an_unknown_number_of_copies_leaves_the_processes_unknown(examined):
    found = examined(project(COPIES.format(count="%(ENV_NOBODY)s")))
    assert len(found["workers"]) == 1
    assert "NOBODY" in found["containers"][0]["processes"]["unknown"]


def test_included_files_add_and_replace(examined):
    main = "[include]\nfiles = extra/*.conf %(here)s/more.ini\n"
    dockerfile = DOCKERFILE.format(command=START) + "COPY conf /etc/supervisor/conf.d/extra\nCOPY more.ini /etc/supervisor/conf.d/\n"
    files = project(
        main,
        **{
            "Dockerfile": dockerfile,
            "conf/a.conf": "[program:a]\ncommand=celery -A shop worker -c 1\n",
            "conf/b.conf": "[program:b]\ncommand=celery -A shop worker -c 2\n[program:a]\ncommand=celery -A shop worker -c 5\n",
            "conf/readme.txt": "[program:c]\ncommand=celery -A shop worker -c 9\n",
            "more.ini": "[program:d]\ncommand=celery -A shop worker -c 3\npriority=1\n",
        },
    )
    assert workers(examined(files)) == [("d", 3), ("a", 5), ("b", 2)]


def test_programs_of_a_group_start_too(examined):
    text = "[group:all]\nprograms=a,b\n[program:a]\ncommand=celery -A shop worker -c 1\n[program:b]\ncommand=celery -A shop worker -c 2\n"
    assert workers(examined(project(text))) == [("a", 1), ("b", 2)]


def test_a_directory_is_where_scripts_are_found(examined):
    text = "[program:w]\ndirectory=/app/bin\ncommand=./go.sh 6\n"
    files = project(text, **{"bin/go.sh": '#!/bin/sh\ncd /app\nexec celery -A shop worker -c "$1"\n'})
    assert workers(examined(files)) == [("w", 6)]


def test_a_variable_that_nothing_sets_is_not_known(examined):
    text = "[program:w]\ncommand=celery -A shop worker -c %(ENV_NOBODY)s\n"
    (worker,) = examined(project(text))["workers"]
    assert "NOBODY" in worker["concurrency"]["unknown"]


WORKER = COMPOSE.replace("background", "worker")


@pytest.mark.parametrize(
    ("files", "said"),
    [
        pytest.param(project("", '["supervisord", "-c", "/etc/other.conf"]', WORKER), "/etc/other.conf", id="no such file"),
        pytest.param(project("command=x\n", compose=WORKER), "before the first section", id="a file that supervisord refuses"),
        pytest.param(project("[program:w]\ncommand=celery 'worker\n", compose=WORKER), "a quote is not closed", id="an open quote"),
        pytest.param(project("[program:w]\nuser=x\n", compose=WORKER), "has no command", id="no command"),
        pytest.param(project("[program:w]\ncommand=/opt/run-worker\n", compose=WORKER), "/opt/run-worker", id="a program from elsewhere"),
    ],
)
def test_a_worker_behind_what_cannot_be_read_is_named(examined, files, said):
    found = examined(files)
    assert found["workers"] == []
    assert [said in u["why"] for u in found["unseen"]] == [True]


def test_supervisord_without_workers_is_silent(examined):
    found = examined(project("[program:web]\ncommand=gunicorn shop\n"))
    assert (found["workers"], found["unseen"]) == ([], [])
