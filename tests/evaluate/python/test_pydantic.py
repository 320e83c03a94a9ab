"""Fields of settings classes take the variable, then the file, then the default, as pydantic-settings does."""

from __future__ import annotations

import pytest

HEAD = (
    "from pydantic import AliasChoices, BaseModel, Field, field_validator\nfrom pydantic_settings import BaseSettings, SettingsConfigDict\n"
)

SETTINGS = {
    # class body: (variables, value of w)
    "w: int = 4": ({}, 4),
    "w: int = 4 ": ({"W": "6"}, 6),
    "w: int = 4  ": ({"w": "6"}, 6),
    "w: int | None = None": ({"W": "6"}, 6),
    "w: 'Optional[int]' = None": ({"W": "6"}, 6),
    "w: str = 'a'": ({"W": "6"}, "6"),
    "w: bool = False": ({"W": "yes"}, True),
    "w: float = 1.0": ({"W": "2.5"}, 2.5),
    "w: int = Field(4)": ({}, 4),
    "w: int = Field(default=4, ge=1)": ({"W": "6"}, 6),
    "w: int = Field(4, alias='WORKERS')": ({"WORKERS": "6", "W": "7"}, 6),
    "w: int = Field(4, validation_alias='WORKERS')": ({"WORKERS": "6"}, 6),
    "w: int = Field(4, validation_alias=AliasChoices('A', 'B'))": ({"B": "6"}, 6),
    "w: int = Field(4, env='WORKERS')": ({"WORKERS": "6"}, 4),  # version 1 alone reads it
    "w: int = Field(default_factory=lambda: 4)": ({}, 4),
    "w: int": ({}, "raises ValidationError"),
    "w: int = Field(...)": ({}, "raises ValidationError"),
    "w: int = 4\n    model_config = SettingsConfigDict(env_prefix='APP_')": ({"APP_W": "6", "W": "7"}, 6),
    "w: int = 4\n    model_config = {'env_prefix': 'APP_'}": ({"APP_W": "6"}, 6),
    "w: int = 4\n    class Config:\n        env_prefix = 'APP_'": ({"APP_W": "6"}, 6),
    "w: int = 4\n    class Config:\n        case_sensitive = True": ({"W": "6"}, 4),
    "w: int = 4\n    @field_validator('w')\n    def check(cls, v):\n        return v * 2": ({}, "unknown"),
    "v: int = 3\n    @property\n    def w(self):\n        return self.v + 1": ({}, 4),
    "w: int = 4\n    model_config = SettingsConfigDict(env_file='.env')": ({}, 9),
    "w: int = 4\n    model_config = SettingsConfigDict(env_file='.env') ": ({"W": "6"}, 6),
    "w: int = 4\n    model_config = SettingsConfigDict(env_file=('.env', '.env.local'))": ({}, 10),
    "w: int = Field(4, le=5)": ({"W": "6"}, "raises ValidationError"),
    "w: int = 4   ": ({"W": ""}, "raises ValueError"),
    "w: int = 4\n    model_config = SettingsConfigDict(env_ignore_empty=True)": ({"W": ""}, 4),
    "v: int = 4\n    w: int = 3\n    model_config = SettingsConfigDict(env_file='more.env')": ({}, "raises ValidationError"),
    "v: int = 4\n    w: int = 3\n    model_config = SettingsConfigDict(env_file='more.env', extra='ignore')": ({}, 9),
    "w: list[int] = [1]": ({"W": "[2]"}, "unknown"),
}


@pytest.mark.parametrize(("body", "expected"), SETTINGS.items(), ids=SETTINGS.keys())
def test_a_field_is_read_as_pydantic_reads_it(project, plain, body, expected):
    environ, value = expected
    files = {
        "settings.py": f"{HEAD}class S(BaseSettings):\n    {body}\nsettings = S()\nX = settings.w",
        ".env": "W=9\n",
        ".env.local": "W=10\n",
        "more.env": "W=9\nOTHER=1\n",
    }
    assert plain(project(files, environ).value("X")) == value


def test_version_1_reads_the_variable_that_a_field_names(project, plain):
    code = "from pydantic import BaseSettings, Field\nclass S(BaseSettings):\n    w: int = Field(4, env='WORKERS')\nX = S().w"
    assert plain(project({"settings.py": code}, {"WORKERS": "6"}).value("X")) == 6


def test_an_argument_beats_the_variable(project, plain):
    code = HEAD + "class S(BaseSettings):\n    w: int = 4\nX = S(w=5).w"
    assert plain(project({"settings.py": code}, {"W": "6"}).value("X")) == 5


def test_a_cached_getter_gives_the_settings(project, plain):
    code = (
        HEAD
        + "from functools import lru_cache\nclass S(BaseSettings):\n    w: int = 4\n@lru_cache\ndef get():\n    return S()\nX = get().w"
    )
    assert plain(project({"settings.py": code}, {"W": "6"}).value("X")) == 6


def test_a_base_in_the_project_brings_its_fields_and_prefix(project, plain):
    files = {
        "core.py": HEAD + "class Core(BaseSettings):\n    w: int = 4\n    class Config:\n        env_prefix = 'APP_'\n",
        "settings.py": "from core import Core\nclass S(Core):\n    v: int = 1\nX = S().w",
    }
    assert plain(project(files, {"APP_W": "6"}).value("X")) == 6


def test_settings_inside_settings_are_reached(project, plain):
    code = (
        HEAD
        + "class Celery(BaseSettings):\n    workers: int = 4\nclass S(BaseSettings):\n    celery: Celery = Celery()\nX = S().celery.workers"
    )
    assert plain(project({"settings.py": code}, {"WORKERS": "6"}).value("X")) == 6


def test_a_plain_model_reads_no_variable(project, plain):
    code = HEAD + "class S(BaseModel):\n    w: int = 4\nX = S().w"
    assert plain(project({"settings.py": code}, {"W": "6"}).value("X")) == 4


def test_the_trail_names_file_field_and_type(project):
    code = HEAD + "class S(BaseSettings):\n    w: int = 4\nX = S().w"
    trail = project({"settings.py": code}, {"W": "6"}).value("X").trail
    assert [str(step.at) for step in trail] == ["compose.yaml:5:9", "settings.py:4:5", "settings.py:4:8"]


def test_a_delimiter_reaches_into_a_model(project, plain):
    code = HEAD + "class Celery(BaseModel):\n    workers: int = 4\n    queue: str = 'a'\n"
    code += "class S(BaseSettings):\n    celery: Celery = Celery(queue='b')\n"
    code += "    model_config = SettingsConfigDict(env_nested_delimiter='__')\nX = (S().celery.workers, S().celery.queue)"
    # What the default holds beside is lost, unless nested_model_default_partial_update keeps it.
    assert plain(project({"settings.py": code}, {"CELERY__WORKERS": "6"}).value("X")) == (6, "a")
    kept = code.replace("delimiter='__'", "delimiter='__', nested_model_default_partial_update=True")
    assert plain(project({"settings.py": kept}, {"CELERY__WORKERS": "6"}).value("X")) == (6, "b")
    assert plain(project({"settings.py": code}).value("X")) == (4, "b")
