"""Import an application as its worker does, once, and tell what failed, which libraries it imports, and their versions."""

from __future__ import annotations

import builtins
import json
import os
import platform
import sys
from importlib import import_module
from typing import Any


def main() -> None:
    """Import the application that the first argument names, as JSON, and tell in one line what was found."""
    asked = json.loads(sys.argv[1])
    sys.path[0] = os.getcwd()
    sys.argv = ["celery", "-A", asked["app"], "worker"]
    told: dict[str, Any] = {"python": platform.python_version(), "libc": " ".join(platform.libc_ver())}
    try:
        told["celery"] = import_module("celery").__version__
    except Exception as error:
        told["failed"] = f"Celery itself fails with {_told(error)} in this Python"
    else:
        told.update(_imported(asked["app"]))
        told["versions"] = _versions(told.get("imports", {}))
    os.write(asked["out"], json.dumps(told).encode() + b"\n")
    os.read(asked["in"], 1)


def _imported(name: str) -> dict[str, Any]:
    """Import the application and all that it names; return the libraries that its own modules import."""
    seen: dict[str, str] = {}
    real = builtins.__import__

    def watched(name: str, globals: Any = None, locals: Any = None, fromlist: Any = (), level: int = 0) -> Any:  # noqa: A002
        if level == 0 and globals is not None and _is_own(globals.get("__file__")):
            seen.setdefault(name, globals["__file__"])
            for word in fromlist or ():
                seen.setdefault(f"{name}.{word}", globals["__file__"])
        return real(name, globals, locals, fromlist, level)

    try:
        # Celery's own loaders import by name, before and after this.
        find_app = import_module("celery.app.utils").find_app
        setattr(builtins, "__import__", watched)  # noqa: B010 - a type checker knows no other import than the real one
        app = find_app(name)
        app.loader.import_default_modules()
        app.finalize()
    except BaseException as error:
        return {"failed": _told(error)}
    finally:
        builtins.__import__ = real
    return {
        "imports": {found: by for found, by in seen.items() if _is_library(found)},
        "modules": sum(_is_own(getattr(module, "__file__", None)) for module in list(sys.modules.values())),
        "module": _file_of(app),
        "tasks": sorted(name for name in app.tasks if not name.startswith("celery.")),
    }


def _file_of(app: Any) -> str:
    """Return the file of the module that the application stands in, as seen from the working folder."""
    path = getattr(sys.modules.get(getattr(app, "main", None) or ""), "__file__", None)
    own = [
        getattr(m, "__file__", None) for m in list(sys.modules.values()) if any(v is app for v in list(getattr(m, "__dict__", {}).values()))
    ]
    found = next((p for p in (*own, path) if p and _is_own(p)), "")
    return os.path.relpath(found, os.getcwd()) if found else ""


def _is_own(path: Any) -> bool:
    """Tell whether a file is the project's: neither installed nor Python's own."""
    if not isinstance(path, str) or path.startswith("<"):
        return False
    real = os.path.realpath(path)
    return real.startswith(os.path.realpath(os.getcwd()) + os.sep) and "site-packages" not in real and "dist-packages" not in real


def _is_library(name: str) -> bool:
    """Tell whether a name was imported as a module that is neither the project's nor the standard library's."""
    module = sys.modules.get(name)
    path = getattr(module, "__file__", None)
    standard = getattr(sys, "stdlib_module_names", ())
    return module is not None and name.split(".")[0] not in standard and (path is None or not _is_own(path))


def _told(error: BaseException) -> str:
    """Say what went wrong: the kind of exception, the name that is missing, the line of the project.

    The exception's own text is not told: it may hold what a setting holds.
    """
    said, place = type(error).__name__, ""
    step, path = error.__traceback__, ""
    while step is not None:
        path = step.tb_frame.f_code.co_filename
        if _is_own(path):
            place = f"{os.path.relpath(path, os.getcwd())}:{step.tb_lineno}"
        step = step.tb_next
    if isinstance(error, (ImportError, NameError, AttributeError)) and getattr(error, "name", None):
        said += f": {error.name}"
    elif isinstance(error, KeyError) and path in ("<frozen os>", os.__file__):
        said += f": the variable {error.args[0]} is not set"
    elif isinstance(error, SyntaxError) and _is_own(error.filename):
        place = f"{os.path.relpath(str(error.filename), os.getcwd())}:{error.lineno}"
    return said + (f" at {place}" if place else "")


def _versions(imports: Any) -> dict[str, str]:
    """Return the versions of the distributions that the imported libraries belong to, and of Django."""
    from importlib import metadata

    top = {name.split(".")[0] for name in imports}
    try:
        owners = metadata.packages_distributions()
    except AttributeError:  # Python 3.9
        owners = {name: [name] for name in top}
    found = {}
    for distribution in {owner for name in top for owner in owners.get(name, ())} | {"django"}:
        try:
            found[distribution.lower()] = metadata.version(distribution)
        except metadata.PackageNotFoundError:
            continue
    return found


main()
