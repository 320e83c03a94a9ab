"""Read the substitutions of a ``sed`` script, and make them; anything but plain substitutions is a doubt."""

from __future__ import annotations

import re

from forkfit.model.image import Edit, Rewrite
from forkfit.model.project import Words
from forkfit.model.record import Record
from forkfit.model.source import Source
from forkfit.model.span import Role, Step, Trail
from forkfit.model.text import Text

MOST_STARS = 3  # repetitions in one expression
MOST_STEPS = 50_000_000  # that all expressions may take on one file, in the worst case

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
    in_place = extended = False
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
            doubt = "its script stands in a file"
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
    if not scripts and rest:
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
    expression = _expression(pattern, delimiter, extended)
    if expression is None:
        return f"the expression {pattern} is not followed"
    body, stars = expression
    try:
        groups = re.compile(body).groups
    except (re.error, OverflowError):
        return f"the expression {pattern} is not understood"
    if stars > MOST_STARS:
        return f"the expression {pattern} has too many repetitions"
    parts = _replacement(replacement, delimiter)
    if any(isinstance(part, int) and part > groups for part in parts):
        return f"the expression {pattern} has fewer groups than are used"
    prefix = "(?i)" if rest & set("Ii") else ""
    return Edit(prefix + body, parts, line, int(number) if number else 1, "g" in rest, stars)


def _expression(pattern: str, delimiter: str, extended: bool) -> tuple[str, int] | None:
    """Translate a basic or extended expression to Python's, and count its repetitions; None where it is beyond this.

    A group may not be repeated: nothing is repeated inside something repeated, so that no input makes it slow beyond
    the count of repetitions.
    """
    found: list[str] = []
    stars = 0
    index = 0
    after_group = True  # nothing before it that could be repeated
    while index < len(pattern):
        letter = pattern[index]
        escaped = letter == "\\"
        if escaped:
            index += 1
            letter = pattern[index : index + 1]
            if not letter:
                return None
        index += 1
        operator = letter in "+?(){}|" and escaped != extended
        if escaped and letter == delimiter and delimiter not in "+?(){}|":
            found.append(re.escape(letter))
        elif operator and letter in "()|":
            found.append(letter)
            after_group = True
            continue
        elif (operator and letter in "+?") or (letter == "*" and not escaped):
            if letter == "*" and (not found or found[-1] in ("^", "(", "|")):
                found.append(r"\*")
            elif after_group:
                return None
            else:
                found.append(letter)
                stars += 1
                after_group = True
                continue
        elif operator:
            close = re.compile(r"(\d{0,3}(?:,\d{0,3})?)\\?\}").match(pattern, index)
            if letter == "}" or close is None or after_group:
                return None
            found.append("{" + close.group(1) + "}")
            stars += 1
            index = close.end()
            after_group = True
            continue
        elif escaped:
            found.append(f"\\{letter}" if letter in _CLASSES else re.escape(_ESCAPES.get(letter, letter)))
            if letter.isdigit() or letter in "<>'`":
                return None
        elif letter == "[":
            end = pattern.find("]", index + (2 if pattern[index : index + 2] == "^]" else 1))
            if end == -1 or "[:" in pattern[index:end]:
                return None
            inside = pattern[index:end]
            negated = inside.startswith("^")
            body = inside[negated:].replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]").replace("^", "\\^")
            body = (
                re.sub(r"\\\\([ntr])", r"\\\1", body)
                .replace("&&", "&\\&")
                .replace("--", "-\\-")
                .replace("||", "|\\|")
                .replace("~~", "~\\~")
            )
            found.append(f"[{'^' if negated else ''}{body}]")
            index = end + 1
        elif letter == "^":
            found.append("^" if not found or found[-1] in ("(", "|") else r"\^")
        elif letter == "$":
            at_end = index == len(pattern) or pattern.startswith(("\\)", "\\|") if not extended else (")", "|"), index)
            found.append(r"\Z" if at_end else r"\$")
        else:
            found.append("." if letter == "." else re.escape(letter))
        after_group = False
    return "".join(found), stars


def _replacement(text: str, delimiter: str) -> tuple[str | int, ...]:
    """Return the pieces of a replacement, a number for each group and for ``&``."""
    found: list[str | int] = []
    letters = iter(text)
    for letter in letters:
        if letter == "&":
            found.append(0)
        elif letter == "\\":
            following = next(letters, "\\")
            if following.isdigit():
                found.append(int(following))
            else:
                found.append(_ESCAPES.get(following, following) if following != delimiter else following)
        else:
            found.append(letter)
    return tuple(found)


def rewritten(source: Source, rewrites: tuple[Rewrite, ...]) -> tuple[Source, Trail]:
    """Make the edits in their order; the trail names those that changed something, and assumes that doubtful ones did not.

    Line numbers stay; a column behind a change on the same line is that of the changed text.
    """
    lines = source.text.split("\n")
    trail: list[Step] = []
    steps = MOST_STEPS
    for rewrite in rewrites:
        if rewrite.doubt:
            trail.append(Step(Role.ASSUMED, rewrite.at, f"taken to change nothing that matters: {rewrite.doubt}"))
            continue
        changed = False
        for edit in rewrite.edits:
            steps -= sum(len(line) ** (edit.stars + 1) for line in lines) if edit.stars else 0
            if steps < 0:
                trail.append(Step(Role.ASSUMED, rewrite.at, "taken to change nothing that matters: the file is too long to follow sed"))
                break
            compiled = re.compile(edit.pattern)
            for index, line in enumerate(lines):
                if edit.line and index + 1 != edit.line:
                    continue
                after = _substituted(compiled, edit, line)
                if after is not None and edit.doubt:
                    trail.append(Step(Role.ASSUMED, rewrite.at, f"taken to change nothing that matters: {edit.doubt}"))
                    break
                if after is not None:
                    lines[index] = after
                    changed = True
        if changed:
            trail.append(Step(Role.REPLACED, rewrite.at, f"sed makes this of it: {rewrite.said}"))
    if not any(step.role is Role.REPLACED for step in trail):
        return source, tuple(trail)
    return _with_lines(source, lines), tuple(trail)


def _substituted(compiled: re.Pattern[str], edit: Edit, line: str) -> str | None:
    """Return the line after an edit, None where it does not change."""
    found: list[str] = []
    end = count = 0
    for match in compiled.finditer(line):
        count += 1
        if count < edit.nth:
            continue
        found.append(line[end : match.start()])
        found.extend(part if isinstance(part, str) else match.group(part) or "" for part in edit.replacement)
        end = match.end()
        if not edit.every:
            break
    after = "".join(found) + line[end:]
    return after if found and after != line else None


def _with_lines(source: Source, lines: list[str]) -> Source:
    """Return the source with other lines, each under the number that it had."""
    moved: dict[int, int] = {}
    before = after = 0
    for old, new in zip(source.text.split("\n"), lines, strict=True):
        moved[before] = after
        before += len(old) + 1
        after += len(new) + 1
    return Source(source.path, "\n".join(lines), tuple(moved.get(start, 0) for start in source.starts))
