"""Whether code sets an attribute of an object once it is made, so that its class no longer says what it is."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from forkfit.evaluate.python.modules import Module
from forkfit.evaluate.python.objects import Class
from forkfit.evaluate.python.scope import Run
from forkfit.model.span import Span


def set_later(classes: Iterable[Class], name: str, run: Run) -> Span | None:
    """Return where an attribute of such objects is set from outside, or by `__post_init__`; None where nothing is seen to.

    Looked for where the classes stand: what other modules do to the object is not seen. A method that sets its own object's
    attribute, other than the two that make it, counts for nothing: nobody may call it.
    """
    modules: dict[str, Module] = {cls.scope.module.path: cls.scope.module for cls in classes}
    for module in modules.values():
        if re.search(rf"\.{re.escape(name)}\s*(?::[^=\n]+|[-+*/|&%]+)?=(?!=)", module.source.text):
            node = _stores(module.tree).get(name)
            if node is not None:
                return run.module_scope(module).span(node)
    return None


@lru_cache(maxsize=8192)  # the services of a project run the same modules
def _stores(tree: ast.Module) -> Mapping[str, ast.Attribute]:
    """Return the attributes that a module sets of objects other than a method's own, by name."""
    found: dict[str, ast.Attribute] = {}
    own: set[int] = set()
    for node in ast.walk(tree):
        match node:
            case ast.ClassDef(body=body):
                own.update(id(n) for method in body if isinstance(method, ast.FunctionDef) for n in _of_self(method))
            case ast.Attribute(ctx=ast.Store(), attr=name) if id(node) not in own:
                found.setdefault(name, node)
    return found


def _of_self(method: ast.FunctionDef) -> Iterable[ast.Attribute]:
    if method.name == "__post_init__" or not method.args.args:
        return
    me = method.args.args[0].arg
    for node in ast.walk(method):
        match node:
            case ast.Attribute(value=ast.Name(id=owner), ctx=ast.Store()) if owner == me:
                yield node
