"""Find the configuration that a supervisord command reads, where supervisord looks for it in the container."""

from __future__ import annotations

from posixpath import dirname, isabs, join, normpath

from forkfit.launch.image.ground import text_at
from forkfit.launch.image.list import matching
from forkfit.model.container import View
from forkfit.model.files import Files
from forkfit.model.image import Layer
from forkfit.model.project import Words
from forkfit.model.source import Source
from forkfit.model.span import Role, Step
from forkfit.model.text import Text
from forkfit.model.value import Known, Unknown

# getopt letters of supervisord that take a value (supervisor 4.3, options.py).
_WITH_VALUE = "cumdlyzejiqa"
# What the package of a distribution ships where no file of the repository stands: Debian and Ubuntu; Alpine, Fedora.
_PACKAGED = {
    "/etc/supervisor/supervisord.conf": ("/etc/supervisor/conf.d/*.conf",),
    "/etc/supervisord.conf": ("/etc/supervisor.d/*.ini", "/etc/supervisord.d/*.ini"),
}


def configuration(words: Words, view: View, layers: tuple[Layer, ...], files: Files) -> tuple[str, Known[Source]] | Unknown:
    """Return the container path and the text of the configuration: that of -c, otherwise the first of the default places."""
    given = _given(words)
    folder = view.working_dir.value if isinstance(view.working_dir, Known) else ""
    if given is not None:
        if not given.is_known:
            return Unknown("the configuration of supervisord is decided only when it runs", given.trail)
        if not isabs(given.plain) and not folder:
            return Unknown(f"where supervisord finds {given.plain} is not known: its working folder is not", given.trail)
        places = [normpath(join(folder, given.plain))]
    else:
        places = _default_places(words[0].plain, folder)
    unreadable: Unknown | None = None
    for place in places:
        found = text_at(layers, place, files)
        if isinstance(found, Known):
            return place, found
        if isinstance(found, Unknown) and unreadable is None and given is not None:
            unreadable = found
    if unreadable is not None:
        return Unknown(f"its supervisord configuration cannot be read: {unreadable.why}", unreadable.trail)
    for place in places:
        packaged = tuple(p for p in _PACKAGED.get(place, ()) if matching(p, layers, files))
        if packaged:
            note = f"{place} is taken to be the one that the package ships: it includes {packaged[0]}"
            made = Source(place.lstrip("/"), f"[include]\nfiles = {' '.join(packaged)}\n", (0, 10))
            return place, Known(made, (Step(Role.ASSUMED, None, note),))
    where = places[0] if given is not None else "any of its default places"
    return Unknown(f"the configuration of supervisord is not in the repository: nothing is known to stand at {where}")


def _given(words: Words) -> Text | None:
    """Return the value of -c, the last one, as getopt reads the words; None where there is none."""
    found: Text | None = None
    index = 1
    while index < len(words):
        word, plain = words[index], words[index].plain
        index += 1
        if plain == "--" or not plain.startswith("-"):
            break
        if plain.startswith("--"):
            name, equals, _ = plain[2:].partition("=")
            if "configuration".startswith(name) and name:
                found = word[len(name) + 3 :] if equals else words[index] if index < len(words) else found
            if not equals and _takes_value(name):
                index += 1
            continue
        for position in range(1, len(plain)):
            if plain[position] not in _WITH_VALUE:
                continue
            value = word[position + 1 :] if position + 1 < len(plain) else words[index] if index < len(words) else None
            index += position + 1 == len(plain)
            if plain[position] == "c":
                found = value
            break
    return found


def _takes_value(name: str) -> bool:
    return not any(flag.startswith(name) for flag in ("nodaemon", "nocleanup", "strip_ansi", "silent"))


def _default_places(program: str, folder: str) -> list[str]:
    """Return where supervisord looks, in its order; one found by the search path stands in /usr/bin or /usr/local/bin."""
    homes = [dirname(dirname(program))] if isabs(program) else ["/usr/local", "/usr"]
    places = [f"{home.rstrip('/')}/{name}" for home in homes for name in ("etc/supervisord.conf", "supervisord.conf")]
    if folder:
        places += [join(folder, "supervisord.conf"), join(folder, "etc/supervisord.conf")]
    return [*places, "/etc/supervisord.conf", "/etc/supervisor/supervisord.conf"]
