"""Judge projects."""

from __future__ import annotations

from collections.abc import Iterable
from posixpath import dirname

from forkfit.arguments import Arguments, Usage
from forkfit.builtin import gathered
from forkfit.compose.load import Request
from forkfit.compose.targets import targets
from forkfit.config.find import Shelf
from forkfit.config.table import BadSettings
from forkfit.files import LARGEST_FILE
from forkfit.formats.choose import choose, look_on, named
from forkfit.judging.choose import strangers
from forkfit.model.files import Files
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
    files = _with_stdin(arguments, place, streams)
    wanted = targets(order.replace(exclude=(*order.exclude, *start.settings.exclude)), files)
    in_force = (start.settings, *(shelf.of(_home(r)).settings for r in (*wanted.requests, *wanted.candidates)))
    parts = gathered(dict.fromkeys(name for settings in in_force for name in settings.plugins))
    _refuse_strangers(in_force, parts)
    write = choose(arguments.formats, parts.formats, streams.environ)
    if arguments.statistics:
        from forkfit.formats.statistics import write
    outputs = [(named(name, parts.formats), path) for name, path in arguments.outputs]
    report = check(
        wanted, files, parts, lambda request: shelf.of(_home(request)).settings, streams.today(), lambda bug: trace(bug, streams)
    )
    if start.settings.suppositions:
        from forkfit.supposed import refuse_strangers

        refuse_strangers(report, start.settings.suppositions)
    report = _against_baselines(report.replace(fail_on=start.settings.fail_on), arguments, start.settings, files, place, streams)
    readers = place.seen_from(streams.environ.get("GITHUB_WORKSPACE") or streams.environ.get("CI_PROJECT_DIR") or ".")
    report = _delivered(report, outputs, Look(arguments.color == "always", root=readers), place, streams)
    if not (arguments.quiet and report.status == 0 and arguments.formats in _FOR_PEOPLE):
        look = look_on(streams.out, arguments.color, streams.environ, readers).replace(verbose=arguments.verbose)
        with whole(streams.out):
            write(report, streams.out, look)
    return report.status


def _with_stdin(arguments: Arguments, place: Place, streams: Streams) -> Files:
    """Return the files of the project, with standard input in place of the one that it stands for."""
    if arguments.stdin is None:
        return place.files
    content = streams.read(LARGEST_FILE + 1)
    if len(content) > LARGEST_FILE:
        raise Usage(f"standard input has more than the {LARGEST_FILE} bytes that are read of a file")
    from forkfit.overlaid import Overlaid

    return Overlaid(place.files, {place.path(arguments.stdin): content})


def _against_baselines(report: Report, arguments: Arguments, settings: Settings, files: Files, place: Place, streams: Streams) -> Report:
    """Return the report with the findings suppressed that stand in a baseline, the one that is given or the one to write."""
    if arguments.baseline is None and arguments.new_baseline is None:
        return report
    from forkfit.baselines import no_longer_found, put, read, with_baseline

    if arguments.baseline is not None:
        baseline = read(arguments.baseline)
        report = with_baseline(report, baseline)
        if not arguments.quiet:
            for line in no_longer_found(report, baseline, settings, files, arguments.baseline):
                print(f"compose-lint: {line}", file=streams.err)
    return report if arguments.new_baseline is None else put(report, arguments.new_baseline, place.files.root)


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
