"""What a program reads of its environment is what the container gives it, with the way in the trail."""

from __future__ import annotations

import pytest

from forkfit.model.span import Role
from forkfit.model.value import Known, Unknown

HELPER = """
import os
def env(name, default=None, cast=None):
    value = os.environ.get(name)
    if value is None:
        return default
    if cast is not None:
        return cast(value)
    return value
"""

READS = {
    # code: (value where N is not set, value where N is "6")
    "import os\nX = int(os.environ.get('N', 4))": (4, 6),
    "import os\nX = int(os.environ.get('N', '4'))": (4, 6),
    "import os\nX = int(os.getenv('N', default='4'))": (4, 6),
    "from os import environ, getenv\nX = int(getenv('N') or environ.get('M') or 4)": (4, 6),
    "import os\nX = os.environ.get('N')": (None, "6"),
    "import os\nX = int(os.environ['N'])": ("raises KeyError", 6),
    "import os\nX = int(os.environ['N']) if 'N' in os.environ else 4": (4, 6),
    "import os\nX = 4 if 'N' not in os.environ else int(os.environ['N'])": (4, 6),
    "import os\nX = 4\nif 'N' in os.environ:\n    X = int(os.environ['N'])": (4, 6),
    "import os\ntry:\n    X = int(os.environ['N'])\nexcept KeyError:\n    X = 4": (4, 6),
    "import os\ntry:\n    X = int(os.environ.get('N', 'many'))\nexcept (TypeError, ValueError):\n    X = 4": (4, 6),
    "import os\nX = int(os.environ.setdefault('N', '4'))": (4, 6),
    "import os\nE = dict(os.environ)\nX = int(E.get('N', 4))": (4, 6),
    "import os\nE = os.environ.copy()\nX = int(E['N'] if 'N' in E else 4)": (4, 6),
    "import os\nX = os.environ.get('N', '').isdigit()": (False, True),
    "import os\nX = f\"w{os.environ.get('N', 4)}\"": ("w4", "w6"),
    "import os\nX = 'a b'.split() if os.environ.get('N') else []": ([], ["a", "b"]),
    HELPER + "X = env('N', 4, int)": (4, 6),
    HELPER + "X = env('N', cast=lambda v: int(v) * 2, default=4)": (4, 12),
    # django-environ
    "import environ\nenv = environ.Env(N=(int, 4))\nX = env('N')": (4, 6),
    "import environ\nenv = environ.Env(N=int)\nX = env('N', default=4)": (4, 6),
    "import environ\nenv = environ.Env()\nX = env.int('N', default=4)": (4, 6),
    "import environ\nenv = environ.Env()\nX = env.int('N', 4)": (4, 6),
    "import environ\nenv = environ.Env()\nX = env('N', cast=int, default=4)": (4, 6),
    "import environ\nenv = environ.Env()\nX = env.list('N', default=['a'])": (["a"], ["6"]),
    "import environ\nenv = environ.Env()\nX = env.bool('N', default=True)": (True, False),
    "import environ\nenv = environ.Env()\nX = env.int('N')": ("raises ImproperlyConfigured", 6),
    # environs
    "from environs import Env\nenv = Env()\nX = env.int('N', 4)": (4, 6),
    "from environs import Env\nenv = Env()\nX = env.int('N', default=None) or 4": (4, 6),
    "from environs import env\nX = env": ("<environs.env>", "<environs.env>"),
    # python-decouple
    "from decouple import config\nX = config('N', default='4', cast=int)": (4, 6),
    "from decouple import config\nX = config('N', default=4, cast=int)": (4, 6),
    "from decouple import config, Csv\nX = config('N', default='a,b', cast=Csv())": (["a", "b"], ["6"]),
    "from decouple import config\nX = config('N', cast=int)": ("raises ImproperlyConfigured", 6),
    # starlette
    "from starlette.config import Config\nconfig = Config()\nX = config('N', cast=int, default=4)": (4, 6),
}


@pytest.mark.parametrize(("code", "expected"), READS.items(), ids=[code.strip().splitlines()[-1] for code in READS])
def test_a_variable_is_read_or_its_default(project, plain, code, expected):
    assert plain(project({"settings.py": code}).value("X")) == expected[0]
    assert plain(project({"settings.py": code}, {"N": "6"}).value("X")) == expected[1]


