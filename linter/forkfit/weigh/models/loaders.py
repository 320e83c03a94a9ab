"""What is known of a library that loads models: its loaders, the laws that they follow, and the models it has names for."""

from __future__ import annotations

from fnmatch import fnmatchcase

from forkfit.model.record import Record
from forkfit.model.weight import Survival

# What an amount grows with, times a factor: the parameters at the bytes given, at those of the dtype in memory, or the size of
# the file or the array.
DTYPE, SIZE, PARAMETERS = "dtype", "size", "parameters"
# How many values an array has: by a shape, by all arguments together, by start, stop and step.
SHAPE, ALL, RANGE = "shape", "all", "range"


class Amount(Record):
    """MiB as a linear form: a factor times what it grows with, and a constant."""

    factor: float = 0.0
    of: str = PARAMETERS
    mib: float = 0.0


class Given(Record):
    """What one call of a model is given: in words, and where its working set grows with it, MiB for each unit of it.

    How much a call is given is not in the code: `usual` units are assumed, `why` says for what reason.
    """

    what: str = ""
    mib: float = 0.0
    usual: float = 0.0
    why: str = ""


class Law(Record):
    """What one way to load costs. It holds where every condition does: the first law that holds is the one.

    `when` are arguments and the patterns that their texts follow, "" for one that is not given. `since` and `until` are
    releases (until is exclusive), `cast` says whether the dtype asked for is not the file's, `up_to` millions of
    parameters, `file` the dtype of the file. `also` is one more that may hold beside the one before. `unknown` says why
    it gives no figures. `inference` are the peaks of one call, each up to so many millions of parameters; `given` says of
    what, and what the call takes beside that for each unit of it.
    """

    id: str = ""
    when: tuple[tuple[str, tuple[str, ...]], ...] = ()
    since: str = ""
    until: str = ""
    cast: bool | None = None
    up_to: float | None = None
    file: str = ""
    also: bool = False
    unknown: str = ""
    anon: Amount | None = None
    peak: Amount | None = None
    inference: tuple[tuple[float, float], ...] = ()
    given: Given = Given()
    mapped: bool = False
    tokenizer: bool = False
    survives: Survival | None = None
    openmp: bool | None = None


class Loader(Record):
    """A callable that loads models: what its arguments are called, which of them decide, and its laws.

    `names` are patterns of its name below the library. `same_as` is the loader of another library whose laws it follows,
    `plus` MiB on top. `default` is the model where none is named, `defaults` by the argument `default_by`.
    `counts` says how the number of values of an array is told, and `shape` by which argument; `value` is the argument whose
    kind (int, float, bool) decides the dtype by `values` where none is given, of a range its start, stop and step.
    `any_name` says that its law needs no name, `only_files` that it counts only where a file of the repository is read,
    `weightless` that it loads no model at all.
    """

    names: tuple[str, ...]
    arguments: tuple[str, ...] = ()
    model: str = ""
    default: str = ""
    default_by: str = ""
    defaults: tuple[tuple[str, str], ...] = ()
    newer_defaults: tuple[tuple[str, str], ...] = ()
    dtype: tuple[str, ...] = ()
    dtype_defaults: tuple[tuple[str, str], ...] = ()
    device: str = ""
    device_default: str = "cpu"
    survives: Survival = Survival.UNKNOWN
    openmp: bool = False
    cheaper: tuple[tuple[tuple[str, str], ...], ...] = ()
    laws: tuple[Law, ...] = ()
    counts: str = ""
    shape: str = ""
    value: str = ""
    values: tuple[tuple[str, str], ...] = ()
    same_as: str = ""
    plus: float = 0.0
    any_name: bool = False
    only_files: bool = False
    weightless: bool = False
    assumed: bool = False

    def fits(self, constructor: str) -> bool:
        """Tell whether it is the callable of that name below its library."""
        return any(fnmatchcase(constructor, name) for name in self.names)


class Tokenizer(Record):
    """What the tokenizer of models holds whose names follow one of these patterns, in MiB."""

    like: tuple[str, ...]
    mib: float
    peak: float


class Named(Record):
    """A model that a library has a name for: millions of parameters, and the dtype of its file."""

    name: str
    millions: float
    dtype: str


class Library(Record):
    """What one file of model weights says. `models` and `sizes` (MiB) are by lower-case name, `measured` by law and name.

    `version_of` is the distribution whose release decides, `released` what was measured of it; a release from the first
    of `doubt` up to the second may follow the law of either side. `prefixes`, `suffixes` and
    `without` are what conversions add to a name; `int8` are patterns of those whose file is int8. `itemsizes` are the bytes of
    one value of an array by its dtype.
    """

    library: str
    version_of: str
    measured_by: str
    is_measured: bool
    loaders: tuple[Loader, ...]
    models: dict[str, Named]
    sizes: dict[str, float]
    measured: dict[tuple[str, str], tuple[float, float, float]]
    tokenizers: tuple[Tokenizer, ...] = ()
    released: tuple[str, ...] = ()
    doubt: tuple[str, str] = ("", "")
    also_names_of: tuple[str, ...] = ()
    prefixes: tuple[str, ...] = ()
    suffixes: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    int8: tuple[str, ...] = ()
    itemsizes: tuple[tuple[str, int], ...] = ()

    def loader(self, constructor: str) -> Loader | None:
        """Return the first loader of that name, None where there is none."""
        return next((loader for loader in self.loaders if loader.fits(constructor)), None)
