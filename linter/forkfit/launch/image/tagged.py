"""Which ``docker build`` of the repository's own scripts and CI files makes an image of a name, read as text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from forkfit.files import below, inside, read_text, tidy
from forkfit.launch.image.bases import reference
from forkfit.model.files import Files
from forkfit.model.record import Record
from forkfit.model.source import BrokenSource, Source
from forkfit.model.span import Span

MOST_FILES = 40
LONGEST = 256 * 1024  # characters

_FOLDERS = (".github/workflows", ".", "scripts", "bin", "ci", ".ci", "docker", "deploy", "hack")
_WRITTEN = re.compile(r"Makefile|makefile|GNUmakefile|[Jj]ustfile|\.gitlab-ci\.yml|cloudbuild\.ya?ml|.*\.(?:sh|bash|mk)")
_WORKFLOW = re.compile(r".*\.ya?ml")
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


def scripts(files: Files) -> Iterator[Source]:
    """Yield what may hold build commands, as far as it can be read."""
    seen = 0
    for folder in _FOLDERS:
        wanted = _WORKFLOW if folder == ".github/workflows" else _WRITTEN
        for name in files.names(folder):
            path = below(folder, name)
            if not wanted.fullmatch(name) or not files.is_file(path):
                continue
            seen += 1
            if seen > MOST_FILES:
                return
            try:
                source = read_text(files, path)
            except BrokenSource:
                continue
            if len(source.text) <= LONGEST:
                yield source


def _commands(source: Source, name: str) -> Iterator[Tagged]:
    """Yield the ``docker build`` commands that tag the name; a variable may stand in the tag alone."""
    # Joined lines keep their length, so that places stay.
    text = source.text.replace("\\\n", "  ")
    for found in re.finditer(_BUILD, text):
        words = re.sub(_VARIABLE, lambda v: "$" * len(v.group()), found.group("rest")).split()
        tags: list[str] = []
        file = target = ""
        operands: list[str] = []
        index = 0
        while index < len(words):
            option, equals, value = words[index].strip("\"'").partition("=")
            index += 1
            if option in ("-t", "--tag", "-f", "--file", "--target") or option in _WITH_VALUE:
                if not equals:
                    value = words[index].strip("\"'") if index < len(words) else ""
                    index += 1
                if option in ("-t", "--tag"):
                    tags.append(value)
                elif option in ("-f", "--file"):
                    file = value
                elif option == "--target":
                    target = value
            elif not option.startswith("-"):
                operands.append(option + equals + value)
        fitting = [tag for tag in tags if _is_called(tag, name)]
        if operands and fitting and "$" not in file + target + operands[0]:
            context = tidy(operands[0])
            at = source.span(found.start(), found.end())
            yield Tagged(tidy(file) if file else below(context, "Dockerfile"), context, target, at, _tag(fitting))


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
