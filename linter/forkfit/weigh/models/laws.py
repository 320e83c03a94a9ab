"""Which laws a call follows, and what they come to for one model."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase

from forkfit.evaluate.python.installed import numbers
from forkfit.model.memory import Memory
from forkfit.model.record import Record
from forkfit.model.value import Absent, Known, Unknown, Value, alternatives
from forkfit.model.weight import Confidence, Footprint, Survival
from forkfit.weigh.models.call import Call
from forkfit.weigh.models.loaders import DTYPE, SIZE, Amount, Law, Library, Loader
from forkfit.weigh.models.named import Size

BYTES = {"float64": 8.0, "float32": 4.0, "float16": 2.0, "bfloat16": 2.0, "half": 2.0, "float": 4.0, "int8": 1.0}
FILE = "file"  # the dtype of the file itself


class Case(Record):
    """One model to load by the laws of one loader: `release` decides among them, None where any may be installed."""

    call: Call
    loader: Loader
    library: Library
    size: Size
    release: str
    is_pinned: bool


def footprints(case: Case) -> Iterator[Footprint | Unknown]:
    """Yield what the load may need: by the first law that holds, and by those before it that may hold."""
    for law in case.loader.laws:
        holds = _holds(law, case)
        if holds is not False:
            yield _applied(law, case)
        if holds and not _has_another(law, case.loader):
            return


def survivals(case: Case) -> Iterator[Survival]:
    """Yield what may become in a forked child of what is built before the fork, by the same laws, whatever its size."""
    for law in case.loader.laws:
        holds = _holds(law, case)
        if holds is not False:
            yield law.survives or (Survival.UNKNOWN if law.unknown else case.loader.survives)
        if holds and not _has_another(law, case.loader):
            return


def _has_another(law: Law, loader: Loader) -> bool:
    following = loader.laws[loader.laws.index(law) + 1 :]
    return bool(following) and following[0].also


def _holds(law: Law, case: Case) -> bool | None:
    """Tell whether a law holds; None where that is open."""
    said = [
        *(_fits(case.call.argument(name), words) for name, words in law.when),
        law.up_to is None or case.size.named is None or case.size.named.millions <= law.up_to,
        not law.file or (law.file == "int8") == case.size.is_int8,
        _since(law.since, case),
        _not(_since(law.until, case)) if law.until else True,
        law.cast is None or _is_cast(law.cast, case),
    ]
    return False if False in said else None if None in said else True


def _fits(value: Value[str], words: tuple[str, ...]) -> bool | None:
    found = {_fits_one(single, words) for single in alternatives(value)}
    return found.pop() if len(found) == 1 else None


def _fits_one(single: Value[str], words: tuple[str, ...]) -> bool | None:
    if isinstance(single, Absent):
        return "" in words
    if not isinstance(single, Known):
        return None
    text = single.value.removeprefix("torch.").lower()
    return any(word != "" and fnmatchcase(text, word.lower()) and not (word == "*" and text == "none") for word in words)


def _since(release: str, case: Case) -> bool | None:
    """Tell whether the release is that one or later; None between the two that were measured on either side of it."""
    if not release:
        return True
    low, high = case.library.doubt
    if low and numbers(low) <= numbers(release) <= numbers(high) and numbers(low) <= numbers(case.release) < numbers(high):
        return None
    return numbers(case.release) >= numbers(release)


def _not(said: bool | None) -> bool | None:
    return None if said is None else not said


def _is_cast(wanted: bool, case: Case) -> bool | None:
    """Tell whether the dtype in memory is another than the file's, as wanted."""
    if case.size.named is None:
        return None if _target(case) not in (None, FILE) else not wanted
    asked = [_dtype_of(single, case) for single in alternatives(case.call.dtype())]
    said = {None if dtype is None else (dtype not in (FILE, case.size.named.dtype)) is wanted for dtype in asked}
    return said.pop() if len(said) == 1 else None


def _dtype_of(single: Value[str], case: Case) -> str | None:
    """Return a dtype that is asked for, `FILE` for the file's own, None for one that is not known."""
    if isinstance(single, Known):
        word = single.value.removeprefix("torch.").lower()
        if word == "auto":
            return FILE
        if word != "none":
            return word if word in BYTES else None
    elif not isinstance(single, Absent):
        return None
    rows = case.loader.dtype_defaults
    return next((dtype for since, dtype in rows if not since or numbers(case.release) >= numbers(since)), FILE)


def _target(case: Case) -> str | None:
    return next((_dtype_of(single, case) for single in alternatives(case.call.dtype())), FILE)


def _applied(law: Law, case: Case) -> Footprint | Unknown:
    """Return what a law comes to for a model; a measured model has its own figures."""
    if law.unknown:
        about = f"; its files have about {case.size.mib:.0f} MiB" if case.size.mib else ""
        return Unknown(f"{law.unknown}{about}")
    measured = case.library.measured.get((law.id, case.size.name))
    found = _figures(law, case) if measured is None else measured
    if found is None:
        what = "the size of its file" if law.anon is not None and law.anon.of == SIZE else "its number of parameters"
        return Unknown(f"{what} is not known")
    anon, peak, inference = found
    tokenizer = case.size.tokenizer if law.tokenizer and measured is None else None
    plus = case.call.loader.plus
    anon += plus + (tokenizer.mib if tokenizer else 0.0)
    peak += plus + (tokenizer.peak if tokenizer else 0.0)
    sure = (
        case.library.is_measured
        and case.is_pinned
        and not (case.size.is_path or case.loader.assumed or case.call.loader.assumed or law.given.mib)
    )
    parameters = case.size.parameters
    dtype = case.size.named.dtype if case.size.named else "float32"
    openmp = case.loader.openmp if law.openmp is None else law.openmp
    return Footprint(
        Memory.mib(anon),
        Memory.mib(max(anon, peak)),
        Memory.mib(inference + law.given.mib * law.given.usual),
        given=law.given.what,
        assuming=law.given.why,
        mapped=Memory.mib((parameters or 0) * BYTES[dtype]) if law.mapped else Memory(0),
        survival=law.survives or case.loader.survives,
        openmp=openmp,
        confidence=Confidence.TABLE if sure else Confidence.ASSUMED,
        law=f"{case.library.measured_by}, {law.id}" if law.id else case.library.measured_by,
    )


def _figures(law: Law, case: Case) -> tuple[float, float, float] | None:
    if law.anon is None:
        return None
    anon = _mib(law.anon, case)
    peak = anon if law.peak is None else _mib(law.peak, case)
    if anon is None or peak is None:
        return None
    millions = case.size.named.millions if case.size.named else 0.0
    return anon, peak, next((mib for up_to, mib in law.inference if millions <= up_to), 0.0)


def _mib(amount: Amount, case: Case) -> float | None:
    """Return a linear form for the model; None where what it grows with is not known."""
    if not amount.factor:
        return amount.mib
    if amount.of == SIZE:
        return None if case.size.mib is None else amount.factor * case.size.mib + amount.mib
    if case.size.parameters is None:
        return None
    bytes_each = 1.0
    if amount.of == DTYPE:
        target = _target(case)
        dtype = case.size.named.dtype if target == FILE and case.size.named else target
        if dtype is None or dtype not in BYTES:
            return None
        bytes_each = BYTES[dtype]
    return amount.factor * bytes_each * case.size.parameters + amount.mib
