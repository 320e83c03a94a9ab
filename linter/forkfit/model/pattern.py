"""Shell patterns for paths, matched in time that grows with pattern times path, whoever wrote them."""

from __future__ import annotations

import re
from fnmatch import translate
from functools import lru_cache

ANY_DEPTH = "**"
_SPECIAL = frozenset("*?[\\")


def is_pattern(text: str) -> bool:
    """Tell whether a name holds a wildcard or an escape."""
    return not _SPECIAL.isdisjoint(text)


def fits(pattern: str, name: str) -> bool:
    """Tell whether one name of a path fits a pattern, as Go's filepath.Match and a shell see it."""
    return pattern == name if not is_pattern(pattern) else _compiled(pattern).match(name) is not None


def fits_path(pattern: tuple[str, ...], path: tuple[str, ...]) -> bool:
    """Tell whether a path fits a pattern, name by name; ``**`` stands for any number of names."""
    at = place = 0
    after_star = star_place = -1
    while place < len(path):
        if at < len(pattern) and pattern[at] == ANY_DEPTH:
            at, after_star, star_place = at + 1, at + 1, place
        elif at < len(pattern) and fits(pattern[at], path[place]):
            at, place = at + 1, place + 1
        elif after_star != -1:
            # The leftmost fit of what stands before the last ** is as good as any, so only that one grows.
            star_place += 1
            at, place = after_star, star_place
        else:
            return False
    return all(part == ANY_DEPTH for part in pattern[at:])


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    # fnmatch writes [!a] where Go writes [^a], and knows no escapes; it uses atomic groups, so that no pattern is slow.
    plain = re.sub(r"\\(.)", lambda found: f"[{found.group(1)}]" if found.group(1) in "*?[" else found.group(1), pattern)
    return re.compile(translate(plain.replace("[^", "[!")))
