"""What ``make TARGET`` runs: the recipe of a target, after those of the targets that it needs."""

from __future__ import annotations

import re
from posixpath import join, normpath

from forkfit.launch.image.ground import text_at
from forkfit.model.container import View
from forkfit.model.files import Files
from forkfit.model.image import Layer
from forkfit.model.project import Words
from forkfit.model.text import Text, assumed
from forkfit.model.text import join as joined_text
from forkfit.model.value import Known, Unknown

MOST_TARGETS = 50
MOST_NESTED = 8  # variables inside each other

_HOLE = "\0"
_REFERENCE = r"\$\$|\$(?:\((?P<name>\w+)\)|\{(?P<other>\w+)\}|\([^)]*\)|\{[^}]*\}|.)"
_SETTING = r"(?m)^(?:export[ \t]+)?{name}[ \t]*(?::{{0,2}}|\?)=[ \t]*(?P<value>[^\n#]*?)[ \t]*$"

_NAMES = ("GNUmakefile", "makefile", "Makefile")
_RULE = r"(?m)^{target}[ \t]*:(?![:=])(?P<needs>[^\n=#;]*)(?:#[^\n]*)?\n(?P<recipe>(?:[ \t]*\n|\t[^\n]*(?:\n|\Z))*)"


def recipe(words: Words, view: View, layers: tuple[Layer, ...], files: Files) -> Text | Unknown | None:
    """Return the commands of the targets that are asked for, as one script; None where there is no such Makefile or target.

    Unknown where a variable of make stands in them that is not set once, in a plain line.
    """
    from forkfit.evaluate.shell.script import lines_of

    if not isinstance(view.working_dir, Known) or not all(word.is_known for word in words):
        return None
    wanted = [word.plain for word in words[1:] if not word.plain.startswith("-") and "=" not in word.plain]
    places = (normpath(join(view.working_dir.value, name)) for name in _NAMES)
    found = next((f for f in (text_at(layers, place, files) for place in places) if isinstance(f, Known)), None)
    if found is None or not wanted or any(word.plain in ("-C", "-f") for word in words):
        return None
    text = lines_of(found.value)
    lines: list[Text] = []
    seen: set[str] = set()
    for target in wanted:
        _collect(target, text, lines, seen)
    if not lines:
        return None
    given = {v.name for v in view.environment.variables} | {w.plain.partition("=")[0] for w in words[1:] if "=" in w.plain}
    script = joined_text(_replaced(line, text, given, 0) for line in lines)
    if _HOLE in script.plain:
        return Unknown("a variable of make in its recipe is not known", script.trail)
    return script


def _collect(target: str, text: Text, lines: list[Text], seen: set[str]) -> None:
    if target in seen or len(seen) >= MOST_TARGETS:
        return
    seen.add(target)
    rule = re.search(_RULE.format(target=re.escape(target)), text.plain)
    if rule is None:
        return
    for needed in rule["needs"].split():
        _collect(needed, text, lines, seen)
    start = rule.start("recipe")
    for line in rule["recipe"].splitlines(keepends=True):
        inside = len(line) - len(line.lstrip("\t@-+ "))
        lines.append(text[start + min(inside, len(line) - 1) : start + len(line)])
        start += len(line)


def _replaced(line: Text, text: Text, given: set[str], depth: int) -> Text:
    """Return a line with ``$$`` as the one ``$`` that the shell sees, and variables as what a plain line sets them to."""
    parts: list[Text] = []
    end = 0
    for found in re.finditer(_REFERENCE, line.plain):
        parts.append(line[end : found.start()])
        end = found.end()
        if found[0] == "$$":
            parts.append(line[found.start() : found.start() + 1])
            continue
        name = found["name"] or found["other"] or ""
        settings = list(re.finditer(_SETTING.format(name=re.escape(name)), text.plain)) if name and name not in given else []
        if len(settings) == 1 and depth < MOST_NESTED:
            parts.append(_replaced(text[settings[0].start("value") : settings[0].end("value")], text, given, depth + 1))
        else:
            parts.append(assumed(_HOLE, "a variable of make"))
    return joined_text([*parts, line[end : len(line)]])
