"""Print the manual pages of rules, offline."""

from __future__ import annotations

from forkfit.arguments import Arguments, Usage
from forkfit.builtin import gathered
from forkfit.judging.choose import nearest
from forkfit.streams import Streams, whole


def run(arguments: Arguments, streams: Streams) -> int:
    """Print the page of each rule that is named by id or name; without any, list the rules."""
    rules = gathered().rules
    found = []
    for wanted in arguments.paths:
        rule = next((r for r in rules if wanted.upper() == r.id or wanted.lower() == r.name), None)
        if rule is None:
            raise Usage(f"no rule {wanted!r}{nearest(wanted, rules)}")
        found.append(f"{rule.id} {rule.name} ({rule.severity.word})\n\n{rule.page.strip()}\n")
    with whole(streams.out):
        streams.out.write("\n\n".join(found) if found else "".join(f"{r.id}  {r.severity.word:<8}{r.name}\n" for r in rules))
    return 0
