"""All functions and objects outside the project whose results are known, by their dotted names."""

from __future__ import annotations

from collections.abc import Callable

from forkfit.evaluate.python import configurations, counting, env_files, environment, paths, reflection, settings_readers, standard
from forkfit.evaluate.python.call import Call
from forkfit.evaluate.python.objects import Thing
from forkfit.model.value import Value

FUNCTIONS: dict[str, Callable[[Call], Value[Thing]]] = {
    **configurations.FUNCTIONS,
    **counting.FUNCTIONS,
    **standard.FUNCTIONS,
    **reflection.FUNCTIONS,
    **environment.FUNCTIONS,
    **paths.FUNCTIONS,
    **env_files.FUNCTIONS,
    **settings_readers.FUNCTIONS,
}

# By the name of what made the object; they are given the call and the method's name, empty where the object is called.
OBJECTS: dict[str, Callable[[Call, str], Value[Thing]]] = {**settings_readers.OBJECTS}
