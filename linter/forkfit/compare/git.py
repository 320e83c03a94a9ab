"""What git tells of a repository: beside files.py, save.py and measure/, the only part that does IO, and all of it reads.

What a revision holds comes from git's objects alone; of the work tree git is asked no more than what it ignores. Nothing is
fetched or written; no hook, filter, alias, monitor or pager runs. Of the environment git sees where its programs and the
user's own settings are, so that a repository of somebody else's is refused as ever.
"""

from __future__ import annotations

import os
from collections import Counter
from subprocess import DEVNULL, PIPE, Popen, TimeoutExpired

from forkfit.files import inside, tidy
from forkfit.model.record import Record
from forkfit.model.report import Unusable

_GIT = (
    *("git", "--no-pager", "--no-replace-objects", "--no-optional-locks"),
    *("-c", "safe.bareRepository=explicit", "-c", "core.fsmonitor=false"),
)
_SEEN = ("PATH", "HOME", "XDG_CONFIG_HOME", "USERPROFILE", "SYSTEMROOT", "TMPDIR", "TEMP", "TMP")
_STATED = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "none",  # what older releases of git would fetch into a partial clone, they cannot
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}
_LONGEST = 60.0  # seconds that git may take to find a revision
_MOST_LISTED = 256 * 1024**2  # bytes of the list of files: some two million
_MOST_STARTS = 32  # of a process that ends where git cannot answer
_ANSWER = 4  # fields of an answer about one path


class Entry(Record):
    """What git holds at a path: its mode, as in ``100644``, and the name of its object."""

    mode: str
    name: str


class Repository:
    """What git answers to many questions, from one process for each kind: sizes, contents, and what it ignores."""

    def __init__(self, root: str) -> None:
        """Start nothing yet."""
        self._root = root
        self._running: dict[tuple[str, ...], Popen[bytes]] = {}
        self._starts = Counter[tuple[str, ...]]()

    def size(self, name: str) -> int | None:
        """Return the bytes of an object; None where the repository does not hold it."""
        header = self._header("--batch-check", name)
        return int(header[2]) if len(header) == 3 and header[2].isdigit() else None

    def content(self, name: str) -> bytes:
        """Return the bytes of an object that is there."""
        header = self._header("--batch", name)
        output = self._running["cat-file", "--batch"].stdout if len(header) == 3 else None
        return output.read(int(header[2]) + 1)[:-1] if output is not None else b""

    def ignores(self, path: str) -> bool:
        """Tell whether git ignores a path from the root, which it then does not hold either."""
        fields = ("check-ignore", "--stdin", "-z", "--verbose", "--non-matching")
        found = self._ask(fields, os.fsencode(f"./{path}\0"), b"\0", _ANSWER).split(b"\0")
        return len(found) > _ANSWER and bool(found[2]) and not found[2].startswith(b"!")

    def close(self) -> None:
        """End the processes."""
        for process in self._running.values():
            process.communicate()
        self._running.clear()

    def _header(self, form: str, name: str) -> list[bytes]:
        return self._ask(("cat-file", form), f"{name}\n".encode(), b"\n", 1).split()

    def _ask(self, command: tuple[str, ...], question: bytes, end: bytes, ends: int) -> bytes:
        """Return an answer with so many ends; empty where git ends instead, as it does for what it would have to fetch."""
        if command not in self._running:
            if self._starts[command] == _MOST_STARTS:
                return b""
            self._starts[command] += 1
            self._running[command] = _started(self._root, *command)
        process = self._running[command]
        assert process.stdin is not None
        assert process.stdout is not None
        answer = b""
        try:
            process.stdin.write(question)
            process.stdin.flush()
            while answer.count(end) < ends and (more := process.stdout.read(1)):
                answer += more
        except OSError:
            answer = b""
        if answer.count(end) < ends:
            del self._running[command]
            process.kill()
            process.communicate()
            return b""
        return answer


def found(root: str, revision: str) -> tuple[str, str]:
    """Return the name of the commit, and the folder of the repository that the root is, with a slash at its end."""
    if not revision or revision.startswith("-") or "\0" in revision:
        raise Unusable(f"--since {revision!r} is no revision")
    status, said, complaint = _run(root, "rev-parse", "--is-shallow-repository", "--show-prefix")
    if status != 0:
        why = complaint.removeprefix("fatal: ").partition("\n")[0]
        why = f"{root} is in no git repository" if "not a git repository" in why else f"git refuses: {why}"
        raise Unusable(f"--since {revision}: {why}")
    shallow, _, prefix = os.fsdecode(said).removesuffix("\n").partition("\n")
    status, said, _ = _run(root, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}")
    commit = said.decode("ascii", "replace").strip()
    if status != 0 or not commit.isalnum():
        cure = "; this clone is shallow: fetch more of its history (git fetch --unshallow, or fetch-depth: 0)" if shallow == "true" else ""
        raise Unusable(f"--since {revision}: git knows no such commit{cure}")
    return commit, prefix


def listed(root: str, commit: str, prefix: str) -> dict[str, Entry]:
    """Return what a commit holds below a folder, by path from there."""
    process = _started(root, "--literal-pathspecs", "ls-tree", "-r", "-z", "--full-tree", commit, *([prefix] if prefix else []))
    assert process.stdout is not None
    said = process.stdout.read(_MOST_LISTED + 1)
    if len(said) > _MOST_LISTED:
        process.kill()
    process.communicate()
    if process.returncode != 0:
        why = f"more than the {_MOST_LISTED} bytes that are read" if len(said) > _MOST_LISTED else "objects are missing or broken"
        raise Unusable(f"--since {commit}: git cannot list its files: {why}")
    held: dict[str, Entry] = {}
    for line in said.split(b"\0"):
        head, tab, written = line.partition(b"\t")
        path = os.fsdecode(written).removeprefix(prefix)
        if tab and tidy(path) == path and inside(path):
            mode, _, name = head.decode("ascii").split(" ")
            held[path] = Entry(mode, name)
    return held


def _run(root: str, *arguments: str) -> tuple[int, bytes, str]:
    """Run git to its end; return its status, what it printed, and its complaint."""
    process = _started(root, *arguments, complaint=PIPE)
    assert process.stdout is not None
    try:
        said, complaint = process.communicate(timeout=_LONGEST)
    except TimeoutExpired as late:
        process.kill()
        process.communicate()
        raise Unusable(f"git {arguments[0]} takes more than {_LONGEST:.0f} seconds") from late
    return process.returncode, said, complaint.decode("utf-8", "replace").strip()


def _started(root: str, *arguments: str, complaint: int = DEVNULL) -> Popen[bytes]:
    environment = {name: os.environ[name] for name in _SEEN if name in os.environ} | _STATED
    home = os.path.expanduser("~")
    try:
        return Popen(
            [*_GIT, *arguments], cwd=root, env={**environment, "GIT_CEILING_DIRECTORIES": home}, stdin=PIPE, stdout=PIPE, stderr=complaint
        )
    except OSError as error:
        raise Unusable(f"--since needs git, which cannot be started: {error.strerror}") from error
