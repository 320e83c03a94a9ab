"""How large an array is that the code makes: the number of its values, times the bytes of one."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from forkfit.evaluate.python.model_loaders import TIMES
from forkfit.model.record import Record
from forkfit.model.value import Absent, Known, Value, alternatives
from forkfit.weigh.models.call import Call
from forkfit.weigh.models.loaders import ALL, RANGE, Library

LEAST = 8 * 1024**2  # bytes: what is smaller is below what the figures of imports are good for
_MOST = 2**50  # bytes: nobody has more, and a list of arrays cannot be meant


class Array(Record):
    """An array by what it holds, and its bytes."""

    name: str
    bytes: int


def arrays_made(call: Call, library: Library) -> tuple[Array, ...]:
    """Return the arrays that a call may make; none where the size of any is not known."""
    found = []
    times = next((int(word) for word in _words(call.argument(TIMES)) if word), 1)
    for count, dtype in product(_counts(call), _dtypes(call, library)):
        itemsize = dict(library.itemsizes).get(dtype or "")
        if count is None or itemsize is None or times * count * itemsize > _MOST:
            return ()
        what = "an array" if times == 1 else f"{times} arrays"
        found.append(Array(f"{what} of {count} {(dtype or '').rpartition('.')[2]}", times * count * itemsize))
    return tuple(found)


def _counts(call: Call) -> tuple[int | None, ...]:
    """Return how many values it may have, None for a number that is not known."""
    loader = call.loader
    if loader.counts == RANGE:
        return tuple(_steps(*words) for words in product(*(_words(call.argument(name)) for name in loader.arguments[:3])))
    positional = tuple(value for name, value in call.load.given if name.isdigit()) if loader.counts == ALL else ()
    dimensions = [_words(value) for value in positional] or [_words(call.argument(loader.shape))]
    return tuple(_product(words) for words in product(*dimensions))


def _product(dimensions: tuple[str | None, ...]) -> int | None:
    """Return how many values a shape has; each text may be several dimensions."""
    count = 1
    for text in dimensions:
        for dimension in (text or "?").split(","):
            if not dimension.isdecimal():
                return None
            count *= int(dimension)
    return count


def _steps(first: str | None, second: str | None, third: str | None) -> int | None:
    """Return how many numbers there are from a start up to a stop; with one argument it is the stop."""
    try:
        start, stop = (0.0, float(first or "")) if second == "" else (float(first or ""), float(second or ""))
        step = 1.0 if third == "" else float(third or "")
        return max(0, -int((start - stop) // step))
    except (ValueError, ZeroDivisionError, OverflowError):
        return None


def _dtypes(call: Call, library: Library) -> Iterator[str | None]:
    """Yield the dtypes that it may have, None for one that is not known."""
    loader = call.loader
    decide = loader.arguments[:3] if loader.counts == RANGE else (loader.value,)
    for word in _words(call.first(loader.dtype)):
        if word not in ("", "None"):
            yield None if word is None else word.removeprefix(f"{library.library}.").lstrip("<=|")
        elif loader.values:
            for words in product(*(_words(call.argument(name)) for name in decide)):
                yield dict(loader.values).get(_kind(words))
        else:
            yield next((dtype for _, dtype in loader.dtype_defaults), None)


def _kind(words: tuple[str | None, ...]) -> str:
    """Return which kind of number comes of several, empty where one is none; those that are not given make no difference."""
    kinds = {_kind_of_one(word) for word in words if word != ""}
    return next((kind for kind in ("", "float", "int", "bool") if kind in kinds), "")


def _kind_of_one(text: str | None) -> str:
    if text in ("True", "False"):
        return "bool"
    try:
        float(text or "")
    except ValueError:
        return ""
    return "int" if (text or "").lstrip("-").isdecimal() else "float"


def _words(value: Value[str]) -> Iterator[str | None]:
    """Yield the texts of an argument: empty where it is not given, None where it is not known."""
    for single in alternatives(value):
        yield single.value if isinstance(single, Known) else "" if isinstance(single, Absent) else None
