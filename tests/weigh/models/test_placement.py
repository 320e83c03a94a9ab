"""Where a model is built decides who pays for it: the parent once, each child at its birth, or each child with a task."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest

from forkfit.cli import main

ROOT = Path(__file__).parents[3]
MIB = 2**20
LOAD = 'WhisperModel("small", device="cpu", compute_type="int8")'
HEAD = "from functools import cache, cached_property, lru_cache\nfrom faster_whisper import WhisperModel\n"

PARENT = {
    "at module level": "M = {LOAD}",
    "in a function called at module level": "def load():\n    return {LOAD}\nM = load()",
    "a class attribute": "class Speech:\n    model = {LOAD}",
    "in the __init__ of an object made at module level": (
        "class Speech:\n    def __init__(self):\n        self.model = {LOAD}\nspeech = Speech()\n@app.task\ndef t():\n    speech.model"
    ),
    "an attribute of a task's class": "class Base(Task):\n    model = {LOAD}\n@app.task(base=Base)\ndef t():\n    pass",
    "in the __init__ of a task's class": (
        "class Base(Task):\n    def __init__(self):\n        self.model = {LOAD}\n@app.task(base=Base)\ndef t():\n    pass"
    ),
    "in a handler of worker_init": "@signals.worker_init.connect\ndef load(**kwargs):\n    {LOAD}",
    "in a handler of worker_ready": "@signals.worker_ready.connect\ndef load(**kwargs):\n    {LOAD}",
    "in a cached getter that is called at module level": "@lru_cache\ndef get():\n    return {LOAD}\nget()\n@app.task\ndef t():\n    get()",
}
CHILD = {
    "in a handler of worker_process_init": "@signals.worker_process_init.connect\ndef load(**kwargs):\n    global M\n    M = {LOAD}",
    "in a handler that is connected by a call": "def load(**kwargs):\n    {LOAD}\nsignals.worker_process_init.connect(load)",
    "in a task": "@app.task\ndef t():\n    {LOAD}",
    "in a shared task": "@shared_task(bind=True)\ndef t(self):\n    {LOAD}",
    "behind a check of a global": (
        "M = None\ndef get():\n    global M\n    if M is None:\n        M = {LOAD}\n    return M\n"
        "@app.task\ndef t():\n    get().transcribe('x')"
    ),
    "in a getter with lru_cache": "@lru_cache(maxsize=1)\ndef get():\n    return {LOAD}\n@app.task\ndef t():\n    get()",
    "in a getter with cache": "@cache\ndef get():\n    return {LOAD}\n@app.task\ndef t():\n    get()",
    "in a property of a task's class": (
        "class Base(Task):\n    _m = None\n    @property\n    def model(self):\n        if self._m is None:\n            self._m = {LOAD}\n"
        "        return self._m\n@app.task(base=Base, bind=True)\ndef t(self):\n    self.model"
    ),
    "in a cached property of an object": (
        "class Speech:\n    @cached_property\n    def model(self):\n        return {LOAD}\n    def run(self):\n        return self.model\n"
        "speech = Speech()\n@app.task\ndef t():\n    speech.run()"
    ),
    "in a singleton": (
        "class Speech:\n    _it = None\n    @classmethod\n    def get(cls):\n        if cls._it is None:\n            cls._it = cls()\n"
        "        return cls._it\n    def __init__(self):\n        self.model = {LOAD}\n@app.task\ndef t():\n    Speech.get()"
    ),
    "in a singleton made by __new__": (
        "class Speech:\n    _it = None\n    def __new__(cls):\n        if cls._it is None:\n            cls._it = super().__new__(cls)\n"
        "            cls._it.model = {LOAD}\n        return cls._it\n@app.task\ndef t():\n    Speech()"
    ),
    "in a coroutine that a task runs": "import asyncio\nasync def run():\n    {LOAD}\n@app.task\ndef t():\n    asyncio.run(run())",
    "two functions down": "def deeper():\n    return {LOAD}\ndef get():\n    return deeper()\n@app.task\ndef t():\n    get()",
    "in another module that a task imports": "@app.task\ndef t():\n    from speech import get\n    get()",
}


@pytest.mark.parametrize("code", PARENT.values(), ids=PARENT.keys())
def test_the_parent_builds_it(models, code):
    (model,) = models(HEAD + code.replace("{LOAD}", LOAD))
    assert (model["placed"], model["name"]) == ("parent", "small")


@pytest.mark.parametrize("code", CHILD.values(), ids=CHILD.keys())
def test_each_child_builds_it(models, code):
    (model,) = models(HEAD + code.replace("{LOAD}", LOAD), speech_dot_py=f"{HEAD}def get():\n    return {LOAD}\n")
    assert (model["placed"], model["name"]) == ("child", "small")


@pytest.fixture
def estimate(linted):
    """Return the figures of a project in MiB, and all of its estimate."""

    def weigh(code, **more):
        found = linted(HEAD + code.replace("{LOAD}", LOAD), **more)["projects"][0]["containers"][0]["estimate"]
        return {name: round(found[f"{name}_bytes"]["known"] / MIB) for name in ("at_start", "warm", "busy")}, found

    return weigh


def started(options, more=""):
    return f"services: {{worker: {{image: a, command: celery -A proj worker {options}, working_dir: /srv, volumes: ['.:/srv']{more}}}}}"


IN_A_TASK, AT_BIRTH = CHILD["in a task"], CHILD["in a handler of worker_process_init"]


class TestTheSum:
    def test_the_peak_of_a_load_counts_for_each_child(self, estimate):
        bare, _ = estimate("@app.task\ndef t():\n    pass")
        lazy, found = estimate(IN_A_TASK)
        assert lazy["at_start"] == bare["at_start"]
        assert lazy["warm"] == pytest.approx(bare["warm"] + 4 * 581, abs=1)
        assert lazy["busy"] == lazy["warm"]
        assert [p["what"] for p in found["parts"]][-2:] == ["more while small of faster_whisper loads", "kernel memory"]

    def test_a_child_that_loads_at_birth_needs_it_at_start(self, estimate):
        born, _ = estimate(AT_BIRTH)
        bare, _ = estimate("@app.task\ndef t():\n    pass")
        assert born["at_start"] == pytest.approx(bare["at_start"] + 4 * 581, abs=1)

    def test_before_the_fork_the_load_and_the_children_do_not_add_up(self, estimate):
        """The parent needs 581 MiB for a moment, long before four children that share 291 of them run."""
        bare, _ = estimate("@app.task\ndef t():\n    pass")
        once, _ = estimate(PARENT["at module level"])
        assert once["at_start"] == once["warm"] > bare["warm"] + 291
        assert once["busy"] == pytest.approx(bare["warm"] + 291 + 4 * 168, abs=1)

    @pytest.mark.parametrize("children", [1, 2, 40])
    def test_the_parts_add_up_to_the_figure_whichever_moment_decides(self, estimate, children):
        once, found = estimate(PARENT["at module level"], compose=started(f"-c {children}"))
        added = sum(p["parent_bytes"] + children * p["child_bytes"] for p in found["parts"])
        assert added == found["busy_bytes"]["known"]
        loads = [p["what"] for p in found["parts"] if p["what"].startswith("more while")]
        assert loads == (["more while small of faster_whisper loads, before there are children"] if children == 1 else [])
        assert (once["warm"] == round(added / MIB)) is (children == 1)

    def test_the_count_that_fits_and_the_smallest_limit_go_by_what_decides(self, linted):
        code = HEAD + PARENT["at module level"].replace("{LOAD}", LOAD)

        def fits(limit):
            found = linted(code, compose=started("-c 4", f", mem_limit: {limit}m"))["projects"][0]["containers"][0]["estimate"]
            return found["fits_warm"], found["safe_concurrency"]

        assert fits(600) == (0, 0)
        assert fits(640)[0] > 4
        assert fits(640)[1] == 1

    def test_threads_share_one_copy_and_each_runs_a_call(self, estimate):
        threads, found = estimate(IN_A_TASK, compose=started("-c 4 -P threads"))
        solo, _ = estimate(IN_A_TASK, compose=started("-c 4 -P solo"))
        call = next(p for p in found["parts"] if p["what"] == "one call of small of faster_whisper for 10 s of audio")
        assert round(call["child_bytes"] / MIB) == 168
        assert threads["busy"] == pytest.approx(solo["at_start"] + 291 + 4 * 168, abs=1)
        assert solo["warm"] == pytest.approx(solo["at_start"] + 581, abs=1)

    def test_two_models_are_loaded_one_after_the_other(self, estimate):
        one, _ = estimate(IN_A_TASK)
        two, _ = estimate(IN_A_TASK + '\n    WhisperModel("tiny", device="cpu", compute_type="int8")')
        # 80 more in the end, and the peak of the first is over when the second loads.
        assert two["warm"] == pytest.approx(one["warm"], abs=1)

    def test_a_mapped_model_adds_no_more_than_its_tokenizer(self, estimate):
        bare, _ = estimate("import sentence_transformers\n@app.task\ndef t():\n    pass")
        mapped, _ = estimate('import sentence_transformers\nM = sentence_transformers.SentenceTransformer("bge-large-en-v1.5")')
        assert mapped["warm"] == pytest.approx(bare["warm"] + 18, abs=1)

    def test_what_may_be_one_or_another_gives_both_figures(self, linted):
        code = HEAD + 'import random\n@app.task\ndef t():\n    WhisperModel("tiny" if random.random() else "base", compute_type="int8")'
        found = linted(code)["projects"][0]["containers"][0]["estimate"]
        assert len(found["warm_bytes"]["one_of"]) == 2
        assert not found["at_least"]

    def test_what_nothing_is_seen_to_call_is_no_part_of_the_sum(self, estimate):
        bare, _ = estimate("@app.task\ndef t():\n    pass")
        spare, found = estimate("def unused():\n    return {LOAD}\n@app.task\ndef t():\n    pass")
        assert (spare["warm"], found["at_least"]) == (bare["warm"], True)


ROWS = json.loads((ROOT / "fixtures" / "measured" / "models.json").read_text())["rows"]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['project']} {row['n']}")
def test_a_worker_with_a_model_needs_what_the_kernel_makes_it_need(row):
    out = StringIO()
    folder = ROOT / "fixtures" / "models"
    main(["--root", str(folder), "--format", "json", "--env", f"N={row['n']}", str(folder / row["project"])], out, StringIO(), {})
    estimate = json.loads(out.getvalue())["projects"][0]["containers"][0]["estimate"]
    # Nobody calls the model of fw_module: every call would hang.
    figure = "warm" if row["project"] == "fw_module" else "busy"
    assert estimate[f"{figure}_bytes"]["known"] / MIB == pytest.approx((row["killed"] + row["alive"]) / 2, rel=0.12)
