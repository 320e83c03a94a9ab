"""Settings are worked out as Python would, or not at all."""

from __future__ import annotations

import pytest

from forkfit.model.span import Role
from forkfit.model.value import Bounded, Known, Unknown

EXPRESSIONS = {
    # constants and operators
    "X = 4": 4,
    "X = 'solo'": "solo",
    "X = None": None,
    "X = -4": -4,
    "X: int = 4": 4,
    "X = 2 * 3 + 10 // 4 - 7 % 4 ** 1": 5,
    "X = 5 / 2": 2.5,
    "X = 'a' + 'b'": "ab",
    "X = 'ab' * 2": "abab",
    "X = not 4": False,
    "X = 1 < 2 < 3": True,
    "X = 'a' in ['a', 'b']": True,
    "X = 'c' not in ('a', 'b')": True,
    "X = 'worker' in 'a worker'": True,
    "X = None is None": True,
    "X = (1, 2) == (1, 2)": True,
    "X = 0 or None or 4": 4,
    "X = 3 and 4": 4,
    "X = 4 if True else 8": 4,
    "X = f'{2}-{\"a\"}'": "2-a",
    "X = '%s-%d' % ('a', 3)": "a-3",
    "X = '%s' % 3": "3",
    "X = '{}-{name}'.format(1, name='b')": "1-b",
    "X = '{0}{0}'.format('a')": "aa",
    "X = (y := 4)": 4,
    # conversions and functions
    "X = int('4')": 4,
    "X = int(' 4 ')": 4,
    "X = int(4.9)": 4,
    "X = int()": 0,
    "X = float('2.5')": 2.5,
    "X = str(4)": "4",
    "X = bool('')": False,
    "X = max(2, 3)": 3,
    "X = min([2, 3])": 2,
    "X = round(2.6)": 3,
    "X = abs(-2)": 2,
    "X = len('abc') + len([1, 2])": 5,
    "X = sum([1, 2])": 3,
    "X = sorted(['b', 'a'])": ["a", "b"],
    "X = any([0, 1])": True,
    "import math\nX = math.ceil(2.1)": 3,
    "import json\nX = json.loads('{\"a\": [1]}')['a'][0]": 1,
    "from distutils.util import strtobool\nX = strtobool('yes')": True,
    "import typing\nX = typing.cast(int, 4)": 4,
    # texts
    "X = ' A,b '.strip().lower().split(',')": ["a", "b"],
    "X = '-'.join(['a', 'b'])": "a-b",
    "X = 'abc'.replace('b', '').startswith(('x', 'a'))": True,
    "X = 'abc'[1:]": "bc",
    "X = 'abc'[-1]": "c",
    # lists and dictionaries
    "X = [1, *[2, 3]] + [4]": [1, 2, 3, 4],
    "X = (1,) + (2,)": (1, 2),
    "X = [1, 2, 3][1:]": [2, 3],
    "X = {'a': 1, **{'b': 2}}": {"a": 1, "b": 2},
    "X = {'a': 1}['a']": 1,
    "X = {'a': 1}.get('b', 2)": 2,
    "X = {'a': 1}.get('b')": None,
    "X = dict(a=1)": {"a": 1},
    "X = {'a': 1} | {'a': 2}": {"a": 2},
    "X = list(({'a': 1}).keys())": ["a"],
    "X = [n.lower() for n in ['A', 'B'] if n != 'B']": ["a"],
    "L = [1]\nL += [2]\nL.append(3)\nL.extend([4])\nL.insert(0, 0)\nX = L": [0, 1, 2, 3, 4],
    "L = [1, 2]\nL.remove(1)\nX = L": [2],
    "D = {'a': 1}\nD.update(b=2)\nD['c'] = 3\nD.update({'a': 0})\nX = D": {"a": 0, "b": 2, "c": 3},
    "D = {}\nD.setdefault('a', 4)\nD.setdefault('a', 5)\nX = D['a']": 4,
    "X = 1\nX += 2": 3,
    "a, (b, X) = 1, (2, 3)": 3,
    "X = Y = 4": 4,
    "L = []\nfor a in ['x', 'y']:\n    if a != 'y':\n        L.append(a.upper())\nX = L": ["X"],
    "D = {}\nfor k, v in {'a': 1}.items():\n    D[k] = v + 1\nX = D": {"a": 2},
    "for i in [1, 2]:\n    X = i": 2,
    "N = 0\nfor i in (1, 2, 3):\n    N = N + i\nX = N": 6,
    "X = {k.upper(): v for k, v in {'a': 1, 'b': 2}.items() if v > 1}": {"B": 2},
    # functions and classes of the project
    "def double(n, times=2):\n    return n * times\nX = double(3)": 6,
    "def double(n, times=2):\n    return n * times\nX = double(3, times=3)": 9,
    "def pick(*names, **options):\n    return options.get('n', len(names))\nX = pick(1, 2, 3)": 3,
    "def pick(n):\n    if n > 3:\n        return 'many'\n    return 'few'\nX = pick(4)": "many",
    "def nothing():\n    pass\nX = nothing()": None,
    "def outer(n):\n    def inner(m):\n        return n + m\n    return inner(1)\nX = outer(3)": 4,
    "X = (lambda n: n + 1)(3)": 4,
    "from functools import lru_cache\n@lru_cache()\ndef get():\n    return 4\nX = get()": 4,
    "class A:\n    n = 3\nclass B(A):\n    m = 4\nX = B.n + B.m + B().n": 10,
    "class A:\n    n = 3\nclass B(A):\n    n = 4\nX = B.n": 4,
    "class A:\n    def __init__(self, n=4):\n        self.n = n * 2\nX = A(3).n": 6,
    "class A:\n    def __init__(self, n=4):\n        self.n = n * 2\nclass B(A):\n    pass\nX = B().n": 8,
    "class A:\n    @property\n    def n(self):\n        return self.m + 1\n    m = 3\nX = A().n": 4,
    "class A:\n    n = 3\n    def twice(self):\n        return self.n * 2\nX = A().twice()": 6,
    "class A:\n    @staticmethod\n    def n(m):\n        return m\nX = A.n(4)": 4,
    "from enum import Enum\nclass Pool(str, Enum):\n    SOLO = 'solo'\nX = Pool.SOLO.value": "solo",
    "from dataclasses import dataclass\n@dataclass\nclass A:\n    n: int = 4\n    m: int = 7\nX = A(m=1).m + A().m": 8,
    "class A:\n    n = 4\nX = getattr(A, 'n', 1) + getattr(A, 'm', 1)": 5,
    "class A:\n    n = 4\nX = hasattr(A, 'n') and not hasattr(A, 'm')": True,
    # what decides without running
    "if __name__ == '__main__':\n    X = 1\nelse:\n    X = 2": 2,
    "from typing import TYPE_CHECKING\nX = 1\nif TYPE_CHECKING:\n    X = 2": 1,
    "import sys\nX = 1 if sys.version_info >= (3, 8) else 2": 1,
    "import sys\nX = sys.platform": "linux",
    "DEBUG = False\nif DEBUG:\n    X = 1\nelif not DEBUG:\n    X = 2\nelse:\n    X = 3": 2,
    "X = 1\ndel X\nX = 2": 2,
    "X = 1\ndef f():\n    X = 2": 1,
    "X = 4\nclass A:\n    X = 5": 4,
    "with open('x') as f:\n    X = 4": 4,
}


