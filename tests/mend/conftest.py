"""A project in a folder of its own, mended as a user would mend it."""

from __future__ import annotations

import pytest

PROJ = 'from celery import Celery\n\napp = Celery("proj")\n'
# Five children of 100 MiB fit, as somebody has stated.
STATED = "mem_limit: 500m, x-compose-lint: {per_worker: 100m}"


class Project:
    """Files below a folder, by their paths."""

    def __init__(self, folder, lint):
        self.folder, self.lint = folder, lint

    def write(self, files):
        for path, text in {"proj.py": PROJ, **files}.items():
            place = self.folder / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(text if isinstance(text, bytes) else text.encode())
        return self

    def read(self):
        paths = (p for p in self.folder.rglob("*") if p.is_file())
        return {p.relative_to(self.folder).as_posix(): p.read_bytes() for p in paths}

    def run(self, *arguments):
        return self.lint("--root", ".", *arguments, folder=self.folder)

    def changes(self):
        """Return the lines that a run of --fix changes, as pairs by file."""
        before = self.read()
        outcome = self.run("--fix")
        after = self.read()
        assert before.keys() == after.keys()
        pairs = []
        for path in sorted(before):
            old, new = (text.decode().split("\n") for text in (before[path], after[path]))
            assert len(old) == len(new)
            pairs += [(path, one, other) for one, other in zip(old, new, strict=True) if one != other]
        return outcome, pairs


@pytest.fixture
def project(tmp_path, lint):
    return Project(tmp_path, lint)