def test_the_trail_names_the_file_that_sets_the_variable_and_the_line_that_reads_it(project):
    made = project({"settings.py": "import os\nX = int(os.environ.get('N', 4))\n"}, {"N": "6"})
    assert [(step.role, str(step.at)) for step in made.value("X").trail] == [
        (Role.WRITTEN, "compose.yaml:5:9"),
        (Role.USED, "settings.py:2:9"),
        (Role.CONVERTED, "settings.py:2:5"),
    ]


def test_the_trail_of_a_default_says_which_variable_is_not_set(project):
    trail = project({"settings.py": "import os\nX = os.environ.get('N', 4)\n"}).value("X").trail
    assert [(step.role, str(step.at), step.note) for step in trail] == [
        (Role.WRITTEN, "settings.py:2:25", ""),
        (Role.FALLBACK, "settings.py:2:5", "N is not set"),
    ]


def test_a_missing_env_file_leaves_the_default_and_stands_in_the_trail(project):
    value = project({"settings.py": "import os\nX = int(os.environ.get('N', 4))\n"}, open_files=True).value("X")
    assert value.value == 4
    assert ".env.prod is missing" in [step.note for step in value.trail]


def test_a_variable_that_only_a_missing_file_can_set_is_unknown(project):
    value = project({"settings.py": "import os\nX = int(os.environ['N'])\n"}, open_files=True).value("X")
    assert isinstance(value, Unknown)
    assert ".env.prod is missing" in [step.note for step in value.trail]


def test_a_branch_that_a_missing_file_decides_goes_both_ways(project, plain):
    code = "import os\nif os.environ.get('MODE') == 'big':\n    X = 16\nelse:\n    X = 2\n"
    assert plain(project({"settings.py": code}).value("X")) == 2
    assert plain(project({"settings.py": code}, open_files=True).value("X")) == {"one of": [16, 2]}


def test_a_branch_that_a_variable_decides_names_it(project):
    code = "import os\nif os.environ.get('MODE') == 'big':\n    X = 16\nelse:\n    X = 2\n"
    value = project({"settings.py": code}, {"MODE": "big"}).value("X")
    assert value.value == 16
    assert "compose.yaml:5:9" in [str(step.at) for step in value.trail]


def test_values_of_variables_are_in_no_message(project):
    code = "import os\nX = int(os.environ['SECRET']) if os.environ['SECRET'] > 1 else open(os.environ['SECRET'])[0]\n"
    value = project({"settings.py": code}, {"SECRET": "hunter2"}).value("X")
    assert "hunter2" not in repr([getattr(s, "why", "") for s in getattr(value, "alternatives", (value,))])


def test_django_settings_are_those_of_the_module_that_the_environment_names(project, plain):
    files = {"settings.py": "from django.conf import settings\nX = getattr(settings, 'W', 5) + settings.V", "prod.py": "W = 9\nV = 1"}
    assert plain(project(files, {"DJANGO_SETTINGS_MODULE": "prod"}).value("X")) == 10
    assert isinstance(project(files).value("X"), Unknown)


def test_decouple_reads_the_env_file_above_its_caller(project, plain):
    files = {
        "proj/settings.py": "from decouple import config\nX = config('N', default=4, cast=int)",
        ".env": "N=8\n",
        "proj/__init__.py": "",
    }
    assert plain(project(files).value("X", "proj.settings")) == 8
    assert plain(project(files, {"N": "6"}).value("X", "proj.settings")) == 6


def test_a_cpu_count_stays_one_through_a_default(project, plain):
    code = "from decouple import config\nimport os\nX = config('N', default=os.cpu_count(), cast=int)"
    assert plain(project({"settings.py": code}).value("X")) == "cpus: n"


def test_one_of_several_values_is_read_as_each(project, plain):
    code = "import os\nX = int(os.environ.get('A' if os.urandom(1) else 'B', 4))\n"
    value = project({"settings.py": code}, {"A": "1"}).value("X")
    assert plain(value) == {"one of": [1, 4]}
    assert all(isinstance(single, Known) for single in value.alternatives)
