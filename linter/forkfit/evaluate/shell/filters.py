"""What small programs make of the text that they are given to read."""

from __future__ import annotations

import re
from collections.abc import Callable

from forkfit.evaluate.shell.states import unknown
from forkfit.model.text import Piece, Text, join

LINE_END = Text((Piece("\n"),))


def xargs(given: Text | None, words: tuple[Text, ...]) -> Text | None:
    """Put what there is to read on one line, as ``xargs`` and ``xargs echo`` do."""
    options = [word.plain for word in words if word.plain not in ("echo", "-0", "-r")]
    if given is None or not given.is_known or options or any(mark in given.plain for mark in "'\"\\"):
        return None
    found = [t for index, word in enumerate(given.words()) for t in ((Text((Piece(" "),)), word) if index else (word,))]
    return join(found) + LINE_END


def first_line(given: Text | None, words: tuple[Text, ...]) -> Text | None:
    """Take the first line, as ``head -n 1`` does."""
    if given is None or not given.is_known or "".join(w.plain for w in words) not in ("-n1", "-1"):
        return None
    return given[: given.plain.find("\n") + 1] if "\n" in given.plain else given


def cut(given: Text | None, words: tuple[Text, ...]) -> Text | None:
    """Take one field of each line, by a delimiter of one character."""
    found = re.fullmatch(r"-d ?(?P<mark>.) ?-f ?(?P<field>[0-9]{1,3})", " ".join(w.plain for w in words))
    if found is None or given is None or not given.is_known:
        return None
    kept: list[Text] = []
    for line in lines(given):
        whole = line[: len(line.plain.rstrip("\n"))]
        fields = whole.plain.split(found["mark"])
        index = int(found["field"]) - 1
        if len(fields) == 1:
            kept.append(whole + LINE_END)
        elif 0 <= index < len(fields):
            start = sum(len(field) + 1 for field in fields[:index])
            kept.append(whole[start : start + len(fields[index])] + LINE_END)
        else:
            kept.append(LINE_END)
    return join(kept)


def tr(given: Text | None, words: tuple[Text, ...]) -> Text | None:
    """Exchange or delete single characters; of the classes, letters of either case."""
    plain = [word.plain for word in words]
    if given is None or not given.is_known or len(plain) != 2:
        return None
    change: Callable[[str], str]
    if plain in (["[:upper:]", "[:lower:]"], ["A-Z", "a-z"]):
        change = str.lower
    elif plain in (["[:lower:]", "[:upper:]"], ["a-z", "A-Z"]):
        change = str.upper
    elif plain[0] == "-d" and (len(plain[1]) == 1 or not re.search(r"[-\[\\]", plain[1])):
        gone = plain[1]
        change = lambda text: "".join(letter for letter in text if letter not in gone)  # noqa: E731
    elif len(plain[0]) == len(plain[1]) == 1:
        old, new = plain
        change = lambda text: text.replace(old, new)  # noqa: E731
    else:
        return None
    return Text(tuple(p.replace(text=change(p.text), exact=p.exact and len(change(p.text)) == len(p.text)) for p in given.pieces))


def lines(text: Text) -> list[Text]:
    """Return the lines with their ends."""
    found: list[Text] = []
    start = 0
    for line in text.plain.splitlines(keepends=True)[:2000]:
        found.append(text[start : start + len(line)])
        start += len(line)
    return found


_DIRECTIVE = re.compile(r"%(?P<flags>[-0 +#]*)(?P<width>[0-9]*)(?P<precision>\.[0-9]*)?(?P<kind>[sdibqcuxXof%])")
_ESCAPES = {"\\n": "\n", "\\t": "\t", "\\\\": "\\", "\\r": "\r", '\\"': '"'}


def formatted(words: tuple[Text, ...]) -> Text:
    """Return what ``printf`` makes of a format and its arguments."""
    if words and words[0].plain == "--":
        words = words[1:]
    if not words or not words[0].is_known:
        return unknown("$(printf)", "the format is not known")
    form, arguments = words[0], list(words[1:])
    result = Text()
    while True:
        before = len(arguments)
        index = 0
        for found in _DIRECTIVE.finditer(form.plain):
            result = result + _unescaped(form[index : found.start()])
            index = found.end()
            if found["kind"] == "%":
                result = result + Text((Piece("%"),))
                continue
            argument = arguments.pop(0) if arguments else Text()
            plain_form = not (found["flags"] or found["width"] or found["precision"])
            result = result + (argument if plain_form else unknown(found.group(), "padding is not worked out"))
        result = result + _unescaped(form[index:])
        if not arguments or len(arguments) == before or len(result.pieces) > 2000:
            return result


def _unescaped(text: Text) -> Text:
    if "\\" not in text.plain:
        return text
    return Text((Piece(re.sub(r'\\[nt\\r"]', lambda found: _ESCAPES[found.group()], text.plain), text.trail),))
