"""The identity of a finding: what stays the same when lines move and words change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from forkfit.model.finding import Finding, Signed

VERSION = 1


def fingerprint(rule: str, finding: Finding, occurrence: int = 0) -> str:
    """Return a finding's identity: from rule, service, evidence and file, never from a line or a message.

    `occurrence` tells findings apart that are alike in all of these, by their order.
    """
    from hashlib import blake2s

    parts = [rule, finding.service, finding.evidence, finding.at.file, *([str(occurrence)] if occurrence else [])]
    written = "".join(f"{len(part)}:{part}" for part in parts)
    return f"{VERSION}:{blake2s(written.encode('utf-8', 'surrogatepass'), digest_size=8).hexdigest()}"


def sign(found: Iterable[Signed]) -> tuple[Signed, ...]:
    """Give each finding its fingerprint, in the order given."""
    seen: Counter[tuple[str, str, str, str]] = Counter()
    signed = []
    for one in found:
        finding = one.finding
        alike = (one.rule, finding.service, finding.evidence, finding.at.file)
        signed.append(one.replace(fingerprint=fingerprint(one.rule, finding, seen[alike])))
        seen[alike] += 1
    return tuple(signed)
