"""A suppression that silences nothing: it names no rule, its day is over, or what it was written for is gone.

What it does
------------
Looks at every ``# compose-lint: ignore[...]`` comment in the files that were read (Compose files, env files, Dockerfiles,
shell scripts, Python), and at ``x-compose-lint: {ignore: [...]}`` on services. It names the words that are no rule, the
comments that cannot be understood, those whose ``until=`` is past, and the rules that would be silent without them.

A suppression holds for what has its cause on the comment's own line, on the line below a comment that stands alone,
in the lines of a YAML key at which it stands, or in the service at whose key it stands.

Why it matters
--------------
A suppression that outlives its reason hides the next fault at the same place, and one with a slip of the pen hides
nothing while its author believes that it does.

Example
-------
::

    services:
      worker:
        command: celery -A proj worker --concurrency=4
        mem_limit: 1g  # compose-lint: ignore[FF1O1] measured: it fits

Use instead::

    services:
      worker:
        command: celery -A proj worker --concurrency=4
        mem_limit: 1g  # compose-lint: ignore[FF101] until=2027-01-31 measured: it fits

When it cannot tell
-------------------
Of a rule that the settings do not select, of a service that no active profile starts, and where other Compose files
of the repository were not looked at in this run and might need it, it says nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from forkfit.api import Finding, Severity, Stack, Suppression

ID = "FF904"
SEVERITY = Severity.WARNING
COMES_LAST = True  # the other rules have spoken by then

_FORM = "Write `# compose-lint: ignore[FF101] reason`, several rules between commas."


def check(stack: Stack) -> Iterator[Finding]:
    """Yield a finding for each suppression, or each word of one, that silences nothing."""
    for one in stack.suppressions:
        if one.fault:
            yield _finding(one, f"this suppression {one.fault}, so it suppresses nothing", _FORM, "fault")
            continue
        for word, hint in one.unknown:
            yield _finding(one, f"this suppression names {word}, which is no rule{hint}", "Correct it, or remove it.", f"unknown {word}")
        if one.expired:
            words = ", ".join(one.words)
            cure = "Look again whether it still has a reason: then give it another day, otherwise remove it."
            yield _finding(one, f"this suppression of {words} held until {one.until}, and no longer does", cure, f"expired {words}")
        elif one.unused:
            words = ", ".join(one.unused)
            yield _finding(one, f"this suppression of {words} suppresses nothing", "Remove it.", f"unused {words}")


def _finding(one: Suppression, message: str, cure: str, evidence: str) -> Finding:
    return Finding(message, one.at, help=cure, service=one.within, evidence=evidence)
