"""What stands in for Redis answers as much as storing a result asks for."""

from __future__ import annotations

import socket

import pytest

from forkfit.measure.redis import answering


def said(*commands):
    """Return what is answered to commands in the protocol's own form."""
    with answering() as port, socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        for words in commands:
            parts = [b"$%d\r\n%s\r\n" % (len(w), w) for w in (word.encode() for word in words)]
            connection.sendall(b"*%d\r\n" % len(parts) + b"".join(parts))
        connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(4096), b"")).decode().split("\r\n")[:-1]


@pytest.mark.parametrize(
    ("commands", "answers"),
    [
        ([["PING"]], ["+PONG"]),
        ([["SETEX", "key", "10", "value"]], ["+OK"]),
        ([["GET", "key"]], ["$-1"]),
        ([["MULTI"], ["SETEX", "k", "1", "v"], ["PUBLISH", "k", "v"], ["EXEC"]], ["+OK", "+QUEUED", "+QUEUED", "*2", "+OK", ":0"]),
        ([["EXEC"]], ["*0"]),
    ],
    ids=["a greeting", "a result", "nothing is kept", "a transaction", "the end of none"],
)
def test_commands_have_answers(commands, answers):
    assert said(*commands) == answers


def test_the_third_version_of_the_protocol_writes_nothing_otherwise():
    assert said(["HELLO", "3"], ["GET", "key"])[-2:] == [":3", "_"]


@pytest.mark.parametrize("raw", [b"GET key\r\n", b"*-1\r\n", b"*1\r\n$-5\r\n", b"*99999999\r\n", b"\xff\xfe\r\n"], ids=range(5))
def test_what_is_no_command_ends_the_connection(raw):
    with answering() as port, socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.sendall(raw)
        connection.shutdown(socket.SHUT_WR)
        assert connection.recv(10) == b""
