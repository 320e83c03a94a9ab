"""Which models hang in the children: by loader, by release, by threads, and by what is called before the fork."""

from __future__ import annotations

import pytest

FW = 'from faster_whisper import WhisperModel\nM = WhisperModel("tiny", device="cpu")'
OW = 'import whisper\nM = whisper.load_model("base")'
ST = 'from sentence_transformers import SentenceTransformer\nM = SentenceTransformer("all-MiniLM-L6-v2", device="cpu")'
TF = 'from transformers import AutoModel\nM = AutoModel.from_pretrained("bert-base-uncased")'
ONE = '    environment: {OMP_NUM_THREADS: "1"}\n'


@pytest.fixture
def hangs(linted):
    """Tell whether a project has a model that hangs."""
    return lambda *given, **more: [f for f in linted(*given, **more)["findings"] if f["rule"] == "FF306"] != []


HANGING = {
    "faster_whisper": FW,
    "faster_whisper of a size that is not known": "from faster_whisper import WhisperModel\nM = WhisperModel(input(), device='cpu')",
    "whisperx": 'import whisperx\nM = whisperx.load_model("tiny", "cpu", compute_type="int8")',
    "openai-whisper": OW,
    "ultralytics": 'from ultralytics import YOLO\nM = YOLO("yolov8n.pt")',
    "easyocr": 'import easyocr\nM = easyocr.Reader(["en"], gpu=False)',
    "torchvision": 'from torchvision import models\nM = models.resnet18(weights="DEFAULT")',
    "a warm-up": f'{ST}\nM.encode("x")',
    "a warm-up in a function": f'{ST}\ndef warm():\n    M.encode("x")\nwarm()',
    "a model that is called": f"{TF}\nM(1)",
    "a warm-up of an attribute": (
        "from sentence_transformers import SentenceTransformer\nclass E:\n    def __init__(self):\n"
        "        self.m = SentenceTransformer('all-MiniLM-L6-v2', device='cpu')\n        self.m.encode('x')\ne = E()"
    ),
    "a handler of worker_init": "@signals.worker_init.connect\ndef f(**k):\n    import whisper\n    whisper.load_model('base')",
}


@pytest.mark.parametrize("code", HANGING.values(), ids=HANGING.keys())
def test_it_hangs(hangs, code):
    assert hangs(code)


ANSWERING = {
    "a mapped model that is only built": ST,
    "transformers that only build": TF,
    "spaCy": 'import spacy\nM = spacy.load("en_core_web_sm")\nM("x")',
    "onnxruntime": 'import onnxruntime\nM = onnxruntime.InferenceSession("m.onnx")\nM.run(None, {})',
    "a model built in each child": f"@signals.worker_process_init.connect\ndef f(**k):\n    {OW.replace(chr(10), chr(10) + '    ')}",
    "a model that the parent builds once its children are there": (
        f"@signals.worker_ready.connect\ndef f(**k):\n    {OW.replace(chr(10), chr(10) + '    ')}"
    ),
    "a warm-up of a child": f"{ST}\n@signals.worker_process_init.connect\ndef f(**k):\n    M.encode('x')",
    "a function that nothing calls": f"def f():\n    {OW.replace(chr(10), chr(10) + '    ')}",
    "a model on a GPU": 'from faster_whisper import WhisperModel\nM = WhisperModel("tiny", device="cuda")',
    "a model of which nothing is known": 'import gfpgan\nM = gfpgan.GFPGANer("x")',
    "a class that no task is made with": (
        "class T(Task):\n    def __init__(self):\n        import whisper\n        whisper.load_model('base')"
    ),
}


@pytest.mark.parametrize("code", ANSWERING.values(), ids=ANSWERING.keys())
def test_it_answers(hangs, code):
    assert not hangs(code)


class TestOneThread:
    @pytest.mark.parametrize("code", [OW, f'{ST}\nM.encode("x")'], ids=["built", "called"])
    def test_of_openmp_is_a_cure(self, hangs, code):
        assert not hangs(code, more=ONE)
        assert not hangs("import torch\ntorch.set_num_threads(1)\n" + code)
        assert not hangs('os.environ["OMP_NUM_THREADS"] = "1"\n' + code)
        assert not hangs(code, more='    cpuset: "0"\n')
        assert not hangs(code, more="    environment: [OMP_NUM_THREADS]\n")

    def test_two_are_none(self, hangs):
        assert hangs(OW, more='    environment: {OMP_NUM_THREADS: "2"}\n')
        assert hangs(OW, more='    cpuset: "0-3"\n')

    def test_is_none_for_ctranslate2(self, hangs):
        assert hangs(FW, more=ONE)


@pytest.mark.parametrize(("pinned", "expected"), [("4.40.2", True), ("4.44.0", False), ("5.23.0", False)])
def test_old_releases_of_transformers_start_threads_as_they_load(hangs, pinned, expected):
    assert hangs(TF, requirements_dot_txt=f"transformers=={pinned}\n") is expected


@pytest.mark.parametrize("options", ["-P threads", "-P solo", "-P gevent", "-P ${POOL:-solo}", "--pool-start-method spawn"])
def test_a_pool_that_does_not_fork_is_no_matter(hangs, options):
    compose = f"services: {{worker: {{image: a, command: celery -A proj worker -c 4 {options}, working_dir: /srv, volumes: ['.:/srv']}}}}"
    assert not hangs(FW, compose=compose, requirements_dot_txt="celery==5.7.0\n")


def test_whichever_device_there_is_may_be_the_gpu(hangs):
    code = FW.replace('"cpu"', '"auto"')
    assert hangs(code)
    assert not hangs(code, more="    gpus: all\n")
