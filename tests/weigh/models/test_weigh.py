"""What a call of a loader needs, by its arguments, the release that is installed, and the device."""

from __future__ import annotations

import pytest

MIB = 2**20


def held(value):
    """Return what a model holds in MiB; a list of what it may hold, None for what is not known."""
    if "known" in value:
        return round(value["known"] / MIB)
    return [held(one) for one in value["one_of"]] if "one_of" in value else None


FW = "from faster_whisper import WhisperModel\n"
ST = "from sentence_transformers import SentenceTransformer, CrossEncoder\n"
TF = "from transformers import AutoModel, AutoModelForCausalLM, AutoTokenizer, AutoConfig, pipeline\nimport torch\n"
SIZES = {
    "the default on a CPU is float32": (FW + 'M = WhisperModel("small")', 969),
    "int8": (FW + 'M = WhisperModel("small", compute_type="int8")', 291),
    "auto is int8": (FW + 'M = WhisperModel("small", compute_type="auto")', 291),
    "a size that was not run, by the law": (FW + 'M = WhisperModel("large-v2", compute_type="int8")', 1661),
    "the arguments by position": (FW + 'M = WhisperModel("tiny", "cpu", 0, "int8")', 80),
    "the arguments in a dictionary": (FW + 'O = {"device": "cpu", "compute_type": "int8"}\nM = WhisperModel("tiny", **O)', 80),
    "a name of the hub": (FW + 'M = WhisperModel("Systran/faster-whisper-large-v3", compute_type="int8")', 1667),
    "a distilled model": (FW + 'M = WhisperModel("Systran/faster-distil-whisper-large-v3", compute_type="int8")', 821),
    "a converted file that is int8 already": (FW + 'M = WhisperModel("example/whisper-small-int8-ct2")', 280),
    "a folder named after its size": (FW + 'M = WhisperModel("/models/faster-whisper-base", compute_type="int8")', 123),
    "a name that says nothing": (FW + 'M = WhisperModel("/models/ours")', None),
    "a name that only the user knows": (FW + "M = WhisperModel(input())", None),
    "what a CPU refuses": (FW + 'M = WhisperModel("small", compute_type="float16")', None),
    "openai-whisper": ('import whisper\nM = whisper.load_model("base")', 316),
    "openai-whisper from a name imported": ('from whisper import load_model\nM = load_model("turbo")', 3106),
    "whisperx": ('import whisperx\nM = whisperx.load_model("small", "cpu", compute_type="int8")', 321),
    "a mapped encoder": (ST + 'M = SentenceTransformer("all-MiniLM-L6-v2")', 15),
    "a mapped encoder of an organisation": (ST + 'M = SentenceTransformer("sentence-transformers/all-MiniLM-L6-v2")', 15),
    "a large tokenizer": (ST + 'M = SentenceTransformer("intfloat/multilingual-e5-large")', 305),
    "an encoder in half precision": (ST + 'M = SentenceTransformer("BAAI/bge-large-en-v1.5").half()', 658),
    "an encoder asked for in half": (ST + 'M = SentenceTransformer("BAAI/bge-large-en", model_kwargs={"torch_dtype": "float16"})', 658),
    "another backend": (ST + 'M = SentenceTransformer("all-MiniLM-L6-v2", backend="onnx")', None),
    "a cross-encoder": (ST + 'M = CrossEncoder("cross-encoder/ms-marco-MiniLM-L-6-v2")', 19),
    "a wrapper": ("from langchain_huggingface import HuggingFaceEmbeddings\nM = HuggingFaceEmbeddings()", 16),
    "a wrapper with a name": (
        'from langchain_huggingface import HuggingFaceEmbeddings\nM = HuggingFaceEmbeddings(model_name="BAAI/bge-m3")',
        305,
    ),
    "transformers": (TF + 'M = AutoModel.from_pretrained("bert-base-uncased")', 5),
    "a cast": (TF + 'M = AutoModel.from_pretrained("bert-base-uncased", dtype=torch.float16)', 214),
    "a cast in place": (TF + 'M = AutoModel.from_pretrained("bert-base-uncased").to(torch.bfloat16)', 214),
    "a file of 16 bits": (TF + 'M = AutoModelForCausalLM.from_pretrained("Qwen/Qwen2.5-0.5B-Instruct")', 5),
    "the same asked for in 32": (TF + 'M = AutoModelForCausalLM.from_pretrained("Qwen/Qwen2.5-0.5B-Instruct", dtype="float32")', 1889),
    "a tokenizer": (TF + 'M = AutoTokenizer.from_pretrained("xlm-roberta-base")', 300),
    "a quantized model": (TF + 'M = AutoModelForCausalLM.from_pretrained("gpt2", load_in_8bit=True)', None),
    "a pipeline by its task": (TF + 'M = pipeline("sentiment-analysis")', 19),
    "a pipeline with a model": (TF + 'M = pipeline("text-generation", model="gpt2")', 53),
    "a pipeline with a cast": (TF + 'M = pipeline("ner", model="dslim/bert-base-NER", torch_dtype=torch.float16)', 224),
    "spaCy": ('import spacy\nM = spacy.load("en_core_web_lg")', 537),
    "YOLO": ('from ultralytics import YOLO\nM = YOLO("yolov8n.pt")', 16),
    "YOLO, by the law": ('from ultralytics import YOLO\nM = YOLO("yolov8s-seg.pt")', 50),
    "easyocr": ('import easyocr\nM = easyocr.Reader(["en"], gpu=False)', 142),
    "torchvision": ('from torchvision import models\nM = models.resnet50(weights="DEFAULT")', 98),
    "what was never run": ('from diffusers import DiffusionPipeline\nM = DiffusionPipeline.from_pretrained("sd-turbo")', None),
}


