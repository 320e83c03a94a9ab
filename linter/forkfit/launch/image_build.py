"""From a Dockerfile and the arguments of a build to the image that it makes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from posixpath import isabs

from forkfit.launch.image_bases import DEFAULT_PATH, PLATFORM_ARGS, starts
from forkfit.launch.image_copy import Context, Place, from_context, from_layers
from forkfit.launch.image_ground import Ground, absolute, made
from forkfit.launch.image_run import run
from forkfit.launch.image_shell import commands
from forkfit.model.container import Mapped
from forkfit.model.files import Files
from forkfit.model.image import Foreign, Image, Install, Layer
from forkfit.model.project import Variable, Words
from forkfit.model.record import Record
from forkfit.model.span import Role, Span, Step
from forkfit.model.text import Piece, Text, assumed
from forkfit.model.value import Absent, Known, Unknown, Value
from forkfit.syntax.dockerfile import Dockerfile, Heredoc, Instruction
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


class _Made(Record):
    """A stage that has been read: its image, and what its variables were at its end."""

    image: Image
    scope: Mapping[str, Value[Text]]
    shell: Words
    folders: frozenset[str]
    triggers: tuple[Instruction, ...]


class _Stages:
    """The stages of one Dockerfile; each is read once, when it is needed."""

    def __init__(self, recipe: Recipe, files: Files) -> None:
        self.recipe = recipe
        self.files = files
        self.made: dict[int, _Made] = {}
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

    def _read(self, index: int, nested: int) -> _Made:
        below = self._below(index)
        if below is not None:
            return _Reading(self, index, self.made[below], nested).read()
        stage = self.stages[index]
        found = self.recipe.elsewhere(stage.base)
        if isinstance(found, Image):
            scope: dict[str, Value[Text]] = {variable.name: variable.value for variable in found.environment}
            image = found.replace(trail=())
            return _Reading(self, index, _Made(image, scope, (), frozenset(), ()), nested).read()
        return _Reading(self, index, _Made(_blank(stage, self.recipe.dockerfile.source.path), {}, (), frozenset(), ()), nested).read()

    def layers_of(self, name: Text, index: int, nested: int) -> tuple[tuple[Layer, ...], tuple[Install, ...]] | str:
        """Return what ``--from`` may copy, or why that is not known."""
        if not name.is_known:
            return "which image it comes from is decided only when it is built"
        other = self.find(name.plain, len(self.stages))
        if other is not None:
            if other == index or other in self.reading or nested >= MOST_NESTED:
                return f"the stage {name.plain} is not built yet"
            image: Image | Absent | Unknown = self.image(other, nested + 1)
        else:
            image = self.recipe.elsewhere(name)
        if isinstance(image, Image):
            return image.layers, image.installs
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


class _Reading:
    """One stage while its instructions are read in their order."""

    def __init__(self, stages: _Stages, index: int, below: _Made, nested: int) -> None:
        self.stages = stages
        self.index = index
        self.nested = nested
        self.below = below
        self.stage = stages.stages[index]
        self.escape = stages.recipe.dockerfile.escape
        image = below.image
        self.ground = Ground(stages.files, image.layers, below.folders)
        self.scope = dict(below.scope)
        self.environment = {variable.name: variable for variable in image.environment}
        self.entrypoint, self.command = image.entrypoint, image.command
        self.working_dir, self.user, self.healthcheck = image.working_dir, image.user, image.healthcheck
        self.installs = list(image.installs)
        self.shell = below.shell
        self.triggers: list[Instruction] = []
        self.command_is_own = False

    def read(self) -> _Made:
        for instruction in (*self.below.triggers, *self.stage.instructions):
            step = _STEPS.get(instruction.name)
            if step is not None:
                step(self, instruction)
        image = self.below.image.replace(
            dockerfile=self.stages.recipe.dockerfile.source.path,
            at=self.stage.at,
            entrypoint=self.entrypoint,
            command=self.command,
            environment=tuple(self.environment.values()),
            working_dir=self.working_dir,
            user=self.user,
            layers=self.ground.layers,
            installs=tuple(dict.fromkeys(self.installs)),
            healthcheck=self.healthcheck,
        )
        return _Made(image, self.scope, self.shell, frozenset(self.ground.folders), tuple(self.triggers))

    def lookup(self, name: str) -> Value[Text]:
        """Return a variable as the instructions see it: ARG and ENV, the later over the earlier."""
        if name in self.scope:
            return self.scope[name]
        if name == "PATH":
            return Known(assumed(DEFAULT_PATH, "the PATH that Docker sets by itself"))
        return Absent(f"{name} is not set")

    def substituted(self, text: Text) -> Text:
        return substitute(text, self.lookup, self.escape)

    @property
    def folder(self) -> str:
        """The folder that relative paths are seen from."""
        return self.working_dir.value if isinstance(self.working_dir, Known) else "/"

    def on_arg(self, instruction: Instruction) -> None:
        for name, default in pairs(instruction.rest, self.escape, old_form=False):
            value = self.stages.argument(name, default, self.lookup)
            if not isinstance(value, Absent):
                self.scope[name.plain] = value

    def on_env(self, instruction: Instruction) -> None:
        # The values of one ENV see the variables as they were before it.
        before = dict(self.scope)
        lookup: Lookup = lambda name: before.get(name) or self.lookup(name)  # noqa: E731
        for name, value in pairs(instruction.rest, self.escape, old_form=True):
            key = self.substituted(name).plain
            if value is None or not key:
                continue
            text = substitute(value, lookup, self.escape)
            trail = value.trail or (Step(Role.WRITTEN, name.at or instruction.at),)
            known: Value[Text] = Known(text or Text((Piece("", trail),)))
            self.scope[key] = known
            self.environment[key] = Variable(key, known)

    def on_workdir(self, instruction: Instruction) -> None:
        path = self.substituted(instruction.rest)
        if not path.is_known:
            self.working_dir = Unknown("WORKDIR is decided only when the image is built", path.trail)
        elif isabs(path.plain) or isinstance(self.working_dir, Known):
            self.working_dir = Known(absolute(self.folder, path.plain), path.trail)
            self.ground.make_folder(self.folder)

    def on_user(self, instruction: Instruction) -> None:
        self.user = self.substituted(instruction.rest).value

    def on_shell(self, instruction: Instruction) -> None:
        if instruction.words:
            self.shell = instruction.words

    def on_cmd(self, instruction: Instruction) -> None:
        self.command = self.words(instruction)
        self.command_is_own = True

    def on_entrypoint(self, instruction: Instruction) -> None:
        self.entrypoint = self.words(instruction)
        if not self.command_is_own:
            note = Step(Role.REPLACED, instruction.at, "this ENTRYPOINT drops the CMD of the image below")
            self.command = Absent("ENTRYPOINT drops the command of the image below", (note,))

    def words(self, instruction: Instruction) -> Value[Words]:
        """Return the exec form's words, or the shell with the text of the shell form."""
        here = (Step(Role.WRITTEN, instruction.at),)
        if instruction.words is not None:
            return Known(instruction.words, here)
        if not instruction.rest:
            return Known((), here)
        shell = self.shell or tuple(assumed(word, "the shell form is run by this shell") for word in ("/bin/sh", "-c"))
        return Known((*shell, instruction.rest), here)

    def on_healthcheck(self, instruction: Instruction) -> None:
        self.healthcheck = self.words(instruction)

    def on_onbuild(self, instruction: Instruction) -> None:
        if instruction.inner is not None:
            self.triggers.append(instruction.inner)

    def on_copy(self, instruction: Instruction) -> None:
        *sources, target = [self.substituted(word) for word in instruction.arguments()] or [Text()]
        documents = {heredoc.name: heredoc for heredoc in instruction.heredocs}
        if not sources or not target.is_known:
            return
        written = target.plain
        path = absolute(self.folder, written)
        parents = instruction.flag("parents") is not None
        into = written.endswith(("/", "/.")) or written in (".", "..", "") or len(sources) > 1 or self.ground.is_folder(path)
        place = Place(path, into or parents, instruction.at, parents)
        for source in sources:
            self.ground.add(self._copied(source, place, documents, instruction))
        if into:
            self.ground.make_folder(path)

    def _copied(self, source: Text, place: Place, documents: Mapping[str, Heredoc], instruction: Instruction) -> list[Layer]:
        """Return the layers that one source brings, the weakest first."""
        if source.plain.startswith("<<"):
            heredoc = documents.get(source.plain.lstrip("<-").strip("'\""))
            if heredoc is None:
                return []
            text = _document(heredoc)
            if heredoc.expands:
                text = substitute(text, self.lookup, "\\", quotes=False)
            return [made(place.of(heredoc.name), text, instruction.at)]
        if not source.is_known:
            return [Foreign(place.path, "what is copied there is decided only when the image is built", instruction.at)]
        origin = instruction.flag("from")
        if origin is not None:
            return self._from_stage(source.plain, origin, place)
        context = self.stages.recipe.context
        if context is None:
            return [Foreign(place.path, "the build context is not in the repository", instruction.at)]
        unpacks = instruction.name == "ADD"
        return list(from_context((source.plain,), place, context, self.stages.files, unpacks=unpacks))

    def _from_stage(self, source: str, origin: Text, place: Place) -> list[Layer]:
        below = self.stages.layers_of(origin, self.index, self.nested)
        if isinstance(below, str):
            return [Foreign(place.path, below, place.at)]
        layers, installs = below
        self.installs.extend(installs)
        return list(from_layers(source, place, layers, self.stages.files, f"the stage {origin.plain} makes it"))

    def on_run(self, instruction: Instruction) -> None:
        text, documents = instruction.rest, [(_document(heredoc), heredoc.expands) for heredoc in instruction.heredocs]
        if instruction.words is not None:
            return
        if documents and text.plain.lstrip().startswith("<<") and len(text.words()) == 1:
            (text, _), documents = documents[0], []
        mounts = self._mounts(instruction)
        ground = Ground(self.stages.files, (*mounts, *self.ground.layers), self.ground.folders) if mounts else self.ground
        self.installs.extend(run(commands(text, self.lookup, tuple(documents)), ground, self.folder, instruction.at))
        if mounts:
            kept = [layer for layer in reversed(ground.layers) if layer not in mounts]
            self.ground = Ground(self.stages.files, tuple(reversed(kept)), ground.folders)

    def _mounts(self, instruction: Instruction) -> tuple[Mapped, ...]:
        """Return the files of the context that ``--mount=type=bind`` shows to this RUN alone."""
        context = self.stages.recipe.context
        found: list[Mapped] = []
        for flag in instruction.flags:
            given = dict(part.partition("=")[::2] for part in self.substituted(flag.value).plain.split(","))
            target = given.get("target") or given.get("dst") or given.get("destination")
            if flag.name != "mount" or given.get("type", "bind") != "bind" or not target or "from" in given or context is None:
                continue
            place = Place(absolute(self.folder, target), False, instruction.at)
            source = given.get("source") or given.get("src") or "."
            layers = from_context((source,), place, context, self.stages.files, unpacks=False)
            found.extend(layer for layer in layers if isinstance(layer, Mapped))
        return tuple(found)


def _document(heredoc: Heredoc) -> Text:
    """Return the lines of a here-document, each with its place."""
    pieces: list[Piece] = []
    for number, line in enumerate(heredoc.text.splitlines(keepends=True), heredoc.at.line):
        kept = line.lstrip("\t") if heredoc.chomps else line
        column = 1 + len(line) - len(kept)
        at = Span(heredoc.at.file, number, column, number, column + len(kept))
        pieces.append(Piece(kept, (Step(Role.WRITTEN, at),), exact=True))
    return Text(tuple(pieces))


_STEPS: dict[str, Callable[[_Reading, Instruction], None]] = {
    "ADD": _Reading.on_copy,
    "ARG": _Reading.on_arg,
    "CMD": _Reading.on_cmd,
    "COPY": _Reading.on_copy,
    "ENTRYPOINT": _Reading.on_entrypoint,
    "ENV": _Reading.on_env,
    "HEALTHCHECK": _Reading.on_healthcheck,
    "ONBUILD": _Reading.on_onbuild,
    "RUN": _Reading.on_run,
    "SHELL": _Reading.on_shell,
    "USER": _Reading.on_user,
    "WORKDIR": _Reading.on_workdir,
}
