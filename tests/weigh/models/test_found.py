"""A model is found by whichever way a task comes to it, whichever library loads it; where that stays open, it is said."""

from __future__ import annotations

import pytest

MIB = 2**20
LOAD = 'WhisperModel("small", device="cpu", compute_type="int8")'
HEAD = """
import asyncio, importlib, threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, partial
from faster_whisper import WhisperModel
"""
TASK = "@app.task\ndef t(key=None):\n    "


@pytest.fixture
def summands(linted):
    """Return what the sum of a project's container has of models, part by part."""

    def run(code):
        (container,) = linted(HEAD + code.replace("{LOAD}", LOAD))["projects"][0]["containers"]
        return [p["what"] for p in container["estimate"]["parts"] if p["what"].startswith(("model ", "faster_whisper."))]

    return run


COUNTED = {
    "in Task.__call__": (
        "class Base(Task):\n    model = None\n    def __call__(self, *a, **k):\n"
        "        if not self.model:\n            self.model = {LOAD}\n"
        "        return self.run(*a, **k)\n@app.task(base=Base, bind=True)\ndef t(self):\n    self.model"
    ),
    "in before_start of a task": (
        "class Base(Task):\n    def before_start(self, *a):\n        self.model = {LOAD}\n@app.task(base=Base)\ndef t():\n    pass"
    ),
    "in a dictionary of the module": (
        "M = {}\ndef get(name):\n    if name not in M:\n        M[name] = {LOAD}\n    return M[name]\n" + TASK + 'get("small")'
    ),
    "through a partial": f'make = partial(WhisperModel, device="cpu", compute_type="int8")\n{TASK}make("small")',
    "through a partial of an own function": (
        f'def load(name, kind):\n    return WhisperModel(name, device="cpu", compute_type=kind)\n'
        f'make = partial(load, kind="int8")\n{TASK}make("small")'
    ),
    "in what a thread has for itself": f'here = threading.local()\n{TASK}if not hasattr(here, "m"):\n        here.m = {{LOAD}}',
    "asked of a thread's own with a default": (
        f'here = threading.local()\n{TASK}m = getattr(here, "m", None)\n    if m is None:\n        m = {{LOAD}}'
    ),
    "from a module imported by name": f'{TASK}fw = importlib.import_module("faster_whisper")\n    fw.{{LOAD}}',
    "in a lambda that is called": f"make = lambda: {{LOAD}}\n{TASK}make()",
    "in a lambda of a dictionary": f'MAKE = {{"speech": lambda: {{LOAD}}}}\n{TASK}MAKE[key]()',
    "in a function of a dictionary": f'def load():\n    return {{LOAD}}\nMAKE = {{"speech": load}}\n{TASK}MAKE[key]()',
    "in a function that a pool of threads runs": (
        f"def load():\n    return {{LOAD}}\n{TASK}with ThreadPoolExecutor() as pool:\n        pool.submit(load).result()"
    ),
    "in a lambda that a pool of threads runs": f"{TASK}with ThreadPoolExecutor() as pool:\n        pool.submit(lambda: {{LOAD}})",
    "in a function that is mapped": (
        f"def load(x):\n    return {{LOAD}}\n{TASK}with ThreadPoolExecutor() as pool:\n        list(pool.map(load, [1]))"
    ),
    "in a thread": (
        f'def load(name):\n    return WhisperModel(name, device="cpu", compute_type="int8")\n'
        f'{TASK}threading.Thread(target=load, args=("small",)).start()'
    ),
    "in what a coroutine hands to a thread": (
        f"def load():\n    return {{LOAD}}\nasync def run():\n    await asyncio.to_thread(load)\n{TASK}asyncio.run(run())"
    ),
    "in an executor of the loop": (
        "def load():\n    return {LOAD}\nasync def run():\n    await asyncio.get_running_loop().run_in_executor(None, load)\n"
        + TASK
        + "asyncio.run(run())"
    ),
    "in the head of a loop": f"def load():\n    return {{LOAD}}\n{TASK}for part in load().transcribe(key):\n        pass",
    "in the head of a condition": f"def load():\n    return {{LOAD}}\n{TASK}if load():\n        pass",
    "in the head of a with": f"@contextmanager\ndef model():\n    yield {{LOAD}}\n{TASK}with model() as m:\n        pass",
    "in a generator": f"def each():\n    yield {{LOAD}}\n{TASK}for m in each():\n        pass",
    "in a property of an object of the module": f"class S:\n    @property\n    def m(self):\n        return {{LOAD}}\ns = S()\n{TASK}s.m",
    "in a property of an attribute": (
        "class S:\n    @cached_property\n    def m(self):\n        return {LOAD}\nclass H:\n    def __init__(self):\n        self.s = S()\n"
        "    def go(self):\n        return self.s.m\n" + TASK + "H().go()"
    ),
    "in __post_init__": (
        '@dataclass\nclass S:\n    name: str = "small"\n    def __post_init__(self):\n'
        '        self.m = WhisperModel(self.name, device="cpu", compute_type="int8")\n' + TASK + "S()"
    ),
    "in an object that is called": f"class S:\n    def __call__(self):\n        return {{LOAD}}\ns = S()\n{TASK}s()",
    "in a class method that calls another": (
        f"class S:\n    @classmethod\n    def get(cls):\n        return cls.load()\n    @classmethod\n"
        f"    def load(cls):\n        return {{LOAD}}\n{TASK}S.get()"
    ),
    "by a name that a class method makes": (
        '@dataclass\nclass C:\n    name: str = "small"\n    @classmethod\n    def make(cls):\n        return cls()\nclass S:\n'
        "    def __init__(self, c):\n        self.c = c\n    @property\n    def m(self):\n"
        '        return WhisperModel(self.c.name, device="cpu", compute_type="int8")\n' + TASK + "S(C.make()).m"
    ),
}


