"""What a grid shows: cells, and where rows come from."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

TONES = ("dim", "strong", "good", "warn", "bad", "new")
"""Names a cell's tone may have; the look of each is the component class ``grid--<tone>``."""


class Cell(NamedTuple):
    """What stands in one place: its text as it came from the data, and a tone of `TONES` or none."""

    text: str
    tone: str = ""


class Rows(Protocol):
    """What a grid shows. Immutable: new contents are a new object given to `Grid.show`."""

    def __len__(self) -> int:
        """How many rows there are."""
        ...

    def cells(self, index: int) -> Sequence[Cell | str]:
        """One cell for each column of the grid; asked only for rows in sight."""
        ...

    def key(self, index: int) -> str:
        """What identifies the row whatever the order: an account's or a CSM's id."""
        ...

    def find(self, key: str) -> int | None:
        """Where the row with a key is; None where it is not shown."""
        ...


class ListRows:
    """Rows from a list of keys and a function that makes the cells of one key."""

    def __init__(self, keys: Sequence[str], cells: Callable[[str], Sequence[Cell | str]]) -> None:
        self._keys = keys
        self._cells = cells

    def __len__(self) -> int:
        return len(self._keys)

    def cells(self, index: int) -> Sequence[Cell | str]:
        """Make the cells of the row at this place."""
        return self._cells(self._keys[index])

    def key(self, index: int) -> str:
        """Return the key at this place."""
        return self._keys[index]

    def find(self, key: str) -> int | None:
        """Return the place of a key."""
        return self._places.get(key)

    @cached_property
    def _places(self) -> dict[str, int]:
        return {key: place for place, key in enumerate(self._keys)}
