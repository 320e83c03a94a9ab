"""What has changed since a revision, as plain dictionaries: the key ``since`` of the JSON contract.

Places in the trails of what was before are places of the files at the revision.
"""

from __future__ import annotations

from forkfit.formats.contract import Plain, value
from forkfit.formats.redact import redacted
from forkfit.formats.since import growth
from forkfit.model.change import Change, Fit, Sight, Since
from forkfit.model.container import Container, Unseen

_FITS = {Fit.FITS: True} | dict.fromkeys((Fit.AT_START, Fit.WARM, Fit.BUSY, Fit.HANDBOOK), False)


def since(one: Since) -> Plain:
    """Return all services with workers at the revision or now, those that are as they were too."""
    return {
        "revision": redacted(one.revision),
        "commit": one.commit,
        "services": [_change(change) for change in one.changes],
        "not_loaded": list(one.unloaded),
        "as_now": list(one.beside),
    }


def _change(one: Change) -> Plain:
    before, now = (sight.found if sight is not None and isinstance(sight.found, Container) else None for sight in (one.before, one.now))
    both = (before.estimate, now.estimate) if before is not None and now is not None else None
    return {
        "service": one.service,
        "file": one.at.file,
        "line": one.at.line,
        "project": one.project,
        "changed": one.is_one,
        "before_known": not one.unloaded,
        "before": sight(one.before),
        "now": sight(one.now),
        "at_start_growth_bytes": growth(both[0].at_start, both[1].at_start) if both else None,
        "warm_growth_bytes": growth(both[0].warm, both[1].warm) if both else None,
    }


def sight(one: Sight | None) -> Plain | None:
    """Return what a service's container needs at one time."""
    if one is None:
        return None
    found = one.found
    if isinstance(found, Unseen):
        return {"unseen": redacted(found.why)}
    return {
        "at_start_bytes": value(found.estimate.at_start),
        "warm_bytes": value(found.estimate.warm),
        "busy_bytes": value(found.estimate.busy),
        "handbook_bytes": value(found.estimate.handbook),
        "at_least": found.estimate.at_least,
        "memory_limit_bytes": value(found.memory_limit),
        "processes": value(found.processes),
        "fits_at_start": found.estimate.fits_at_start,
        "fits_warm": found.estimate.fits_warm,
        "safe_concurrency": found.estimate.safe_concurrency,
        "fits": _FITS.get(one.fit),
        "verdict": one.fit.value,
    }
