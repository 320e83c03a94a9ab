"""What stands around the files of a project: its folder, the values of its variables, the profiles asked for."""

from __future__ import annotations

from posixpath import dirname, isabs, join, normpath

from forkfit.compose.bounds import Allowance
from forkfit.compose.discover import looked_up
from forkfit.compose.reading import Reading, Variables
from forkfit.compose.request import Request
from forkfit.files import tidy
from forkfit.model.record import Record
from forkfit.model.span import Role, Step, whole_file
from forkfit.model.text import Piece, Text
from forkfit.model.trouble import Kind, Refused, Trouble

DOTENV = ".env"
UNKNOWN_ROOT = "/<project>"  # stands for the root's absolute path where nobody says it
_TRUE = frozenset(("1", "t", "T", "TRUE", "true", "True"))


class Surroundings(Record):
    """The files of a project by their absolute paths, its folder, the values of its variables, and the profiles asked for."""

    paths: tuple[str, ...]
    folder: str
    variables: Variables
    profiles: tuple[str, ...]


def root_of(request: Request) -> str:
    """Return the absolute path of the root: as stated, otherwise as a stated PWD has it, otherwise a stand-in."""
    if request.root:
        return normpath(request.root)
    stated = dict(request.environment).get("PWD", "")
    if isabs(stated):
        folder = "" if tidy(request.folder) == "." else "/" + tidy(request.folder)
        if normpath(stated).endswith(folder):
            return normpath(stated).removesuffix(folder) or "/"
    return UNKNOWN_ROOT


def surroundings(request: Request, reading: Reading) -> Surroundings | None:
    """Return what to load and with what; None, and a trouble told, where there is no Compose file.

    COMPOSE_* keys of .env count first, as the command sets them into its own environment; then .env is read beside the
    files that were found.
    """
    stated = {name: _assumed(value, f"{name} is stated for this run") for name, value in request.environment}
    env_files = tuple(reading.absolute(_from_root(p, reading)) for p in request.env_files) or tuple(
        reading.absolute(p) for p in _plain(stated, "COMPOSE_ENV_FILES").split(",") if p
    )
    directory = None if request.project_directory is None else reading.absolute(_from_root(request.project_directory, reading))
    paths = tuple(reading.absolute(_from_root(p, reading)) for p in request.files)
    first = directory or (dirname(paths[0]) if paths else reading.cwd)
    stated = _with_own_settings(stated, env_files or _dotenv(first, stated, reading), reading)
    stated.setdefault("PWD", _assumed(reading.cwd, "Compose runs in this folder"))
    dotenv = env_files or _dotenv(first, stated, reading)
    variables = _with_files(stated, dotenv, reading)
    if not paths:
        paths = _named_by_variable(variables, reading) if variables.get("COMPOSE_FILE") is not None else ()
        paths = paths or looked_up(directory or reading.cwd, reading)
    if not paths:
        at = whole_file(reading.shown(directory or reading.cwd))
        reading.refuse(Trouble(Kind.MISSING_FILE, "there is no Compose file here or in a folder above", at, "Name one with -f."))
        return None
    folder = directory or dirname(paths[0])
    beside = env_files or _dotenv(folder, stated, reading)
    if beside and beside != dotenv:
        variables = _with_files(variables, beside, reading)
    profiles = request.profiles or tuple(p.strip() for p in _plain(variables, "COMPOSE_PROFILES").split(","))
    return Surroundings(paths, folder, variables, profiles)


def _with_files(variables: Variables, paths: tuple[str, ...], reading: Reading) -> Variables:
    """Return the variables with those of dotenv files, of which there may be none."""
    if not paths:
        return dict(variables)
    from forkfit.compose.dotenv_files import with_files  # a project without .env does not pay for its grammar

    return with_files(variables, paths, reading)


def _from_root(path: str, reading: Reading) -> str:
    return path if isabs(path) else join(reading.root, path)


def _assumed(value: str, note: str) -> Text:
    return Text((Piece(value, (Step(Role.ASSUMED, None, note),)),))


def _plain(variables: Variables, name: str) -> str:
    text = variables.get(name)
    return text.plain if text is not None else ""


def _with_own_settings(stated: dict[str, Text], paths: tuple[str, ...], reading: Reading) -> dict[str, Text]:
    """Return the stated environment with the COMPOSE_* keys of .env; one that cannot be read is complained of later."""

    def deaf(trouble: Trouble) -> None:
        del trouble

    try:
        found = _with_files(stated, paths, reading.replace(tell=deaf, allowance=Allowance()))
    except Refused:
        return stated
    own = {name: value for name, value in found.items() if name.startswith("COMPOSE_") and name not in stated}
    return {**stated, **own}


def _dotenv(folder: str, variables: Variables, reading: Reading) -> tuple[str, ...]:
    """Return the .env of a folder, where there is one and the user has not turned it off."""
    if _plain(variables, "COMPOSE_DISABLE_ENV_FILE") in _TRUE:
        return ()
    path = join(folder, DOTENV)
    return (path,) if not reading.is_outside(path) and reading.is_file(path) else ()


def _named_by_variable(variables: Variables, reading: Reading) -> tuple[str, ...]:
    """Return the files of COMPOSE_FILE, as seen from the working folder."""
    names = _plain(variables, "COMPOSE_FILE").split(_plain(variables, "COMPOSE_PATH_SEPARATOR") or ":")
    at = variables["COMPOSE_FILE"].at or whole_file(".")
    found = []
    for name in names:
        path = reading.absolute(name)
        if not reading.is_outside(path) and not reading.is_file(path) and not reading.is_folder(path):
            why = f"COMPOSE_FILE names {reading.shown(path)}, which does not exist"
            reading.refuse(Trouble(Kind.MISSING_FILE, why, at, "Correct the path."))
            continue
        found.append(path)
    return tuple(found)
