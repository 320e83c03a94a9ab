"""Text of users made safe to show: whatever would move a cursor, hide, or end a line is spelled out."""

from __future__ import annotations

MOST = 4096  # characters; the GitHub runner cuts a message there, and nobody reads further
BRACKET = "\\x5b"  # for the "[" of "##["
_CUT = "..."

# Invisible, and yet printable for Python. Comparisons by culture, such as the GitHub runner's, do not see them, so
# that "#", one of these, "#[" would still be a command.
_IGNORABLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u3164\uffa0") | frozenset(map(chr, range(0xFE00, 0xFE10)))


def shown(text: str, most: int = MOST) -> str:
    """Return text in one line of visible characters, none of them a control; what is longer is cut."""
    text = cut(text, most)
    if not (text.isascii() and text.isprintable()):
        text = cut("".join(map(spelled, text)), most)
    return unbracketed(text)


def cut(text: str, most: int = MOST) -> str:
    """Return a text with so many characters at most; dots stand for the rest."""
    return text if len(text) <= most else text[: most - len(_CUT)] + _CUT


def spelled(letter: str) -> str:
    r"""Return a character as it is, or its escape (``\x1b``, ``\u202e``) where it cannot be seen."""
    if letter.isprintable() and letter not in _IGNORABLE and not "\U000e0000" <= letter <= "\U000e0fff":
        return letter
    return letter.encode("unicode_escape").decode("ascii")


def unbracketed(text: str) -> str:
    """Break up ``##[``, which the GitHub runner takes for a command wherever it stands in a line."""
    return text.replace("##[", f"##{BRACKET}") if "##[" in text else text


def line(text: str) -> str:
    """Return a line of free text that no CI takes for a command."""
    text = unbracketed(text)
    bare = text.lstrip()
    if not bare.startswith("::"):
        return text
    return f"{text[: len(text) - len(bare)]}\\x3a{bare[1:]}"


def github_property(text: str) -> str:
    """Return the value of a property of a workflow command."""
    return github_message(text).replace(":", "%3A").replace(",", "%2C")


def github_message(text: str) -> str:
    """Return the message of a workflow command; its line ends stay line ends."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def xml(text: str) -> str:
    """Return the content of an element or an attribute of XML, in ASCII, so that no encoding can change it."""
    for sign, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")):
        text = text.replace(sign, entity)
    return text.encode("ascii", "xmlcharrefreplace").decode("ascii")


def markdown(text: str) -> str:
    """Return a text within a line or a table cell of Markdown in which nothing is markup, a link, a formula or a mention."""
    return unbracketed("".join(_MARKDOWN.get(letter, letter) for letter in text).replace("://", ":&#47;/").replace("www.", "www&#46;"))


# Entities where a backslash would be taken for one by a table or would end a formula; the comment parts what GitHub links.
_MARKDOWN = {sign: f"\\{sign}" for sign in "\\`*_[]~"} | {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    "|": "&#124;",
    "$": "&#36;",
    "@": "@<!-- -->",
}
