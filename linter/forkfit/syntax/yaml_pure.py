"""Where Compose's YAML library scans otherwise than ruamel's pure scanner: methods to be mixed into that one."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

# As the library sees them; the scanner's buffer ends with a NUL.
_BREAKS = "\r\n\x85\u2028\u2029"
_ENDS = " \t\0" + _BREAKS
_BLOCK = re.compile(f"(?:[^{_ENDS}:]|:(?![{_ENDS}]))+")
_FLOW = re.compile(f"(?:[^{_ENDS}:?,\\[\\]{{}}]|:(?![{_ENDS},\\]}}])|\\?(?![{_ENDS}]))+")
_BLANKS = re.compile("[ \t]*")
_COMMENT = re.compile(f"#[^\0{_BREAKS}]*")
_HEADER = re.compile(f"[|>](?:([-+])?([1-9])?|([1-9])([-+]))[ \t]*(?:#[^\0{_BREAKS}]*)?")
_SPACES = re.compile(" *")
_LINE = re.compile(f"[^\0{_BREAKS}]*")
_ANCHOR = re.compile(r"[!-+\--9;-Z\\^-z|~]*")  # printable ASCII without flow indicators and the colon
_NO_PLAIN = frozenset("-?:,[]{}#&*!|>'\"%@`" + _ENDS)


class Rules:
    """The methods of a scanner that differ; the class they are mixed into gives the rest, and what is named here."""

    ScalarToken: Any
    ScannerError: Any
    reader: Any
    scan_line_break: Callable[[], str]
    flow_level: int
    indent: int
    allow_simple_key: bool

    def check_key(self) -> bool:
        """Tell whether a question mark begins a key: only before a blank, in flow style too."""
        return self._next() in _ENDS

    def check_value(self) -> bool:
        """Tell whether a colon begins a value: before a blank, or in flow style but at the start of an item."""
        if self._next() in _ENDS:
            return True
        index = self.reader.pointer - 1
        while index > 0 and self.reader.buffer[index] in _ENDS:
            index -= 1
        return bool(self.flow_level) and self.reader.buffer[index] not in ",["

    def check_plain(self) -> bool:
        """Tell whether a plain scalar begins here."""
        sign = self.reader.peek()
        return sign not in _NO_PLAIN or (sign == "-" and self._next() not in " \t") or (sign in "?:" and self._next() not in _ENDS)

    def scan_to_next_token(self) -> None:
        """Go past blanks, breaks and comments; a tab is a blank where no key can begin."""
        reader = self.reader
        if reader.index == 0 and reader.peek() == "\ufeff":
            reader.forward()
        while True:
            while reader.peek() == " " or (reader.peek() == "\t" and (self.flow_level or not self.allow_simple_key)):
                reader.forward()
            if comment := _COMMENT.match(reader.buffer, reader.pointer):
                reader.forward(len(comment[0]))
            if not self.scan_line_break():
                return
            if not self.flow_level:
                self.allow_simple_key = True

    def scan_anchor(self, token: Any) -> Any:
        """Read ``&name`` or ``*name``."""
        reader = self.reader
        start = reader.get_mark()
        found = _ANCHOR.match(reader.buffer, reader.pointer + 1)
        name = found[0] if found else ""
        reader.forward(1 + len(name))
        if not name or reader.peek() not in _ENDS + "?:,]}%@`":
            raise self.ScannerError(
                "while scanning an anchor or alias", start, "did not find expected alphabetic or numeric character", start
            )
        return token(name, start, reader.get_mark())

    def scan_plain(self) -> Any:
        """Read a plain scalar; it may go over several lines, and hold tabs."""
        reader = self.reader
        start = end = reader.get_mark()
        indent = self.indent + 1
        run_of = _FLOW if self.flow_level else _BLOCK
        chunks: list[str] = []
        between, lines = "", 0
        while not (reader.column == 0 and reader.prefix(3) in ("---", "...") and reader.peek(3) in _ENDS) and reader.peek() != "#":
            run = run_of.match(reader.buffer, reader.pointer)
            if run:
                chunks += between, run[0]
                reader.forward(len(run[0]))
                self.allow_simple_key = False
                end = reader.get_mark()
            elif lines or not chunks:
                break
            if reader.peek() not in " \t" + _BREAKS:
                break
            between, lines = self._between(indent, start)
            if not self.flow_level and reader.column < indent:
                break
        if not chunks:
            raise self.ScannerError("while scanning for the next token", None, "found character that cannot start any token", start)
        if lines:
            self.allow_simple_key = True
        return self.ScalarToken("".join(chunks), True, start, end)

    def _between(self, indent: int, start: Any) -> tuple[str, int]:
        """Go past blanks and breaks inside a plain scalar; return what they are folded into, and how many breaks there are."""
        reader = self.reader
        blanks, first, more = "", "", ""
        while True:
            if found := _BLANKS.match(reader.buffer, reader.pointer)[0]:  # type: ignore[index]
                if first and "\t" in found and reader.column + found.index("\t") < indent:
                    problem = "found a tab character that violates indentation"
                    raise self.ScannerError("while scanning a plain scalar", start, problem, reader.get_mark())
                blanks = blanks if first else found
                reader.forward(len(found))
            broken = self.scan_line_break()
            if not broken:
                break
            if first:
                more += broken
            else:
                first = broken
        if not first:
            return blanks, 0
        if first == "\n":
            return more or " ", 1
        return first + more, 1

    def scan_block_scalar(self, style: str, rt: bool = False) -> Any:  # noqa: ARG002 - ruamel's own signature
        """Read a literal (|) or folded (>) scalar."""
        reader = self.reader
        start = reader.get_mark()
        header = _HEADER.match(reader.buffer, reader.pointer)
        chomp, increment = (header[1] or header[4], header[2] or header[3]) if header else ("", "")
        reader.forward(len(header[0]) if header else 1)
        if reader.peek() not in _BREAKS + "\0":
            problem = "did not find expected comment or line break"
            raise self.ScannerError("while scanning a block scalar", start, problem, reader.get_mark())
        self.scan_line_break()
        indent = max(self.indent, 0) + int(increment) if increment else 0
        chunks: list[str] = []
        broken = ""
        was_blank = False
        indent, breaks, end = self._indented(indent, start)
        while reader.column == indent and reader.peek() != "\0":
            is_blank = reader.peek() in " \t"
            if style == ">" and broken == "\n" and not was_blank and not is_blank:
                broken = "" if breaks else " "
            line = _LINE.match(reader.buffer, reader.pointer)[0]  # type: ignore[index]
            chunks += broken, breaks, line
            reader.forward(len(line))
            was_blank = is_blank
            broken = self.scan_line_break()
            indent, breaks, end = self._indented(indent, start)
        if chomp != "-":
            chunks.append(broken)
        if chomp == "+":
            chunks.append(breaks)
        return self.ScalarToken("".join(chunks), False, start, end, style)

    def _indented(self, indent: int, start: Any) -> tuple[int, str, Any]:
        """Go past empty lines and the indentation; return the indentation, found where it is 0, the breaks, and their end."""
        reader = self.reader
        most, breaks = 0, ""
        end = reader.get_mark()
        while True:
            spaces = len(_SPACES.match(reader.buffer, reader.pointer)[0])  # type: ignore[index]
            reader.forward(min(spaces, max(indent - reader.column, 0)) if indent else spaces)
            most = max(most, reader.column)
            if reader.peek() == "\t" and (not indent or reader.column < indent):
                problem = "found a tab character where an indentation space is expected"
                raise self.ScannerError("while scanning a block scalar", start, problem, reader.get_mark())
            if not (broken := self.scan_line_break()):
                return indent or max(most, self.indent + 1, 1), breaks, end
            breaks += broken
            end = reader.get_mark()

    def _next(self) -> str:
        return str(self.reader.peek(1))