@pytest.mark.parametrize(("code", "expected"), EXPRESSIONS.items(), ids=[code.replace("\n", "; ") for code in EXPRESSIONS])
def test_what_python_would_have(project, plain, code, expected):
    assert plain(project({"settings.py": code}).value("X")) == expected


CPUS = {
    "os.cpu_count()": "n",
    "multiprocessing.cpu_count()": "n",
    "os.cpu_count() or 1": "n",
    "(os.cpu_count() or 1) * 2 + 1": "(n * 2) + 1",
    "max(2, os.cpu_count() // 2)": "max(2, n // 2)",
    "min(os.cpu_count(), 8) - 1": "min(n, 8) - 1",
    "int(os.cpu_count() * 0.75)": "(n * 3) // 4",
    "int(os.cpu_count() / 2)": "n // 2",
    "math.ceil(os.cpu_count() / 2)": "(n + 1) // 2",
    "max(1, int(multiprocessing.cpu_count() / 2))": "max(1, n // 2)",
    "int(max(1, os.cpu_count() / 2))": "max(1 * 2, n) // 2",
    "int(str(os.cpu_count()))": "n",
    "os.cpu_count() if os.cpu_count() < 4 else 4": "n if n < 4 else 4",
    "os.cpu_count() - 1 or 1": "(n - 1) if (n - 1) != 0 else 1",
    "os.cpu_count() if os.cpu_count() is not None else 1": "n",
    "int(os.environ.get('N', os.cpu_count()))": "n",
    "len('ab') * os.cpu_count()": "2 * n",
}


