"""What a program costs that tasks start: the largest, once for each task at a time, beside what its process takes itself."""

from __future__ import annotations

import pytest

from forkfit.model.memory import Memory
from forkfit.model.span import Span, whole_file
from forkfit.model.tool import Tool
from forkfit.model.value import Known
from forkfit.model.weight import Confidence
from forkfit.model.worker import Code, Import, Pool
from forkfit.weigh.container import equipped
from forkfit.weigh.tools.parts import parts, staying, unweighed

AT = Span("tasks.py", 4, 5, 4, 9)


def tool(command, **more):
    return Tool(tuple(command.split()), AT, **more)


@pytest.fixture(scope="module")
def equip(worker, table):
    """Weigh the programs of a worker."""

    def make(*tools, stated=None, **changes):
        return equipped((worker(code=Code(tools=tools), **changes),), stated or {}, table, frozenset())[0]

    return make


def needs(equip, *tools, **more):
    return [None if not isinstance(t.need, Known) else round(t.need.value.in_mib, 1) for t in equip(*tools, **more).code.tools]


def test_a_program_weighs_by_what_it_does(equip):
    assert needs(equip, tool("ffmpeg -c copy a"), tool("ffmpeg -c:v libx264 a"), tool("nobody a")) == [13.9, 57.3, None]


def test_what_a_user_states_counts_in_place_of_the_table(equip):
    stated = {"ffmpeg": Known(Memory.mib(300)), "python -m demucs": Known(Memory.mib(900))}
    tools = equip(tool("ffmpeg -c copy a"), tool("python -m demucs a"), stated=stated).code.tools
    assert [(t.need.value.in_mib, t.confidence) for t in tools] == [(300, Confidence.STATED), (900, Confidence.STATED)]


def test_what_may_never_be_started_is_assumed(equip):
    assert [t.confidence for t in equip(tool("gs", doubtful=True), tool("gs")).code.tools] == [Confidence.ASSUMED, Confidence.TABLE]


def test_another_python_weighs_what_it_imports(equip):
    imports = (Import("torch", whole_file("job.py")),)
    plain, heavy = needs(equip, tool("python job.py"), tool("python job.py", imports=imports, modules=2))
    assert plain == 2.7
    assert heavy > 120


def test_another_python_of_unknown_weight_is_not_known(equip):
    assert needs(equip, tool("python -m nobody", imports=(Import("nobody", AT),))) == [None]


@pytest.mark.parametrize(
    ("commands", "taken", "expected"),
    [
        (["chromium a", "gs a", "gs b"], 0, [("chromium, the largest of 2 programs that tasks start", 180.6)]),
        (["gs a"], 0, [("gs, which tasks start", 13.9)]),
        (["chromium a"], 100, [("chromium, which tasks start", 80.6)]),
        (["gs a"], 100, []),
        (["rm a", "ls"], 0, []),
        ([], 0, []),
    ],
    ids=["the largest", "the only one", "beside a model", "less than a model takes", "next to nothing", "none"],
)
def test_the_largest_program_counts(equip, commands, taken, expected):
    tools = equip(*map(tool, commands)).code.tools
    found = parts(tools, 0, Memory.mib(taken))
    assert [(p.what.partition(", more with")[0], round(p.child.in_mib, 1)) for p in found] == expected
    assert all(p.in_task and p.of_tool and not p.parent.bytes for p in found)


def test_what_stays_is_no_tasks(equip):
    tools = equip(tool("chromium", stays=True), tool("gs")).code.tools
    assert [p.what.partition(",")[0] for p in parts(tools, 0, Memory(0))] == ["gs"]
    assert [(p.what, p.in_task) for p in staying(tools, 0)] == [("chromium, which each child starts", False)]


def test_what_nobody_weighed_is_named_once(equip):
    tools = equip(tool("nobody a"), tool("nobody b"), tool("kopia repository status")).code.tools
    assert [p.what for p in unweighed(tools, 0)] == [
        "nobody, which tasks start (not counted: nobody was not measured)",
        "kopia, which tasks start (not counted: kopia was not measured doing this)",
    ]


@pytest.mark.parametrize(
    ("pool", "busy"),
    [(Pool.PREFORK, 8), (Pool.THREADS, 8), (Pool.GEVENT, 8), (Pool.SOLO, 1)],
    ids=lambda value: getattr(value, "value", ""),
)
def test_each_task_at_a_time_has_a_program_of_its_own(equip, weigh, pool, busy):
    slots = 1 if pool is Pool.SOLO else 8
    with_tool = equip(tool("exiftool a"), children=8, pool=pool, concurrency=Known(slots))
    without = with_tool.replace(code=Code())
    assert weigh(with_tool).busy.value.bytes - weigh(without).busy.value.bytes == busy * Memory.mib(12).bytes
    assert weigh(with_tool).warm == weigh(without).warm
    assert weigh(with_tool).at_start == weigh(without).at_start


def test_a_figure_grows_where_its_program_does(equip, weigh):
    assert weigh(equip(tool("ffmpeg a"))).at_least
    assert weigh(equip(tool("nobody a"))).at_least
    assert not weigh(equip(tool("exiftool a"))).at_least
