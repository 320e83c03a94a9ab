"""Judge projects."""

from __future__ import annotations

from collections.abc import Iterable
from posixpath import dirname

from forkfit.arguments import Arguments
from forkfit.builtin import gathered
from forkfit.compose.load import Request
from forkfit.compose.targets import targets
from forkfit.config.find import Shelf
from forkfit.config.table import BadSettings
from forkfit.formats.choose import choose, look_on, named
from forkfit.judging.choose import strangers
from forkfit.model.format import Format, Look
from forkfit.model.report import Report
from forkfit.model.settings import Settings
from forkfit.pipeline import check
from forkfit.place import Place, locate
from forkfit.plugins import Parts
from forkfit.streams import Streams, trace, whole

_FOR_PEOPLE = (None, "text", "concise")  # the formats that may stay away; a program waits for its own


def run(arguments: Arguments, streams: Streams) -> int:
    """Judge the projects that the arguments name, and write what is found."""
    place = locate(arguments)
    shelf = Shelf(place.files, arguments.settings, named=arguments.config, isolated=arguments.isolated)
    start = shelf.of(place.settings_folder)
    if arguments.shows_settings:
        from forkfit.config.show import shown

        with whole(streams.out):
            streams.out.writelines(f"{line}\n" for line in shown(start, place.settings_folder))
        return 0
    order = place.order(arguments, streams.environ)
    wanted = targets(order.replace(exclude=(*order.exclude, *start.settings.exclude)), place.files)
    in_force = (start.settings, *(shelf.of(_home(r)).settings for r in (*wanted.requests, *wanted.candidates)))
    parts = gathered(dict.fromkeys(name for settings in in_force for name in settings.plugins))
    _refuse_strangers(in_force, parts)
    write = choose(arguments.formats, parts.formats, streams.environ)
    outputs = [(named(name, parts.formats), path) for name, path in arguments.outputs]
    report = check(
        wanted, place.files, parts, lambda request: shelf.of(_home(request)).settings, streams.today(), lambda bug: trace(bug, streams)
    )
    report = report.replace(fail_on=start.settings.fail_on)
    readers = place.seen_from(streams.environ.get("GITHUB_WORKSPACE") or streams.environ.get("CI_PROJECT_DIR") or ".")
    report = _delivered(report, outputs, Look(arguments.color == "always", root=readers), place, streams)
    if not (arguments.quiet and report.status == 0 and arguments.formats in _FOR_PEOPLE):
        look = look_on(streams.out, arguments.color, streams.environ, readers).replace(verbose=arguments.verbose)
        with whole(streams.out):
            write(report, streams.out, look)
    return report.status


def _delivered(report: Report, outputs: list[tuple[Format, str]], look: Look, place: Place, streams: Streams) -> Report:
    """Return the report after it went to files and to the summary of a GitHub step, with what failed on the way."""
    summary = streams.environ.get("GITHUB_STEP_SUMMARY") if streams.environ.get("GITHUB_ACTIONS") == "true" else None
    if outputs or summary:
        from forkfit.deliver import deliver, summarise

        report = report.replace(errors=(*report.errors, *deliver(report, outputs, look, place.files.root)))
        if summary:
            summarise(report, look, summary, streams.err)
    return report


def _refuse_strangers(in_force: Iterable[Settings], parts: Parts) -> None:
    """Refuse words that are to name a rule and name none."""
    told = dict.fromkeys(complaint for settings in in_force for complaint in strangers(settings, parts.rules))
    if told:
        raise BadSettings("\n".join(told))


def _home(request: Request) -> str:
    """Return the folder from which a project's settings are looked up."""
    return dirname(request.files[0]) or "." if request.files else request.folder
