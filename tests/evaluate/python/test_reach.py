"""Which statements of a body a walk looks at: those that may lead to an import, a model or a setting."""

import ast

import pytest

from forkfit.evaluate.python.modules import Module
from forkfit.evaluate.python.outline import outline_of
from forkfit.evaluate.python.reach import Reach
from forkfit.model.source import source


def leading(code, *others):
    """Return the lines of the function `f` that lead somewhere."""
    reach = Reach()
    modules = [Module(f"m{n}", f"m{n}.py", False, source("", text), ast.parse(text)) for n, text in enumerate((code, *others))]
    for module in modules:
        reach.meet(module)
    outline = outline_of(modules[0].tree)
    function = next(node for node in modules[0].tree.body if isinstance(node, ast.FunctionDef) and node.name == "f")
    return [statement.lineno - function.lineno for statement in function.body if reach.leads(outline.of(statement))]


@pytest.mark.parametrize("library", ["numpy as np", "torch as np"])
def test_what_makes_an_array_leads_on_where_its_library_is_imported(library):
    function = "def f(x):\n    x = np.ones(5)\n"
    assert leading(function) == []
    assert leading(f"import {library}\n{function}") == [1]
    assert leading(f"def g():\n    import {library}\n{function}") == [1]


@pytest.mark.parametrize(
    "body",
    [
        "x = 1",
        "log.info(x)",
        "if x:\n        y = x.strip()",
        "x.update(a=1)",
        "x.append(1)",
        "x['a'] = 1",
        "return x",
        "g = lambda: load_model('x')",
    ],
)
def test_what_touches_no_import_no_model_and_no_setting_leads_nowhere(body):
    assert leading(f"def f(x):\n    {body}\n") == []


@pytest.mark.parametrize(
    "body",
    [
        "import torch",
        "if x:\n        from a import b",
        "import_module(x)",
        "os.environ['A'] = x",
        "os.environ.setdefault('A', x)",
        "sys.path.append(x)",
        "gc.freeze()",
        "boto3.client('s3')",
        "x()",
        "table[x]()",
        "for y in x:\n        y()",
    ],
)
def test_an_aim_or_a_call_of_whatever_a_value_holds_leads_on(body):
    assert leading(f"def f(x):\n    {body}\n") == [1]


def test_what_loads_a_model_leads_on_once_its_library_is_imported():
    tree = ast.parse("whisper.load_model(x)")
    reach = Reach()
    assert not reach.leads(outline_of(tree).of(tree.body[0]))
    reach.aim_at(["load_model"])
    assert reach.leads(outline_of(tree).of(tree.body[0]))


@pytest.mark.parametrize(
    "below",
    [
        "def go():\n    import torch\n",
        "def go():\n    deeper()\ndef deeper():\n    import torch\n",
        "class go:\n    def __init__(self):\n        import torch\n",
        "class A:\n    def __init__(self):\n        import torch\nclass go(A):\n    pass\n",
        "from lib import import_module as go\n",
        "go = make()\n",
        "go, other = load, save\n",
        "class A:\n    def go(self):\n        import torch\n",
        "class A:\n    def __init__(self, load):\n        self.go = load\n",
        "class A:\n    go: Callable[[], None]\n",
    ],
)
def test_a_name_leads_where_any_code_of_that_name_does(below):
    assert leading("def f(x):\n    x.go()\n    x.stay()\n", below) == [1]


def test_a_property_is_called_where_it_is_read():
    assert leading(
        "def f(x):\n    y = x.model\n    z = x.name\n", "class A:\n    @property\n    def model(self):\n        import torch\n"
    ) == [1]


def test_another_name_of_the_environment_is_the_environment():
    assert leading("from os import environ as env\ndef f(x):\n    env['A'] = x\n    env.update(A=x)\n    other['A'] = x\n") == [1, 2]


def test_code_that_is_met_later_counts_for_names_met_before():
    reach = Reach()
    texts = ("def f():\n    g()\n", "def g():\n    h()\n", "def h():\n    import torch\n")
    outlines = []
    for name, text in zip("abc", texts, strict=True):
        tree = ast.parse(text)
        reach.meet(Module(name, f"{name}.py", False, source("", text), tree))
        outlines.append((outline_of(tree), tree))
    outline, tree = outlines[0]
    assert reach.leads(outline.of(tree.body[0].body[0]))