@pytest.mark.parametrize(("code", "mebibytes"), SIZES.values(), ids=SIZES.keys())
def test_a_model_weighs_what_its_loader_makes_of_it(models, code, mebibytes):
    (model,) = models(code)
    assert (held(model["bytes"]), model["placed"]) == (mebibytes, "parent")


NOTHING = {
    "a configuration": TF + 'C = AutoConfig.from_pretrained("gpt2")',
    "a wrapper of a loaded model": "from faster_whisper import BatchedInferencePipeline\nB = BatchedInferencePipeline(model=input())",
    "an unpickled thing that is no file of the repository": 'import pickle\nwith open("/tmp/x", "rb") as f:\n    X = pickle.load(f)',
    "other functions of these names": "import json\nX = json.load(open('/tmp/x'))",
}


@pytest.mark.parametrize("code", NOTHING.values(), ids=NOTHING.keys())
def test_what_loads_no_model_is_none(models, code):
    assert models(code) == []


NAMED = {
    "a constant": 'SIZE = "small"\nM = WhisperModel(SIZE, compute_type="int8")',
    "the container's environment": 'M = WhisperModel(os.environ["SIZE"], compute_type=os.getenv("KIND", "float32"))',
    "a default": 'M = WhisperModel(os.getenv("NO_SUCH", "small"), compute_type="int8")',
    "an f-string": 'KIND = "small"\nM = WhisperModel(f"Systran/faster-whisper-{KIND}", compute_type="int8")',
    "a class attribute": 'class Settings:\n    size = "small"\nM = WhisperModel(Settings.size, compute_type="int8")',
    "settings": (
        'from pydantic_settings import BaseSettings\nclass S(BaseSettings):\n    size: str = "tiny"\n'
        's = S()\nM = WhisperModel(s.size, compute_type="int8")'
    ),
    "the default of a parameter": 'def get(size="small"):\n    return WhisperModel(size, compute_type="int8")\nM = get()',
    "a parameter": 'def get(size):\n    return WhisperModel(size, compute_type="int8")\nM = get("small")',
    "an attribute of an object": (
        'class Speech:\n    def __init__(self, size="small"):\n        self.size = size\n'
        '        self.model = WhisperModel(self.size, compute_type="int8")\nSPEECH = Speech()'
    ),
}


