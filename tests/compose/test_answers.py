"""Overrides, odd values and odd forms give what the reference implementation (compose-go 2.13.0) answered to the same."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from forkfit.compose.request import Request
from forkfit.compose.resolve import effective
from forkfit.files import InMemory

GROUPS = json.loads((Path(__file__).parents[2] / "fixtures" / "compose" / "answers.json").read_bytes())

# What differs, and why.
MISSES = {
    "service": {"ulimits: {x-b: 1}": "of x- keys among names the reference makes a name of its own, #extensions; we drop them"},
    "unchecked base": {
        "pre_start: [{command: a}]": "hooks are not filled in: nothing in them starts a worker",
        "storage_opt: {a: {b: c}}": "a mapping is left out where the reference refuses it",
    },
}


def asked(group, text):
    """Return what we make of a question."""
    body = "".join(f"{' ' * group['indent']}{line}\n" for line in text.split("\n"))
    files = InMemory({path: content.replace("@@", body).encode() for path, content in group["files"].items()})
    arguments = group["args"]
    environment = {"PWD": "/project", **arguments.get("env", {})}
    request = Request(environment=tuple(environment.items()), profiles=tuple(arguments.get("profiles", ())), root="/project", strict=True)
    made = json.dumps(effective(request, files, lambda _: None))
    found = json.loads(made.replace("/project/", "<DIR>/").replace('/project"', '<DIR>"'))
    if "error" in found:
        return found["error"]["class"]
    return found["services"] if group["whole"] else found["services"].get("app")


def answered(answer):
    """Return the class of a failure, or the services."""
    return answer["class"] if isinstance(answer, dict) and isinstance(answer.get("class"), str) else answer


@pytest.mark.parametrize("name", GROUPS)
def test_the_reference_answers_the_same(name):
    group = GROUPS[name]
    ours = {text: asked(group, text) for text in group["answers"]}
    differing = {text for text, answer in group["answers"].items() if ours[text] != answered(answer)}
    for text in sorted(differing - MISSES.get(name, {}).keys()):
        print(f"{text!r}\n  theirs {group['answers'][text]}\n  ours   {ours[text]}")
    assert differing == set(MISSES.get(name, {}))
