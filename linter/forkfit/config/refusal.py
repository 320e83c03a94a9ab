"""Settings that cannot be used."""

from __future__ import annotations

from forkfit.model.report import Unusable
from forkfit.model.settings import Key


class BadSettings(Unusable):
    """Settings that cannot be used: an unknown key, a wrong type, or a file that is no TOML."""


class Fault(Exception):
    """A setting that cannot be used: its full key, and why."""

    def __init__(self, key: Key, why: str) -> None:
        super().__init__(why)
        self.key = key
