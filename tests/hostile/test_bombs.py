"""What is written to fill memory or to never end comes to an end, in bounded time and memory, and is told."""

from __future__ import annotations

SECONDS = 12  # of CPU time: three times what the slowest needs on a slow machine
MEBIBYTES = 256


def test_a_bomb_does_not_go_off(bomb, attack):
    status, files = bomb
    ran = attack(files)
    assert ran.status == status, ran.text[-2000:]
    assert "Traceback" not in ran.err
    assert ran.seconds < SECONDS
    assert ran.mebibytes < MEBIBYTES
    assert len(ran.text) < 200_000
