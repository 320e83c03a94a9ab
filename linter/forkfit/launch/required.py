"""Variables without which a script ends with an error, and which the deployment is therefore taken to set."""

from __future__ import annotations

import re

from forkfit.model.project import Environment, Variable
from forkfit.model.span import Role, Step
from forkfit.model.text import Piece, Text
from forkfit.model.value import Absent, Known, Unknown, Value

MOST_VARIABLES = 16

# [ -z "$NAME" ], test -n "${NAME:-}", ${NAME:?it must be set}
_ASKED = r"""-[zn][ \t]+"?\$\{?(\w+)(?::?-)?\}?"?|\$\{(\w+):?\?"""


def with_required(script: Text, environment: Environment) -> Environment | None:
    """Return the environment in which what a script asks for, and what is empty or not set, has some value; None where all has one."""
    names = dict.fromkeys(found[1] or found[2] for found in re.finditer(_ASKED, script.plain))
    lacking = [name for name in names if _is_lacking(environment.get(name))][:MOST_VARIABLES]
    if not lacking:
        return None
    kept = tuple(variable for variable in environment.variables if variable.name not in lacking)
    return environment.replace(variables=kept + tuple(Variable(name, Known(_some(name, environment.get(name)))) for name in lacking))


def _is_lacking(value: Value[Text]) -> bool:
    return isinstance(value, Absent) or (isinstance(value, Known) and not value.value.plain)


def _some(name: str, value: Value[Text]) -> Text:
    """Return a text that is not known."""
    trail = (*value.trail, Step(Role.SUPPOSED, None, f"{name} is taken to be set: the script ends with an error without it"))
    return Text((Piece(f"${name}", trail, instead=Unknown(f"{name} is not set here", trail)),))
