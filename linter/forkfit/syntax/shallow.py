"""What a parser that recurses in native code may be given: text that nests no deeper than its stack is high."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

# libcst is native code that recurses without a guard: 8000 nested operators end the whole process. What is handed to
# it is bounded first, and it gets a stack of its own that holds such a depth several times over.
_DEEPEST_BRACKETS = 100
_LONGEST_CHAIN = 300
_MOST_BRANCHES = 1000
_STACK = 64 * 1024**2
_LONGEST = 512 * 1024  # characters

_MARK = re.compile(r"[()\[\]{},;\n]|[-+~*/%@&|^<>=.!'\"]|\b(?:not|await|lambda|if|for|or|and|in|is|async)\b")


def refused(text: str) -> bool:
    """Tell whether a text is too long or too deep; counts what could nest, strings included."""
    if len(text) > _LONGEST or "\0" in text:
        return True
    depth = chain = 0
    for mark in _MARK.finditer(text):
        letter = mark[0]
        if letter in "([{":
            depth += 1
            chain += 1
        elif letter in ")]}":
            depth = max(depth - 1, 0)
        elif letter in ",;" or (letter == "\n" and depth == 0):
            chain = 0
        else:
            chain += 1
        if depth > _DEEPEST_BRACKETS or chain > _LONGEST_CHAIN:
            return True
    return len(re.findall(r"\belif\b", text)) > _MOST_BRANCHES


def on_a_large_stack(work: Callable[[], T]) -> T | None:
    """Do the work in a thread whose stack is large enough for the depth allowed; None where it ended with an error."""
    done: list[T] = []
    before = threading.stack_size(_STACK)
    try:
        thread = threading.Thread(target=lambda: done.append(work()))
        thread.start()
    finally:
        threading.stack_size(before)
    thread.join()
    return done[0] if done else None