@pytest.mark.parametrize("code", COUNTED.values(), ids=COUNTED.keys())
def test_a_model_that_a_task_comes_to_counts(summands, code):
    assert summands(code) == ["model small of faster_whisper"]


OPEN = {
    "in a function that is handed on": f"import elsewhere\n{TASK}def load():\n        return {{LOAD}}\n    elsewhere.go(load)",
    "in a lambda that is handed on": f"import elsewhere\n{TASK}elsewhere.go(lambda: {{LOAD}})",
    "in an object that is made when it is used": (
        f"from django.utils.functional import SimpleLazyObject\nM = SimpleLazyObject(lambda: {{LOAD}})\n{TASK}M.x"
    ),
    "in a function that nothing calls": "def load():\n    return {LOAD}",
}


@pytest.mark.parametrize("code", OPEN.values(), ids=OPEN.keys())
def test_a_model_that_nothing_is_seen_to_load_is_named(summands, code):
    assert summands(code) == ["faster_whisper.WhisperModel (nothing is seen to call it)"]


class TestNamesOfTables:
    NAMES = 'NAMES = {"fast": "tiny", "good": "small"}\n'

    @pytest.mark.parametrize("name", ["NAMES[key]", 'NAMES.get(key, "tiny")'], ids=["by a key", "with a default"])
    def test_a_key_that_is_not_known_gives_one_of_them(self, models, name):
        (model,) = models(f'{HEAD}{self.NAMES}{TASK}WhisperModel({name}, device="cpu", compute_type="int8")')
        assert [round(one["known"] / MIB) for one in model["bytes"]["one_of"]] == [80, 291]

    def test_of_one_that_a_function_adds_to_nothing_is_known(self, models):
        code = f'{HEAD}{self.NAMES}{TASK}NAMES["own"] = key\n    WhisperModel(NAMES[key], device="cpu", compute_type="int8")'
        (model,) = models(code)
        assert "the key is not known" in model["bytes"]["unknown"]


@pytest.mark.parametrize("signal", ["app.on_after_configure", "app.on_after_finalize", "signals.celeryd_init"])
def test_what_the_application_sends_is_before_the_fork(models, signal):
    (model,) = models(f"{HEAD}@{signal}.connect\ndef load(sender, **kwargs):\n    {LOAD}")
    assert model["placed"] == "parent"


