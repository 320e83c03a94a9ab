"""One stage of a Dockerfile, instruction by instruction, to the image that it makes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from posixpath import isabs

from forkfit.launch.image.bases import DEFAULT_PATH
from forkfit.launch.image.copy import Context, Place, from_context, from_layers
from forkfit.launch.image.ground import Ground, absolute, made
from forkfit.launch.image.run import run
from forkfit.launch.image.shell import Simple, commands
from forkfit.model.container import Mapped
from forkfit.model.files import Files
from forkfit.model.image import Foreign, Image, Install, Layer
from forkfit.model.project import Variable, Words
from forkfit.model.record import Record
from forkfit.model.span import Role, Span, Step
from forkfit.model.text import Piece, Text, assumed
from forkfit.model.value import Absent, Known, Unknown, Value
from forkfit.syntax.dockerfile_nodes import Dockerfile, Heredoc, Instruction
from forkfit.syntax.dockerfile_variables import Lookup, substitute
from forkfit.syntax.dockerfile_words import pairs


class Copied(Record):
    """What another stage or image has to copy from: its layers, and what was installed in it."""

    layers: tuple[Layer, ...]
    installs: tuple[Install, ...]


class Around(Record):
    """What stands around a stage: the context (None where it is not in the repository), and the other stages.

    `argument` returns the value of an ARG by its name, its default and the variables so far; `copied` what ``--from``
    names, or why that is not known.
    """

    files: Files
    context: Context | None
    dockerfile: Dockerfile
    argument: Callable[[Text, Text | None, Lookup], Value[Text]]
    copied: Callable[[Text], Copied | str]


class Read(Record):
    """A stage that has been read: its image, and what instructions after it would go by."""

    image: Image
    scope: Mapping[str, Value[Text]] = {}
    shell: Words = ()
    folders: frozenset[str] = frozenset()
    triggers: tuple[Instruction, ...] = ()


def read(around: Around, at: Span, instructions: tuple[Instruction, ...], below: Read) -> Read:
    """Do the instructions on top of what the stage begins with; what ONBUILD has kept there comes first."""
    reading = _Reading(around, below)
    for instruction in (*below.triggers, *instructions):
        step = _STEPS.get(instruction.name)
        if step is not None:
            step(reading, instruction)
    image = below.image.replace(
        dockerfile=around.dockerfile.source.path,
        at=at,
        entrypoint=reading.entrypoint,
        command=reading.command,
        environment=tuple(reading.environment.values()),
        working_dir=reading.working_dir,
        user=reading.user,
        layers=reading.ground.layers,
        installs=tuple({install.at: install for install in reading.installs}.values()),
        healthcheck=reading.healthcheck,
    )
    return Read(image, reading.scope, reading.shell, frozenset(reading.ground.folders), tuple(reading.triggers))


class _Reading:
    """One stage while its instructions are read in their order."""

    def __init__(self, around: Around, below: Read) -> None:
        self.around = around
        image = below.image
        self.ground = Ground(around.files, image.layers, below.folders)
        self.scope = dict(below.scope)
        self.environment = {variable.name: variable for variable in image.environment}
        self.entrypoint, self.command = image.entrypoint, image.command
        self.working_dir, self.user, self.healthcheck = image.working_dir, image.user, image.healthcheck
        self.installs = list(image.installs)
        self.shell = below.shell
        self.triggers: list[Instruction] = []
        self.command_is_own = False

    def lookup(self, name: str) -> Value[Text]:
        """Return a variable as the instructions see it: ARG and ENV, the later over the earlier."""
        if name in self.scope:
            return self.scope[name]
        if name == "PATH":
            return Known(assumed(DEFAULT_PATH, "the PATH that Docker sets by itself"))
        return Absent(f"{name} is not set")

    def substituted(self, text: Text) -> Text:
        return substitute(text, self.lookup, self.around.dockerfile.escape)

    @property
    def folder(self) -> str:
        """The folder that relative paths are seen from."""
        return self.working_dir.value if isinstance(self.working_dir, Known) else "/"

    def on_arg(self, instruction: Instruction) -> None:
        for name, default in pairs(instruction.rest, self.around.dockerfile.escape, old_form=False):
            value = self.around.argument(name, default, self.lookup)
            if not isinstance(value, Absent):
                self.scope[name.plain] = value

    def on_env(self, instruction: Instruction) -> None:
        # The values of one ENV see the variables as they were before it.
        before = dict(self.scope)
        lookup: Lookup = lambda name: before.get(name) or self.lookup(name)  # noqa: E731
        for name, value in pairs(instruction.rest, self.around.dockerfile.escape, old_form=True):
            key = self.substituted(name).plain
            if value is None or not key:
                continue
            text = substitute(value, lookup, self.around.dockerfile.escape)
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
        context = self.around.context
        if context is None:
            return [Foreign(place.path, "the build context is not in the repository", instruction.at)]
        unpacks = instruction.name == "ADD"
        return list(from_context((source.plain,), place, context, self.around.files, unpacks=unpacks))

    def _from_stage(self, source: str, origin: Text, place: Place) -> list[Layer]:
        copied = self.around.copied(origin)
        if isinstance(copied, str):
            return [Foreign(place.path, copied, place.at)]
        self.installs.extend(copied.installs)
        return list(from_layers(source, place, copied.layers, self.around.files, f"the stage {origin.plain} makes it"))

    def on_run(self, instruction: Instruction) -> None:
        mounts = self._mounts(instruction)
        ground = Ground(self.around.files, (*mounts, *self.ground.layers), self.ground.folders) if mounts else self.ground
        self.installs.extend(run(self._commands(instruction), ground, self.folder, instruction.at))
        if mounts:
            self.ground = Ground(self.around.files, tuple(layer for layer in ground.layers if layer not in mounts), ground.folders)

    def _commands(self, instruction: Instruction) -> tuple[Simple, ...]:
        if instruction.words is not None:
            return (Simple(instruction.words),)
        text, documents = instruction.rest, [(_document(heredoc), heredoc.expands) for heredoc in instruction.heredocs]
        if documents and text.plain.lstrip().startswith("<<") and len(text.plain.split()) == 1:
            (text, _), documents = documents[0], []
        return commands(text, self.lookup, tuple(documents))

    def _mounts(self, instruction: Instruction) -> tuple[Mapped, ...]:
        """Return the files of the context that ``--mount=type=bind`` shows to this RUN alone."""
        context = self.around.context
        found: list[Mapped] = []
        for flag in instruction.flags:
            given = dict(part.partition("=")[::2] for part in self.substituted(flag.value).plain.split(","))
            target = given.get("target") or given.get("dst") or given.get("destination")
            if flag.name != "mount" or given.get("type", "bind") != "bind" or not target or "from" in given or context is None:
                continue
            place = Place(absolute(self.folder, target), False, instruction.at)
            source = given.get("source") or given.get("src") or "."
            layers = from_context((source,), place, context, self.around.files, unpacks=False)
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
