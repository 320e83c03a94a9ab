"""The figures of a budget over the number of children, drawn as SVG."""

from __future__ import annotations

from collections.abc import Iterator

from forkfit.formats.escape import xml
from forkfit.model.budget import Course, Curve
from forkfit.model.memory import Memory
from forkfit.model.record import Record

# The picture's own units; the page scales it to the width that there is.
_WIDTH, _HEIGHT = 640, 400
_LEFT, _RIGHT, _TOP, _BOTTOM = 62, 112, 62, 62
_APART = 24  # between names at the end of courses
_MOST_ROWS, _MOST_TICKS = 5, 8
_IN_GIB_FROM = 8 * 1024  # MiB at the top


class Plane(Record):
    """Where counts and amounts stand in the picture: up to so many children, and so many MiB."""

    reach: int
    top: int

    def x(self, count: float) -> float:
        """Return the place of a count."""
        return round(_LEFT + count * (_WIDTH - _LEFT - _RIGHT) / self.reach, 1)

    def y(self, amount: Memory) -> float:
        """Return the place of an amount."""
        return round(_HEIGHT - _BOTTOM - amount.in_mib * (_HEIGHT - _TOP - _BOTTOM) / self.top, 1)


def plot(curve: Curve, limit: Memory | None) -> str:
    """Return the curve with the limit, the count in force and the one that fits."""
    most = max(need.in_mib for course in curve.courses for need in course.needs)
    if limit is not None and limit.in_mib < 3 * most:
        most = max(most, limit.in_mib * 1.05)
    step = _power(most)
    plane = Plane(curve.counts[-1], max(1, -(-int(most + 1) // step)) * step)
    drawn_limit = limit if limit is not None and limit.in_mib <= plane.top else None
    parts = [
        *(_above(drawn_limit, plane) if drawn_limit is not None else ()),
        *_rows(plane, step),
        *_ticks(curve, plane),
        *_markers(curve, plane),
        *(_course(course, curve.counts, plane) for course in curve.courses),
        *(_limit(drawn_limit, plane) if drawn_limit is not None else ()),
        *_dots(curve, plane, limit),
        *_names(curve.courses, drawn_limit, plane),
    ]
    return f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="memory over {xml(curve.unit)}">{"".join(parts)}</svg>'


def _power(most: float) -> int:
    """Return the MiB between two rows: a power of two, as memory is sold."""
    step = 1
    while most > step * _MOST_ROWS:
        step *= 2
    return step


def _above(limit: Memory, plane: Plane) -> Iterator[str]:
    height = round(plane.y(limit) - _TOP, 1)
    yield f'<rect class="too-much" x="{_LEFT}" y="{_TOP}" width="{round(plane.x(plane.reach) - _LEFT, 1)}" height="{height}"/>'


def _limit(limit: Memory, plane: Plane) -> Iterator[str]:
    y = plane.y(limit)
    yield f'<line class="limit" x1="{_LEFT}" x2="{plane.x(plane.reach)}" y1="{y}" y2="{y}"><title>limit {limit}</title></line>'


def _rows(plane: Plane, step: int) -> Iterator[str]:
    unit, size = ("GiB", 1024) if plane.top >= _IN_GIB_FROM else ("MiB", 1)
    for mib in range(0, plane.top + 1, step):
        y = plane.y(Memory.mib(mib))
        yield f'<line class="axis" x1="{_LEFT}" x2="{plane.x(plane.reach)}" y1="{y}" y2="{y}"/>'
        yield f'<text class="soft" x="{_LEFT - 9}" y="{y + 5}" text-anchor="end">{mib / size:g}</text>'
    yield f'<text class="soft" x="{_LEFT - 9}" y="{_TOP - 18}" text-anchor="end">{unit}</text>'


def _ticks(curve: Curve, plane: Plane) -> Iterator[str]:
    steps = (digit * 10**power for power in range(9) for digit in (1, 2, 5))
    step = next(step for step in steps if plane.reach <= step * _MOST_TICKS)
    for count in range(0, plane.reach + 1, step):
        yield f'<text class="soft" x="{plane.x(count)}" y="{_HEIGHT - _BOTTOM + 22}" text-anchor="middle">{count}</text>'
    middle = round((_LEFT + plane.x(plane.reach)) / 2, 1)
    yield f'<text class="soft" x="{middle}" y="{_HEIGHT - _BOTTOM + 48}" text-anchor="middle">{xml(curve.unit)}</text>'


def _markers(curve: Curve, plane: Plane) -> Iterator[str]:
    """Yield a line for the count in force and one for the count that fits, each with its name in a row of its own."""
    for row, (count, name) in enumerate(((curve.now, "now"), (curve.fits, "fits" if curve.fits == 1 else "fit"))):
        if count is None or count > plane.reach:
            continue
        x, y = plane.x(count), _TOP - 36 + row * 25
        anchor, aside = ("end", -7) if count * 2 > plane.reach else ("start", 7)
        said = "none fits" if not count and row else f"{count} {name}"
        yield f'<line class="marker" x1="{x}" x2="{x}" y1="{y - 12}" y2="{_HEIGHT - _BOTTOM}"/>'
        yield f'<text class="{"strong" if row else "soft"}" x="{round(x + aside, 1)}" y="{y}" text-anchor="{anchor}">{said}</text>'


def _course(course: Course, counts: tuple[int, ...], plane: Plane) -> str:
    """Return the line of a figure: its ends, and where its slope changes."""
    points = [(count, need) for count, need in zip(counts, course.needs, strict=True)]
    kept = [
        point
        for index, point in enumerate(points)
        if index in (0, len(points) - 1) or _slope(points[index - 1], point) != _slope(point, points[index + 1])
    ]
    written = " ".join(f"{plane.x(count)},{plane.y(need)}" for count, need in kept)
    return f'<polyline class="course {_css_class(course)}" points="{written}"/>'


def _slope(one: tuple[int, Memory], other: tuple[int, Memory]) -> int:
    return (other[1].bytes - one[1].bytes) // (other[0] - one[0])


def _dots(curve: Curve, plane: Plane, limit: Memory | None) -> Iterator[str]:
    """Yield dots on the course that decides, at the count in force and at the one that fits."""
    course = next(course for course in curve.courses if course.decides)
    for count in dict.fromkeys((curve.now, curve.fits)):
        need = _need(course, curve.counts, count) if count and count <= plane.reach else None
        if need is not None:
            over = " over" if limit is not None and limit < need else ""
            title = f"<title>{count} {xml(curve.unit)}: {need}</title>"
            yield f'<circle class="dot{over}" cx="{plane.x(count or 0)}" cy="{plane.y(need)}" r="6">{title}</circle>'


def _need(course: Course, counts: tuple[int, ...], count: int) -> Memory:
    """Return what is needed with a count, between two that are drawn by the line between them."""
    after = next(index for index, drawn in enumerate(counts) if drawn >= count)
    if counts[after] == count:
        return course.needs[after]
    before = after - 1
    slope = _slope((counts[before], course.needs[before]), (counts[after], course.needs[after]))
    return Memory(course.needs[before].bytes + slope * (count - counts[before]))


def _names(courses: tuple[Course, ...], limit: Memory | None, plane: Plane) -> Iterator[str]:
    """Yield the names of the courses and of the limit at their ends, pushed apart where they are close."""
    ends = [(plane.y(course.needs[-1]), course.figure, "strong" if course.decides else "soft") for course in courses]
    if limit is not None:
        ends.append((plane.y(limit), "limit", "of-limit"))
    below = _HEIGHT - _BOTTOM + 5.0 + _APART
    for end, name, text_class in sorted(ends, reverse=True):
        below = min(end + 5, below - _APART)
        yield f'<text class="{text_class}" x="{plane.x(plane.reach) + 10}" y="{round(below, 1)}">{xml(name)}</text>'


def _css_class(course: Course) -> str:
    return f"{course.figure.rpartition(' ')[2]}{' decides' if course.decides else ''}"
