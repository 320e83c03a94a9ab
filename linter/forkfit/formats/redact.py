"""Secrets in what is shown: where they stand in a line, and the line without them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice

from forkfit.formats.escape import MOST, shown
from forkfit.model.source import Source

MASK = "***"
Stretch = tuple[int, int]  # indexes into a line, the end exclusive

# Texts, compiled when first needed: most lines have no sign of a secret. Every pattern is linear: no two neighbouring
# parts of one can match the same characters without bound.
_TOKEN = r"""[^\s'"`]+"""
_IMAGE_DIGEST = r"@sha\d+:"
_OPTION = r"""(?<![\w-])(?:-b|--broker|--result[-_]backend)(?:=|["']?,?\s{1,16}(?:-\s{1,4})?["']?|["'],["']|(?=\w{1,20}://))"""
_KEY = (
    r"""(?i)(?:passw(?:or)?d|secret|token|credential|(?:api|access|private)[-_]?key)s?(?:[-_][\w-]{0,64})?"""
    r"""["']?\s{0,8}[:=]\s{0,8}["']?"""
)
_SECRET = r"""[^\s"',\]})]+"""
_SIGNS_OF_KEYS = ("passw", "secret", "token", "credential", "key")

_CODE = (".yml", ".yaml", ".py", ".pyi", ".sh", ".bash", ".toml", ".json", ".lock", ".dockerfile")
_CODE_NAMES = ("dockerfile", "containerfile", "requirements", "constraints", "supervisord", "procfile")
_NAME_OF_VARIABLES = r"(?i)(?:^|[/._-])(?:envs?|envrc|environment|variables|secrets?)(?:[/._-]|$)"
_ASSIGNS = r"\s*(?:export\s+)?[A-Za-z_][\w.-]*="
_MOST_LINES = 20  # that are looked at, of a file whose name says nothing
_HEAD = 65536  # characters of a file in which a heading is looked for
_SECTION = r"(?m)^\[[^\]\n]+\][ \t\r]*$"
_VARIABLE = r"\s*(?:export\s+)?[\w.-]+\s*[=:]\s*"
_NUMBER = r"(?i)[+-]?\d+(?:[.,]\d+)?\s?[kmgtp]?i?b?"


def said(prose: str, most: int = MOST) -> str:
    """Return a sentence, a name or a path as it can be shown: in one line of visible characters, without secrets."""
    return shown(redacted(prose), most)


def redacted(text: str) -> str:
    """Return text with `***` for passwords in URLs, broker and backend options, and values of keys that name a secret."""
    for start, end in reversed(secrets(text)):
        text = text[:start] + MASK + text[end:]
    return text


def redacted_argv(words: Iterable[str]) -> tuple[str, ...]:
    """Return a command's words with `***` for what they tell in confidence, also where option and value are two words."""
    found: list[str] = []
    expected = False
    for word in words:
        attached = word[:2] == "-b" and len(word) > 2
        found.append(MASK if expected else f"-b{MASK}" if attached else redacted(word))
        expected = not expected and word in ("-b", "--broker", "--result-backend", "--result_backend")
    return tuple(found)


def secrets(line: str) -> list[Stretch]:
    """Return where secrets stand in a line, from left to right, none overlapping."""
    found: list[Stretch] = []
    if "@" in line:
        found += [stretch for token in re.finditer(_TOKEN, line) if (stretch := _login(token[0], token.start()))]
    if "-b" in line or "--result" in line:
        found += _values(_OPTION, line)
    if (":" in line or "=" in line) and names_secret(line):
        found += [stretch for stretch in _values(_KEY, line) if not _is_amount(line, *stretch)]
    return _apart(found)


def _is_amount(line: str, start: int, end: int) -> bool:
    """Tell whether it is a weight of ours behind the name of a library: ``tiktoken: 0.4 MiB``."""
    return line[start:end].replace(".", "", 1).isdigit() and line.startswith(" MiB", end)


def values_of_keys(text: str) -> list[str]:
    """Return the values of keys that name a secret."""
    return [text[start:end] for start, end in _values(_KEY, text)]


def hidden_of_variable(line: str, start: int, end: int) -> list[Stretch]:
    """Return what of an env file's line is not shown: all but the key, and the number from start to end if it is one.

    A line without a key may be the middle of a secret of several lines, so all of it is hidden.
    """
    key = re.match(_VARIABLE, line)
    begin = key.end() if key else len(line) - len(line.lstrip())
    if key and _is_number(line, start, end):
        return [stretch for left, right in ((begin, start), (end, len(line))) if (stretch := _bare(line, left, right))]
    return [(begin, len(line))] if begin < len(line) else []


def is_env_file(source: Source) -> bool:
    """Tell whether a file may hold variables and so secrets: any that is not plainly code, whatever its name."""
    name = source.path.rpartition("/")[2].lower()
    if source.is_env_file:
        return True
    if name.endswith(_CODE) or name.startswith(_CODE_NAMES):
        return False
    return not (source.text.startswith("#!") or re.search(_SECTION, source.text[:_HEAD]))


def gives_variables(source: Source) -> bool:
    """Tell whether what a file holds are variables: by who reads it, by its name, or by its lines."""
    if source.is_env_file or not is_env_file(source):
        return source.is_env_file
    if re.search(_NAME_OF_VARIABLES, source.path):
        return True
    lines = (line for line in source.text[:_HEAD].splitlines() if line.strip() and not line.lstrip().startswith("#"))
    first = tuple(islice(lines, _MOST_LINES))
    return bool(first) and all(re.match(_ASSIGNS, line) for line in first)


def is_declared_in(source: Source) -> bool:
    """Tell whether a file of code declares variables of containers and images, some by the name of a secret."""
    return source.path.endswith((".yaml", ".yml")) or "dockerfile" in source.path.lower()


def names_secret(text: str) -> bool:
    """Tell whether the name of a secret may stand in a text."""
    folded = text.lower()
    return any(sign in folded for sign in _SIGNS_OF_KEYS)


def may_hold_secrets(sources: Iterable[Source]) -> bool:
    """Tell whether any file may give a secret; a project without one does not pay for hiding it."""
    return any(gives_variables(source) or (is_declared_in(source) and names_secret(source.text)) for source in sources)


def _values(leads: str, line: str) -> list[Stretch]:
    """Return the words that follow what leads to a secret."""
    words = (re.compile(_SECRET).match(line, lead.end()) for lead in re.finditer(leads, line))
    return [word.span() for word in words if word]


def _login(token: str, offset: int) -> Stretch | None:
    """Find ``user:password`` before an ``@``: after the scheme of a URL, or bare."""
    at = token.rfind("@")
    scheme = token.find("://")
    if 0 <= scheme < at:
        return (offset + scheme + 3, offset + at)
    if 0 <= token.find(":") < at and not re.match(_IMAGE_DIGEST, token[at:]):
        return (offset, offset + at)
    return None


def _apart(stretches: list[Stretch]) -> list[Stretch]:
    """Sort stretches and join those that overlap."""
    joined: list[Stretch] = []
    for start, end in sorted(stretches):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _is_number(line: str, start: int, end: int) -> bool:
    """Tell whether a stretch is a number or a size on its own, not a part of a longer word."""
    around = line[start - 1 : start] + line[end : end + 1]
    return bool(re.fullmatch(_NUMBER, line[start:end].strip("\"' "))) and not any(letter.isalnum() for letter in around)


def _bare(line: str, start: int, end: int) -> Stretch | None:
    """Return a stretch without blanks and quotes at its ends; None where nothing else is in it."""
    written = line[start:end]
    begin = start + len(written) - len(written.lstrip("\"' \t"))
    stop = start + len(written.rstrip("\"' \t"))
    return (begin, stop) if begin < stop else None
