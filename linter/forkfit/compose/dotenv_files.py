"""The variables that .env files give to the texts of a project; what is stated outside wins over them."""

from __future__ import annotations

from collections.abc import Iterable

from forkfit.compose.reading import NOWHERE, Reading, Variables, env_source
from forkfit.model.span import Span, whole_file
from forkfit.model.text import Text


def with_files(variables: Variables, paths: Iterable[str], reading: Reading, at: Span | None = None) -> Variables:
    """Return the variables and those of the files that they lack; of two files the later one wins."""
    given: dict[str, Text] = {}
    for path in paths:
        if path == NOWHERE:
            continue
        text = env_source(path, reading, at or whole_file(reading.shown(path)))
        if text is None:
            continue
        from forkfit.compose.dotenv import parse  # only a project with such a file pays for its grammar

        assigned = parse(text, variables.get, reading.tell, strict=reading.strict, earlier=given, allowance=reading.allowance)
        for assignment in assigned:
            if assignment.value is not None:
                given[assignment.name] = assignment.value
    return {**given, **variables}
