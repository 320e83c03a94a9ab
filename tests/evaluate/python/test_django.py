"""Django imports its settings, the installed apps with their models, and the URLconf before a worker is ready."""

from __future__ import annotations

import pytest

from forkfit.evaluate.python.walk import Start, walk

PROJECT = {
    "proj/__init__.py": "from .celery import app\n",
    "proj/celery.py": (
        "import os\nfrom celery import Celery\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'proj.settings')\n"
        "app = Celery('proj')\napp.config_from_object('django.conf:settings', namespace='CELERY')\napp.autodiscover_tasks()\n"
    ),
    "proj/settings.py": "INSTALLED_APPS = ['django.contrib.admin', 'shop', 'rest_framework']\nROOT_URLCONF = 'proj.urls'\n",
    "proj/urls.py": "from django.urls import include, path\nurlpatterns = [path('shop/', include('shop.urls'))]\n",
    "shop/__init__.py": "",
    "shop/models.py": "",
    "shop/tasks.py": "",
    "shop/urls.py": "from shop import views\n",
    "shop/views.py": "import pandas\n",
    "shop/admin.py": "import openpyxl\n",
    "shop/other.py": "import torch\n",
}


def walked(project, changes=None, environ=None):
    made = project({k: v for k, v in (PROJECT | (changes or {})).items() if v is not None}, environ)
    return walk(made.run, (Start("proj", needed=True),))


def names(seen):
    return {m.name for m in seen.modules}


def libraries(seen):
    return {i.library for i in seen.code.imports}


def test_a_django_project_imports_its_apps_models_tasks_urls_and_admin(project):
    seen = walked(project)
    assert {"proj.settings", "shop", "shop.models", "shop.tasks", "shop.admin", "proj.urls", "shop.urls", "shop.views"} <= names(seen)
    assert "shop.other" not in names(seen)
    assert {"django", "rest_framework", "pandas", "openpyxl"} <= libraries(seen)
    assert seen.code.uses_django
    assert seen.code.gaps == ()


def test_an_import_of_an_app_is_placed_in_installed_apps(project):
    (found,) = [i for i in walked(project).code.imports if i.library == "rest_framework"]
    assert str(found.at) == "proj/settings.py:1:51"


def test_the_environment_of_the_container_names_the_settings(project):
    changes = {
        "proj/production.py": "from .settings import *\nINSTALLED_APPS += ['bank']\n",
        "bank/__init__.py": "",
        "bank/tasks.py": "import torch",
    }
    assert "torch" not in libraries(walked(project, changes))
    assert "torch" in libraries(walked(project, changes, {"DJANGO_SETTINGS_MODULE": "proj.production"}))


APPS = {
    "the path of a configuration": ("shop.apps.ShopConfig", "shop"),
    "a package with one configuration": ("shop", "shop"),
    "a configuration with another name": ("shop.apps.OtherConfig", "bank"),
}


@pytest.mark.parametrize(("entry", "package"), APPS.values(), ids=APPS.keys())
def test_ready_runs_before_the_fork(project, entry, package):
    config = (
        "from django.apps import AppConfig\nclass {}(AppConfig):\n    name = '{}'\n    def ready(self):\n        from shop import signals\n"
    )
    changes = {
        "proj/settings.py": f"INSTALLED_APPS = ['{entry}']\n",
        "shop/apps.py": config.format("OtherConfig" if "Other" in entry else "ShopConfig", package),
        "shop/signals.py": "import torch\n",
        "bank/__init__.py": "",
        "bank/tasks.py": "",
    }
    seen = walked(project, changes)
    assert {"shop.apps", "shop.signals", f"{package}.tasks"} <= names(seen)
    assert "torch" in libraries(seen)


def test_without_the_admin_its_modules_are_not_imported(project):
    assert "shop.admin" not in names(walked(project, {"proj/settings.py": "INSTALLED_APPS = ['shop']\n"}))


def test_apps_that_are_added_in_the_dark_leave_a_gap(project):
    seen = walked(project, {"proj/settings.py": "INSTALLED_APPS = ['shop']\nINSTALLED_APPS += find_apps()\n"})
    assert "shop.tasks" in names(seen)
    assert "INSTALLED_APPS" in seen.code.gaps[0].why


def test_settings_that_are_not_found_leave_a_gap(project):
    assert "settings" in walked(project, {"proj/settings.py": None}).code.gaps[0].why


def test_a_namespace_app_is_found(project):
    seen = walked(project, {"proj/settings.py": "INSTALLED_APPS = ['apps.bank']\n", "apps/bank/tasks.py": "import torch\n"})
    assert "apps.bank.tasks" in names(seen)


def test_installed_apps_put_together_from_lists(project):
    settings = (
        "DJANGO = ['django.contrib.auth']\nOURS = ['shop']\nINSTALLED_APPS = DJANGO + OURS\nif False:\n    INSTALLED_APPS += ['bank']\n"
    )
    seen = walked(project, {"proj/settings.py": settings, "bank/__init__.py": "import torch"})
    assert "shop.tasks" in names(seen)
    assert "torch" not in libraries(seen)


@pytest.mark.parametrize(
    "adds",
    [
        "sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), 'apps'))",
        "sys.path.append(str(Path(__file__).resolve().parent.parent / 'apps'))",
        "sys.path.append('apps')",
    ],
    ids=["from the file", "by pathlib", "from the working directory"],
)
def test_a_folder_that_settings_add_to_the_path_holds_apps(project, adds):
    changes = {
        "proj/settings.py": f"import os, sys\nfrom pathlib import Path\n{adds}\nINSTALLED_APPS = ['datasets']\n",
        "apps/datasets/__init__.py": "",
        "apps/datasets/models.py": "import pandas\n",
    }
    seen = walked(project, changes)
    assert "datasets.models" in names(seen)
    assert "datasets" not in libraries(seen)


def test_a_folder_that_is_not_there_adds_nothing(project):
    seen = walked(project, {"proj/settings.py": "import sys\nsys.path.append('/elsewhere')\nINSTALLED_APPS = ['datasets']\n"})
    assert "datasets" in libraries(seen)
