"""Read the words after ``sed``: substitutions in files; anything but those is a doubt."""

from __future__ import annotations

import re

from forkfit.launch.image.expression import expression, replacement_parts
from forkfit.model.image import Edit
from forkfit.model.project import Words
from forkfit.model.record import Record
from forkfit.model.text import Text

MOST_STARS = 3  # repetitions in one expression

_WITH_VALUE = frozenset({"-f", "--file", "-l", "--line-length"})
_ADDRESS = re.compile(r"\s*(\d+)\s*(?=s)")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "f": "\f", "v": "\v", "a": "\a"}
_CLASSES = frozenset("wWsSbB")


class Script(Record):
    """What the words after ``sed`` say: the edits, the files as written, the script's text, and why it is not followed."""

    edits: tuple[Edit, ...]
    files: Words
    said: str
    doubt: str = ""


def script(words: Words) -> Script | None:
    """Read the words after ``sed``; None where it prints instead of editing files in place."""
    in_place = extended = from_file = False
    scripts: list[Text] = []
    rest: list[Text] = []
    doubt = ""
    index = 0
    while index < len(words):
        word, plain = words[index], words[index].plain
        index += 1
        if plain in ("-e", "--expression") and index < len(words):
            scripts.append(words[index])
            index += 1
        elif plain.startswith("--expression="):
            scripts.append(word[13:])
        elif plain.startswith("--in-place"):
            in_place = True
        elif plain in ("--regexp-extended", "-E", "-r"):
            extended = True
        elif plain in _WITH_VALUE:
            from_file = from_file or plain in ("-f", "--file")
            doubt = "its script stands in a file" if from_file else doubt
            index += 1
        elif plain.startswith("--") and len(plain) > 2:
            doubt = doubt if plain in ("--posix", "--debug", "--unbuffered", "--follow-symlinks") else f"the option {plain} is not followed"
        elif plain.startswith("-") and len(plain) > 1:
            letters, _, suffix = plain[1:].partition("i")
            in_place = in_place or "i" in plain
            extended = extended or bool(set(letters) & set("Er"))
            if set(letters) & set("fnzs") - {"s"}:
                doubt = f"the option {plain} is not followed"
            if letters.endswith("e") and not suffix and index < len(words):
                scripts.append(words[index])
                index += 1
        else:
            rest.append(word)
    if not in_place:
        return None
    if not scripts and rest and not from_file:
        scripts.append(rest.pop(0))
    said = "; ".join(text.plain for text in scripts)
    if doubt:
        return Script((), tuple(rest), said, doubt)
    edits: list[Edit] = []
    for text in scripts:
        read = _edits(text, extended)
        if isinstance(read, str):
            return Script((), tuple(rest), said, read)
        edits.extend(read)
    return Script(tuple(edits), tuple(rest), said)


def _edits(text: Text, extended: bool) -> list[Edit] | str:
    """Return the substitutions of a script, or why they are not followed."""
    plain = text.plain
    found: list[Edit] = []
    index = 0
    while index < len(plain):
        if plain[index] in " \t\n;":
            index += 1
            continue
        address = _ADDRESS.match(plain, index)
        line = int(address.group(1)) if address else 0
        index = address.end() if address else index
        if plain[index] != "s" or index + 1 >= len(plain):
            return "only substitutions are followed"
        parts = _three(plain, index)
        if parts is None:
            return "its script is cut short"
        pattern, replacement, flags, end = parts
        if not text[pattern[0] : pattern[1]].is_known:
            return "what it looks for is decided only when it is built"
        edit = _edit(plain[slice(*pattern)], plain[slice(*replacement)], plain[slice(*flags)], plain[index + 1], extended, line)
        if isinstance(edit, str):
            return edit
        if not text[replacement[0] : replacement[1]].is_known:
            edit = edit.replace(doubt="what it puts in is decided only when it is built")
        found.append(edit)
        index = end
    return found


Bounds = tuple[int, int]


def _three(plain: str, index: int) -> tuple[Bounds, Bounds, Bounds, int] | None:
    """Return the bounds of pattern, replacement and flags of the command that begins at an index, and where it ends."""
    delimiter = plain[index + 1]
    bounds: list[Bounds] = []
    start = position = index + 2
    while position < len(plain) and len(bounds) < 2:
        if plain[position] == "\\":
            position += 1
        elif plain[position] == delimiter:
            bounds.append((start, position))
            start = position + 1
        position += 1
    if len(bounds) < 2:
        return None
    end = start
    while end < len(plain) and plain[end] not in ";\n}":
        end += 1
    return bounds[0], bounds[1], (start, end), end


def _edit(pattern: str, replacement: str, flags: str, delimiter: str, extended: bool, line: int) -> Edit | str:
    number = "".join(letter for letter in flags if letter.isdigit())
    rest = {letter for letter in flags.strip() if not letter.isdigit()}
    if rest - set("gIi"):
        return f"the flags {flags.strip()} are not followed"
    if not pattern:
        return "an empty expression repeats the one before it"
    translated = expression(pattern, delimiter, extended)
    if translated is None:
        return f"the expression {pattern} is not followed"
    body, stars = translated
    try:
        groups = re.compile(body).groups
    except (re.error, OverflowError):
        return f"the expression {pattern} is not understood"
    if stars > MOST_STARS:
        return f"the expression {pattern} has too many repetitions"
    parts = replacement_parts(replacement, delimiter)
    if any(isinstance(part, int) and part > groups for part in parts):
        return f"the expression {pattern} has fewer groups than are used"
    prefix = "(?i)" if rest & set("Ii") else ""
    return Edit(prefix + body, parts, line, int(number) if number else 1, "g" in rest, stars)
