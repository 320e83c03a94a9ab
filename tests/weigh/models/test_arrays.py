"""Arrays that the code itself makes: which are kept, how large they are, and who pays for them."""

from __future__ import annotations

import pytest

MIB = 2**20
HEAD = "from functools import cache, cached_property, lru_cache\nimport numpy as np\nimport torch\n"
MAKE = "np.ones(4 * 1048576)"  # 32 MiB


@pytest.fixture
def arrays(models):
    """Return the places and MiB of the arrays that a worker keeps."""

    def found(code, **more):
        made = models(HEAD + code.replace("{MAKE}", MAKE), **more)
        return [(array["placed"], array["bytes"]["known"] / MIB) for array in made]

    return found


PARENT = {
    "at module level": "A = {MAKE}",
    "with its type": "A: np.ndarray = {MAKE}",
    "in a function called at module level": "def make():\n    return {MAKE}\nA = make()",
    "in a function that imports numpy itself": "def make():\n    import numpy\n    return numpy.ones(4 * 1048576)\nA = make()",
    "an attribute of a class": "class K:\n    grid = {MAKE}",
    "an attribute of an object": "class K:\n    def __init__(self):\n        self.grid = {MAKE}\nk = K()",
    "in a list": "A = [{MAKE}]",
    "in a dictionary": "A = {'a': {'b': {MAKE}}}",
    "at the end of a list": "A = []\nA.append({MAKE})",
    "beside another name": "A, B = {MAKE}, 1",
    "under two names": "A = B = {MAKE}",
    "thrice in one list": "A = [{MAKE}] * 3",
    "under a key": "A = {}\nA['a'] = {MAKE}",
    "in another shape": "A = {MAKE}.reshape(4, -1)",
    "behind a cache": "@lru_cache\ndef get():\n    return {MAKE}\nget()",
    "on one way": "if input():\n    A = {MAKE}",
    "as a bytearray": "A = bytearray(32 * 1024 * 1024)",
}
CHILD = {
    "at the birth of a child": "A = None\n@signals.worker_process_init.connect\ndef make(**_):\n    global A\n    A = {MAKE}",
    "behind a check of a global": (
        "A = None\ndef get():\n    global A\n    if A is None:\n        A = {MAKE}\n    return A\n@app.task\ndef t():\n    get()"
    ),
    "by a helper of a getter": (
        "A = None\ndef make():\n    return {MAKE}\ndef get():\n    global A\n    if A is None:\n        A = make()\n    return A\n"
        "@app.task\ndef t():\n    get()"
    ),
    "in a cached getter": "@cache\ndef get():\n    return {MAKE}\n@app.task\ndef t():\n    get()",
    "in a cached property": (
        "class K:\n    @cached_property\n    def grid(self):\n        return {MAKE}\nk = K()\n@app.task\ndef t():\n    k.grid"
    ),
    "in a property of a task's class": (
        "class Base(Task):\n    _a = None\n    @property\n    def a(self):\n        if self._a is None:\n            self._a = {MAKE}\n"
        "        return self._a\n@app.task(base=Base, bind=True)\ndef t(self):\n    self.a"
    ),
    "under a key of a dictionary of the module": "KEPT = {}\n@app.task\ndef t():\n    KEPT['a'] = {MAKE}",
}
NOWHERE = {
    "under a local name": "@app.task\ndef t():\n    a = {MAKE}\n    return a.sum()",
    "at the end of a local list": "@app.task\ndef t():\n    kept = []\n    kept.append({MAKE})",
    "under a key of a local dictionary": "@app.task\ndef t():\n    kept = {}\n    kept['a'] = {MAKE}",
    "of which only a sum is kept": "A = {MAKE}.sum()",
    "under a name that stands for something else in the end": "A = {MAKE}\nA = A.sum()",
    "under a name that is deleted": "A = {MAKE}\ndel A",
    "in a function that nothing calls": "def f():\n    global A\n    A = {MAKE}",
    "on a GPU": "A = torch.ones(64 * 1048576, device='cuda')",
    "that moves to a GPU": "A = torch.ones(64 * 1048576).cuda()",
    "by another library": "import other\nA = other.ones(4 * 1048576)",
    "by a name of the project": "def ones(n):\n    return n\nA = ones(4 * 1048576)",
    "that is small": "A = np.ones(1048575)",
    "of a size that is not known": "A = np.ones(int(os.environ['N']))",
    "of a shape that is known in part": "A = np.ones((1048576, len(input())))",
    "of a dtype that is not known": "A = np.ones(64 * 1048576, dtype=input())",
    "of a shape that is none": "A = np.ones(1048576 * 64.0)",
    "of more than anybody has": "A = np.ones((2**40, 2**40))",
    "of nothing that was written to": "A = np.zeros(64 * 1048576)\nB = np.empty(64 * 1048576)\nC = torch.empty(64 * 1048576)",
}


