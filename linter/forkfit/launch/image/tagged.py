"""Which ``docker build`` of the repository's own scripts and CI files makes an image of a name, read as text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from forkfit.files import below, inside, read_text, tidy
from forkfit.launch.image.bases import reference
from forkfit.model.files import Files
from forkfit.model.record import Record
from forkfit.model.source import BrokenSource, Source
from forkfit.model.span import Span

MOST_FILES = 40
MOST_FOLDERS = 60  # looked into below the folders of scripts
DEEPEST = 2
LONGEST = 256 * 1024  # characters

_FIRST = (".github/workflows", ".", "scripts", "bin", "ci", ".ci", "docker", "deploy", "hack")
_NAMES = frozenset(["Makefile", "makefile", "GNUmakefile", "Justfile", "justfile", ".gitlab-ci.yml", "cloudbuild.yml", "cloudbuild.yaml"])
_ENDINGS = (".sh", ".bash", ".mk")
_WORKFLOWS = ".github/workflows"
_BUILD = r"\b(?:docker|podman|nerdctl)\s+(?:buildx\s+|image\s+)?build(?:x)?\b(?P<rest>[^\n;&|]*)"
_WITH_VALUE = frozenset({"--build-arg", "--platform", "--network", "--progress", "--cache-from", "--cache-to", "--label", "--secret"})
_WITH_VALUE |= {"--builder", "--output", "-o", "--ssh", "--iidfile", "--metadata-file", "--build-context", "--add-host", "--shm-size"}
_KEY = r"(?P<indent>\s*)(?:-\s+)?(?P<key>context|file|target|tags)\s*:\s*(?P<value>\S.*)?"
_VARIABLE = r"\$\{\{.*?\}\}|\$\{[^}]*\}|\$\([^)]*\)|\$\w+"


class Tagged(Record):
    """A build that a script runs: paths from the root, `target` empty for the last stage, `tag` empty for a variable."""

    dockerfile: str
    context: str
    target: str
    at: Span
    tag: str = ""


def tagged(wanted: str, sources: tuple[Source, ...], files: Files) -> tuple[tuple[Tagged, ...], tuple[Tagged, ...]]:
    """Return the builds that make an image of that name, each way once: with its tag or a variable one, and with others."""
    image = reference(wanted)
    found: dict[bool, dict[tuple[str, str, str], Tagged]] = {True: {}, False: {}}
    for source in sources:
        if image.last not in source.text:
            continue
        for build in (*_commands(source, image.name), *_actions(source, image.name)):
            if inside(build.context) and files.is_file(build.dockerfile):
                fits = build.tag in ("", image.tag or "latest")
                found[fits].setdefault((build.dockerfile, build.context, build.target), build)
    return tuple(found[True].values()), tuple(found[False].values())


def scripts(files: Files) -> Iterator[str]:
    """Yield the files that may hold build commands: where scripts usually are, in the other folders, then deeper in the first."""
    seen = 0
    others = (name for name in files.names(".") if not name.startswith(".") and name not in _FIRST and files.is_folder(name))
    for folder in (*_FIRST, *others, *_deeper(files)):
        for name in files.names(folder):
            path = below(folder, name)
            wanted = name.endswith((".yml", ".yaml")) if folder == _WORKFLOWS else name in _NAMES or name.endswith(_ENDINGS)
            if not wanted or not files.is_file(path):
                continue
            seen += 1
            if seen > MOST_FILES:
                return
            yield path


def _deeper(files: Files) -> Iterator[str]:
    """Yield the folders inside those that usually hold scripts, two folders deep: ``scripts/docker/release``."""
    level = [folder for folder in _FIRST if "/" not in folder and folder != "."]
    looked = 0
    for _ in range(DEEPEST):
        inner: list[str] = []
        for folder in level:
            for name in files.names(folder):
                path = below(folder, name)
                if "." not in name and looked < MOST_FOLDERS and files.is_folder(path):
                    looked += 1
                    inner.append(path)
        yield from inner
        level = inner


def read(paths: Iterable[str], files: Files) -> Iterator[Source]:
    """Yield those of the files that can be read."""
    for path in paths:
        try:
            source = read_text(files, path)
        except BrokenSource:
            continue
        if len(source.text) <= LONGEST:
            yield source


def _commands(source: Source, name: str) -> Iterator[Tagged]:
    """Yield the ``docker build`` commands that tag the name; a variable may stand in the tag, or for the root before a path."""
    # Joined lines keep their length, so that places stay.
    text = source.text.replace("\\\n", "  ")
    for found in re.finditer(_BUILD, text):
        words = _words(found.group("rest"))
        tags: list[str] = []
        file = target = ""
        operands: list[str] = []
        index = 0
        while index < len(words):
            option, equals, value = words[index].partition("=")
            index += 1
            if option in ("-t", "--tag", "-f", "--file", "--target") or option in _WITH_VALUE:
                if not equals:
                    value = words[index] if index < len(words) else ""
                    index += 1
                if option in ("-t", "--tag"):
                    tags.append(value)
                elif option in ("-f", "--file"):
                    file = value
                elif option == "--target":
                    target = value
            elif not option.startswith("-"):
                operands.append(option + equals + value)
        fitting = [tag for tag in (_with_values(tag, source) for tag in tags) if _is_called(tag, name)]
        # The context comes last; a variable before it may hold options.
        context, file = _from_root(operands[-1] if operands else "$", file)
        if fitting and "$" not in file + target + context:
            context = tidy(context)
            at = source.span(found.start(), found.end())
            yield Tagged(tidy(file) if file else below(context, "Dockerfile"), context, target, at, _tag(fitting))


def _with_values(tag: str, source: Source) -> str:
    """Return a tag with what the same file sets its variables to, once and plainly; a ``$`` for each other one."""

    def value(found: re.Match[str]) -> str:
        name = found.group().strip("$(){}")
        values = re.findall(rf"(?m)^[ \t]*+(?:export[ \t]++|readonly[ \t]++)?+{re.escape(name)}[ \t]*+[?:]{{0,2}}+=(.*+)$", source.text)
        plain = values[0].strip(" \t").strip("\"'") if len(values) == 1 else ""
        return plain if re.fullmatch(r"[\w./:-]+", plain) else "$"

    return re.sub(_VARIABLE, value, tag)


def _words(text: str) -> list[str]:
    """Return the words of a command without their quotes; blanks within a variable do not part words."""
    masked = re.sub(_VARIABLE, lambda v: "$" * len(v.group()), text)
    return [text[word.start() : word.end()].strip("\"'") for word in re.finditer(r"\S+", masked)]


def _from_root(context: str, file: str) -> tuple[str, str]:
    """Return the paths of a build from the root of the repository, for which the variable that a path starts with is taken.

    Whether the file is really there decides later: another folder does not hold the same path. A variable with no path
    behind it may be any folder, unless it is the same one.
    """
    starts = [re.match(rf"({_VARIABLE})(?:/|\Z)", path) for path in (context, file)]
    led = any(start and start.end() < len(path) for start, path in zip(starts, (context, file), strict=True))
    if not led or len({start.group(1) for start in starts if start}) != 1:
        return context, file
    found = [path[start.end() :] if start else path for path, start in zip((context, file), starts, strict=True)]
    return found[0] or ".", found[1]


def _actions(source: Source, name: str) -> Iterator[Tagged]:
    """Yield the steps of a workflow that use docker/build-push-action with the name among their tags."""
    lines = source.text.split("\n")
    for index, line in enumerate(lines):
        if line.strip() != "with:":
            continue
        indent = len(line) - len(line.lstrip())
        block: dict[str, str] = {}
        key, end = "", index + 1
        while end < len(lines) and (not lines[end].strip() or len(lines[end]) - len(lines[end].lstrip()) > indent):
            found = re.fullmatch(_KEY, lines[end].split(" #", 1)[0].rstrip())
            if found:
                key = found.group("key")
                block[key] = (found.group("value") or "").strip("\"'|> ")
            elif key == "tags" and ":" in lines[end] and not re.match(r"\s*[\w-]+:(?:\s|\Z)", lines[end]):
                block["tags"] += "," + lines[end].strip()
            else:
                key = ""
            end += 1
        tags = [tag.strip("\"'") for tag in re.split(r"[,\s]+", re.sub(_VARIABLE, "$", block.get("tags", ""))) if tag]
        fitting = [tag for tag in tags if _is_called(tag, name)]
        if not fitting or any("$" in block.get(key, "") for key in ("context", "file", "target")):
            continue
        context = tidy(block.get("context", "."))
        dockerfile = tidy(block["file"]) if block.get("file") else below(context, "Dockerfile")
        at = source.span(source.starts[index], source.starts[index] + len(line))
        yield Tagged(dockerfile, context, block.get("target", ""), at, _tag(fitting))


def _is_called(tag: str, name: str) -> bool:
    """Tell whether a tag is one of the image; a part of the name that is a variable may be anything, but not the last."""
    written, wanted = reference(tag).name.split("/"), name.split("/")
    if "$" in written[-1] or len(written) != len(wanted):
        return False
    return all(ours == theirs or "$" in ours for ours, theirs in zip(written, wanted, strict=True))


def _tag(names: list[str]) -> str:
    """Return the one tag of these names, ``latest`` without one, nothing where it is a variable or there are several."""
    tags = {reference(name).tag or "latest" for name in names}
    tag = tags.pop()
    return "" if tags or "$" in tag else tag
