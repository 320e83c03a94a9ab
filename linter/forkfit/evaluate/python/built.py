"""How the distribution behind an import name is built, as the nearest lock file tells it."""

from __future__ import annotations

from collections.abc import Callable
from posixpath import dirname

from forkfit.files import below, inside, read_text, tidy
from forkfit.model.files import Files
from forkfit.model.source import BrokenSource
from forkfit.model.weight import Built
from forkfit.syntax.requirements import normalised

# Names by which a distribution may go that another name is imported from.
_FORMS = ("{}", "django-{}", "python-{}", "py{}")
# What adds to Django, or to Django REST framework, mostly says so; some of it does not declare that it needs them.
_OF_DJANGO = ("django-", "djangorestframework-", "drf-", "rest-framework-")


def built_beside(files: Files, near: str) -> Callable[[str], Built]:
    """Return what tells how the package of an import name is built; the lock file is read when that is first asked."""
    read: list[dict[str, Built]] = []

    def ask(package: str) -> Built:
        if not read:
            read.append(_nearest(files, near))
        name = normalised(package)
        told = next((kind for form in _FORMS if (kind := read[0].get(form.format(name))) is not None), Built.UNKNOWN)
        return Built.ADDON if told is not Built.NATIVE and name.startswith(_OF_DJANGO) else told

    return ask


def _nearest(files: Files, near: str) -> dict[str, Built]:
    """Return what the lock files of the nearest folder say that has any."""
    from forkfit.syntax.wheels import LOCKS, built  # only a project with libraries of unknown weight pays for it

    folder = tidy(near)
    while inside(folder):
        found: dict[str, Built] = {}
        for path in (below(folder, name) for name in LOCKS):
            if files.is_file(path):
                try:
                    found |= built(read_text(files, path))
                except BrokenSource:
                    continue  # what cannot be read of it is told where its versions are read
        if found or folder == ".":
            return found
        folder = dirname(folder) or "."
    return {}