@pytest.mark.parametrize(("code", "expected"), CPUS.items(), ids=CPUS.keys())
def test_cpu_counts_stay_expressions_that_can_be_worked_out(project, plain, code, expected):
    value = project({"settings.py": f"import math, multiprocessing, os\nX = {code}"}).value("X")
    assert plain(value) == f"cpus: {expected}"
    names = {"n": 6, "max": max, "min": min}
    assert value.at(6) == eval(expected, names)


OPEN = {
    "X = unheard_of": "unknown",
    "X = ...": "unknown",
    "X = 1j": "unknown",
    "import requests\nX = int(requests.get('https://example.org').text)": "unknown",
    "X = open('workers.txt').read()": "<builtins.open().read>",
    "X = [a * b for a in [1] for b in [2]]": "unknown",
    "async def f():\n    return 1\nX = f()": "unknown",
    "def f():\n    yield 1\nX = f()": "unknown",
    "from wrapper import decorate\n@decorate\ndef f():\n    return 1\nX = f()": "unknown",
    "for i in range(3):\n    X = i": {"one of": ["unknown", "absent"]},
    "import yaml\nX = yaml.safe_load(open('x'))['workers']": "unknown",
    "X = f'{4:>10}'": "unknown",
    "X = '%100000000d' % 4": "unknown",
    "X = 'a' * 10 ** 9": "unknown",
    "X = 9 ** 9 ** 9": "unknown",
    "X = 1 << 10 ** 9": "unknown",
    "X = X": "unknown",
    "X = Y\nY = X": "unknown",
    "def f(n):\n    return f(n)\nX = f(1)": "unknown",
    "import os\nif os.urandom(1):\n    X = 1\nelse:\n    X = 2": {"one of": [1, 2]},
    "import os\nX = 1 if os.urandom(1) else 2": {"one of": [1, 2]},
    "import os\nX = 1\nif os.urandom(1):\n    X = 2": {"one of": [2, 1]},
    "import os\nif os.urandom(1):\n    X = 1": {"one of": [1, "absent"]},
    "match unheard_of:\n    case 1:\n        X = 1\n    case _:\n        X = 2": {"one of": [1, 2]},
    "while True:\n    X = 1\n    break": "unknown",
    "L = ['a']\nfor i in unheard_of:\n    L.append(i)\nX = L": {"one of": [["a", "..."], ["a"]]},
    "L = ['a']\nM = 0\nfor i in ['b']:\n    M = M + 1\n    L.append(M)\nX = L": ["a", "..."],
    "L = ['a'] + unheard_of\nX = L": ["a", "..."],
    "L = ['a']\nL += unheard_of\nX = L": ["a", "..."],
    "L = ['a', *unheard_of]\nX = L": ["a", "..."],
    "D = {'a': 1, **unheard_of}\nX = D.get('b', 4)": "unknown",
    "D = {'a': 1}\nD[unheard_of] = 2\nX = D.get('b', 4)": "unknown",
    "X = {'a': 1}['b']": "raises KeyError",
    "X = [1][4]": "raises IndexError",
    "X = int('many')": "raises ValueError",
    "X = 1 / 0": "raises ZeroDivisionError",
    "X = 'a' + 1": "raises TypeError",
    "def f(n):\n    return n\nX = f()": "raises TypeError",
    "class A:\n    pass\nX = A.n": "raises AttributeError",
    "from shop import missing as X": "raises ImportError",
    "import numpy\nX = numpy.array": "<numpy.array>",
}


