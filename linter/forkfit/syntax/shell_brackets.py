"""Read ``[ ]`` into the words of a command, and ``[[ ]]`` into words and operators."""

from __future__ import annotations

import re
from collections.abc import Iterator

from forkfit.syntax.shell_grammar import Leaf, Unclear
from forkfit.syntax.shell_nodes import Assignment, Command, Condition, Statement, Word
from forkfit.syntax.shell_simple import past_blanks, shown
from forkfit.syntax.shell_words import read_whole, read_word


def read_test(plain: str, leaf: Leaf) -> Statement:
    """Read a test in single or double brackets."""
    if leaf.children and leaf.children[0].kind == "[[":
        return Condition(leaf.start, leaf.end, tuple(_tokens(plain, leaf.start + 2, leaf.end - 2)))
    words: list[Word | Assignment] = []
    index = leaf.start
    while (index := past_blanks(plain, index, leaf.end)) < leaf.end:
        word = read_word(plain, index, leaf.end)
        if word.end <= index:
            raise Unclear(f"an operator of the shell stands bare in `{shown(plain, leaf.start, leaf.end)}`")
        words.append(word)
        index = word.end
    return Command(leaf.start, leaf.end, (), tuple(words))


_SIGN = re.compile(r"&&|\|\||[()<>]|!(?=\s)|(?:=~|==|!=|=|-(?:eq|ne|lt|le|gt|ge|nt|ot|ef))(?=\s)")
_QUESTION = re.compile(r"-[a-zA-Z](?=\s)")


def _tokens(plain: str, index: int, stop: int) -> Iterator[Word | str]:
    """Yield the words and operators between ``[[`` and ``]]``; behind ``=~`` a word may hold parentheses and bars."""
    before = ""
    while (index := past_blanks(plain, index, stop)) < stop:
        if before == "=~":
            end = _end_of_expression(plain, index, stop)
            yield read_whole(plain, index, end)
            before, index = "", end
            continue
        sign = _SIGN.match(plain, index, stop)
        if sign is None and before in ("", "&&", "||", "(", "!"):
            sign = _QUESTION.match(plain, index, stop)
        if sign is not None:
            before = sign.group()
            yield before
            index = sign.end()
            continue
        word = read_word(plain, index, stop)
        if word.end <= index:
            word = read_whole(plain, index, index + 1)
        yield word
        before, index = "word", word.end


def _end_of_expression(plain: str, index: int, stop: int) -> int:
    """Return where an extended expression ends: at the first blank outside parentheses, brackets and quotes."""
    depth, quote = 0, ""
    while index < stop:
        letter = plain[index]
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "'\"":
            quote = letter
        elif letter == "\\":
            index += 1
        elif letter in "([":
            depth += 1
        elif letter in ")]":
            depth -= 1
        elif letter.isspace() and depth <= 0:
            break
        index += 1
    return min(index, stop)
