from __future__ import annotations

import pytest

APP = 'from celery import Celery\n\napp = Celery("shop")\n'
COMPOSE = "services:\n  shop:\n    build: .\n    environment:\n      CELERY_WORKER_CONCURRENCY: 3\n"
OVERLAY = 'FROM python:3.12\nCOPY rootfs /\nWORKDIR /app\nCOPY shop.py .\nENTRYPOINT ["/init"]\n'
RC = "rootfs/etc/s6-overlay/s6-rc.d"
SHELL = "#!/command/with-contenv /usr/bin/bash\ncd /app\nexec s6-setuidgid app celery -A shop worker -n {name}@%h\n"
CHAIN = """\
#!/command/execlineb -P
# one program starts the next
with-contenv
fdmove -c 2 1
cd /app
s6-setuidgid app
celery -A shop worker
"""


def project(dockerfile=OVERLAY, compose=COMPOSE, **files):
    return {"compose.yaml": compose, "Dockerfile": dockerfile, "shop.py": APP, **files}


def longrun(name, script=None, kind="longrun\n"):
    return {f"{RC}/{name}/type": kind, f"{RC}/{name}/run": (script or SHELL).format(name=name)}


def workers(found):
    return [(w["program"], w["concurrency"].get("known")) for w in found["workers"]]


def test_services_of_the_user_bundle_and_those_that_they_need_run(examined):
    files = {
        f"{RC}/user/contents.d/mail": "",
        f"{RC}/user/contents.d/more": "",
        f"{RC}/more/type": "bundle\n",
        f"{RC}/more/contents": "files\nprepare\n",
        f"{RC}/files/dependencies.d/queue": "",
        f"{RC}/prepare/up": "/bin/true",
        **longrun("mail"),
        **longrun("files"),
        **longrun("queue"),
        **longrun("spare"),
        **longrun("prepare", kind="oneshot\n"),
    }
    found = examined(project(**files))
    assert workers(found) == [("mail", 3), ("files", 3), ("queue", 3)]
    assert found["containers"][0]["processes"]["known"] == 9


def test_every_folder_of_the_older_overlay_runs_unless_it_is_down(examined):
    files = {f"rootfs/etc/services.d/{name}/run": SHELL.format(name=name) for name in ("files", "mail")}
    assert workers(examined(project(**files, **{"rootfs/etc/services.d/mail/down": ""}))) == [("files", 3)]


@pytest.mark.parametrize(
    ("script", "variables", "concurrency"),
    [
        (CHAIN, "", 3),
        ("#!/bin/sh\ncd /app\nexec celery -A shop worker\n", "", None),
        ("#!/bin/sh\ncd /app\nexec celery -A shop worker\n", "      S6_KEEP_ENV: 1\n", 3),
        ("#!/usr/bin/env -S with-contenv bash\ncd /app\nexec celery -A shop worker -c 5\n", "", 5),
    ],
    ids=["an execline chain", "no variables without with-contenv", "kept for all", "an option"],
)
def test_a_service_sees_what_it_asks_for(examined, script, variables, concurrency):
    found = examined(project(compose=COMPOSE + variables, **{f"{RC}/user/contents.d/mail": ""}, **longrun("mail", script)))
    assert workers(found) == [("mail", concurrency)]


def test_blocks_of_execline_are_not_followed(examined):
    script = "#!/command/execlineb\nforeground {{ echo }}\ncelery -A shop worker\n"
    compose = COMPOSE.replace("shop:", "worker:")
    found = examined(project(compose=compose, **{f"{RC}/user/contents.d/mail": ""}, **longrun("mail", script)))
    assert "several commands" in found["unseen"][0]["why"]


def test_the_command_runs_beside_the_services(examined):
    dockerfile = OVERLAY + 'CMD ["celery", "-A", "shop", "worker", "-c", "7"]\n'
    assert workers(examined(project(dockerfile, **{f"{RC}/user/contents.d/mail": ""}, **longrun("mail")))) == [("mail", 3), ("celery", 7)]


def test_the_build_itself_may_enable_a_service(examined):
    dockerfile = OVERLAY + f"RUN mkdir -p {RC[6:]}/user/contents.d && touch {RC[6:]}/user/contents.d/mail\n"
    assert workers(examined(project(dockerfile, **longrun("mail")))) == [("mail", 3)]


def test_a_base_image_is_taken_to_start_the_overlay_that_an_image_holds_services_for(examined):
    dockerfile = "FROM example.org/base\nCOPY rootfs /\nCOPY shop.py /app/\n"
    found = examined(project(dockerfile, **{f"{RC}/user/contents.d/mail": ""}, **longrun("mail")))
    assert workers(found) == [("mail", 3)]
    assert any("taken to start s6-overlay" in step["note"] for step in found["workers"][0]["launch"])


@pytest.mark.parametrize(
    ("command", "folder"),
    [
        ('["/sbin/my_init"]', "etc/service"),
        ('["runsvdir", "-P", "/etc/sv"]', "etc/sv"),
        ('["s6-svscan", "sv"]', "app/sv"),
    ],
    ids=["phusion", "runit", "s6"],
)
def test_a_scanner_starts_the_services_of_its_folder(examined, command, folder):
    dockerfile = OVERLAY.replace('ENTRYPOINT ["/init"]', f"CMD {command}")
    files = {f"rootfs/{folder}/mail/run": "#!/bin/sh\ncd /app\nexec chpst -u app celery -A shop worker\n"}
    assert workers(examined(project(dockerfile, **files))) == [("mail", 3)]


def test_a_folder_that_is_decided_at_run_time_is_no_folder_to_scan(examined):
    compose = "services:\n  worker:\n    image: x\n    command: sh -c 'runsvdir \"$$(cat /folder)\"'\n"
    assert "decided only when it runs" in examined({"compose.yaml": compose})["unseen"][0]["why"]
