"""The report for programs: version 1 of the JSON contract (report.schema.json), byte-stable for the same input."""

from __future__ import annotations

import json
from typing import TextIO

from forkfit.formats import contract
from forkfit.model.format import Look
from forkfit.model.report import Report


def write(report: Report, out: TextIO, look: Look) -> None:  # noqa: ARG001 (the contract looks the same everywhere)
    """Write one JSON document and a line end, in ASCII, so that no encoding and no terminal can change it."""
    document = json.dumps(contract.report(report), indent=2, ensure_ascii=True)
    # The GitHub runner takes "##[" for a command wherever it stands; to a JSON parser both say the same.
    out.write(document.replace("##[", "#\\u0023[").replace("\x7f", "\\u007f") + "\n")