@pytest.mark.parametrize(("code", "expected"), OPEN.items(), ids=[code.replace("\n", "; ") for code in OPEN])
def test_what_is_decided_only_by_running_is_not_guessed(project, plain, code, expected):
    assert plain(project({"settings.py": code, "shop.py": ""}).value("X")) == expected


FILLED = """\
from dataclasses import dataclass

@dataclass
class Resources:
    cores: int = 1
    processes: int = 1
    queue: str = "celery"

    def __post_init__(self):
        self.processes = probe()

    def rename(self):
        self.queue = "other"

def fill(resources):
    resources.cores = probe()

found = Resources()
fill(found)
X = found.{name}
"""


@pytest.mark.parametrize(("name", "expected"), [("cores", "is set after"), ("processes", "is set after"), ("queue", "celery")])
def test_a_class_does_not_say_what_code_sets_later(project, name, expected):
    value = project({"settings.py": FILLED.replace("{name}", name)}).value("X")
    assert expected in (value.value if isinstance(value, Known) else value.why)


@pytest.mark.parametrize("code", ["os.path.join()", "os.path.join(*open('x'))", "os.path.dirname()"])
def test_no_path_at_all_is_no_error(project, code):
    assert isinstance(project({"settings.py": f"import os\nX = {code}\n"}).value("X"), Unknown)


def test_an_unknown_says_the_line_and_no_source(project):
    value = project(
        {"settings.py": "import os\n\nTOKEN = 's3cret'\nX = os.popen('echo s3cret').read() + [f for f in os.walk('.')]\n"}
    ).value("X")
    assert isinstance(value, Unknown)
    assert "settings.py:4" in value.why
    assert "s3cret" not in value.why


def test_a_value_knows_each_place_it_came_by(project):
    files = {"settings.py": "from defaults import WORKERS\nX = int(WORKERS)\n", "defaults.py": "WORKERS = '4'\n"}
    assert [(step.role, str(step.at)) for step in project(files).value("X").trail] == [
        (Role.WRITTEN, "defaults.py:1:11"),
        (Role.IMPORTED, "settings.py:1:1"),
        (Role.CONVERTED, "settings.py:2:5"),
    ]


def test_a_conditional_assignment_says_on_what_it_depends(project):
    value = project({"settings.py": "import random\nif random.random() > 0.5:\n    X = 1\nelse:\n    X = 2\n"}).value("X")
    assert isinstance(value, Bounded)
    assert [single.trail[-1].role for single in value.alternatives] == [Role.SUPPOSED, Role.SUPPOSED]
    assert {str(single.trail[-1].at) for single in value.alternatives} == {"settings.py:2:4"}


def test_a_name_is_what_it_was_at_that_line(project, plain):
    made = project({"settings.py": "N = 1\nX = N\nN = 2\ndef f():\n    return N\nY = f()\nN = 3\nZ = f\n"})
    assert [plain(made.value(name)) for name in ("X", "Y", "N")] == [1, 2, 3]


