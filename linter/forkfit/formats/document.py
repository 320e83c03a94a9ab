"""JSON documents as every consumer reads them: ASCII, so that no encoding, terminal or CI log can change or obey them."""

from __future__ import annotations

import json
from typing import TextIO


def write_document(document: object, out: TextIO) -> None:
    """Write one JSON document and a line end."""
    written = json.dumps(document, indent=2, ensure_ascii=True)
    # The GitHub runner takes "##[" for a command wherever it stands; to a JSON parser both say the same.
    out.write(written.replace("##[", "#\\u0023[").replace("\x7f", "\\u007f") + "\n")
