"""Answer as Redis does, as far as storing a result asks, so that children do all that a task's result costs them."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

# What is answered to a command; all others get +OK, which every client takes for done.
ANSWERS = {
    b"PING": b"+PONG",
    b"GET": b"$-1",
    b"PUBLISH": b":0",
    b"EXPIRE": b":1",
    b"DEL": b":0",
}
SERVER = b"\r\n$6\r\nserver\r\n$5\r\nredis\r\n$7\r\nversion\r\n$5\r\n7.0.0\r\n$5\r\nproto\r\n"
MOST_WORDS, LARGEST_WORD = 1000, 16 * 1024**2


@contextmanager
def answering() -> Iterator[int]:
    """Answer on a port of the loopback interface while the block runs; nothing is kept."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=_accept, args=(listening,), daemon=True).start()
        try:
            yield listening.getsockname()[1]
        finally:
            listening.shutdown(socket.SHUT_RDWR)


def _accept(listening: socket.socket) -> None:
    while True:
        try:
            connection, _ = listening.accept()
        except OSError:
            return
        threading.Thread(target=_talk, args=(connection,), daemon=True).start()


def _talk(connection: socket.socket) -> None:
    """Answer one client until it goes; commands of a transaction are answered together."""
    queued: list[bytes] | None = None
    third = False  # the version of the protocol in which nothing is written otherwise
    with connection, connection.makefile("rb") as stream:
        try:
            while words := _command(stream):
                name = words[0].upper()
                answer = ANSWERS.get(name, b"+OK")
                if name == b"HELLO":
                    third = words[1:2] == [b"3"]
                    answer = (b"%3" if third else b"*6") + SERVER + (b":3" if third else b":2")
                elif name == b"GET" and third:
                    answer = b"_"
                elif name == b"MULTI":
                    queued = []
                elif name == b"EXEC":
                    answer = b"\r\n".join((b"*%d" % len(queued or ()), *(queued or ())))
                    queued = None
                elif queued is not None:
                    queued.append(answer)
                    answer = b"+QUEUED"
                connection.sendall(answer + b"\r\n")
        except (OSError, ValueError):
            return


def _command(stream: BinaryIO) -> list[bytes]:
    """Read one command, an array of bulk strings; empty at the end."""
    head = stream.readline(64)
    if not head:
        return []
    count = int(head[1:])
    if head[:1] != b"*" or not 0 < count <= MOST_WORDS:
        raise ValueError("this is no command")
    words = []
    for _ in range(count):
        size = int(stream.readline(64)[1:])
        if not 0 <= size <= LARGEST_WORD:
            raise ValueError("this is no word")
        words.append(stream.read(size + 2)[:-2])
    return words
