"""From a Dockerfile and the arguments of a build to the image that it makes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from forkfit.launch.image.bases import PLATFORM_ARGS, starts
from forkfit.launch.image.copy import Context
from forkfit.launch.image.stage import Around, Copied, Read, read
from forkfit.model.files import Files
from forkfit.model.image import Image
from forkfit.model.project import Words
from forkfit.model.record import Record
from forkfit.model.span import Role, Span, Step
from forkfit.model.text import Text
from forkfit.model.value import Absent, Known, Unknown, Value
from forkfit.syntax.dockerfile_nodes import Dockerfile, Instruction
from forkfit.syntax.dockerfile_variables import Lookup, substitute
from forkfit.syntax.dockerfile_words import pairs

MOST_STAGES = 256
MOST_NESTED = 8  # stages that copy from a stage below them

Elsewhere = Callable[[Text], Image | Absent | Unknown]


class Recipe(Record):
    """What a build starts from: the Dockerfile, the context (None where it is not in the repository), target and arguments.

    `complete` says that all arguments are given: then one without a value is empty, otherwise it is not known.
    `elsewhere` finds an image that another Dockerfile of the repository builds.
    """

    dockerfile: Dockerfile
    context: Context | None
    target: str
    args: Mapping[str, Value[Text]]
    complete: bool
    elsewhere: Elsewhere


def build(recipe: Recipe, files: Files) -> Image | Unknown:
    """Return the image of the target stage, the last one where none is named; Unknown where there is no such stage."""
    stages = _Stages(recipe, files)
    if not stages.stages:
        return Unknown(f"{recipe.dockerfile.source.path} has no FROM")
    target = stages.find(recipe.target, len(stages.stages)) if recipe.target else len(stages.stages) - 1
    if target is None:
        return Unknown(f"{recipe.dockerfile.source.path} has no stage {recipe.target}")
    return stages.image(target, 0)


class _Stage(Record):
    """A FROM and the instructions after it."""

    name: str
    base: Text
    at: Span
    instructions: tuple[Instruction, ...]


class _Stages:
    """The stages of one Dockerfile; each is read once, when it is needed."""

    def __init__(self, recipe: Recipe, files: Files) -> None:
        self.recipe = recipe
        self.files = files
        self.made: dict[int, Read] = {}
        self.reading: set[int] = set()
        self.globals: dict[str, Value[Text]] = {}
        self.stages = self._split()

    def _split(self) -> tuple[_Stage, ...]:
        escape = self.recipe.dockerfile.escape
        found: list[_Stage] = []
        inside: list[list[Instruction]] = []
        for instruction in self.recipe.dockerfile.instructions:
            words = instruction.rest.words() if instruction.name == "FROM" else ()
            if words:
                if len(found) == MOST_STAGES:
                    break
                name = words[2].plain.lower() if len(words) > 2 and words[1].plain.lower() == "as" else ""
                found.append(_Stage(name, substitute(words[0], self._global, escape), instruction.at, ()))
                inside.append([])
            elif found:
                inside[-1].append(instruction)
            elif instruction.name == "ARG":
                for argument, value in pairs(instruction.rest, escape, old_form=False):
                    self.globals[argument.plain] = self.argument(argument, value, self._global)
        return tuple(stage.replace(instructions=tuple(own)) for stage, own in zip(found, inside, strict=True))

    def _global(self, name: str) -> Value[Text]:
        if name in self.globals:
            return self.globals[name]
        return _platform(name) or Absent(f"{name} is not set")

    def argument(self, name: Text, default: Text | None, lookup: Lookup) -> Value[Text]:
        """Return the value of an ARG: what the build is given, otherwise its default, otherwise that of the global one."""
        given = self.recipe.args.get(name.plain)
        if given is not None and not isinstance(given, Absent):
            return given
        if default is not None:
            return Known(substitute(default, lookup, self.recipe.dockerfile.escape))
        if name.plain in self.globals:
            return self.globals[name.plain]
        platform = _platform(name.plain)
        if platform is not None:
            return platform
        if self.recipe.complete:
            return Absent(f"the build argument {name.plain} is not given", name.trail)
        return Unknown(f"no Compose file says what the build argument {name.plain} is", name.trail)

    def find(self, name: str, before: int) -> int | None:
        """Return the index of the last stage of that name or number before an index; None where there is none."""
        if name.isdigit() and len(name) < 5:
            return int(name) if int(name) < before else None
        wanted = name.lower()
        return next((i for i in reversed(range(before)) if self.stages[i].name == wanted), None)

    def image(self, index: int, nested: int) -> Image:
        """Return the image of a stage; the stages that it is built from are read first, one after the other."""
        chain = [index]
        while (below := self._below(chain[-1])) is not None:
            chain.append(below)
        for each in reversed(chain):
            if each not in self.made:
                self.reading.add(each)
                self.made[each] = self._read(each, nested)
                self.reading.discard(each)
        return self.made[index].image

    def _below(self, index: int) -> int | None:
        base = self.stages[index].base
        return self.find(base.plain, index) if base.is_known and not base.plain.isdigit() else None

    def _read(self, index: int, nested: int) -> Read:
        recipe, stage, below = self.recipe, self.stages[index], self._below(index)
        copied = partial(self._layers_of, index=index, nested=nested)
        around = Around(self.files, recipe.context, recipe.dockerfile, self.argument, copied)
        if below is not None:
            return read(around, stage.at, stage.instructions, self.made[below])
        found = recipe.elsewhere(stage.base)
        if isinstance(found, Image):
            scope: dict[str, Value[Text]] = {variable.name: variable.value for variable in found.environment}
            return read(around, stage.at, stage.instructions, Read(found, scope))
        return read(around, stage.at, stage.instructions, Read(_blank(stage, recipe.dockerfile.source.path)))

    def _layers_of(self, name: Text, *, index: int, nested: int) -> Copied | str:
        """Return what ``--from`` may copy, or why that is not known."""
        other = self.find(name.plain, len(self.stages))
        if other is not None:
            if other == index or other in self.reading or nested >= MOST_NESTED:
                return f"the stage {name.plain} is not built yet"
            image: Image | Absent | Unknown = self.image(other, nested + 1)
        else:
            image = self.recipe.elsewhere(name)
        if isinstance(image, Image):
            return Copied(image.layers, image.installs)
        return f"it comes from the image {name.plain}"


def _platform(name: str) -> Value[Text] | None:
    return Unknown(f"{name} is decided by the machine that builds") if name in PLATFORM_ARGS else None


def _blank(stage: _Stage, path: str) -> Image:
    """Return an image as it is before the first instruction of a stage that is built from a public one."""
    if stage.base.plain == "scratch" and stage.base.is_known:
        nothing: Value[Words] = Absent("nothing starts in an image made from scratch", stage.base.trail)
        return _image(path, stage.at, nothing, nothing, Absent("this image is made from scratch"))
    entrypoint, command = starts(stage.base)
    return _image(path, stage.at, entrypoint, command, Known(stage.base, stage.base.trail))


def _image(path: str, at: Span, entrypoint: Value[Words], command: Value[Words], base: Value[Text]) -> Image:
    root = Known("/", (Step(Role.ASSUMED, None, "no WORKDIR is set, and images begin in /"),))
    user: Value[str] = Absent("no USER is set")
    return Image(path, at, entrypoint, command, (), root, user, (), (), base, Absent("no HEALTHCHECK is set"))
