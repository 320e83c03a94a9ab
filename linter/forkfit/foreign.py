"""Parts of somebody else's: what breaks in them, or comes back as nonsense, is told by the name of their plugin."""

from __future__ import annotations

import re
import traceback
from collections.abc import Callable, Iterable, Iterator
from io import StringIO
from itertools import islice
from typing import TextIO, TypeVar

from forkfit.model.container import Process
from forkfit.model.files import Files
from forkfit.model.finding import Finding, Severity
from forkfit.model.format import Format, Look
from forkfit.model.launcher import Claim, Launcher
from forkfit.model.memory import Memory
from forkfit.model.record import Record
from forkfit.model.report import PluginFailed, Report
from forkfit.model.rule import Rule
from forkfit.model.span import Role, Span
from forkfit.model.stack import Stack
from forkfit.model.text import Text
from forkfit.model.trouble import Tell
from forkfit.model.value import Absent, Bounded, ByCpus, Known, Unknown, alternatives
from forkfit.model.weight import Confidence
from forkfit.model.worker import Autoscale, Pool, Worker

MOST = 100_000  # of what one call returns; more is no end
T = TypeVar("T")

_KINDS: dict[str, tuple[type, ...]] = {
    **{kind.__name__: (kind,) for kind in (bool, str, Confidence, Role, Severity, Span, Text)},
    **{kind.__name__: (kind,) for kind in (Memory, Pool, Autoscale)},
    "int": (int,),
    "tuple": (tuple,),
    "Trail": (tuple,),
    "Value": (Known, Absent, ByCpus, Unknown, Bounded),
}


class ForeignRule(Rule):
    """A rule of a plugin."""

    plugin: str = ""

    def check(self, stack: Stack) -> Iterator[Finding]:
        """Yield what the rule finds in one project; raise PluginFailed."""
        whose = f"the rule {self.id} of the plugin {self.plugin!r}"
        yield from _all(Finding, lambda: super(ForeignRule, self).check(stack), whose, "check")


class ForeignLauncher(Launcher):
    """A launcher of a plugin."""

    plugin: str = ""

    @property
    def _whose(self) -> str:
        return f"the launcher {self.name!r} of the plugin {self.plugin!r}"

    def claims(self, argv: tuple[Text, ...]) -> Claim:
        """Say whether a command starts workers; raise PluginFailed."""
        claim = called(lambda: super(ForeignLauncher, self).claims(argv), self._whose, "claims")
        if not isinstance(claim, Claim):
            raise PluginFailed(f"{self._whose} returns {_brief(claim)} from claims where a Claim belongs")
        return claim

    def settle(self, process: Process, files: Files, tell: Tell) -> tuple[Worker, ...]:
        """Work out the values of the workers that a claimed command starts; raise PluginFailed."""
        return _all(Worker, lambda: super(ForeignLauncher, self).settle(process, files, tell), self._whose, "settle")


class ForeignFormat(Format):
    """A format of a plugin; what it writes comes whole or not at all."""

    plugin: str = ""

    def write(self, report: Report, out: TextIO, look: Look) -> None:
        """Write a report; raise PluginFailed."""
        written = StringIO()
        called(
            lambda: super(ForeignFormat, self).write(report, written, look),
            f"the format {self.name!r} of the plugin {self.plugin!r}",
            "write",
        )
        out.write(written.getvalue())


_FOREIGN: dict[type, type[Record]] = {Rule: ForeignRule, Launcher: ForeignLauncher, Format: ForeignFormat}


def foreign(part: T, plugin: str) -> T:
    """Return a part as one of a plugin's; what is no part with code of its own stays as it is."""
    kind = _FOREIGN.get(type(part))
    return kind(*part._values(), plugin) if kind is not None and isinstance(part, Record) else part  # type: ignore[return-value]


def called(ask: Callable[[], T], whose: str, function: str) -> T:
    """Return what a function of a plugin returns; raise PluginFailed where it raises or would end the process."""
    try:
        return ask()
    except (Exception, SystemExit) as error:
        raise PluginFailed(f"{whose} fails in {function}: {type(error).__name__}: {error}{_place(error)}") from error


def all_of(returned: Iterable[T]) -> tuple[T, ...]:
    """Return all that was returned; raise ValueError where that takes no end."""
    found = tuple(islice(returned, MOST + 1))
    if len(found) > MOST:
        raise ValueError(f"more than {MOST} are returned")
    return found


def oddity(record: Record) -> str:
    """Say which field of a record holds what it must not, or nothing."""
    for name in type(record).__fields__:
        written = (getattr(kind, "__annotations__", {}).get(name) for kind in type(record).__mro__)
        odd = _odd(getattr(record, name), next(filter(None, written), ""))
        if odd:
            return f"{type(record).__name__}.{name} is {odd}"
    return ""


def _all(kind: type[T], ask: Callable[[], Iterable[T]], whose: str, function: str) -> tuple[T, ...]:
    found = called(lambda: all_of(ask()), whose, function)
    for one in found:
        if not isinstance(one, kind):
            raise PluginFailed(f"{whose} returns {_brief(one)} from {function} where a {kind.__name__} belongs")
        if isinstance(one, Record) and (odd := oddity(one)):
            raise PluginFailed(f"{whose} returns from {function} what cannot be: {odd}")
    return found


def _odd(value: object, written: str) -> str:
    """Say what a value is, where it is none of the types that are written, or holds one that is odd; nothing otherwise."""
    before, _, within = written.partition("[")
    outside = before + within.rpartition("]")[2]
    names = [re.match(r"[\w.]*", part.strip())[0] for part in outside.split("|")]  # type: ignore[index]
    if value is None:
        return "" if "None" in names or not written else "None"
    kinds = [_KINDS.get(name) for name in names if name != "None"]
    if all(kind is not None for kind in kinds) and kinds:
        fits = any(isinstance(value, kind or ()) for kind in kinds)
        if not fits or (isinstance(value, bool) and names == ["int"]):
            return f"{_brief(value)}, no {' or '.join(names)}"
    inner = re.match(r"Value\[(\w+)\]", written)
    if inner and isinstance(value, (Known, Bounded)):
        known = [one.value for one in alternatives(value) if isinstance(one, Known)]
        return next((odd for one in known if (odd := _odd(one, inner[1]))), "")
    if isinstance(value, tuple):
        return next((odd for one in value if isinstance(one, Record) and (odd := oddity(one))), "")
    return oddity(value) if isinstance(value, Record) else ""


def _brief(value: object) -> str:
    """Name a value without asking it to describe itself, which may be long and may break."""
    return repr(value)[:80] if isinstance(value, (str, int, float, type(None))) else f"a {type(value).__name__}"


def _place(error: BaseException) -> str:
    """Say where an error was raised, in words; its author has no other trace of it."""
    frames = traceback.extract_tb(error.__traceback__)
    return f" ({frames[-1].filename.replace(chr(92), '/').rpartition('/')[2]}:{frames[-1].lineno})" if frames else ""
