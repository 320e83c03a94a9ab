"""What a run is asked for: one command with its arguments."""

from __future__ import annotations

from forkfit.model.record import Record
from forkfit.model.report import Unusable
from forkfit.model.settings import Layer
from forkfit.model.supposition import Supposition

COMMANDS = CHECK, COMPLETION, MEASURE, RESOLVE, RULE, WORKERS = "check", "completion", "measure", "resolve", "rule", "workers"


class Usage(Unusable):
    """Arguments that cannot be used."""


class Measuring(Record):
    """What `measure` is asked for: an application or the service that runs it, or libraries, and how they are run.

    `python` is empty for the Python of this process; `seconds` is the longest that one start may take.
    """

    app: str = ""
    service: str = ""
    counts: tuple[int, ...] = (1, 4)
    libraries: tuple[str, ...] = ()
    statement: str = ""
    into: str = "."
    tasks: tuple[str, ...] = ()
    python: str = ""
    folder: str = "."
    seconds: float = 60.0


class Arguments(Record):
    """One command with its arguments as written: what is loaded, how it is judged and how it is shown."""

    command: str
    paths: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    environment: tuple[tuple[str, str], ...] = ()
    inherits: bool = False
    env_files: tuple[str, ...] = ()
    profiles: tuple[str, ...] = ()
    project_directory: str | None = None
    root: str | None = None
    strict: bool = False
    exclude: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    interpolates: bool = True
    formats: str | None = None
    outputs: tuple[tuple[str, str], ...] = ()
    color: str = "auto"
    quiet: bool = False
    verbose: bool = False
    settings: Layer = Layer({})
    config: str | None = None
    isolated: bool = False
    shows_settings: bool = False
    statistics: bool = False
    baseline: str | None = None
    new_baseline: str | None = None
    since: str | None = None
    stdin: str | None = None
    scenarios: tuple[tuple[str, str], ...] = ()
    fixes: bool = False
    diffs: bool = False
    unsafe: bool = False
    prefers: str = ""
    measuring: Measuring = Measuring()


def supposing(layer: Layer, suppositions: tuple[Supposition, ...]) -> Layer:
    """Return a layer with suppositions; raise Usage where two are of the same."""
    supposed = [(one.service, one.key) for one in suppositions]
    for number, one in enumerate(suppositions):
        if supposed[number] in supposed[:number]:
            raise Usage(f"--what-if {one.written}: {one.service}.{one.key} is supposed twice")
    return layer.replace(given={**layer.given, "suppositions": suppositions}) if suppositions else layer
