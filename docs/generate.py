"""Write what is generated from the rules: their index and their manual pages. ``--check`` only compares."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

from forkfit.formats.manual import markdown

HERE = Path(__file__).parent
RULES = HERE.parent / "rules" / "forkfit_rules"


def rule_modules() -> list[tuple[str, str, str, str, bool]]:
    """Return id, name, severity, module and whether it advises of each rule file, by id; a rule's name is its file's name."""
    found = []
    for path in RULES.glob("*.py"):
        if path.stem in ("__init__", "index"):
            continue
        module = import_module(f"forkfit_rules.{path.stem}")
        found.append((module.ID, path.stem.replace("_", "-"), module.SEVERITY.name, module.__name__, getattr(module, "ADVISES", False)))
    return sorted(found)


def generated() -> dict[Path, str]:
    """Return the text of every generated file."""
    rules = rule_modules()
    lines = "".join(
        f'    Rule("{i}", "{name}", Severity.{severity}, "{module}"{", advises=True" if advises else ""}),\n'
        for i, name, severity, module, advises in rules
    )
    index = f'''"""The built-in rules by id, so that a run imports only those it needs. Generated: python docs/generate.py."""

from __future__ import annotations

from forkfit.api import Rule, Severity

RULES = (
{lines})
'''
    files = {RULES / "index.py": index}
    rows = "".join(f"| [{i}](rules/{name}.md) | {name} | {_level(severity, advises)} |\n" for i, name, severity, _, advises in rules)
    head = "# Rules\n\nGenerated from the rules' own manual pages; `compose-lint rule FF101` prints one offline.\n\n"
    files[HERE / "rules.md"] = f"{head}| id | name | severity |\n|---|---|---|\n{rows}"
    for identity, name, severity, module, advises in rules:
        files[HERE / "rules" / f"{name}.md"] = page(identity, name, _level(severity, advises), import_module(module).__doc__ or "")
    return files


def _level(severity: str, advises: bool) -> str:
    """Return the severity as the pages name it."""
    return f"{severity.lower()} (advice)" if advises else severity.lower()


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
