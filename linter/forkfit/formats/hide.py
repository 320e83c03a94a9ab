"""Secrets hidden in all that a run says, whichever message quotes them and however they were cut.

Values are hidden, not the places that quote them: so no rule, launcher or plugin that quotes a value is a leak.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from itertools import chain
from typing import Any

from forkfit.formats.escape import cut
from forkfit.formats.redact import MASK
from forkfit.formats.secrets import RUN, Secrets
from forkfit.model.record import Record
from forkfit.model.report import Report
from forkfit.model.span import Span
from forkfit.model.stack import Stack
from forkfit.model.value import Known
from forkfit.model.weight import Confidence

Change = Callable[[str], str]

_LEAST = 4  # characters of what is hidden; a shorter value says nothing
_WINDOW = 8  # as many characters of a value in a row are hidden wherever they stand
_LONGEST = 16384  # characters of a text
_BLOCK = 2**19  # characters that are held against all values at once
_WORD = re.compile(r"\S+")
_ALONE = (r"(?:(?<![^\W_])|(?<=\\[nrt]))", r"(?![^\W_])")
_PARTS = re.compile(r"""[\s'"`,;()=]+|\\[nrt]""")


def hidden(report: Report, secrets: Secrets) -> Report:
    """Return a report that shows no secret."""
    texts: dict[str, str] = {}
    # A text of megabytes quotes a value of megabytes; nobody reads on, and looking for all of it in all of it has no end.
    report = _of_report(report, lambda text: texts.setdefault(text, text if len(text) <= _LONGEST else cut(text, _LONGEST)))
    change = hiding(secrets, texts.values(), " ".join(_understood(report)))
    return report if change is None else _of_report(report, change)


def quiet(bug: BaseException, secrets: Secrets) -> None:
    """Hide secrets in what an exception says and those that led to it; their tracebacks stay."""
    led = tuple(_led_to(bug))
    for one in led:
        one.args = tuple(argument if isinstance(argument, int) else cut(str(argument), _LONGEST) for argument in one.args)
    change = hiding(secrets, [argument for one in led for argument in one.args if isinstance(argument, str)])
    for one in led if change else ():
        one.args = tuple(change(argument) if change and isinstance(argument, str) else argument for argument in one.args)


def hiding(secrets: Secrets, texts: Iterable[str], understood: str = "") -> Change | None:
    """Return what hides the secrets in texts such as these, but for words that are understood; None where they have none."""
    stretches: set[str] = set()
    words: set[str] = set()
    numbers: set[str] = set()
    visible: Callable[[str], bool] | None = None
    for block in _blocks(texts):
        holds = _Block(_folded(block))
        for value in secrets.given():
            for word in map(_folded, _WORD.findall(value)):
                if not any(map(holds, chain(_windows(word), (word,), RUN.findall(word)))):
                    continue  # most values are never spoken of
                visible = visible or secrets.visible(understood)
                private = tuple(_private(word, visible))
                stretches.update(filter(holds, _stretches(word, private)))
                numbers.update(run[0] for run in private if len(run[0]) >= _WINDOW and visible(run[0]))
                words.update(one for one in (*(run[0] for run in private), word) if private and len(one) < _WINDOW and holds(one))
    if visible is None or not (stretches or words):
        return None
    plain = visible
    return _change(frozenset(stretches), words, lambda run: plain(run) and run not in numbers)


class _Block:
    """Texts that are asked whether they hold a stretch of a value, or a short word of one."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._parts = frozenset((*RUN.findall(text), *_PARTS.split(text)))
        self._windows: dict[int, frozenset[str]] = {}

    def __call__(self, wanted: str) -> bool:
        size = len(wanted)
        if size < _LEAST or size > _WINDOW:
            return False
        if size < _WINDOW and not _stands_out(wanted):
            return wanted in self._parts
        if size not in self._windows:
            self._windows[size] = frozenset(_windows(self._text, size))
        return wanted in self._windows[size]


def _windows(text: str, size: int = _WINDOW) -> Iterator[str]:
    """Yield all stretches of a size."""
    return (text[start : start + size] for start in range(len(text) - size + 1))


def _stands_out(word: str) -> bool:
    """Tell whether a short word is none of ours within a longer one: letters and digits, and more than a few."""
    return len(word) > _LEAST and not word.isalpha() and not word.isdigit()


def _private(word: str, visible: Callable[[str], bool]) -> Iterator[re.Match[str]]:
    """Yield the runs of a word that are not visible, and the long numbers beside them: a part of a UUID may be one."""
    runs = tuple(RUN.finditer(word))
    if not all(visible(run[0]) for run in runs):
        yield from (run for run in runs if not visible(run[0]) or (len(run[0]) >= _WINDOW and run[0][0].isdigit()))


def _stretches(word: str, private: Iterable[re.Match[str]]) -> Iterator[str]:
    """Yield the stretches of a word that have anything private in them."""
    for run in private:
        for start in range(max(0, run.start() - _WINDOW + 1), min(run.end(), len(word) - _WINDOW + 1)):
            yield word[start : start + _WINDOW]


def _change(stretches: frozenset[str], words: Iterable[str], visible: Callable[[str], bool]) -> Change:
    """Return what puts the mask in the place of stretches anywhere, but in words that are visible, and of words that stand alone."""
    patterns = [re.escape(word) if _stands_out(word) else rf"{_ALONE[0]}{re.escape(word)}{_ALONE[1]}" for word in sorted(words, key=len)]
    short = re.compile("|".join(reversed(patterns)), re.IGNORECASE) if patterns else None

    @cache
    def change(text: str) -> str:
        folded = _folded(text)
        made: list[str] = []
        covered = 0  # where the last mask ends
        private = bytearray(len(text))
        for run in RUN.finditer(folded):
            if not visible(run[0]):
                private[run.start() : run.end()] = b"\1" * len(run[0])
        for start in range(len(text) - _WINDOW + 1):
            if folded[start : start + _WINDOW] in stretches and 1 in private[start : start + _WINDOW]:
                if start >= covered:
                    made += [text[covered:start], MASK]
                covered = start + _WINDOW
        made.append(text[covered:])
        masked = "".join(made)
        return short.sub(MASK, masked) if short else masked

    return change


def _blocks(texts: Iterable[str]) -> Iterator[str]:
    """Yield the texts in blocks that are not much longer than _BLOCK."""
    block: list[str] = []
    size = 0
    for text in texts:
        for start in range(0, len(text), _BLOCK):
            part = text[start : start + _BLOCK + _WINDOW]
            block.append(part)
            size += len(part)
            if size > _BLOCK:
                yield "\n".join(block)
                block, size = [], 0
    yield "\n".join(block)


def _folded(text: str) -> str:
    """Return a text in small letters, for scripts turn them into capitals and back; as it is where that changes its length."""
    folded = text.lower()
    return folded if len(folded) == len(text) else text


def _understood(report: Report) -> Iterator[str]:
    """Yield the names of models whose weight is known: they are what it is about, as numbers are."""
    for container in (container for stack in report.stacks for container in stack.containers):
        for model in (model for worker in container.workers for model in worker.code.models):
            weighed = isinstance(model.footprint, Known) and model.footprint.value.confidence is not Confidence.ASSUMED
            if weighed and isinstance(model.name, Known):
                yield model.name.value


def _of_report(report: Report, change: Change) -> Report:
    """Return the report with all texts changed that it shows."""
    changed = _Changed(change)
    stacks = tuple(_of_stack(stack, changed) for stack in report.stacks)
    return report.replace(stacks=stacks, findings=changed(report.findings), errors=changed(report.errors), since=changed(report.since))


def _of_stack(stack: Stack, changed: _Changed) -> Stack:
    """Return a project with what is told of it changed, not what it is."""
    return stack.replace(
        project=stack.project.replace(name=changed(stack.project.name)),
        containers=changed(stack.containers),
        unseen=changed(stack.unseen),
        troubles=changed(stack.troubles),
    )


class _Changed:
    """Values with their texts changed; what has none stays the same object, and is looked at once."""

    def __init__(self, change: Change) -> None:
        self._change = change
        self._known: dict[int, tuple[Any, Any]] = {}  # with the value, so that no other takes its number

    def __call__(self, value: Any) -> Any:
        if isinstance(value, str):
            return self._change(value)
        if isinstance(value, Span):
            return value
        if isinstance(value, (tuple, Record)):
            known = self._known.get(id(value))
            if known is None:
                known = self._known[id(value)] = (value, self._made(value))
            return known[1]
        return value

    def _made(self, value: Any) -> Any:
        before = value if isinstance(value, tuple) else value._values()
        after = [self(one) for one in before]
        if all(one is other for one, other in zip(before, after, strict=True)):
            return value
        return tuple(after) if isinstance(value, tuple) else type(value)(*after)


def _led_to(bug: BaseException | None) -> Iterator[BaseException]:
    """Yield an exception and those that led to it."""
    met: set[int] = set()
    left = [bug]
    while left:
        one = left.pop()
        if one is not None and id(one) not in met:
            met.add(id(one))
            yield one
            left += [one.__cause__, one.__context__]
