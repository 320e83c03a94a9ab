"""One whole run, from arguments to a report: the same for the command and for users of the library."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from posixpath import dirname

from forkfit.arguments import Arguments
from forkfit.builtin import gathered
from forkfit.compose.load import Request
from forkfit.compose.targets import Order, Targets, targets
from forkfit.config.find import Shelf
from forkfit.config.refusal import BadSettings
from forkfit.files import Remembered
from forkfit.formats.redact import may_hold_secrets
from forkfit.judging.choose import strangers
from forkfit.model.files import Files
from forkfit.model.record import Record
from forkfit.model.report import Report
from forkfit.model.settings import Layer, Settings
from forkfit.model.source import Source
from forkfit.pipeline import Each, check
from forkfit.place import Place, locate
from forkfit.plugins import Parts


class Run(Record):
    """A run that is ready to be made: where, on which files, for whom, by which settings, with which parts.

    `order` leaves out what the settings exclude; `settings` are those in force where the run takes place.
    """

    place: Place
    files: Files
    order: Order
    targets: Targets
    settings: Settings
    settings_of: Callable[[Request], Settings]
    parts: Parts


def shelf(arguments: Arguments, place: Place, given: Layer | None = None) -> Shelf:
    """Return the settings of every folder; those that are `given` stand in place of every file."""
    return Shelf(place.files, arguments.settings, named=arguments.config, given=Layer({}) if arguments.isolated else given)


def prepared(arguments: Arguments, environ: Mapping[str, str], contents: Mapping[str, bytes], given: Layer | None = None) -> Run:
    """Return the run that the arguments ask for; raise Unusable. `contents`, by paths as written, win over what the disk has."""
    place = locate(arguments)
    settings = shelf(arguments, place, given)
    start = settings.of(place.settings_folder).settings
    order = place.order(arguments, environ)
    order = order.replace(exclude=(*order.exclude, *start.exclude))
    files = _with_contents(place, contents)
    wanted = targets(order, files)
    in_force = (start, *(settings.of(_home(r)).settings for r in (*wanted.requests, *wanted.candidates)))
    parts = gathered(dict.fromkeys(name for one in in_force for name in one.plugins))
    _refuse_strangers(in_force, parts)
    return Run(place, files, order, wanted, start, lambda request: settings.of(_home(request)).settings, parts)


def linted(run: Run, today: str, report_bug: Callable[[Exception], None], each: Each | None = None) -> Report:
    """Make a run, as of today (2027-01-31); raise Unusable for a supposition of what is not there. For `each` see `check`."""
    files = Remembered(run.files)
    try:
        report = check(run.targets, files, run.parts, run.settings_of, today, lambda bug: report_bug(_quiet(bug, run, files)), each)
    except Exception as bug:
        _quiet(bug, run, files)
        raise
    report = discreet(report, run, report.sources)
    if run.settings.suppositions:
        from forkfit.supposed import refuse_strangers

        refuse_strangers(report, run.settings.suppositions)
    return report.replace(fail_on=run.settings.fail_on)


def discreet(report: Report, run: Run, sources: Sequence[Source]) -> Report:
    """Return a report that shows no secret of these files."""
    if not run.order.environment and not may_hold_secrets(sources):
        return report
    from forkfit.formats.hide import hidden
    from forkfit.formats.secrets import Secrets

    return hidden(report, Secrets(sources, run.order.environment))


def _quiet(bug: Exception, run: Run, files: Remembered) -> Exception:
    """Return a bug of ours that shows no secret of the files that were read so far."""
    from forkfit.formats.hide import quiet
    from forkfit.formats.secrets import Secrets

    quiet(bug, Secrets(files.sources(), run.order.environment))
    return bug


def _with_contents(place: Place, contents: Mapping[str, bytes]) -> Files:
    if not contents:
        return place.files
    from forkfit.overlaid import Overlaid

    return Overlaid(place.files, {place.path(path): content for path, content in contents.items()})


def _refuse_strangers(in_force: Iterable[Settings], parts: Parts) -> None:
    """Refuse words that are to name a rule and name none."""
    told = dict.fromkeys(complaint for settings in in_force for complaint in strangers(settings, parts.rules))
    if told:
        raise BadSettings("\n".join(told))


def _home(request: Request) -> str:
    """Return the folder from which a project's settings are looked up."""
    return dirname(request.files[0]) or "." if request.files else request.folder
