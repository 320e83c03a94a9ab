"""What the name of a model tells: how many parameters, in which dtype its file is, what its tokenizer holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase

from forkfit.model.record import Record
from forkfit.weigh.models.loaders import Library, Named, Tokenizer

MIB = 1024**2
_OF_PATHS = ("/", "./", "../", "~")


class Size(Record):
    """A model by its name, as far as it is known: parameters in millions, dtype and MiB of its file, its tokenizer.

    `is_path` says that the name is that of a folder or file, which anybody may have filled with anything.
    """

    name: str
    named: Named | None = None
    mib: float | None = None
    tokenizer: Tokenizer | None = None
    is_path: bool = False
    is_int8: bool = False

    @property
    def parameters(self) -> float | None:
        """MiB of its parameters at one byte each."""
        return None if self.named is None else self.named.millions * 1e6 / MIB


def sized(name: str, size: int | None, library: Library, find: Callable[[str], Library | None]) -> Size:
    """Look a model up by its name; `size` are the bytes of the file of the repository that it means, where it means one."""
    spellings = tuple(_spellings(name, library))
    libraries = (library, *(other for also in library.also_names_of if (other := find(also)) is not None))
    named = next((lib.models[s] for lib in libraries for s in spellings if s in lib.models), None)
    mib = size / MIB if size is not None else next((library.sizes[s] for s in spellings if s in library.sizes), None)
    known = named.name.lower() if named is not None else spellings[-1]
    return Size(
        name=known,
        named=named,
        mib=mib,
        tokenizer=next((t for t in library.tokenizers if any(fnmatchcase(known, like) for like in t.like)), None),
        is_path=name.startswith(_OF_PATHS),
        is_int8=any(fnmatchcase(name.lower(), like) for like in library.int8),
    )


def _spellings(name: str, library: Library) -> Iterator[str]:
    """Yield a name as tables may have it: whole, without the organisation, without what conversions add."""
    whole = name.lower().rstrip("/")
    last = whole.rpartition("/")[2]
    yield whole
    yield last
    for end in ("", *library.suffixes):
        trimmed = last.removesuffix(end)
        yield trimmed
        for start in library.prefixes:
            yield trimmed.removeprefix(start)
            for word in library.without:
                yield trimmed.removeprefix(start).replace(word, "")