@pytest.mark.parametrize("code", PARENT.values(), ids=PARENT.keys())
def test_the_parent_keeps_it(arrays, code):
    assert arrays(code) == [("parent", 32)]


@pytest.mark.parametrize("code", CHILD.values(), ids=CHILD.keys())
def test_each_child_keeps_its_own(arrays, code):
    assert arrays(code) == [("child", 32)]


@pytest.mark.parametrize("code", NOWHERE.values(), ids=NOWHERE.keys())
def test_nothing_counts_an_array(arrays, code):
    assert arrays(code) == []


SIZES = {
    "np.ones(2**21)": 16,
    "np.ones((2, 2**20))": 16,
    "np.ones([2, 2**20], 'f4')": 8,
    "np.ones(shape=(2, 2**20), dtype='<f8')": 16,
    "np.ones(2**23, dtype=bool)": 8,
    "np.ones(2**23, np.uint8)": 8,
    "np.ones(2**22, dtype=np.float16)": 8,
    "np.ones(2**20, dtype=np.complex128)": 16,
    "np.full(2**21, 7)": 16,
    "np.full(2**23, True)": 8,
    "np.full((2, 2**21), 0.5, dtype=np.float32)": 16,
    "np.arange(2**21)": 16,
    "np.arange(1, 2**21 + 1)": 16,
    "np.arange(0, 2**20, 0.5)": 16,
    "np.arange(2**22, 0, -2)": 16,
    "np.linspace(0, 1, 2**21)": 16,
    "np.random.rand(2, 2**20)": 16,
    "np.random.randn(2**21)": 16,
    "np.random.random(2**21)": 16,
    "np.random.standard_normal(size=(2, 2**20))": 16,
    "np.random.randint(0, 9, 2**21)": 16,
    "np.random.randint(0, 9, size=2**23, dtype=np.int8)": 8,
    "np.random.uniform(0, 1, 2**21)": 16,
    "np.random.default_rng(7).random((2, 2**20), dtype=np.float32)": 8,
    "np.random.default_rng(7).integers(0, 9, 2**21)": 16,
    "torch.ones(2, 2**20)": 8,
    "torch.ones((2, 2**20))": 8,
    "torch.ones(size=(2, 2**20))": 8,
    "torch.zeros(2**21)": 8,
    "torch.zeros(2**21, dtype=float)": 16,
    "torch.zeros(2**22, dtype=torch.float)": 16,
    "torch.ones(2**22, dtype=torch.half)": 8,
    "torch.full((2**21,), 1)": 16,
    "torch.full((2**21,), 1.0)": 8,
    "torch.arange(2**21)": 16,
    "torch.arange(2.0**21)": 8,
    "torch.arange(0, 2**20, 0.5)": 8,
    "torch.rand(2, 2**20, device='cpu')": 8,
    "torch.randint(0, 9, (2**21,))": 16,
    "bytearray(2**23)": 8,
}