LOADERS = {
    "a pipeline from one file": "from diffusers import StableDiffusionXLPipeline as P\nP.from_single_file('x.safetensors')",
    "a builder of torchvision": "import torchvision\ntorchvision.models.efficientnet_b3(weights='DEFAULT')",
    "a builder of timm": "import timm\ntimm.create_model('resnet50', pretrained=True)",
    "a booster": "import xgboost\nb = xgboost.Booster()\nb.load_model('m.json')",
    "a classifier of catboost": "from catboost import CatBoostClassifier\nc = CatBoostClassifier()\nc.load_model('m.cbm')",
    "a separator": "from spleeter.separator import Separator\nSeparator('spleeter:2stems')",
    "a converter of documents": "from docling.document_converter import DocumentConverter\nDocumentConverter()",
    "a table of models": "from marker.models import create_model_dict\ncreate_model_dict()",
    "a function that loads by itself": "from rembg import remove\nremove(b'')",
    "an interpreter": "import tensorflow as tf\ntf.lite.Interpreter(model_path='m.tflite')",
    "a compiled network": "from openvino.runtime import Core\nCore().compile_model('m.xml')",
    "a network of cv2": "import cv2\ncv2.dnn.readNetFromONNX('m.onnx')",
    "a ranker": "from flashrank import Ranker\nRanker()",
    "a package that is a model": "import en_core_web_sm\nen_core_web_sm.load()",
}


@pytest.mark.parametrize("code", LOADERS.values(), ids=LOADERS.keys())
def test_whatever_loads_a_model_is_found(models, code):
    inside = code.replace("\n", "\n    ")
    (model,) = models(f"@app.task\ndef t():\n    {inside}")
    assert (model["placed"], "unknown" in model["bytes"] or "known" in model["bytes"]) == ("child", True)


class TestStateOfAModule:
    NET = "import torch\nfrom torch import nn\nclass Net(nn.Module):\n    pass\nnet = Net()\n"
    BYTES = b"x" * (64 * MIB)

    WAYS = {
        "a file": ('net.load_state_dict(torch.load("w.pth"))', 65, 129),
        "a file by a name": ('state = torch.load("w.pth", map_location="cpu")\nnet.load_state_dict(state)', 65, 129),
        "a file that is mapped": ('net.load_state_dict(torch.load("w.pth", mmap=True))', 65, 65),
        "a file that is mapped and takes the place of the weights": (
            'net.load_state_dict(torch.load("w.pth", mmap=True), assign=True)',
            1,
            1,
        ),
        "a whole module": ('net = torch.load("w.pth")', 65, 65),
        "safetensors": ('from safetensors.torch import load_file\nnet.load_state_dict(load_file("w.pth"))', 65, 65),
        "safetensors by themselves": ('from safetensors.torch import load_file\nw = load_file("w.pth")', 1, 1),
        "safetensors into a module": ('from safetensors.torch import load_model\nload_model(net, "w.pth")', 65, 65),
    }

    @pytest.mark.parametrize(("code", "anon", "peak"), WAYS.values(), ids=WAYS.keys())
    def test_holds_the_weights_and_at_the_peak_the_file_beside_them(self, linted, code, anon, peak):
        report = linted(f"{self.NET}{code}", w_dot_pth=self.BYTES, requirements_dot_txt="torch\nsafetensors\n")
        (model,) = report["projects"][0]["workers"][0]["models"]
        assert round(model["bytes"]["known"] / MIB) == anon
        parts = report["projects"][0]["containers"][0]["estimate"]["parts"]
        assert anon + round(sum(p["parent_bytes"] for p in parts if p["what"].startswith("more while")) / MIB) in (anon, peak)

    @pytest.mark.parametrize("part", ['["model"]', '.get("model")'], ids=["an item", "an item asked for"])
    def test_of_a_part_of_a_file_only_its_bounds_are_known(self, models, part):
        (model,) = models(f'{self.NET}net.load_state_dict(torch.load("w.pth"){part})', w_dot_pth=self.BYTES)
        assert [round(one["known"] / MIB) for one in model["bytes"]["one_of"]] == [1, 65]

    def test_of_a_model_that_counts_by_itself_only_the_file_is_added(self, models):
        code = 'import torch, torchvision\nnet = torchvision.models.resnet50()\nnet.load_state_dict(torch.load("w.pth"))'
        assert [round(m["bytes"]["known"] / MIB) for m in models(code, w_dot_pth=self.BYTES)] == [98, 1]

    def test_a_file_that_is_not_there_has_no_size(self, models):
        (model,) = models(f'{self.NET}net.load_state_dict(torch.load("/models/w.pth"))')
        assert "the size of its file is not known" in model["bytes"]["unknown"]

    def test_hangs_when_it_is_copied_before_the_fork(self, linted):
        rules = [f["rule"] for f in linted(f'{self.NET}net.load_state_dict(torch.load("/models/w.pth"))')["findings"]]
        assert "FF306" in rules

    def test_the_state_of_an_optimizer_is_no_model(self, models):
        assert models(f"{self.NET}o = torch.optim.Adam(net.parameters())\no.load_state_dict({{}})") == []
