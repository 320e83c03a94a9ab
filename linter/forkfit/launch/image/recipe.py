"""From a path to the recipe of an image: the Dockerfile read, its troubles told, its context and what that leaves out."""

from __future__ import annotations

from collections.abc import Mapping
from posixpath import dirname

from forkfit.files import below, inside, read_text, tidy
from forkfit.launch.image.bases import reference
from forkfit.launch.image.build import Elsewhere, Recipe
from forkfit.launch.image.copy import Context
from forkfit.launch.image.ground import source_of
from forkfit.launch.image.ignore import excluded
from forkfit.model.files import Files
from forkfit.model.pattern import is_pattern
from forkfit.model.project import Build, Variable
from forkfit.model.source import BrokenSource, Source
from forkfit.model.span import Role, Step, Trail
from forkfit.model.text import Text
from forkfit.model.trouble import Kind, Tell, Trouble
from forkfit.model.value import Absent, Known, Unknown, Value
from forkfit.syntax.dockerfile import parse
from forkfit.syntax.dockerfile_nodes import Dockerfile

# What BuildKit looks for, and what Podman's tools do.
_DEFAULT_NAMES = ("Dockerfile", "dockerfile", "Containerfile")


def given(build: Build, files: Files, tell: Tell, elsewhere: Elsewhere) -> Recipe | Unknown:
    """Return the recipe of a `build` section; Unknown, after telling it once, where its Dockerfile cannot be had."""
    context = _context(build, files)
    source = _source(build, context, files, tell)
    if isinstance(source, Unknown):
        return source
    if not isinstance(build.target, Known | Absent):
        return Unknown("which stage is built is not known", build.target.trail)
    dockerfile = read(source, tell)
    if isinstance(dockerfile, Unknown):
        return dockerfile
    target = build.target.value if isinstance(build.target, Known) else ""
    folder = Context(context, excluded(context, source.path, files, tell)) if context is not None else None
    return Recipe(dockerfile, folder, target, _arguments(build.args), True, elsewhere)


def supposed(path: str, context: str, target: str, files: Files, tell: Tell, elsewhere: Elsewhere) -> Recipe | Unknown:
    """Return the recipe of a Dockerfile that no Compose file names; without a context, the folder that fits its COPY best."""
    try:
        source = read_text(files, path)
    except BrokenSource as broken:
        return Unknown(str(broken))
    dockerfile = read(source, tell)
    if isinstance(dockerfile, Unknown):
        return dockerfile
    context = context or _fitting(dockerfile, dirname(path) or ".", files)
    return Recipe(dockerfile, Context(context, excluded(context, path, files, tell)), target, {}, False, elsewhere)


def extends(dockerfile: Dockerfile, name: str) -> bool:
    """Tell whether a Dockerfile is built from the image itself, so that the image comes from elsewhere."""
    bases = (words[0].plain for i in dockerfile.instructions if i.name == "FROM" and (words := i.rest.words()))
    return any(reference(base).name == reference(name).name for base in bases)


def read(source: Source, tell: Tell) -> Dockerfile | Unknown:
    """Parse a Dockerfile and tell what is wrong with it."""
    try:
        dockerfile = parse(source)
    except BrokenSource as broken:
        tell(Trouble(Kind.DOCKERFILE, str(broken), broken.at, broken.cure))
        return Unknown(f"{source.path} cannot be read: {broken}")
    for fault in dockerfile.faults:
        tell(Trouble(Kind.DOCKERFILE, fault.message, fault.at, fault.cure))
    return dockerfile


def _context(build: Build, files: Files) -> str | None:
    """Return the folder that is built, None where it is not a folder of the repository."""
    if not isinstance(build.context, Known):
        return None
    path = tidy(build.context.value)
    return path if "://" not in build.context.value and inside(path) and files.is_folder(path) else None


def _source(build: Build, context: str | None, files: Files, tell: Tell) -> Source | Unknown:
    """Return the text of the Dockerfile."""
    if isinstance(build.inline, Known):
        return source_of(build.inline.value, build.inline.value.at or build.at)
    trail: Trail = (Step(Role.USED, build.at),)
    if isinstance(build.dockerfile, Known):
        path = _dockerfile(build.dockerfile.value, context)
    elif not isinstance(build.dockerfile, Absent):
        return Unknown("which Dockerfile is built is not known", build.dockerfile.trail)
    elif context is not None:
        names = (below(context, name) for name in _DEFAULT_NAMES)
        path = next((name for name in names if files.is_file(name)), below(context, _DEFAULT_NAMES[0]))
    else:
        where = build.context.value if isinstance(build.context, Known) else "the build context"
        return Unknown(f"{where} is not a folder of this repository", trail)
    if not inside(path):
        return Unknown(f"{path} is outside the project root, so it is not read; a higher --root would let it be", trail)
    if not files.is_file(path) and context is None:
        where = build.context.value if isinstance(build.context, Known) else "the build context"
        return Unknown(f"{where} is not a folder of this repository", trail)
    if not files.is_file(path):
        tell(Trouble(Kind.DOCKERFILE, f"{path} does not exist", build.at, "Correct the path, or add the Dockerfile."))
        return Unknown(f"{path}, which builds its image, does not exist", trail)
    try:
        return read_text(files, path)
    except BrokenSource as broken:
        tell(Trouble(Kind.DOCKERFILE, str(broken), broken.at, broken.cure))
        return Unknown(f"{path} cannot be read: {broken}", trail)


def _dockerfile(written: str, context: str | None) -> str:
    """Return the path of a Dockerfile, which is written as seen from the context."""
    return tidy(written) if context is None else below(context, written)


def _arguments(args: tuple[Variable, ...]) -> Mapping[str, Value[Text]]:
    return {argument.name: argument.value for argument in args}


def _fitting(dockerfile: Dockerfile, folder: str, files: Files) -> str:
    """Return the folder, from the Dockerfile's own up to the root, in which most sources of its COPY stand."""
    wanted = [
        source.plain.lstrip("/")
        for instruction in dockerfile.instructions
        if instruction.name in ("COPY", "ADD") and instruction.flag("from") is None
        for source in instruction.arguments()[:-1]
        if not is_pattern(source.plain) and not source.plain.startswith(("<<", "http://", "https://", "$"))
    ]
    best, most = folder, -1
    while True:
        fits = sum(files.is_file(path) or files.is_folder(path) for path in (below(folder, source) for source in wanted))
        if fits > most:
            best, most = folder, fits
        if folder == ".":
            return best
        folder = dirname(folder) or "."
