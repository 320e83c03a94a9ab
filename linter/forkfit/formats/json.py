"""The report for programs: version 1 of the JSON contract (report.schema.json), byte-stable for the same input.

Every value says how it is known: ``known``, ``absent``, ``by_cpus``, ``one_of`` or ``unknown``, with its trail. A line of a
sum in ``because`` is a step of the role ``computed`` without a place; its summands are the ``parts`` of the estimate. The
contract changes only by addition: readers ignore what they do not know. With ``--since`` there is one more key, ``since``.
"""

from __future__ import annotations

from typing import TextIO

from forkfit.formats import contract
from forkfit.formats.document import write_document
from forkfit.model.format import Look
from forkfit.model.report import Report


def write(report: Report, out: TextIO, look: Look) -> None:  # noqa: ARG001 (the contract looks the same everywhere)
    """Write the report as one JSON document."""
    document = contract.report(report)
    if report.since is not None:
        from forkfit.formats.changes import since

        document["since"] = since(report.since)
    write_document(document, out)
