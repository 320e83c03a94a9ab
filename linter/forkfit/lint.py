"""One whole run, from arguments to a report: the same for the command and for users of the library."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from posixpath import dirname

from forkfit.arguments import Arguments
from forkfit.builtin import gathered
from forkfit.compose.load import Request
from forkfit.compose.targets import Order, Targets, targets
from forkfit.config.find import Shelf
from forkfit.config.table import BadSettings
from forkfit.judging.choose import strangers
from forkfit.model.files import Files
from forkfit.model.record import Record
from forkfit.model.report import Report
from forkfit.model.settings import Layer, Settings
from forkfit.pipeline import check
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


def linted(run: Run, today: str, report_bug: Callable[[Exception], None]) -> Report:
    """Make a run, as of today (2027-01-31); raise Unusable for a supposition of what is not there."""
    report = check(run.targets, run.files, run.parts, run.settings_of, today, report_bug)
    if run.settings.suppositions:
        from forkfit.supposed import refuse_strangers

        refuse_strangers(report, run.settings.suppositions)
    return report.replace(fail_on=run.settings.fail_on)


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
