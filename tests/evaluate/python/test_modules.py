"""A module's name leads to its file as it does for Python inside the container."""

from __future__ import annotations

import pytest

from forkfit.evaluate.python.modules import Lack, Missing, Module


def where(found):
    return found.path if isinstance(found, Module) else found.lack


def test_the_working_directory_maps_to_the_repository(project):
    made = project({"backend/proj/__init__.py": "", "backend/proj/celery.py": ""}, paths={"/app": "backend"}, working_dir="/app")
    assert where(made.modules.find("proj.celery")) == "backend/proj/celery.py"


def test_a_folder_may_be_mounted_inside_a_package(project):
    files = {"code/celery.py": "", "code/__init__.py": "", "settings/extra.py": ""}
    made = project(files, paths={"/app/proj": "code", "/app/proj/conf": "settings"}, working_dir="/app")
    assert where(made.modules.find("proj.celery")) == "code/celery.py"
    assert where(made.modules.find("proj.conf.extra")) == "settings/extra.py"


def test_the_stronger_mapping_wins(project):
    files = {"mounted/app.py": "", "copied/app.py": "", "copied/other.py": ""}
    made = project(files, paths={"/app": "mounted"}, working_dir="/app")
    assert where(made.modules.find("app")) == "mounted/app.py"
    assert where(made.modules.find("other")) is Lack.FOREIGN


@pytest.mark.parametrize(
    ("environ", "expected"),
    [({"PYTHONPATH": "/app/lib"}, "lib/tool.py"), ({"PYTHONPATH": "lib:/nowhere"}, "lib/tool.py"), ({}, Lack.FOREIGN)],
    ids=["absolute", "from the working directory", "not set"],
)
def test_pythonpath_is_searched_after_the_working_directory(project, environ, expected):
    made = project({"lib/tool.py": "", "app.py": ""}, environ, paths={"/app": "."}, working_dir="/app", app="app")
    assert where(made.modules.find("tool")) == expected


def test_without_a_working_directory_the_folder_that_holds_the_application_stands_in(project):
    files = {"web/views.py": "", "worker/proj/__init__.py": "", "worker/proj/celery.py": ""}
    made = project(files, nearby=("web", "worker"), app="proj.celery")
    assert where(made.modules.find("proj.celery")) == "worker/proj/celery.py"
    assert "worker" in made.modules.roots[0].trail[0].note


def test_a_src_folder_counts_as_installed(project):
    made = project({"app.py": "", "src/shop/__init__.py": ""}, paths={"/app": "."}, working_dir="/app", app="app")
    assert where(made.modules.find("shop")) == "src/shop/__init__.py"


def test_an_application_in_src_is_found(project):
    made = project({"src/shop/__init__.py": "", "src/shop/celery.py": ""}, app="shop")
    assert where(made.modules.find("shop.celery")) == "src/shop/celery.py"


def test_a_package_comes_before_a_module_of_the_same_name(project):
    made = project({"shop/__init__.py": "", "shop.py": ""})
    assert where(made.modules.find("shop")) == "shop/__init__.py"


def test_a_folder_without_init_is_a_namespace_package(project):
    made = project({"team/shop/tasks.py": ""})
    assert where(made.modules.find("team.shop.tasks")) == "team/shop/tasks.py"
    assert made.modules.find("team.shop").is_package


def test_a_folder_without_python_is_no_package(project):
    made = project({"redis/redis.conf": "", "app.py": ""})
    assert where(made.modules.find("redis")) is Lack.FOREIGN


@pytest.mark.parametrize(
    ("name", "lack"),
    [
        ("numpy", Lack.FOREIGN),
        ("numpy.linalg", Lack.FOREIGN),
        ("json", Lack.STANDARD),
        ("os.path", Lack.STANDARD),
        ("shop.missing", Lack.LOST),
        ("shop.tasks.deeper", Lack.LOST),
        ("shop.not-a-name", Lack.LOST),
        ("", Lack.LOST),
        ("..", Lack.LOST),
    ],
)
def test_what_is_missing_says_why(project, name, lack):
    found = project({"shop/__init__.py": "", "shop/tasks.py": ""}).modules.find(name)
    assert isinstance(found, Missing)
    assert found.lack is lack
    assert found.why


def test_a_file_named_like_a_loaded_module_is_not_imported(project):
    made = project({"celery.py": "", "logging.py": "", "statistics.py": ""})
    assert where(made.modules.find("celery")) is Lack.FOREIGN
    assert where(made.modules.find("logging")) is Lack.STANDARD
    assert where(made.modules.find("statistics")) == "statistics.py"


@pytest.mark.parametrize(
    ("module", "level", "name", "expected"),
    [
        ("shop.tasks", 1, "models", "shop.models"),
        ("shop.tasks", 1, "", "shop"),
        ("shop", 1, "models", "shop.models"),
        ("shop.parts.deep", 2, "tasks", "shop.tasks"),
        ("shop.tasks", 2, "models", ""),
        ("shop.tasks", 0, "models", "models"),
    ],
)
def test_relative_names_are_seen_from_the_package(project, module, level, name, expected):
    made = project({"shop/__init__.py": "", "shop/tasks.py": "", "shop/parts/__init__.py": "", "shop/parts/deep.py": ""})
    assert made.modules.relative(made.modules.find(module), level, name) == expected


def test_a_file_that_does_not_parse_is_told_once_and_still_a_module(project):
    made = project({"shop.py": "def f(:\n"})
    assert made.modules.find("shop").broken
    assert made.modules.find("shop").tree.body == []
    assert [str(trouble.at) for trouble in made.told] == ["shop.py:1:7"]


def test_a_binary_file_is_told(project):
    made = project({"shop.py": b"\xff\xfe\x00"})
    assert made.modules.find("shop").broken
    assert len(made.told) == 1


def test_a_module_is_parsed_once(project):
    made = project({"shop.py": "x = 1\n"})
    assert made.modules.find("shop") is made.modules.find("shop")


@pytest.mark.parametrize(
    ("path", "expected"),
    [("/app/.env", "backend/.env"), (".env", "backend/.env"), ("conf/x.env", "backend/conf/x.env"), ("/etc/x", None), ("../secret", None)],
)
def test_a_path_that_a_program_opens_leads_to_a_file(project, path, expected):
    made = project(
        {"backend/app.py": "", "backend/.env": "", "backend/conf/x.env": "", "secret": ""}, paths={"/app": "backend"}, working_dir="/app"
    )
    assert made.modules.file(path, made.modules.find("app")) == expected
