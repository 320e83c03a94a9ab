"""Write what is generated: the pages of rules, settings and formats, the index of rules, a schema. ``--check`` only compares."""

from __future__ import annotations

import json
import sys
from importlib import import_module
from pathlib import Path

from examples import formats_page

from forkfit.config import keys
from forkfit.formats.manual import markdown

HERE = Path(__file__).parent
RULES = HERE.parent / "rules" / "forkfit_rules"
SCHEMA = HERE.parent / "linter" / "forkfit" / "config" / "schema.json"
# What a rule's module may say of it, and the field of Rule that says the same.
FLAGS = {"ADVISES": "advises", "FAILS": "fails", "COMES_LAST": "comes_last", "NEEDS": "needs"}


def rule_modules() -> list[tuple[str, str, str, str, dict[str, bool | str]]]:
    """Return id, name, severity, module and flags of each rule file, by id; a rule's name is its file's name."""
    found = []
    for path in RULES.glob("*.py"):
        if path.stem in ("__init__", "index"):
            continue
        module = import_module(f"forkfit_rules.{path.stem}")
        flags = {field: getattr(module, name) for name, field in FLAGS.items() if hasattr(module, name)}
        found.append((module.ID, path.stem.replace("_", "-"), module.SEVERITY.name, module.__name__, flags))
    return sorted(found, key=lambda rule: rule[0])


def generated() -> dict[Path, str]:
    """Return the text of every generated file."""
    rules = rule_modules()
    lines = "".join(
        f'    Rule("{i}", "{name}", Severity.{severity}, "{module}"{"".join(f", {k}={_literal(v)}" for k, v in flags.items())}),\n'
        for i, name, severity, module, flags in rules
    )
    index = f'''"""The built-in rules by id, so that a run imports only those it needs. Generated: python docs/generate.py."""

from __future__ import annotations

from forkfit.api import Rule, Severity

RULES = (
{lines})
'''
    files = {RULES / "index.py": index}
    rows = "".join(f"| [{i}](rules/{name}.md) | {name} | {_level(severity, flags)} |\n" for i, name, severity, _, flags in rules)
    head = "# Rules\n\nGenerated from the rules' own manual pages; `compose-lint rule FF101` prints one offline.\n\n"
    files[HERE / "rules.md"] = f"{head}| id | name | severity |\n|---|---|---|\n{rows}"
    for identity, name, severity, module, flags in rules:
        files[HERE / "rules" / f"{name}.md"] = page(identity, name, _level(severity, flags), import_module(module).__doc__ or "")
    files[SCHEMA] = json.dumps(keys.schema(), indent=2) + "\n"
    files[HERE / "settings.md"] = settings_page()
    files[HERE / "formats.md"] = formats_page()
    return files


def _literal(value: bool | str) -> str:
    return json.dumps(value) if isinstance(value, str) else repr(value)


def _level(severity: str, flags: dict[str, bool | str]) -> str:
    """Return the severity as the pages name it."""
    return f"{severity.lower()} (advice)" if flags.get("advises") else severity.lower()


def settings_page() -> str:
    """Return the page that lists every setting."""
    tables = {name: ", ".join(f"`{key}`" for key in table.settings) for name, table in keys.TABLES.items()}
    rows = [f"| `{key}` | {one.about} | {f'`{one.default}`' if one.default else ''} |" for key, one in keys.OF_PROJECT.items()]
    rows.append(f'| `[{keys.SEVERITY}]` | `RULE = "error"`, `"warning"` or `"info"`; a rule is named as in `select` | |')
    rows += [f"| `[{name}.NAME]` | {table.about}: {tables[name]}, `{keys.SEVERITY}` | |" for name, table in keys.TABLES.items()]
    weight = "; ".join(f"`{key}`, {one.about}" for key, one in keys.OF_WEIGHT.items())
    rows.append(f"| `[{keys.WEIGHTS}.NAME]` | {keys.ABOUT_WEIGHTS}: {weight} | |")
    rows.append(f'| `[{keys.TOOLS}]` | `NAME = "300m"`: {keys.ABOUT_TOOLS} | |')
    return "\n".join((_SETTINGS, "| key | what it is | default |", "|---|---|---|", *rows, ""))


_SETTINGS = """\
# Settings

Generated from the settings themselves; `compose-lint --show-settings` prints those in force, with where each is written.

They stand in `pyproject.toml` under `[tool.compose-lint]`, or in `compose-lint.toml` (which wins beside it) without that
prefix: the nearest at or above each project, up to the project root, and no other. A table may say more of one service or
of some files. From weak to strong: the file, `per-file`, `services`, the command line. A `select` starts anew; `ignore` and
what extends add to weaker places; in one place the more exact word wins, so `select = ["FF101"]` stands over
`ignore = ["FF1"]`. Patterns are those of .gitignore, seen from the folder of the settings file. What `per-file` says of
rules holds for findings whose place, or whose service, is in such a file; its other keys for a project loaded from one.
"""


def page(identity: str, name: str, severity: str, docstring: str) -> str:
    """Return a rule's manual page under its title."""
    return f"# {identity} {name}\n\nSeverity: {severity}\n\n{markdown(docstring)}"


def main() -> int:
    """Write the files, or with ``--check`` return 1 where one differs."""
    stale = [path for path, text in generated().items() if not path.exists() or path.read_text() != text]
    for path in stale:
        print(f"{'stale' if '--check' in sys.argv else 'written'}: {path.relative_to(HERE.parent)}")
        if "--check" not in sys.argv:
            path.parent.mkdir(exist_ok=True)
            path.write_text(generated()[path])
    return int(bool(stale) and "--check" in sys.argv)


if __name__ == "__main__":
    raise SystemExit(main())
