"""Judge projects."""

from __future__ import annotations

from functools import partial
from typing import TextIO

from forkfit.arguments import Arguments, Usage
from forkfit.files import LARGEST_FILE
from forkfit.formats.choose import choose, look_on, named, refuse_unseen_change
from forkfit.lint import Run, linted, prepared, shelf
from forkfit.model.format import Format, Look
from forkfit.model.report import Report
from forkfit.pipeline import Each
from forkfit.place import Place, locate
from forkfit.streams import Streams, trace, whole

MANY = 200  # projects from which on it pays to think of more than one process
_FOR_PEOPLE = (None, "text", "concise")  # the formats that may stay away; a program waits for its own


def run(arguments: Arguments, streams: Streams) -> int:
    """Judge the projects that the arguments name, and write what is found."""
    if arguments.shows_settings:
        return _show_settings(arguments, streams)
    if arguments.scenarios:
        return _show_scenarios(arguments, streams)
    run = prepared(arguments, streams.environ, _standard_input(arguments, streams))
    place = run.place
    write = choose(arguments.formats, run.parts.formats, streams.environ)
    if arguments.statistics:
        from forkfit.formats.statistics import write
    outputs = [(named(name, run.parts.formats), path) for name, path in arguments.outputs]
    if arguments.since is not None and not _summary(streams):
        refuse_unseen_change(arguments.formats, [form.name for form, _ in outputs])
    bug = partial(trace, streams=streams)
    each = _each(run, streams, quiet=arguments.quiet)
    report = _against_baselines(linted(run, streams.today(), bug, each), arguments, run, streams)
    if arguments.diffs:
        from forkfit.mend.command import show
        from forkfit.mend.lints import Lints

        return show(report, run.files, Lints(run, streams.today(), bug), arguments.prefers, arguments.unsafe, streams)
    if arguments.fixes:
        from forkfit.mend.command import fix
        from forkfit.mend.lints import Lints

        report = fix(report, run.files, Lints(run, streams.today(), bug), place.files.root, arguments.prefers, arguments.unsafe, streams)
    if arguments.since is not None:
        from forkfit.compare.since import with_change

        report = with_change(report, run, arguments.since)
    readers = place.seen_from(streams.environ.get("GITHUB_WORKSPACE") or streams.environ.get("CI_PROJECT_DIR") or ".")
    report = _delivered(report, outputs, Look(arguments.color == "always", root=readers), place, streams)
    if not (arguments.quiet and report.status == 0 and arguments.formats in _FOR_PEOPLE):
        look = look_on(streams.out, arguments.color, streams.environ, readers).replace(verbose=arguments.verbose)
        with whole(streams.out):
            write(report, streams.out, look)
    return report.status


def _each(run: Run, streams: Streams, *, quiet: bool) -> Each | None:
    """Return how many projects are worked on, or one that takes long before somebody's eyes; None for one after the other."""
    looks = not quiet and streams.err.isatty()
    if not looks and len(run.targets.requests) < MANY:
        return None
    from forkfit.cores import spread
    from forkfit.progress import shown, unseen

    watch = partial(shown, streams.err) if looks else unseen
    return lambda work, requests: spread(work, requests, watch)


def _show_settings(arguments: Arguments, streams: Streams) -> int:
    from forkfit.config.show import shown

    place = locate(arguments)
    found = shelf(arguments, place).of(place.settings_folder)
    with whole(streams.out):
        streams.out.writelines(f"{line}\n" for line in shown(found, place.settings_folder))
    return 0


def _show_scenarios(arguments: Arguments, streams: Streams) -> int:
    """Print what becomes of each service in each scenario; the worst status of all is that of the run."""
    from forkfit.formats.scenarios import FORMS
    from forkfit.scenarios import judged

    found = judged(arguments, streams, lambda bug: trace(bug, streams))
    errors = [f"{one.name}: {error}" for one in found for error in one.report.errors]
    outputs = [(partial(FORMS[form], found), path) for form, path in arguments.outputs]
    if outputs:
        from forkfit.deliver import deliver

        sources = {source.path: source for one in found for source in one.report.sources}
        errors += deliver(outputs, sources.values(), locate(arguments).files.root)
    if summary := _summary(streams):
        from forkfit.deliver import summarise_scenarios

        summarise_scenarios(found, summary, streams.err)
    with whole(streams.out):
        FORMS[arguments.formats or "text"](found, streams.out)
    for error in errors:
        print(f"compose-lint: {error}", file=streams.err)
    return max(2 if errors else 0, *(one.report.status for one in found))


def _standard_input(arguments: Arguments, streams: Streams) -> dict[str, bytes]:
    """Return what comes by standard input, by the path of the file that it stands for; nothing where it stands for none."""
    if arguments.stdin is None:
        return {}
    content = streams.read(LARGEST_FILE + 1)
    if len(content) > LARGEST_FILE:
        raise Usage(f"standard input has more than the {LARGEST_FILE} bytes that are read of a file")
    return {arguments.stdin: content}


def _against_baselines(report: Report, arguments: Arguments, run: Run, streams: Streams) -> Report:
    """Return the report with the findings suppressed that stand in a baseline, the one that is given or the one to write."""
    if arguments.baseline is None and arguments.new_baseline is None:
        return report
    from forkfit.baselines import no_longer_found, put, read, with_baseline

    if arguments.baseline is not None:
        baseline = read(arguments.baseline)
        report = with_baseline(report, baseline)
        if not arguments.quiet:
            for line in no_longer_found(report, baseline, run.settings, run.files, arguments.baseline):
                print(f"compose-lint: {line}", file=streams.err)
    return report if arguments.new_baseline is None else put(report, arguments.new_baseline, run.place.files.root)


def _delivered(report: Report, outputs: list[tuple[Format, str]], look: Look, place: Place, streams: Streams) -> Report:
    """Return the report after it went to files and to the summary of a GitHub step, with what failed on the way."""
    summary = _summary(streams)
    if outputs or summary:
        from forkfit.deliver import deliver, summarise

        writes = [(partial(_write, report, form, look), path) for form, path in outputs]
        report = report.replace(errors=(*report.errors, *deliver(writes, report.sources, place.files.root)))
        if summary:
            summarise(report, look, summary, streams.err)
    return report


def _summary(streams: Streams) -> str:
    """Return the file that is the summary of a GitHub step; empty where there is none."""
    return streams.environ.get("GITHUB_STEP_SUMMARY", "") if streams.environ.get("GITHUB_ACTIONS") == "true" else ""


def _write(report: Report, form: Format, look: Look, out: TextIO) -> None:
    form.write(report, out, look)
