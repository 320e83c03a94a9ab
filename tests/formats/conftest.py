"""Reports as the stages would make them, built from the nouns alone, and the recorded outputs to compare with."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest

from forkfit.model.container import Container, Unseen
from forkfit.model.document import Mapping
from forkfit.model.finding import Finding, Reason, Severity, Signed
from forkfit.model.format import Format, Look
from forkfit.model.memory import Memory
from forkfit.model.project import Environment, Project, Service
from forkfit.model.report import Report
from forkfit.model.settings import Settings
from forkfit.model.source import Source, source
from forkfit.model.span import Role, Span, Step, whole_file
from forkfit.model.stack import Stack
from forkfit.model.text import join, written
from forkfit.model.value import Absent, Bounded, ByCpus, Known, Unknown
from forkfit.model.weight import Confidence, Estimate, Mode, Part, Shape, Sum
from forkfit.model.worker import Autoscale, Code, Import, ModelLoad, Pool, When, Worker

GOLDEN = Path(__file__).parents[2] / "fixtures" / "formats"


def place(of: Source, needle: str, after: str = "") -> Span:
    start = of.text.index(needle, of.text.index(after) if after else 0)
    return of.span(start, start + len(needle))


def known(value, *steps):
    return Known(value, steps)


PARTS = (
    Part("celery", Memory.mib(43), Memory.mib(22), Confidence.TABLE, (Step(Role.ASSUMED, None, "Celery 5.5"),)),
    Part("child processes", Memory(0), Memory.mib(2), Confidence.TABLE),
)
SUM = Sum(PARTS, known(20))
FORKED = Shape(Mode.FORKED, SUM, SUM, SUM, SUM)
ESTIMATE = Estimate(
    at_start=known(Memory.mib(480)),
    warm=known(Memory.mib(560)),
    busy=known(Memory.mib(660)),
    handbook=known(Memory.mib(1160)),
    at_least=False,
    parts=PARTS,
    confidence=Confidence.TABLE,
    per_worker=Absent("no figure stated"),
    fits_at_start=9,
    fits_warm=7,
    safe_concurrency=6,
    handbook_concurrency=4,
    programs=((FORKED,),),
)
AT = Span("compose.yaml", 3, 3, 3, 9)
WORKER = Worker(
    service="worker",
    at=AT,
    program="w1",
    launcher="celery",
    argv=tuple(written(w, AT) for w in ("celery", "-A", "shop", "worker", "-c", "20")),
    launch=(Step(Role.LAUNCHED, AT, "sh -c"),),
    app=known("shop"),
    pool=known(Pool.PREFORK, Step(Role.ASSUMED, None, "Celery's default")),
    concurrency=known(20),
    autoscale=Absent("not given"),
    processes=known(20),
    processes_at_start=known(20),
    start_method=known("fork", Step(Role.ASSUMED, None, "Celery's default")),
    max_memory_per_child=Absent("no cap given"),
    celery_version=Unknown("no requirements file was found"),
    python_version=known("3.12"),
)
CONTAINER = Container(
    service="worker",
    at=AT,
    replicas=known(1),
    memory_limit=known(Memory.mib(256)),
    memory_swap=Absent("not given"),
    workers=(WORKER,),
    processes=known(20),
    os_processes=known(21),
    estimate=ESTIMATE,
)


def service(name: str) -> Service:
    absent = Absent("not given")
    return Service(
        name, AT, Mapping((), AT), absent, absent, Environment(), absent, absent, absent, absent, known(1), absent, absent, absent
    )


def stack(containers=(), unseen=(), services=("worker",), files=("compose.yaml",), name="shop") -> Stack:
    project = Project(known(name), ".", files, tuple(service(s) for s in services))
    return Stack(project, tuple(containers), tuple(unseen), (), Settings())


def signed(rule: str, name: str, severity: Severity, finding: Finding, **more) -> Signed:
    return Signed(rule, name, severity, finding, 0, "1:0123456789abcdef", fails=severity >= Severity.WARNING, **more)


def incident() -> Report:
    compose = source(
        "compose.yaml",
        "services:\n  redis: {image: redis}\n  worker:\n    image: shop\n"
        "    command: celery -A shop worker --concurrency=${CONCURRENCY:-4}\n    mem_limit: 512m\n",
    )
    production = source("deploy/compose.prod.yaml", "services:\n  worker:\n    mem_limit: 256m\n")
    environment = source(".env", "SECRET_KEY=hunter2\n\n# how many\nCONCURRENCY=20\n")
    code = source("shop/tasks.py", "import torch\n")
    concurrency = (
        Step(Role.WRITTEN, place(environment, "20")),
        Step(Role.USED, place(compose, "${CONCURRENCY:-4}"), "${CONCURRENCY}"),
    )
    limit = (Step(Role.WRITTEN, place(production, "256m")), Step(Role.REPLACED, place(compose, "512m"), "512m"))
    worker = WORKER.replace(
        at=place(compose, "worker"),
        argv=(*WORKER.argv[:4], join((written("--concurrency=", AT), written("20", AT)))),
        concurrency=known(20, *concurrency),
        code=Code(
            imports=(Import("torch", place(code, "import torch"), (Span("shop/celery.py", 2, 1, 2, 24),)),),
            models=(
                ModelLoad("faster_whisper", "WhisperModel", known("large-v3"), place(code, "torch"), When.CHILD, known(Memory.mib(3100))),
                ModelLoad("torch", "load", Unknown("read from a variable"), place(code, "torch"), When.PARENT, Unknown("size not known")),
            ),
        ),
    )
    container = CONTAINER.replace(
        at=place(compose, "worker"),
        workers=(worker,),
        memory_limit=known(Memory.mib(256), *limit),
        processes=known(20, *concurrency),
    )
    finding = Finding(
        "worker needs about 480 MiB for 20 children at start, before any task, but may use only 256 MiB",
        place(compose, "${CONCURRENCY:-4}"),
        because=(
            Reason("concurrency 20", concurrency),
            Reason("limit 256 MiB", limit),
            Reason("torch", (Step(Role.IMPORTED, place(code, "import torch"), "by way of shop/celery.py"),)),
            Reason("celery: 43 MiB once + 22 MiB a child (table)", (Step(Role.ASSUMED, None, "Celery 5.5, which no file names"),)),
            Reason("43 MiB + 20 x 22 MiB = 483 MiB at start; when every child runs an ordinary task, 660 MiB"),
        ),
        help="Set --concurrency to 6 or less, or mem_limit to 825m or more.\nA threads pool would need one process.",
        service="worker",
        confidence=Confidence.TABLE,
        evidence="AT_START",
    )
    in_env = Finding(
        "CONCURRENCY counts children, not CPUs",
        place(environment, "20"),
        because=(Reason("concurrency 20", concurrency[:1]),),
        service="worker",
        evidence="env",
    )
    secret = Finding("this line is read differently by python-dotenv", place(environment, "hunter2"), service="worker", evidence="line")
    return Report(
        (stack([container], services=("redis", "worker"), files=("compose.yaml", "deploy/compose.prod.yaml")),),
        (
            signed("FF404", "dotenv-read-differently", Severity.WARNING, secret),
            signed("FF202", "concurrency-overridden", Severity.INFO, in_env),
            signed("FF101", "forks-exceed-memory", Severity.ERROR, finding),
        ),
        (),
        (compose, production, environment, code),
    )


def kinds() -> Report:
    compose = source(
        "compose.yaml", "services:\n  a:\n    command: ./start.sh\n  b:\n    command: celery worker\n  legacy:\n    image: x\n"
    )
    at = place(compose, "./start.sh")
    branches = Bounded(
        (known(2, Step(Role.SUPPOSED, Span("start.sh", 4, 3, 4, 9), "$PRODUCTION is set")), known(8, Step(Role.FALLBACK, at))),
        (Step(Role.LAUNCHED, at, "start.sh"),),
    )
    by_cpus = ByCpus("max(2, n // 2)", (Step(Role.WRITTEN, Span("shop/settings.py", 9, 5, 9, 30)),))
    unlimited = Absent("no limit declared")
    unknown = Unknown("SIZE has no value in the files", (Step(Role.USED, at, "${SIZE}"),))
    open_estimate = ESTIMATE.replace(
        at_start=Bounded((known(Memory.mib(90)), known(Memory.mib(219)))),
        warm=unknown,
        busy=Unknown("the concurrency is not known"),
        handbook=by_cpus,
        at_least=True,
        parts=(),
        fits_at_start=None,
        fits_warm=None,
        safe_concurrency=None,
        handbook_concurrency=None,
        programs=((), (FORKED,)),
    )
    a = CONTAINER.replace(
        service="a",
        at=place(compose, "a"),
        memory_limit=unlimited,
        processes=branches,
        os_processes=branches,
        workers=(
            WORKER.replace(
                service="a",
                at=place(compose, "a"),
                concurrency=branches,
                processes=branches,
                autoscale=known(Autoscale(8, 2)),
                pool=Unknown("it depends on $POOL"),
            ),
            WORKER.replace(service="a", at=place(compose, "a"), program="w2", concurrency=ByCpus(), processes=ByCpus()),
        ),
        estimate=open_estimate,
        worker_estimates=(open_estimate, open_estimate.replace(at_least=False)),
    )
    b = CONTAINER.replace(
        service="b",
        at=place(compose, "b", after="./start.sh"),
        replicas=known(3),
        memory_limit=unknown,
        processes=by_cpus,
        os_processes=by_cpus,
        workers=(WORKER.replace(service="b", at=place(compose, "b", after="./start.sh"), concurrency=by_cpus, processes=by_cpus),),
        estimate=open_estimate.replace(programs=((FORKED.replace(busy=Sum(PARTS, by_cpus)),),)),
    )
    unseen = Unseen("legacy", place(compose, "legacy"), "its image is built elsewhere", "Name its command.")
    findings = (
        signed(
            "FF201",
            "concurrency-unset",
            Severity.WARNING,
            Finding(
                "b starts a child for every two CPUs of the host",
                place(compose, "celery worker"),
                because=(
                    Reason("concurrency max(2, n // 2)", by_cpus.trail),
                    *(Reason(f"on {cpus:>2} CPUs {cpus // 2:>2} children need {45 + cpus * 12} MiB") for cpus in (4, 8, 16, 32)),
                ),
                help="Set --concurrency.",
                service="b",
            ),
        ),
        signed(
            "FF903",
            "value-unknown",
            Severity.INFO,
            Finding(
                "the limit of b is not known", at, because=(Reason("", unknown.trail), Reason("a branch", branches.trail)), service="b"
            ),
        ),
        signed(
            "FF902",
            "worker-not-seen-through",
            Severity.INFO,
            Finding("legacy looks like a worker, but its image is built elsewhere", unseen.at, help=unseen.help, service="legacy"),
            suppressed="it moves to another host in May",
        ),
    )
    return Report((stack([b, a], [unseen], services=("a", "b", "legacy")),), findings, (), (compose,))


HOSTILE = (
    "a\nb\r\n::error::forged",
    "::error file=x::forged",
    "  ::warning::forged",
    "%0A::error::forged",
    "##[error]forged",
    "x ##[add-mask]forged",
    "\x1b[31mred\x1b[0m\x07\x9b2J",
    "a|b`c`<script>alert(1)</script>",
    "\u202egnp.exe\u2066\u200b\u2028\u0085::error::forged",
    "#\u00ad#[error]forged #\u034f#[error]forged",
    "\ud800 lone",
    "::stop-commands::x",
    "::token::",
    "a,line=1:2%25",
)


def hostile(names: tuple[str, ...] = HOSTILE) -> Report:
    findings, sources, containers, unseen = [], [], [], []
    for number, name in enumerate(names):
        evil = source(f"{name}/compose.yaml", f"services:\n  {name.splitlines()[-1]}: {name}\n")
        at = Span(evil.path, 2, 3, 2, 3 + len(name.splitlines()[-1]))
        sources.append(evil)
        finding = Finding(
            f"{name} needs more",
            at,
            because=(Reason(name, (Step(Role.WRITTEN, at, name), Step(Role.ASSUMED, None, name))), Reason(name)),
            help=f"{name} {name}",
            service=name,
            evidence=str(number),
        )
        severity = (Severity.ERROR, Severity.WARNING, Severity.INFO)[number % 3]
        findings.append(signed(name[:40], name, severity, finding))
        worker = WORKER.replace(service=name, at=at, argv=(written(name, at),), app=known(name), concurrency=Unknown(name))
        containers.append(CONTAINER.replace(service=name, at=at, workers=(worker,)))
        unseen.append(Unseen(name, at, name, name))
    return Report((stack(containers, unseen, name=names[0]),), tuple(findings), names, tuple(sources))


def endless() -> Report:
    return hostile(("n" * 10_000, "na me " * 2_000, "\u202e" * 10_000, "redis://me:" + "p" * 10_000 + "@host"))


def sources() -> Report:
    windows = source("windows.yaml", "services:\r\n  worker:\r\n    mem_limit: 12q\r\n")
    tabs = source("tabs.yaml", "services:\n\tworker:\tx\t# a tab\n")
    wide = source("wide.yaml", "services:\n  名前: 作業者 # e\u0301 ä\n")
    long = source("long.yaml", f"command: {'before ' * 60}--concurrency=20 {'after ' * 60}\n")
    end = source("end.yaml", "services:\n  worker:\n")
    several = source("several.yaml", "services:\n  worker:\n    command: >-\n      celery worker\n      -c 20\n    mem_limit: 1g\n")
    broker = source(
        "broker.yaml", 'command: celery -A x -b redis://:pass@h/0 worker -c 20\nother: [celery, "-b", "amqp://me:pw@h//", -c, 20]\n'
    )
    no_newline = source("no-newline.yaml", "services: [")
    env = source("env/worker.env", 'OPTS="-c 20 -b redis://:pw@h"\nPLAIN=20 # why\nnotes\n')
    spans = (
        place(windows, "12q"),
        place(tabs, "x\t"),
        place(wide, "作業者"),
        place(wide, "ä"),
        place(long, "--concurrency=20"),
        end.span(len(end.text), len(end.text)),
        place(several, ">-\n      celery worker\n      -c 20\n"),
        place(broker, "redis://:pass@h/0"),
        place(broker, "20", after="other"),
        no_newline.span(len(no_newline.text), len(no_newline.text)),
        place(env, "20"),
        place(env, "20", after="PLAIN"),
        place(env, "notes"),
        whole_file("missing.env"),
        whole_file("end.yaml"),
    )
    findings = tuple(
        signed("FF901", "unreadable-file", Severity.ERROR, Finding(f"number {n}", at, evidence=str(n))) for n, at in enumerate(spans)
    )
    files = (windows, tabs, wide, long, end, several, broker, no_newline, env)
    return Report((stack([CONTAINER], ()),), findings, (), files)


def healthy() -> Report:
    roomy = CONTAINER.replace(memory_limit=known(Memory.mib(2048)))
    return Report((stack([roomy, roomy.replace(service="second")]),), (), ())


def stopped() -> Report:
    return Report((), (), ("no Compose file was found in .", "the rule FF999 failed:\n::error::x"))


MAKERS = {made.__name__: made for made in (incident, kinds, hostile, endless, sources, healthy, stopped)}


@pytest.fixture(scope="session")
def reports() -> dict[str, Report]:
    return {name: make() for name, make in MAKERS.items()}


@pytest.fixture
def container() -> Container:
    return CONTAINER


@pytest.fixture
def make_stack() -> Callable[..., Stack]:
    return stack


@pytest.fixture
def rendered() -> Callable[..., str]:
    """Write a report in a format and return what was written."""

    def write(report: Report, form: str, **look) -> str:
        out = StringIO()
        Format(form, f"forkfit.formats.{form}").write(report, out, Look(**look))
        return out.getvalue()

    return write


@pytest.fixture
def as_recorded(golden: Callable[[Path, str], None]) -> Callable[[str, str], None]:
    """Compare with a recorded output. An escape character would colour the terminal of whoever reads a diff."""
    return lambda path, written: golden(GOLDEN / path, written.replace("\x1b", "\u241b"))