@pytest.mark.parametrize(("made", "mib"), SIZES.items(), ids=SIZES.keys())
def test_its_size_is_the_number_of_its_values_times_their_bytes(arrays, made, mib):
    assert arrays(f"A = {made}") == [("parent", mib)]


def test_one_place_that_makes_two_sizes_makes_two_arrays(arrays):
    code = "def make(n):\n    return np.ones(n)\nA = make(2**21)\nB = make(2**22)\nC = B"
    assert sorted(arrays(code)) == [("parent", 16), ("parent", 32)]


@pytest.mark.parametrize(
    "code",
    [
        "A = [np.ones(2**21) for _ in range(4)]",
        "A = [np.ones(2**21) for _ in (1, 2, 3, 4)]",
        "A = {name: np.ones(2**21) for name in ('a', 'b', 'c', 'd')}",
        "def make():\n    return np.ones(2**21)\nA = [make(), make(), make(), make()]",
    ],
    ids=["by range", "by a list", "by keys", "by calls"],
)
def test_every_round_of_a_loop_makes_its_own(arrays, code):
    assert arrays(code) == [("parent", 64)]


def test_a_list_of_arrays_that_is_deleted_holds_none(arrays):
    assert arrays("A = [np.ones(2**21) for _ in range(4)]\ndel A") == []


def test_one_of_two_sizes_gives_two_figures(models):
    (model,) = models(HEAD + "N = 2**21 if input() else 2**22\nA = np.ones(N)")
    assert sorted(one["known"] / MIB for one in model["bytes"]["one_of"]) == [16, 32]


def test_children_share_what_the_parent_made_and_pay_for_what_they_make(linted):
    def weighed(code):
        found = linted(HEAD + code.replace("{MAKE}", MAKE))["projects"][0]["containers"][0]["estimate"]
        return found["at_start_bytes"]["known"] / MIB, found["warm_bytes"]["known"] / MIB

    task = "\n@app.task\ndef t():\n    pass"
    start, warm = weighed(task)
    assert weighed(PARENT["at module level"] + task) == pytest.approx((start + 32, warm + 32), abs=0.1)
    assert weighed(CHILD["at the birth of a child"] + task) == pytest.approx((start + 4 * 32, warm + 4 * 32), abs=0.1)
    assert weighed(CHILD["in a cached getter"]) == pytest.approx((start, warm + 4 * 32), abs=0.1)


def test_it_is_named_by_what_it_holds(linted):
    parts = linted(f"{HEAD}A = {MAKE}")["projects"][0]["containers"][0]["estimate"]["parts"]
    assert "an array of 4194304 float64 of numpy" in [part["what"] for part in parts]


def test_an_array_that_threads_of_openmp_wrote_is_not_said_to_survive_the_fork(linted):
    """Measured: a task that needs the threads hangs; whether one does is not known, so that neither is said."""
    code = HEAD + CHILD["at the birth of a child"].replace("{MAKE}", "torch.ones(64, 1048576)")
    (advice,) = [f for f in linted(code, options=("--select", "FF301"))["findings"] if f["rule"] == "FF301"]
    assert "module level" not in advice["help"]
    assert not [f for f in linted(f"{HEAD}A = torch.ones(64, 1048576)")["findings"] if f["rule"] == "FF306"]


@pytest.mark.parametrize("nonsense", ["counts = 'many'", "counts = 3", "counts = 'shape'\nvalues = 4"])
def test_nonsense_in_a_table_is_refused(tmp_path, nonsense):
    from forkfit.model.source import BrokenSource
    from forkfit.weigh.models.table import library_named

    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "lib.toml").write_text(f"library = 'lib'\n[[loaders]]\nnames = ['make']\n{nonsense}\n")
    with pytest.raises(BrokenSource, match="gives no weights of models"):
        library_named((str(tmp_path),), "lib")
