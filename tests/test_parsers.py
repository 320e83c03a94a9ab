"""Each third-party parser is known to one module, so that the next one is exchanged in one place."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize("library", ["tree_sitter", "tree_sitter_bash", "jsonschema", "dotenv", "pluggy", "pathspec", "rich"])
def test_a_library_is_imported_by_one_module(library):
    pattern = re.compile(rf"^\s*(?:import|from) {library}\b", re.MULTILINE)
    files = [p for folder in ("linter", "rules") for p in (ROOT / folder).rglob("*.py") if pattern.search(p.read_text(encoding="utf-8"))]
    assert len(files) == 1, [str(f.relative_to(ROOT)) for f in files]


def test_the_yaml_parser_is_known_to_the_yaml_modules_alone():
    pattern = re.compile(r"^\s*(?:import|from) _?ruamel", re.MULTILINE)
    files = {p.name for p in (ROOT / "linter").rglob("*.py") if pattern.search(p.read_text(encoding="utf-8"))}
    assert files <= {"yaml_events.py", "yaml_pure.py"}


def test_libcst_is_known_to_the_modules_that_read_and_change_python_alone():
    pattern = re.compile(r"^\s*(?:import|from) libcst", re.MULTILINE)
    files = {p.relative_to(ROOT).as_posix() for p in (ROOT / "linter").rglob("*.py") if pattern.search(p.read_text(encoding="utf-8"))}
    assert files == {f"linter/forkfit/syntax/{name}.py" for name in ("newer_python", "python_edits", "python_imports")}
