"""What a repository ships in the place of an env file that it leaves out: ``.env.example`` and its like, as a hint only."""

from __future__ import annotations

import re
from posixpath import basename, dirname, join

from forkfit.files import read_text
from forkfit.model.files import Files
from forkfit.model.source import BrokenSource
from forkfit.model.trouble import Kind, Tell, Trouble

MOST_NAMED = 4
LARGEST = 200_000  # characters; the largest of real ones has some 40,000

_MARK = re.compile(r"example|sample|template|default|dist|tmpl", re.IGNORECASE)
_ENV = re.compile(r"env", re.IGNORECASE)
_SET = re.compile(r"(?m)^[ \t]*(?:export[ \t]+)?(?P<name>[A-Za-z_]\w*)[ \t]*=[ \t]*(?P<value>[^\n]*)$")
_NUMBER = re.compile(r"""(["']?)(\d+(?:[.,]\d+)?)\1[ \t\r]*(?:#.*)?""")
# Variables that commonly size worker processes; only numbers are ever shown, for other values may be secrets.
_SIZING = re.compile(r"CONCURRENCY|WORKER|AUTOSCALE|PROCESSES|POOL|MEM(?:ORY)?(?:_|$)")
_UNSET = (Kind.UNDEFINED_VARIABLE, Kind.REQUIRED_VARIABLE)


def with_examples(tell: Tell, files: Files) -> Tell:
    """Return a hearer that adds to the cure of a variable without a value what the example beside its file says of it."""
    held: dict[str, tuple[str, dict[str, str]] | None] = {}

    def hear(trouble: Trouble) -> None:
        if trouble.kind in _UNSET:
            folder = dirname(trouble.at.file)
            if folder not in held:
                example = example_of(join(folder, ".env"), files)
                held[folder] = None if example is None else (example, _numbers(example, files))
            hint = _of_variable(trouble.message.partition(" ")[0], held[folder])
            trouble = trouble.replace(cure=f"{trouble.cure} {hint}".strip())
        tell(trouble)

    return hear


def _of_variable(name: str, example: tuple[str, dict[str, str]] | None) -> str:
    """Say what an example has of a variable; empty where there is no example."""
    if example is None:
        return ""
    path, numbers = example
    if name not in numbers:
        return f"{path} does not set it either."
    return f"{path}, which is not read, sets it{' to ' + numbers[name] if numbers[name] else ''}."


def of_file(path: str, files: Files) -> str:
    """Say which example stands beside an env file that is missing, with the numbers in it that may size workers."""
    example = example_of(path, files)
    if example is None:
        return ""
    sizing = [f"{name} to {number}" for name, number in _numbers(example, files).items() if number and _SIZING.search(name)]
    if not sizing:
        return f"{example}, which is not read, sets no number that sizes workers."
    return f"{example}, which is not read, sets {', '.join(sizing[:MOST_NAMED])}{' and more' if len(sizing) > MOST_NAMED else ''}."


def example_of(path: str, files: Files) -> str | None:
    """Return the example beside an env file: the one of the same name but for its mark, otherwise the first; None without one."""
    folder = dirname(path) or "."
    names = [n for n in files.names(folder) if _MARK.search(n) and _ENV.search(n) and files.is_file(join(folder, n))]
    if not names:
        return None
    wanted = _stem(basename(path))
    chosen = next((n for n in names if _stem(n) == wanted), names[0])
    return chosen if folder == "." else join(folder, chosen)


def _stem(name: str) -> tuple[str, ...]:
    """Return the parts of a name in order of the alphabet, without what marks an example."""
    return tuple(sorted(part for part in re.split(r"[._-]+", _MARK.sub("", name).lower()) if part))


def _numbers(path: str, files: Files) -> dict[str, str]:
    """Return the variables that a file sets, each with its value where that is a number, otherwise empty."""
    try:
        text = read_text(files, path).text[:LARGEST]
    except BrokenSource:
        return {}
    found: dict[str, str] = {}
    for match in _SET.finditer(text):
        number = _NUMBER.fullmatch(match["value"])
        found[match["name"]] = number[2] if number else ""
    return found
