"""The options of Celery's command line by release."""

from __future__ import annotations

from forkfit.launchers.celery.release import Release
from forkfit.model.record import Record

FIVE: Release = (5, 0)


class Option(Record):
    """An option of the command line: its spellings, whether it takes a value, where it stands, which releases have it.

    `everywhere` options stand before the sub-command in Celery 5; the others after it. 4.x takes either anywhere.
    """

    name: str
    spellings: tuple[str, ...]
    takes_value: bool
    everywhere: bool = False
    since: Release = (3, 1)
    until: Release = (99, 0)

    def exists_in(self, release: Release) -> bool:
        """Tell whether that release knows the option."""
        return self.since <= release <= self.until


def _worker(spellings: str, takes_value: bool, since: Release = (3, 1), until: Release = (99, 0), name: str = "") -> Option:
    names = tuple(spellings.split())
    return Option(
        name or next(n for n in names if n.startswith("--") or len(names) == 1).lstrip("-"), names, takes_value, False, since, until
    )


# celery/bin/worker.py and celery/bin/celery.py of each release, run on 3.1, 4.4 and 5.0 to 5.7.
OPTIONS: tuple[Option, ...] = (
    Option("app", ("-A", "--app"), True, True),
    Option("broker", ("-b", "--broker"), True, True),
    Option("result-backend", ("--result-backend",), True, True, (4, 0)),
    Option("loader", ("--loader",), True, True),
    Option("config", ("--config",), True, True),
    Option("workdir", ("--workdir",), True, True),
    Option("no-color", ("-C", "--no-color"), False, True),
    Option("quiet", ("-q", "--quiet"), False, True),
    Option("version", ("--version",), False, True),
    Option("skip-checks", ("--skip-checks",), False, True, (5, 3)),
    Option("help", ("-h", "--help"), False, True),
    _worker("-n --hostname", True),
    _worker("-D --detach", False),
    _worker("-S --statedb", True),
    _worker("-l --loglevel", True),
    _worker("-O --optimization", True),
    _worker("--prefetch-multiplier", True, (4, 0)),
    _worker("--disable-prefetch", False, (5, 6)),
    _worker("-c --concurrency", True),
    _worker("-P --pool", True),
    _worker("-E --task-events --events", False),
    _worker("--time-limit", True),
    _worker("--soft-time-limit", True),
    _worker("--max-tasks-per-child", True, (4, 0)),
    _worker("--maxtasksperchild", True, (3, 1), (4, 4), "max-tasks-per-child"),
    _worker("--max-memory-per-child", True, (4, 0)),
    _worker("--maxmemperchild", True, (4, 0), (4, 4), "max-memory-per-child"),
    _worker("--pool-start-method", True, (5, 7)),
    _worker("--purge --discard", False),
    _worker("-Q --queues", True),
    _worker("-X --exclude-queues", True),
    _worker("-I --include", True),
    _worker("--without-gossip", False),
    _worker("--without-mingle", False),
    _worker("--without-heartbeat", False),
    _worker("--heartbeat-interval", True),
    _worker("--autoscale", True),
    _worker("--autoreload", False, (3, 1), (3, 1)),
    _worker("--no-execv", False, (3, 1), (4, 4)),
    _worker("--force-execv", False, (3, 1), (4, 4)),
    _worker("-B --beat", False),
    _worker("-s --schedule --schedule-filename", True),
    _worker("--scheduler", True),
    _worker("-f --logfile", True),
    _worker("--pidfile", True),
    _worker("--uid", True),
    _worker("--gid", True),
    _worker("--umask", True),
    _worker("--executable", True),
)
BY_SPELLING = {spelling: option for option in OPTIONS for spelling in option.spellings}


def long_option(name: str) -> tuple[Option | None, bool]:
    """Return the option of a long spelling, and whether it is abbreviated, which optparse and argparse allow."""
    if name in BY_SPELLING:
        return BY_SPELLING[name], False
    found = {o.name: o for spelling, o in BY_SPELLING.items() if spelling.startswith(name) and o.since < FIVE}
    return (next(iter(found.values())), True) if len(found) == 1 else (None, False)


def longest(option: Option) -> str:
    """Return the spelling of an option that messages use."""
    return max(option.spellings, key=len)
