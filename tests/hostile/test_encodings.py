"""Files in other encodings, with other line ends, or with signs that no text has: each is read or told, and none is a crash."""

from __future__ import annotations

import pytest

FILES = {
    "compose.yaml": "services:\n  worker:\n    build: .\n    command: /app/start.sh\n    env_file: app.env\n    mem_limit: ${LIMIT}\n",
    ".env": "LIMIT=600m\n",
    "app.env": "N=4\n",
    "Dockerfile": "FROM python:3.12\nWORKDIR /app\nCOPY . .\n",
    "start.sh": "#!/bin/sh\nexec celery -A proj worker -c $N\n",
    "proj.py": 'from celery import Celery\napp = Celery("proj")\n',
    "requirements.txt": "celery==5.4\n",
    "compose-lint.toml": "cpus = 4\n",
}
WRITTEN = {
    "a byte order mark": lambda text: b"\xef\xbb\xbf" + text.encode(),
    "two byte order marks": lambda text: b"\xef\xbb\xbf" * 2 + text.encode(),
    "UTF-16": lambda text: text.encode("utf-16"),
    "UTF-16 without a mark": lambda text: text.encode("utf-16-be"),
    "UTF-32": lambda text: text.encode("utf-32"),
    "Latin-1": lambda text: text.encode() + b"# \xe9\n",
    "half a character": lambda text: text.encode()[:-1] + b"\xe2\x82",
    "a surrogate": lambda text: text.encode() + b"# \xed\xa0\x80\n",
    "a null at the end": lambda text: text.encode() + b"\0",
    "a null at the beginning": lambda text: b"\0" + text.encode(),
    "line ends of Windows": lambda text: text.replace("\n", "\r\n").encode(),
    "line ends of old": lambda text: text.replace("\n", "\r").encode(),
    "line ends of Unicode": lambda text: text.replace("\n", "\u2028").encode(),
    "control characters": lambda text: text.encode() + b"\x0c\x0b\x1c\x85",
    "terminal escapes": lambda text: text.encode() + b"# \x1b]0;x\x07\x1b[31m\n",
    "writing from right to left": lambda text: text.encode() + "# \u202e\u2066x\n".encode(),
    "nothing": lambda _: b"",
    "blanks": lambda _: b" \n\t\n",
}
AS_IT_IS = ("a byte order mark", "writing from right to left")
STOPS = {"compose.yaml": 2, "compose-lint.toml": 2}  # what cannot be done without


@pytest.fixture
def written(tmp_path, lint):
    def run(name, how):
        for path, text in FILES.items():
            (tmp_path / path).write_bytes(WRITTEN[how](text) if path == name else text.encode())
        outcome = lint("--root", ".", "--verbose", folder=tmp_path)
        assert "Traceback" not in outcome.err
        assert [line for line in (outcome.out + outcome.err).split("\n") if not line.isprintable()] == []
        return outcome

    return run


@pytest.mark.parametrize("how", WRITTEN)
@pytest.mark.parametrize("name", FILES)
def test_a_file_is_read_or_told(name, how, written):
    outcome = written(name, how)
    assert outcome.status in (0, 1, STOPS.get(name, 1))
    if how in AS_IT_IS:
        assert (outcome.status, outcome.out) == (0, "No problems: 1 worker in 1 container fits, as far as the files tell.\n")


@pytest.mark.parametrize("how", ["UTF-16", "UTF-32"])
@pytest.mark.parametrize("name", ["compose.yaml", "Dockerfile", "start.sh", "proj.py", "requirements.txt"])
def test_an_encoding_that_is_another_is_named(name, how, written):
    assert f"this file is {how}, not UTF-8" in written(name, how).out


@pytest.mark.parametrize("name", ["compose.yaml", ".env", "app.env", "Dockerfile", "start.sh", "proj.py"])
def test_line_ends_of_windows_change_nothing(name, written):
    assert written(name, "line ends of Windows").status == 0