@pytest.mark.parametrize("code", NAMED.values(), ids=NAMED.keys())
def test_a_name_is_followed_to_where_it_is_written(models, code):
    (model,) = models(FW + code, more="    environment: {SIZE: small, KIND: int8}\n")
    assert (held(model["bytes"]), model["name"]) == (291, model["name"])
    assert "small" in model["name"]


def test_several_names_are_several_sizes(models):
    (model,) = models(FW + 'import random\nM = WhisperModel("tiny" if random.random() > 0.5 else "small", compute_type="int8")')
    assert held(model["bytes"]) == [80, 291]


class TestDevices:
    def test_a_model_on_a_gpu_is_not_the_containers_memory(self, models):
        (model,) = models(FW + 'M = WhisperModel("small", device="cuda")')
        assert "on a GPU" in model["bytes"]["unknown"]

    @pytest.mark.parametrize("moved", ['.to("cuda")', ".cuda()", '.to(torch.device("cuda:0"))', ".eval().cuda()"])
    def test_a_model_that_is_moved_to_a_gpu_is_not_either(self, models, moved):
        (model,) = models(TF + f'M = AutoModel.from_pretrained("bert-base-uncased"){moved}')
        assert held(model["bytes"]) is None

    def test_a_device_may_be_made_of_one_of_two_devices(self, models):
        device = 'D = torch.device("cuda") if torch.cuda.is_available() else torch.device("cpu")\n'
        (model,) = models(TF + device + 'M = AutoModel.from_pretrained("bert-base-uncased").to(torch.device(D))')
        assert model["library"] == "transformers"

    def test_a_pipeline_counts_devices(self, models):
        (model,) = models(TF + 'M = pipeline("ner", device=0)')
        assert held(model["bytes"]) is None

    WHICHEVER = {
        "auto": FW + 'M = WhisperModel("small", device="auto", compute_type="int8")',
        "no device at all": FW + 'M = WhisperModel("small", compute_type="int8")',
        "asked of torch": FW
        + 'import torch\nM = WhisperModel("small", device="cuda" if torch.cuda.is_available() else "cpu", compute_type="int8")',
    }

    @pytest.mark.parametrize("code", WHICHEVER.values(), ids=WHICHEVER.keys())
    def test_whichever_there_is_is_the_cpu_without_a_gpu(self, models, code):
        (model,) = models(code)
        assert held(model["bytes"]) == 291

    @pytest.mark.parametrize("code", WHICHEVER.values(), ids=WHICHEVER.keys())
    @pytest.mark.parametrize(
        "more",
        [
            "    gpus: all\n",
            "    runtime: nvidia\n",
            "    environment: {NVIDIA_VISIBLE_DEVICES: all}\n",
            "    deploy: {resources: {reservations: {devices: [{driver: nvidia, count: 1, capabilities: [gpu]}]}}}\n",
        ],
        ids=["gpus", "runtime", "environment", "reservation"],
    )
    def test_whichever_there_is_stays_open_beside_a_gpu(self, models, code, more):
        (model,) = models(code, more=more)
        assert held(model["bytes"]) == [291, None]


class TestReleases:
    CODE = TF + 'M = AutoModel.from_pretrained("bert-base-uncased")'

    @pytest.mark.parametrize(
        ("pinned", "mebibytes"),
        [("==5.23.0", 5), ("==4.57.1", 5), ("==4.46.3", 5), ("==4.44.0", [5, 433]), ("==4.40.2", 433), ("<4.41", 433), ("", 5)],
    )
    def test_old_releases_copy_weights_that_current_ones_map(self, models, pinned, mebibytes):
        (model,) = models(self.CODE, requirements_dot_txt=f"celery\ntransformers{pinned}\n")
        assert held(model["bytes"]) == mebibytes

    @pytest.mark.parametrize(("pinned", "mebibytes"), [("==5.0.0", 5), ("==4.57.1", 1889), ("==4.40.2", 1899)])
    def test_release_four_casts_a_file_of_sixteen_bits_where_no_dtype_is_asked_for(self, models, pinned, mebibytes):
        code = TF + 'M = AutoModelForCausalLM.from_pretrained("Qwen/Qwen2.5-0.5B-Instruct")'
        (model,) = models(code, requirements_dot_txt=f"transformers{pinned}\n")
        assert held(model["bytes"]) == mebibytes

    def test_sentence_transformers_go_by_the_release_of_transformers(self, models):
        (model,) = models(
            ST + 'M = SentenceTransformer("bge-base-en")', requirements_dot_txt="transformers==4.40.2\nsentence-transformers\n"
        )
        assert held(model["bytes"]) == 447

    def test_a_task_may_have_another_model_since_release_five(self, models):
        (old,) = models(TF + 'M = pipeline("text-generation")', requirements_dot_txt="transformers==4.57.1\n")
        (new,) = models(TF + 'M = pipeline("text-generation")', requirements_dot_txt="transformers==5.23.0\n")
        assert (old["name"], new["name"]) == ("gpt2", "SmolLM3-3B")


