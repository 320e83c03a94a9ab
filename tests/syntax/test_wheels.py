from __future__ import annotations

import pytest

from forkfit.model.source import source
from forkfit.model.weight import Built
from forkfit.syntax.wheels import built

UV = """\
version = 1

[[package]]
name = "django-extensions"
version = "4.1"
dependencies = [
    { name = "django" },
]
wheels = [
    { url = "https://files/django_extensions-4.1-py3-none-any.whl", hash = "sha256:0", size = 1 },
]

[package.optional-dependencies]
more = [ { name = "shapely" } ]

[[package]]
name = "Ruamel.Yaml.clib"
wheels = [
    { url = "https://files/ruamel_yaml_clib-0.2.12-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.whl", size = 1 },
]

[[package]]
name = "sqlalchemy"
wheels = [
    { url = "https://files/sqlalchemy-2.0-cp311-cp311-win32.whl" },
    { url = "https://files/sqlalchemy-2.0-py3-none-any.whl" },
]

[[package]]
name = "sentry-sdk"
wheels = [ { url = "https://files/sentry_sdk-2.0-py2.py3-none-any.whl" } ]

[package.optional-dependencies]
django = [
    { name = "django" },
]

[[package]]
name = "oyaml"
sdist = { url = "https://files/oyaml-1.0.tar.gz" }
"""

POETRY = """\
[[package]]
name = "django-filter"
version = "24.3"
files = [
    {file = "django_filter-24.3-py3-none-any.whl", hash = "sha256:0"},
    {file = "django_filter-24.3.tar.gz", hash = "sha256:0"},
]

[package.dependencies]
Django = ">=4.2"

[[package]]
name = "nh3"
files = [{file = "nh3-0.3-cp38-abi3-musllinux_1_2_i686.whl", hash = "sha256:0"}]

[[package]]
name = "structlog"
files = [{file = "structlog-25.1-py3-none-any.whl", hash = "sha256:0"}]

[package.extras]
tests = ["django"]
"""

PDM = """\
[[package]]
name = "django-redis"
dependencies = [
    "Django>=4.2",
    "redis>=4",
]
files = [{file = "django_redis-6.0-py3-none-any.whl", hash = "sha256:0"}]
"""


@pytest.mark.parametrize(
    ("file", "text", "kinds"),
    [
        (
            "uv.lock",
            UV,
            {
                "django-extensions": Built.ADDON,
                "ruamel-yaml-clib": Built.NATIVE,
                "sqlalchemy": Built.NATIVE,
                "sentry-sdk": Built.PURE,
            },
        ),
        ("poetry.lock", POETRY, {"django-filter": Built.ADDON, "nh3": Built.NATIVE, "structlog": Built.PURE}),
        ("pdm.lock", PDM, {"django-redis": Built.ADDON}),
        ("uv.lock", "", {}),
        ("uv.lock", '[[package]]\nversion = "1"\n', {}),
    ],
    ids=["uv", "poetry", "pdm", "empty", "no name"],
)
def test_the_names_of_wheels_and_what_is_needed_tell_how_a_distribution_is_built(file, text, kinds):
    assert built(source(file, text)) == kinds
