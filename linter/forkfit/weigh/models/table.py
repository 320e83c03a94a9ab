"""The shelves of model weights: one TOML a library below `models`, read only when one of its loaders is called."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from forkfit.files import shipped, shipped_names
from forkfit.model.source import BrokenSource
from forkfit.model.span import whole_file
from forkfit.model.weight import Survival
from forkfit.weigh.fields import names_in, text_in
from forkfit.weigh.models.loaders import ALL, DTYPE, PARAMETERS, RANGE, SHAPE, SIZE, Amount, Given, Law, Library, Loader, Named, Tokenizer

LARGEST = 1e7  # millions of parameters, or MiB: more is nonsense
_LAW_TEXTS = ("id", "since", "until", "file", "unknown")
_LOADER_TEXTS = ("model", "default", "default_by", "device", "device_default", "same_as", "counts", "shape", "value")
_LOADER_SWITCHES = ("openmp", "any_name", "only_files", "weightless", "assumed")


@lru_cache(maxsize=256)
def library_named(shelves: tuple[str, ...], name: str) -> Library | None:
    """Return what the first shelf that knows a library says of its models, None where none does.

    Raises BrokenSource for a file that holds nonsense.
    """
    if not name.isidentifier():
        return None
    for shelf in shelves:
        content = shipped(shelf, f"models/{name}.toml")
        if content is not None and (found := _parsed(content, shelf, name)) is not None:
            return found
    return None


def loaders_on(shelf: str) -> Iterator[str]:
    """Yield the loaders that a shelf knows, by package and last name (``ranklib.load_ranker``); raise BrokenSource.

    By its last name a call is recognised wherever it stands, so that this must be a name and no pattern.
    """
    for file in shipped_names(f"{shelf}/models"):
        name = file.removesuffix(".toml")
        found = library_named((shelf,), name) if name != file else None
        for spelled in (spelled for loader in found.loaders for spelled in loader.names) if found is not None else ():
            last = spelled.rpartition(".")[2]
            if not last.isidentifier():
                path = f"{shelf}/models/{file}"
                raise BrokenSource(
                    f"{path}: the loader {spelled!r} does not end in a plain name, by which a call is known", whole_file(path)
                )
            yield f"{name}.{last}"


def _parsed(content: bytes, shelf: str, name: str) -> Library | None:
    import tomllib

    path = f"{shelf}/models/{name}.toml"
    try:
        table = tomllib.loads(content.decode())
        if table.get("library") != name:
            if str(table.get("library")).lower() == name.lower():
                return None  # a name in other letters, which a disk may take for the same
            raise ValueError(f"is about {table.get('library')!r}, not {name!r}")
        return read_library(table)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, ValueError, TypeError) as error:
        raise BrokenSource(
            f"{path} gives no weights of models: {error}", whole_file(path), "Correct the file, or remove its plugin from the settings."
        ) from error


def read_library(table: Mapping[str, Any]) -> Library:
    """Return what a table of TOML says of a library's models; raise ValueError for a figure that is missing, negative or absurd."""
    name = text_in(table, "library")
    spelled = _table(table, "names")
    models = {
        model.lower(): Named(model, _figure(millions, model), dtype)
        for dtype, named in _table(table, "files").items()
        for model, millions in _table({"files": named}, "files").items()
    }
    measured = {
        (law, model.lower()): _three(figures, model)
        for law, named in _table(table, "measured").items()
        for model, figures in _table({"measured": named}, "measured").items()
    }
    doubt = names_in(table, "doubt") or ("", "")
    if len(doubt) != 2:
        raise ValueError(f"doubt is {doubt!r}, not two releases")
    return Library(
        library=name,
        version_of=text_in(table, "version_of") or text_in(table, "distribution") or name,
        measured_by=f"{text_in(table, 'distribution') or name} {text_in(table, 'version')}".strip(),
        is_measured="measured_on" in table,
        loaders=tuple(_loader(loader) for loader in _tables(table, "loaders")),
        models=models,
        sizes={model.lower(): _figure(size, model) for model, size in _table(table, "sizes").items()},
        measured=measured,
        tokenizers=tuple(
            Tokenizer(names_in(t, "like"), _figure(t.get("mib"), "mib"), _figure(t.get("peak"), "peak"))
            for t in _tables(table, "tokenizers")
        ),
        released=names_in(table, "released"),
        doubt=(doubt[0], doubt[1]),
        also_names_of=names_in(table, "also_names_of"),
        prefixes=names_in(spelled, "prefixes"),
        suffixes=names_in(spelled, "suffixes"),
        without=names_in(spelled, "without"),
        int8=names_in(spelled, "int8"),
        itemsizes=tuple((dtype, int(_figure(each, dtype))) for dtype, each in _table(table, "itemsizes").items()),
    )


