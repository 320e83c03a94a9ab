"""The page of the formats: what each module says of itself, and what it writes about the incident of the README."""

from __future__ import annotations

import json
import os
import re
from importlib import import_module
from io import StringIO
from pathlib import Path

from forkfit.cli import main
from forkfit.formats.choose import SHIPPED

HERE = Path(__file__).parent
ARGUMENTS = ("--fail-on", "never", "fixtures/incident")
DEPTH = 6  # of a JSON document; what lies deeper is folded, and of each list the first item is shown
LANGUAGES = {"gitlab": "json", "json": "json", "sarif": "json", "junit": "xml", "markdown": "markdown"}
INTRODUCTION = f"""\
# Formats

Generated from the format modules; each example is what the command writes in a checkout of this repository.

`--format NAME` chooses what goes to standard output (default: text; where it is given twice, the last one counts).
`--output FORMAT:PATH`, as often as you like, writes a file beside it in the same run:

```sh
compose-lint --output sarif:forkfit.sarif --output junit:reports/forkfit.xml
```

A file is put in place whole. One that cannot be written ends in exit status 2, after the others are written; folders are
not made. A file that was linted is never overwritten. Only the first colon parts format and path, so `sarif:C:\\out.sarif`
is a path with a drive. Paths in reports start at the working folder, under GitHub and GitLab at the workspace.

No format changes the exit status, and neither does a reader that stops reading, as `compose-lint | head` does: the status
is the verdict's. No text of a linted file becomes a command of a CI job, a terminal escape, an element or a link.

The formats: {", ".join(f"[{name}](#{name})" for name in SHIPPED)}.
"""
ADDING = """\

## Adding a format

One file, one golden, one line: a module in `linter/forkfit/formats` with

```python
def write(report: Report, out: TextIO, look: Look) -> None:
    \"\"\"Write a report.\"\"\"
```

its name in `SHIPPED` (`formats/choose.py`), and `pytest tests/formats --bless`, which records what it writes about the
reports of `fixtures/formats`. By its name alone it is then held to what every format is held to: nothing forged by the
hostile project, no secret shown, the same bytes for the same input. A plugin brings one through the hook
`forkfit_formats`: `Format("mine", "my_package.mine")`. A module is imported only when its format is asked for.
"""


def formats_page() -> str:
    """Return the page."""
    return INTRODUCTION + "".join(_section(name) for name in SHIPPED) + ADDING


def _section(name: str) -> str:
    manual = (import_module(f"forkfit.formats.{name}").__doc__ or "").strip().replace("``", "`")
    written = _written(name)
    if LANGUAGES.get(name) == "json":
        written = re.sub(r'"<folded (.)(.)>"', r"\1 ... \2", json.dumps(_folded(json.loads(written), DEPTH), indent=2, ensure_ascii=False))
    fence = "`" * (4 if "```" in written else 3)
    command = f"compose-lint --format {name} {' '.join(ARGUMENTS)}"
    return f"\n## {name}\n\n{manual}\n\n```sh\n{command}\n```\n\n{fence}{LANGUAGES.get(name, 'text')}\n{written.strip()}\n{fence}\n"


def _written(name: str) -> str:
    """Return what the command writes at the root of the repository."""
    out, before = StringIO(), os.getcwd()
    os.chdir(HERE.parent)
    try:
        main(["--format", name, *ARGUMENTS], out, StringIO(), {})
    finally:
        os.chdir(before)
    return out.getvalue()


def _folded(what: object, depth: int) -> object:
    """Return a document without what lies deeper, and of each list the first item."""
    if isinstance(what, dict) and what:
        return {key: _folded(value, depth - 1) for key, value in what.items()} if depth else "<folded {}>"
    if isinstance(what, list) and what:
        return [_folded(what[0], depth - 1)] if depth else "<folded []>"
    return what
