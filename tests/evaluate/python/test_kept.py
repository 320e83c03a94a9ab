"""What a project puts into a library's object under a key is found again: the way Flask hands Celery on."""

from __future__ import annotations

import pytest

FLASK = {
    "shop/__init__.py": """
from flask import Flask
from shop.jobs import celery_init_app

def create_app():
    app = Flask(__name__)
    app.config.from_mapping(CELERY=dict(broker_url="redis://redis", worker_concurrency=4))
    celery_init_app(app)
    return app
""",
    "shop/jobs.py": """
from celery import Celery, Task

def celery_init_app(app):
    class FlaskTask(Task):
        pass
    celery_app = Celery(app.name, task_cls=FlaskTask)
    celery_app.config_from_object(app.config["CELERY"])
    app.extensions["celery"] = celery_app
    return celery_app
""",
    "make_celery.py": "from shop import create_app\nflask_app = create_app()\ncelery_app = flask_app.extensions['celery']\n",
}


def test_the_application_is_found_in_the_extensions(project, plain):
    assert plain(project(FLASK).value("celery_app", "make_celery")) == "<celery.Celery>"


CONFIGS = {
    "from_mapping": ("app.config.from_mapping(W=4)", 4),
    "an item": ("app.config['W'] = 4", 4),
    "update": ("app.config.update({'W': 4})", 4),
    "a class": ("class Config:\n    W = 4\napp.config.from_object(Config)", 4),
    "the path of a class": ("app.config.from_object('conf.Config')", 5),
    "a module": ("app.config.from_object('conf')", 6),
    "two ways": ("app.config['W'] = 4\napp.config['W'] = 5", {"one of": [4, 5]}),
    "nothing": ("app.config.from_envvar('W')", "unknown"),
}


@pytest.mark.parametrize(("code", "expected"), CONFIGS.values(), ids=CONFIGS.keys())
def test_a_setting_is_found_in_the_config(project, plain, code, expected):
    files = {
        "settings.py": f"from flask import Flask\napp = Flask(__name__)\n{code}\nX = app.config['W']\n",
        "conf.py": "W = 6\nclass Config:\n    W = 5\n",
    }
    assert plain(project(files).value("X")) == expected
