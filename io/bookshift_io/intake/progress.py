"""How far a reading is, and how it is called off."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[str, int], None]
"""Hears the file and how many of its rows were read; raises `Cancelled` to end the reading."""


class Cancelled(Exception):  # noqa: N818  (it is a wish, not a fault)
    """The reading was called off; nothing of it is kept."""


def unheard(_file: str, _rows: int) -> None:
    """Hear nothing and go on."""
