"""Where Compose's YAML library scans otherwise than ruamel's pure scanner: methods to be mixed into that one."""

from __future__ import annotations

import re
from typing import Any

# As the library sees them; the scanner's buffer ends with a NUL.
_BREAKS = "\r\n\x85\u2028\u2029"
_ENDS = " \t\0" + _BREAKS
_BLOCK = re.compile(f"(?:[^{_ENDS}:]|:(?![{_ENDS}]))+")
_FLOW = re.compile(f"(?:[^{_ENDS}:?,\\[\\]{{}}]|:(?![{_ENDS},\\]}}])|\\?(?![{_ENDS}]))+")
_BLANKS = re.compile("[ \t]*")
_COMMENT = re.compile(f"#[^\0{_BREAKS}]*")
_ANCHOR = re.compile(r"[!-+\--9;-Z\\^-z|~]*")  # printable ASCII without flow indicators and the colon
_NO_PLAIN = frozenset("-?:,[]{}#&*!|>'\"%@`" + _ENDS)


class Rules:
    """The methods of a scanner that differ; the class they are mixed into gives the rest, and these two."""

    ScalarToken: Any
    ScannerError: Any

    def check_key(self) -> bool:
        """Tell whether a question mark begins a key: only before a blank, in flow style too."""
        return self._next() in _ENDS

    def check_value(self) -> bool:
        """Tell whether a colon begins a value: before a blank, or in flow style but at the start of an item."""
        if self._next() in _ENDS:
            return True
        reader = self.reader
        return bool(self.flow_level) and reader.buffer[: reader.pointer].rstrip(" \t" + _BREAKS)[-1:] not in (",", "[")

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

    def _next(self) -> str:
        return str(self.reader.peek(1))
