"""A call whose function and arguments are worked out."""

from __future__ import annotations

import ast

from forkfit.evaluate.python.objects import Arguments, Thing
from forkfit.evaluate.python.scope import Scope
from forkfit.model.record import Record
from forkfit.model.value import Unknown


class Call(Record):
    """A call, where it stands, and what is called."""

    node: ast.Call
    scope: Scope
    callee: Thing

    @property
    def arguments(self) -> Arguments:
        """The arguments, evaluated when they are asked for."""
        return self.scope.arguments_of(self.node)

    def unknown(self, why: str) -> Unknown:
        """Return that what the call gives cannot be known."""
        return self.scope.unknown(why, self.node)
