"""How much of a Compose project is read at most; the reference itself has hardly any bound.

A file has bounds of its own: its size (forkfit.files), and its nodes and levels (forkfit.syntax.yaml).
"""

from __future__ import annotations

MOST_FILES = 500  # Compose files loaded for one project, each as often as something includes or extends it
MOST_INCLUDE_LEVELS = 50
MOST_EXTENDS_LEVELS = 100
MOST_NODES = 100_000  # that extends may bring into one file
MOST_PORTS = 70_000  # that one service publishes; there are 65,535 of each protocol
MOST_PIECES = 50_000  # of text that variables make in one project; a value counts at each place that uses it
MOST_CHARACTERS = 8 * 1024**2  # that they make: of variables that double each other forty are enough to fill any memory
MOST_FOLDERS = 20_000  # looked into when a folder is searched for projects


class Allowance:
    """How much text the variables of one project may still make while it is read; a value counts at each place that uses it."""

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