def test_inside_a_branch_a_name_is_what_it_was_on_the_way_there(project, plain):
    code = "import os\nN = 1\nif os.urandom(1):\n    N = 2\n    X = N\nelse:\n    Y = N\nZ = N\n"
    made = project({"settings.py": code})
    assert plain(made.value("Z")) == {"one of": [2, 1]}
    assert plain(made.value("X")) == {"one of": [2, "absent"]}
    assert plain(made.value("Y")) == {"one of": ["absent", 1]}


HOSTILE = {
    "names that double": "a0 = 1\n" + "".join(f"a{i + 1} = a{i} + a{i}\n" for i in range(500)) + "X = a500",
    "texts that double": "a0 = 'ab'\n" + "".join(f"a{i + 1} = a{i} + a{i}\n" for i in range(40)) + "X = a40",
    "branches that double": "import os\nN = 0\n" + "".join(f"if os.urandom({i}):\n    N = N + {2**i}\n" for i in range(12)) + "X = N",
    "calls that double": "".join(f"def f{i}():\n    return f{i + 1}() + f{i + 1}()\n" for i in range(40)) + "X = f0()",
    "a list of lists on two ways": "import os\nL = [1]\n"
    + "if os.urandom(1):\n    L = [L, L, L]\nelse:\n    L = [L, L, L]\n" * 12
    + "X = L",
    "a list of lists": "L = [1]\n" + "L = [L, L, L]\n" * 200 + "X = L",
    "nested conditions": "X = " + "1 if a else " * 80 + "2",
    "a long sum": "X = 1" + " + 1" * 400,
    "a long or": "X = " + " or ".join(["a"] * 2000),
    "an inheritance loop": "class A(B):\n    pass\nclass B(A):\n    pass\nX = A.n",
    "a chain of names": "a0 = 1\n" + "".join(f"a{i + 1} = a{i}\n" for i in range(3000)) + "X = a3000",
    "many names": "".join(f"a{i} = {i}\n" for i in range(5000)) + "X = a4999",
}


@pytest.mark.parametrize("code", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_settings_end(project, code):
    made = project({"settings.py": code})
    assert made.value("X") is not None
    assert made.run.work > 0


def test_a_long_sum_is_worked_out(project):
    assert project({"settings.py": "X = 1" + " + 1" * 400}).value("X").value == 401


def test_modules_that_import_each_other_end(project, plain):
    files = {"settings.py": "X = 4\nfrom other import *\n", "other.py": "from settings import X\nfrom settings import *\nY = X + 1\n"}
    made = project(files)
    assert plain(made.value("Y")) == 5
    assert made.value("X") is not None


def test_an_alternative_that_stops_the_program_is_kept_apart(project):
    value = project({"settings.py": "import os\nX = int('x' if os.urandom(1) else '4')\n"}).value("X")
    assert isinstance(value, Bounded)
    assert [type(single) is Known for single in value.alternatives] == [False, True]


@pytest.mark.parametrize("count", ["len(os.sched_getaffinity(0))", "os.process_cpu_count()"])
def test_a_cpuset_bounds_the_cpus_that_a_process_may_use(project, plain, count):
    files = {"settings.py": f"import os\nX = {count} * 2\n"}
    assert plain(project(files).value("X")) == "cpus: n * 2"
    assert plain(project(files, cpuset=Known(3)).value("X")) == 6


def test_settings_of_a_class_take_its_dotenv_file(project, plain):
    files = {
        "settings.py": "from configurations import Configuration, values\n"
        "class Live(Configuration):\n    DOTENV = '.env'\n    CHILDREN = values.IntegerValue(3)\n",
        ".env": "DJANGO_CHILDREN=5\n",
        "more.py": "from django.conf import settings\nX = settings.CHILDREN\n",
    }
    seen = project(files, {"DJANGO_SETTINGS_MODULE": "settings", "DJANGO_CONFIGURATION": "Live"})
    assert plain(seen.value("X", "more")) == 5
