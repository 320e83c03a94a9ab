"""How much text the variables of one project may make."""

from __future__ import annotations

from forkfit.compose.bounds import MOST_CHARACTERS, MOST_PIECES


class Allowance:
    """What is left of it while a project is read; a value counts at each place that uses it."""

    def __init__(self) -> None:
        """Begin with all of it."""
        self.pieces = MOST_PIECES
        self.characters = MOST_CHARACTERS
        self.told = False

    def allows(self, pieces: int, characters: int) -> bool:
        """Take what is made off what is left, and tell whether that much was left."""
        self.pieces -= pieces
        self.characters -= characters
        return self.pieces >= 0 and self.characters >= 0
