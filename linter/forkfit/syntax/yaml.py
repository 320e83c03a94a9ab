"""YAML as Compose reads it: text in, nodes with places out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from forkfit.model.document import Node, Plain, Scalar, Style
from forkfit.model.source import BrokenSource, Source
from forkfit.model.span import Role, Span, Step, whole_file
from forkfit.syntax import yaml_events as events
from forkfit.syntax.yaml_nodes import MERGE, MERGE_TAG, MOST_LEVELS, MOST_NODES, Collections, is_merge, too_deep, too_many
from forkfit.syntax.yaml_scalars import CORE, resolve, resolve_tagged

_STYLES = {"": Style.PLAIN, None: Style.PLAIN, "'": Style.SINGLE, '"': Style.DOUBLE, "|": Style.LITERAL, ">": Style.FOLDED}
_PROPERTIES = r"(?:[&!][^ \t\r\n,\[\]{}]*(?:[ \t]*(?:\#[^\r\n]*)?[\r\n]+)*[ \t]*)+"
_BEFORE_NOTHING = r"(?:[ \t]*(?:#[^\r\n]*)?(?:\r\n?|\n))*+[ \t]*[-:?](?=\s|$)|[ \t]*:"
_OPEN = Scalar(None, "", Span("", 1, 1, 1, 1))  # stands for an anchor whose node is not at its end yet


def parse(source: Source, *, pure: bool = False) -> tuple[Node, ...]:
    """Return one node a document; raise BrokenSource with its place for what Compose would not read.

    A key that is no text keeps its `value`, for Compose refuses it only where it knows its path. An entry tagged
    ``!reset`` does not hide the same key of a merge key: the mapping then has both.
    """
    try:
        try:
            stream = None if pure else events.fast(source.text, source.starts)
            if stream is not None:
                return _Reader(source).read(stream)
        except events.YAMLError as error:
            if not events.heals(error):
                raise
        return _Reader(source).read(events.pure(source.text, source.starts))
    except (events.YAMLError, UnicodeEncodeError) as error:
        from forkfit.syntax.yaml_faults import broken

        raise broken(source, error) from error


class _Reader:
    """Builds nodes from events; holds the anchors, which outlive their document in Go's YAML."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.anchors: dict[str, Node] = {}
        self.collections = Collections(source)

    def read(self, stream: Iterator[Any]) -> tuple[Node, ...]:
        """Return the documents."""
        source, anchors = self.source, self.anchors
        path = source.path
        scalar, alias = events.ScalarEvent, events.AliasEvent
        starts = (events.MappingStartEvent, events.SequenceStartEvent)
        ends = (events.MappingEndEvent, events.SequenceEndEvent)
        documents: list[Node] = []
        items = documents
        stack: list[tuple[list[Node], Any]] = []
        start: Any = None
        edge: Any = None  # the end of the last thing written: a block collection ends there too, and nothing stands behind it
        kind: Any = None
        for event in islice(stream, MOST_NODES):
            kind = type(event)
            if kind is scalar:
                raw = event.value
                if event.ctag is None and event.anchor is None:
                    style = event.style
                    value: Plain = raw
                    if not style:
                        value = resolve(raw)
                        if raw == "":
                            items.append(Scalar(None, "", self._nowhere(edge or event.start_mark), source=source))
                            continue
                        if raw == MERGE:
                            self.collections.has_merge = True
                    begin, edge = event.start_mark, event.end_mark
                    items.append(_leaf(value, raw, _STYLES[style], source, path, begin, edge))
                else:
                    edge = event.end_mark
                    node = self._marked(event)
                    items.append(node)
                    if event.anchor is not None:
                        anchors[event.anchor] = node
            elif kind in ends:
                if start.flow_style:
                    edge = event.end_mark
                at = self._place(start, edge)
                make = self.collections.mapping if kind is ends[0] else self.collections.sequence
                ended: Node = make(items, at, _custom(start.tag))
                if start.anchor is not None:
                    anchors[start.anchor] = ended
                items, start = stack.pop()
                items.append(ended)
            elif kind in starts:
                edge = event.end_mark
                if len(stack) >= MOST_LEVELS:
                    raise too_deep(self._place(event, edge))
                if event.anchor is not None:
                    anchors[event.anchor] = _OPEN
                stack.append((items, start))
                items, start = [], event
            elif kind is alias:
                edge = event.end_mark
                items.append(self._alias(event, items, start, stack))
            elif kind is events.DocumentStartEvent:
                edge = event.end_mark
                if event.version is not None and tuple(event.version) != (1, 1):
                    raise BrokenSource("Compose reads only %YAML 1.1", self._place(event, edge), "Remove the %YAML line.")
        if kind is not None and kind is not events.StreamEndEvent:
            raise too_many(whole_file(path))
        return tuple(documents)

    def _index(self, mark: Any) -> int:
        return int(self.source.starts[mark.line] + mark.column)

    def _nowhere(self, edge: Any) -> Span:
        """Return where a value would stand that is not there: behind its colon or dash."""
        index = self._index(edge)
        found = re.compile(_BEFORE_NOTHING).match(self.source.text, index)
        return self.source.span(found.end(), found.end()) if found else self.source.span(index, index)

    def _place(self, event: Any, end: Any) -> Span:
        """Return the span of a node without its anchor and tag."""
        begin = event.start_mark
        line, column = begin.line + 1, begin.column + 1
        if getattr(event, "anchor", None) is not None or getattr(event, "ctag", None) is not None:
            found = re.compile(_PROPERTIES).match(self.source.text, self._index(begin))
            if found and found.end() <= self._index(end):
                after = self.source.span(found.end(), found.end())
                line, column = after.line, after.column
        return Span(self.source.path, line, column, end.line + 1, end.column + 1)

    def _marked(self, event: Any) -> Scalar:
        """Return a scalar that has an anchor or a tag."""
        raw, tag = event.value, event.tag
        style = _STYLES[event.style]
        at = self._place(event, event.end_mark)
        value: Plain = raw  # a tag of one's own makes text of anything: `!override 2` is "2"
        if tag is None or tag == "!":
            value = resolve(raw) if style is Style.PLAIN else raw
            self.collections.has_merge = self.collections.has_merge or raw == MERGE
        elif tag == MERGE_TAG:
            self.collections.has_merge = True
        elif tag.startswith(CORE):
            try:
                value = resolve_tagged(tag, raw)
            except ValueError as error:
                raise BrokenSource(str(error), at, "Remove the tag, or write a value of that kind.") from error
            if tag == CORE + "binary":
                raw = str(value)
        return Scalar(value, raw, at, style, _custom(tag), (), self.source, None)

    def _alias(self, event: Any, items: list[Node], start: Any, stack: list[tuple[list[Node], Any]]) -> Node:
        """Return what an alias stands for, with a step that says so; below a merge key the step is that of the merge."""
        name = event.anchor
        first, last = event.start_mark, event.end_mark
        at = Span(self.source.path, first.line + 1, first.column + 1, last.line + 1, last.column + 1)
        node = self.anchors.get(name)
        if node is None:
            raise BrokenSource(f"there is no anchor &{name} before this alias", at, f"Write &{name} before the value that *{name} repeats.")
        if node is _OPEN:
            raise BrokenSource(f"the anchor &{name} contains itself", at, "Write out what the alias is to repeat.")
        if type(start) is events.SequenceStartEvent and stack:
            items, start = stack[-1]
        merges = self.collections.has_merge and type(start) is events.MappingStartEvent and len(items) % 2 == 1 and is_merge(items[-1])
        return self.collections.brought(node, Step(Role.MERGED if merges else Role.ALIASED, at), len(stack))


_new = object.__new__
_put_value, _put_raw, _put_at, _put_style, _put_tag, _put_trail, _put_source, _put_pieces = Scalar.__puts__
_put_file, _put_line, _put_column, _put_end_line, _put_end_column = Span.__puts__


def _leaf(value: Plain, raw: str, style: Style, source: Source, path: str, begin: Any, end: Any) -> Scalar:
    """Return ``Scalar(value, raw, Span(...), style, source=source)`` at a third of its cost; files are made of these."""
    at, made = _new(Span), _new(Scalar)
    _put_file(at, path)
    _put_line(at, begin.line + 1)
    _put_column(at, begin.column + 1)
    _put_end_line(at, end.line + 1)
    _put_end_column(at, end.column + 1)
    _put_value(made, value)
    _put_raw(made, raw)
    _put_at(made, at)
    _put_style(made, style)
    _put_tag(made, "")
    _put_trail(made, ())
    _put_source(made, source)
    _put_pieces(made, None)
    return made


def _custom(tag: str | None) -> str:
    """Return a tag of one's own, such as ``!reset``; a core tag has done its work in the value."""
    return "" if tag is None or tag == "!" or (tag.startswith(CORE) and tag != MERGE_TAG) else tag