class TestFiles:
    def test_a_file_of_the_repository_has_a_size(self, models):
        (model,) = models('import onnxruntime\nS = onnxruntime.InferenceSession("m.onnx")', m_dot_onnx=b"x" * (3 * MIB))
        assert held(model["bytes"]) == 73

    @pytest.mark.parametrize(
        "code",
        [
            'import joblib\nM = joblib.load("m.pkl")',
            'import pickle\nwith open("m.pkl", "rb") as f:\n    M = pickle.load(f)',
            'import pickle\nM = pickle.load(open("m.pkl", "rb"))',
            'import joblib\nfrom pathlib import Path\nM = joblib.load(Path(__file__).parent / "m.pkl")',
        ],
        ids=["joblib", "pickle in a with", "pickle of an open file", "a path beside the module"],
    )
    def test_what_is_unpickled_is_as_large_as_its_file_or_twice(self, models, code):
        (model,) = models(code, m_dot_pkl=b"x" * (3 * MIB))
        assert held(model["bytes"]) == [3, 6]

    def test_a_pointer_of_large_file_storage_says_how_large_the_file_is(self, models):
        pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{'0' * 64}\nsize {200 * MIB}\n"
        (model,) = models('import onnxruntime\nS = onnxruntime.InferenceSession("m.onnx")', m_dot_onnx=pointer)
        assert held(model["bytes"]) == 270

    def test_a_file_that_is_not_there_has_none(self, models):
        (model,) = models('import onnxruntime\nS = onnxruntime.InferenceSession("m.onnx")')
        assert held(model["bytes"]) is None


def test_figures_of_an_assumed_release_are_assumed(linted):
    report = linted(TF + 'M = AutoModel.from_pretrained("bert-base-uncased")')
    (part,) = [p for p in report["projects"][0]["containers"][0]["estimate"]["parts"] if p["what"].startswith("model ")]
    assert part["confidence"] == "assumed"
    assert part["what"] == "model bert-base-uncased of transformers, its 418 MiB of weights mapped and not counted"


def test_a_plugin_brings_further_models(tmp_path):
    """A shelf with a folder `models` is all that it takes."""
    from forkfit.model.span import whole_file
    from forkfit.model.value import Absent, Known, Unknown
    from forkfit.model.worker import ModelLoad, When
    from forkfit.weigh.models.weigh import Weigher

    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "torch.toml").write_text(
        'library = "torch"\n[files.float32]\nours = 100\n[[loaders]]\nnames = ["load"]\narguments = ["f"]\nmodel = "f"\n'
        "[[loaders.laws]]\nanon = [4, 0]\n"
    )
    load = ModelLoad("torch", "load", Known("ours"), whole_file("a.py"), When.CHILD, Unknown("?"), given=(("0", Known("ours")),))
    weigher = Weigher((str(tmp_path),), lambda *_: Absent("none"), gpu=False)
    assert weigher.weighed(load).memory.value.in_mib == pytest.approx(381.5, abs=0.1)


def test_what_no_file_knows_is_named(models):
    (model,) = models('import gfpgan\nM = gfpgan.GFPGANer("x.pth")')
    assert model["bytes"]["unknown"] == "what gfpgan.GFPGANer loads was not measured"
