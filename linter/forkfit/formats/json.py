"""The report for programs: version 1 of the JSON contract (report.schema.json), byte-stable for the same input."""

from __future__ import annotations

from typing import TextIO

from forkfit.formats import contract
from forkfit.formats.document import write_document
from forkfit.model.format import Look
from forkfit.model.report import Report


def write(report: Report, out: TextIO, look: Look) -> None:  # noqa: ARG001 (the contract looks the same everywhere)
    """Write the report as one JSON document."""
    write_document(contract.report(report), out)
