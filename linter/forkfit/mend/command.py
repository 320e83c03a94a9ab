"""What ``--fix`` and ``--diff`` do with a report."""

from __future__ import annotations

from collections.abc import Iterator

from forkfit.formats.escape import shown
from forkfit.formats.redact import said
from forkfit.mend.diff import diff
from forkfit.mend.edit import Refused
from forkfit.mend.lints import Lints
from forkfit.mend.mend import Mended, mend
from forkfit.mend.room import LIMIT
from forkfit.mend.write import put
from forkfit.model.files import Files
from forkfit.model.report import Report
from forkfit.streams import Streams, whole


def fix(report: Report, files: Files, lints: Lints, root: str, prefer: str, unsafe: bool, streams: Streams) -> Report:
    """Mend what can be, in the files themselves, say so, and return the report of what is left."""
    if report.errors:
        return report.replace(errors=(*report.errors, "nothing is mended: the run is not complete"))
    mended = _mended(report, files, lints, prefer, unsafe)
    try:
        put(mended.contents, mended.before, files, root)
    except Refused as why:
        return report.replace(errors=(f"nothing is mended: {why}",))
    _tell([*(f"mended {shown(str(change))}" for change in mended.made), *_left(mended)], streams)
    return mended.report


def show(report: Report, files: Files, lints: Lints, prefer: str, unsafe: bool, streams: Streams) -> int:
    """Print what ``--fix`` would change, and return the exit status: 1 where that is anything."""
    for error in report.errors:
        _tell([shown(error)], streams)
    if report.errors:
        return 2
    mended = _mended(report, files, lints, prefer, unsafe)
    with whole(streams.out):
        streams.out.writelines(diff(mended))
    _tell(_left(mended), streams)
    return int(bool(mended.contents))


def _mended(report: Report, files: Files, lints: Lints, prefer: str, unsafe: bool) -> Mended:
    silenced = {signed.fingerprint: signed.suppressed for signed in report.findings if signed.suppressed is not None}

    def again(seen: Files) -> Report:
        """Judge again; what a baseline suppresses stays suppressed."""
        after = lints.again(seen)
        return after.replace(findings=tuple(s.replace(suppressed=s.suppressed or silenced.get(s.fingerprint)) for s in after.findings))

    return mend(report, files, again, lints.beside, prefer == LIMIT, unsafe)


def _left(mended: Mended) -> Iterator[str]:
    for change in mended.withheld:
        yield f"--unsafe-fixes would mend {shown(str(change))} ({change.unsafe})"
    for signed, why in mended.refused:
        yield f"not mended: {signed.rule} {said(signed.finding.service)}: {said(why)}"


def _tell(lines: Iterator[str] | list[str], streams: Streams) -> None:
    for line in lines:
        print(f"compose-lint: {line}", file=streams.err)
