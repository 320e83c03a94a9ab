"""Scripts that end with an error where the deployment sets nothing, and images of which only words are known."""

from __future__ import annotations

import pytest

GUARD = """\
#!/bin/bash
if [[ -z "$RUN_AS" ]]; then
  echo "Set RUN_AS."
  exit 1
fi
if [[ ! "$RUN_AS" =~ ^[0-9]+:[0-9]+$ ]]; then exit 1; fi
su $(id -nu ${RUN_AS%%:*}) -c "
  PATH=\\"/opt/venv/bin:$PATH\\";
  TMPDIR=/tmp celery -A shop worker --concurrency=${WORKERS:-2}
"
"""
DOCKERFILE = 'FROM python:3.12\nCOPY start.sh /start.sh\nCMD ["/start.sh"]\n'


def project(script, environment):
    compose = f"services:\n  worker:\n    build: .\n    environment: {environment}\n"
    return {"compose.yaml": compose, "Dockerfile": DOCKERFILE, "start.sh": script}


@pytest.mark.parametrize("environment", ["{RUN_AS: '${RUN_AS:-}'}", "{RUN_AS: ''}", "{RUN_AS: '1000:1000'}", "{}"])
def test_a_script_that_refuses_an_empty_variable_is_followed_past_it(examined, environment):
    (worker,) = examined(project(GUARD, environment))["workers"]
    assert (worker["argv"][-1], worker["concurrency"]["known"]) == ("--concurrency=2", 2)


@pytest.mark.parametrize(
    "guard",
    [
        ': "${SECRET:?set it}"',
        '[ -n "${SECRET:-}" ] || exit 1',
        "if test -z $SECRET; then exit 3; fi",
    ],
)
def test_a_required_variable_is_taken_to_be_set(examined, guard):
    found = examined(project(f"#!/bin/sh\nset -e\n{guard}\nexec celery -A shop worker -c 3\n", "{}"))
    assert [worker["concurrency"]["known"] for worker in found["workers"]] == [3]


def test_a_variable_that_is_missed_has_no_value_of_its_own(examined):
    script = '#!/bin/sh\n[ -z "$N" ] && exit 1\nexec celery -A shop worker -c $N\n'
    (worker,) = examined(project(script, "{N: ''}"))["workers"]
    assert worker["concurrency"]["unknown"] == "N is not set here"
    assert "N is taken to be set: the script ends with an error without it" in [s["note"] for s in worker["concurrency"]["trail"]]


def test_a_script_that_ends_with_an_error_all_the_same_is_told(examined):
    found = examined(project("#!/bin/sh\nexit 1\n", "{}"))
    assert [one["why"] for one in found["unseen"]] == ["its script ends with an error before it starts anything"]


@pytest.mark.parametrize(
    ("name", "rest", "why"),
    [
        ("celery", "command: start task", "what start task makes it start is decided by the entrypoint of its image, which is not known"),
        ("celery", "command: sleep infinity", None),
        ("celery", "command: bundle exec sidekiq -q default", None),
        ("celerybeat", "command: start beat", None),
        ("celerybeat", "command: /start-celerybeat", None),
        ("jobs", "command: start task", None),
        ("worker", "command: /start", "/start, which starts it, stands in the image acme/app:1, which nothing in the repository builds"),
    ],
)
def test_words_for_an_image_that_is_not_known(examined, name, rest, why):
    found = examined({"compose.yaml": f"services:\n  {name}:\n    image: acme/app:1\n    {rest}\n"})
    assert [one["why"] for one in found["unseen"]] == ([why] if why else [])


def test_a_script_that_is_mounted_is_found_by_its_name(examined):
    compose = "services:\n  worker:\n    image: acme/app:1\n    volumes: ['./entry.sh:/app/entry.sh']\n    command: sh entry.sh worker\n"
    script = 'if [ "$1" = worker ]; then\n  celery -A shop worker -P threads -c 9\nfi\n'
    (worker,) = examined({"compose.yaml": compose, "entry.sh": script})["workers"]
    assert worker["concurrency"]["known"] == 9
    notes = [step["note"] for step in worker["launch"]]
    assert "entry.sh is taken to be /app/entry.sh: where the container works is not known" in notes


def test_of_two_scripts_of_that_name_none_is_taken(examined):
    mounts = "['./a/entry.sh:/a/entry.sh', './b/entry.sh:/b/entry.sh']"
    compose = f"services:\n  worker:\n    image: acme/app:1\n    volumes: {mounts}\n    command: sh entry.sh worker\n"
    found = examined({"compose.yaml": compose, "a/entry.sh": "celery worker", "b/entry.sh": "celery worker"})
    assert (found["workers"], len(found["unseen"])) == ([], 1)
