from __future__ import annotations

import pytest

DOCKERFILE = 'FROM python:3.12\nWORKDIR /app\nCOPY . .\nENV MAIL=yes FILES=no\nENTRYPOINT ["./start.sh"]\n'
START = """\
#!/bin/sh
cp conf/main.conf /etc/supervisor/conf.d/
if [ "$MAIL" = yes ]; then cp conf/mail.conf /etc/supervisor/conf.d/mail.conf; fi
if [ "$FILES" = yes ]; then ln -sf /app/conf/files.conf /etc/supervisor/conf.d/files.conf; fi
sed -i 's/-c 2/-c 5/' /etc/supervisor/conf.d/*.conf
exec supervisord
"""


def project(environment="", start=START):
    return {
        "compose.yaml": f"services:\n  jobs:\n    build: .\n{environment}",
        "Dockerfile": DOCKERFILE,
        "start.sh": start,
        "shop.py": 'from celery import Celery\n\napp = Celery("shop")\n',
        "conf/main.conf": "[supervisord]\nnodaemon=true\n",
        "conf/mail.conf": "[program:mail]\ncommand=celery -A shop worker -c 2\n",
        "conf/files.conf": "[program:files]\ncommand=celery -A shop worker -c 3\n",
    }


def workers(found):
    return [(w["program"], w["concurrency"].get("known")) for w in found["workers"]]


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ("", [("mail", 5)]),
        ("    environment: {FILES: 'yes'}\n", [("files", 3), ("mail", 5)]),
        ("    environment: {MAIL: 'no'}\n", []),
    ],
)
def test_a_script_arranges_what_a_supervisor_starts(examined, environment, expected):
    assert workers(examined(project(environment))) == expected


def test_a_copy_on_an_open_condition_makes_two_runs(examined):
    environment = "    env_file: missing.env\n    environment: {MAIL: 'no'}\n"
    start = START.replace('"$FILES"', '"$EXTRA"')
    (worker,) = examined(project(environment, start))["workers"]
    assert any(step["role"] == "supposed" for step in worker["launch"])


def test_a_copy_whose_target_is_open_changes_nothing(examined):
    assert workers(examined(project(start=START.replace("cp conf/mail.conf", 'cp "$(ls conf)"')))) == []