def _loader(table: Mapping[str, Any]) -> Loader:
    names = names_in(table, "names")
    if not names:
        raise ValueError("a loader has no names")
    if text_in(table, "counts") not in ("", SHAPE, ALL, RANGE):
        raise ValueError(f"counts is {table['counts']!r}, not {SHAPE}, {ALL} or {RANGE}")
    return Loader(
        names=names,
        arguments=names_in(table, "arguments"),
        dtype=names_in(table, "dtype"),
        dtype_defaults=tuple((text_in(row, "since"), text_in(row, "dtype")) for row in _tables(table, "dtype_defaults")),
        defaults=_pairs(table, "defaults"),
        newer_defaults=_pairs(table, "newer_defaults"),
        values=_pairs(table, "values"),
        survives=_survival(table) or Survival.UNKNOWN,
        cheaper=tuple(_pairs({"cheaper": row}, "cheaper") for row in _tables(table, "cheaper")),
        laws=tuple(_law(law) for law in _tables(table, "laws")),
        plus=_figure(table.get("plus", 0), "plus"),
    ).replace(
        **{key: text_in(table, key) for key in _LOADER_TEXTS if key in table},
        **{key: _switch(table, key) for key in _LOADER_SWITCHES if key in table},
    )


def _law(table: Mapping[str, Any]) -> Law:
    law = Law(
        when=tuple((argument, names_in({"when": words}, "when")) for argument, words in _table(table, "when").items()),
        cast=_switch(table, "cast") if "cast" in table else None,
        up_to=_figure(table["up_to"], "up_to") if "up_to" in table else None,
        anon=_amount(table["anon"], "anon") if "anon" in table else None,
        peak=_amount(table["peak"], "peak") if "peak" in table else None,
        inference=_steps(table.get("inference", 0)),
        given=_given(_table(table, "given")),
        survives=_survival(table),
        openmp=_switch(table, "openmp") if "openmp" in table else None,
    ).replace(
        **{key: text_in(table, key) for key in _LAW_TEXTS if key in table},
        **{key: _switch(table, key) for key in ("also", "mapped", "tokenizer") if key in table},
    )
    if law.anon is None and not law.unknown and not law.id:
        raise ValueError("a law gives neither figures nor a reason why there are none")
    return law


def _given(table: Mapping[str, Any]) -> Given:
    said = Given(
        text_in(table, "what"), _figure(table.get("mib", 0), "mib"), _figure(table.get("usual", 0), "usual"), text_in(table, "why")
    )
    if said.mib and not (said.usual and said.why):
        raise ValueError("what a call grows with has no usual amount, or no reason for it")
    return said


def _survival(table: Mapping[str, Any]) -> Survival | None:
    return Survival(text_in(table, "survives")) if "survives" in table else None


def _amount(written: Any, key: str) -> Amount:
    """Read ``[factor, MiB]``: the factor is bytes a parameter, "dtype", "size", or one of these with a factor of its own."""
    if not isinstance(written, list) or len(written) != 2:
        raise ValueError(f"{key} is {written!r}, not a factor and MiB")
    factor, mib = written
    of, times = (factor[0], factor[1]) if isinstance(factor, list) and len(factor) == 2 else (factor, 1.0)
    if of in (DTYPE, SIZE):
        return Amount(_figure(times, key), of, _figure(mib, key))
    return Amount(_figure(factor, key), PARAMETERS, _figure(mib, key))


def _steps(written: Any) -> tuple[tuple[float, float], ...]:
    if not isinstance(written, list):
        return ((LARGEST, _figure(written, "inference")),) if written else ()
    return tuple((_figure(step[0], "inference"), _figure(step[1], "inference")) for step in written)


def _three(written: Any, model: str) -> tuple[float, float, float]:
    if not isinstance(written, list) or len(written) != 3:
        raise ValueError(f"{model} is {written!r}, not three figures in MiB")
    return (_figure(written[0], model), _figure(written[1], model), _figure(written[2], model))


def _figure(written: Any, key: str) -> float:
    if isinstance(written, bool) or not isinstance(written, int | float) or not 0 <= written <= LARGEST:
        raise ValueError(f"{key} is {written!r}, not a number between 0 and {LARGEST:.0f}")
    return float(written)


def _table(table: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    written = table.get(key, {})
    if not isinstance(written, Mapping):
        raise ValueError(f"{key} is {written!r}, not a table")
    return written


def _tables(table: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    written = table.get(key, [])
    if not isinstance(written, list) or not all(isinstance(row, Mapping) for row in written):
        raise ValueError(f"{key} is {written!r}, not a list of tables")
    return written


def _pairs(table: Mapping[str, Any], key: str) -> tuple[tuple[str, str], ...]:
    return tuple((name, text_in({name: text}, name)) for name, text in _table(table, key).items())


def _switch(table: Mapping[str, Any], key: str) -> bool:
    written = table[key]
    if not isinstance(written, bool):
        raise ValueError(f"{key} is {written!r}, not true or false")
    return written
