"""How users write what silences rules: in comments of every language that is read, and on a service."""

from __future__ import annotations

import re
from collections.abc import Iterator
from posixpath import basename

from forkfit.model.document import Mapping, Node, Scalar, Sequence
from forkfit.model.project import Project, Service
from forkfit.model.source import Source
from forkfit.model.suppression import Suppression
from forkfit.syntax.comment import Comment
from forkfit.syntax.comments import Language, comments

_FORM = re.compile(r"#+\s*[\w-]+\s*:\s*(?P<verb>[\w-]*)\s*(?:\[(?P<words>[^\]]*)\])?(?P<rest>.*)")
_UNTIL = re.compile(r"\buntil\s*=\s*(\S+)")
_DAY = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])", re.ASCII)
_VERB = "ignore"

_LANGUAGES: tuple[tuple[re.Pattern[str], Language], ...] = (
    (re.compile(r".*\.ya?ml"), Language.YAML),
    (re.compile(r".*\.pyi?"), Language.PYTHON),
    (re.compile(r"(?i)(?:docker|container)file.*|.*\.(?:docker|container)file"), Language.DOCKERFILE),
    (re.compile(r"\.env.*|.*\.env|env"), Language.DOTENV),
    (re.compile(r".*\.(?:sh|bash)"), Language.SHELL),
)
# Files of no telling name, by how they begin.
_BEGINNINGS: tuple[tuple[re.Pattern[str], Language], ...] = (
    (re.compile(r"#![^\n]*python"), Language.PYTHON),
    (re.compile(r"#![^\n]*sh\b"), Language.SHELL),
    (re.compile(r"(?i)\s*+(?:#[^\n]*+\s*+)*+(?:FROM|ARG)\s"), Language.DOCKERFILE),
)


def in_comments(source: Source, project: Project) -> Iterator[Suppression]:
    """Yield what the comments of a file silence that was read for a project."""
    language = _language(source, project)
    for comment in comments(source, language) if language is not None else ():
        suppression = _of_comment(comment)
        if suppression is not None:
            yield suppression


def on_service(service: Service, stated: Mapping) -> Iterator[Suppression]:
    """Yield what ``x-compose-lint`` on a service silences: ``ignore``, with `reason` and `until` beside it."""
    entry = stated.entry(_VERB)
    if entry is not None:
        words = tuple(_words(entry.value))
        until, reason = (_text(stated.get(name)) for name in ("until", "reason"))
        name = service.name
        yield Suppression(entry.key.at, words, service=name, within=name, reason=reason, until=until, fault=_fault(words, until))


def _language(source: Source, project: Project) -> Language | None:
    name = basename(source.path)
    for pattern, language in _LANGUAGES:
        if pattern.fullmatch(name):
            return language
    for pattern, language in _BEGINNINGS:
        if pattern.match(source.text):
            return language
    return Language.DOTENV if source.path in project.read else None


def _of_comment(comment: Comment) -> Suppression | None:
    """Return what a comment silences; None for one that only mentions us."""
    form = _FORM.match(comment.text)
    verb = form["verb"] if form else ""
    if form is None or (verb != _VERB and not _resembles(verb)):
        return None
    until, reason = _taken(form["rest"])
    words = tuple(word for word in re.split(r"[\s,]+", form["words"] or "") if word)
    return Suppression(
        comment.at,
        words,
        comment.first,
        comment.last,
        service=comment.keys[1] if len(comment.keys) == 2 and comment.keys[0] == "services" else "",
        within=comment.within[1] if len(comment.within) > 1 and comment.within[0] == "services" else "",
        reason=reason,
        until=until,
        fault=f"does not know {verb!r}" if verb != _VERB else _fault(words, until),
    )


def _resembles(verb: str) -> bool:
    from difflib import get_close_matches

    return bool(get_close_matches(verb.lower(), (_VERB, f"{_VERB}-file", f"{_VERB}-line", "disable", "noqa"), n=1, cutoff=0.7))


def _taken(rest: str) -> tuple[str, str]:
    """Return the day and the reason."""
    day = _UNTIL.search(rest)
    reason = f"{rest[: day.start()]} {rest[day.end() :]}" if day else rest
    return (day[1].rstrip(",;") if day else ""), " ".join(reason.split()).strip("-:;,. ")


def _fault(words: tuple[str, ...], until: str) -> str:
    if not words:
        return "names no rule"
    return f"has until={until}, which is no day such as 2027-01-31" if until and not _is_day(until) else ""


def _is_day(written: str) -> bool:
    if not _DAY.fullmatch(written):
        return False
    from datetime import date

    try:
        return bool(date.fromisoformat(written))
    except ValueError:
        return False


def _words(node: Node | None) -> Iterator[str]:
    for item in node.items if isinstance(node, Sequence) else (node,):
        if isinstance(item, Scalar) and isinstance(item.value, str):
            yield from (word for word in re.split(r"[\s,]+", item.value) if word)


def _text(node: Node | None) -> str:
    return node.raw if isinstance(node, Scalar) and node.value is not None else ""
