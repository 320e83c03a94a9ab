"""A program of the user's: bounded in time, gone when the block ends, and never echoed."""

from __future__ import annotations

import os
import sys
import time

import pytest

from forkfit.measure.process import Failed, Program, parents, running

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="measuring is for Linux")

TELL = "import json, os, sys, time\nasked = json.loads(sys.argv[1])\ntell = lambda text: os.write(asked['out'], text.encode() + b'\\n')\n"


def program(tmp_path, source, seconds=10.0):
    path = tmp_path / "program.py"
    path.write_text(TELL + source)
    return Program((sys.executable, str(path), "{}"), str(tmp_path), dict(os.environ), seconds)


def listen(made, doing="thinking"):
    with running(made, None) as conversation:
        return next(conversation.messages(doing))


def living(pid):
    return pid in parents()


def test_a_program_tells_and_is_told_to_go_on(tmp_path):
    source = "tell('{\"one\": 1}')\nos.read(asked['in'], 1)\ntell('{\"two\": 2}')\n"
    with running(program(tmp_path, source), None) as conversation:
        told = [next(conversation.messages("one"))]
        conversation.go_on()
        told.append(next(conversation.messages("two")))
    assert told == [{"one": 1}, {"two": 2}]


def test_a_program_that_says_nothing_is_not_waited_for(tmp_path):
    began = time.monotonic()
    with pytest.raises(Failed, match="still thinking after 1 s; --timeout"):
        listen(program(tmp_path, "time.sleep(1000)", 1.0))
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("sys.exit(3)", "the process ended while thinking, with exit status 3"),
        ("os.kill(os.getpid(), 9)", "the process ended while thinking, killed, as the kernel does where memory runs out"),
        ("os.kill(os.getpid(), 11)", "the process ended while thinking, by signal 11"),
        ("tell('secret')", "the application writes where only the measurement does"),
        ("tell('[1]')", "the application writes where only the measurement does"),
        ("[os.write(asked['out'], b'x' * 4096) for _ in range(1000)]", "thinking: more is told than can be read"),
    ],
    ids=["it exits", "it is killed", "it crashes", "no JSON", "no table", "without end"],
)
def test_what_went_wrong_is_said_without_the_programs_own_words(tmp_path, source, why):
    with pytest.raises(Failed, match="^" + why + "$"):
        listen(program(tmp_path, source))


def test_what_a_program_prints_is_not_shown(tmp_path, capfd):
    listen(program(tmp_path, "print('hunter2', flush=True)\nsys.stderr.write('hunter2')\ntell('{}')"))
    assert "hunter2" not in "".join(capfd.readouterr())


LEAVES = """
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        tell(json.dumps({"left": os.getpid()}))
        time.sleep(1000)
    os._exit(0)
time.sleep(1000)
"""


@pytest.mark.parametrize("ending", [KeyboardInterrupt, Failed, None], ids=["Ctrl-C", "a failure", "the end"])
def test_a_process_that_left_the_group_ends_with_it(tmp_path, ending):
    def interrupted():
        with running(program(tmp_path, LEAVES), None) as conversation:
            left.append(next(conversation.messages("leaving"))["left"])
            assert left[0] in conversation.processes()
            if ending:
                raise ending

    left = []
    if ending:
        with pytest.raises(ending):
            interrupted()
    else:
        interrupted()
    assert not living(left[0])
