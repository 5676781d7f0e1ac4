"""What a table may cost."""

from __future__ import annotations

from typing import Final

from bookshift_io.intake.findings import IntakeError

MAX_ROWS: Final = 1_000_000
MAX_COLUMNS: Final = 1_000
MAX_CELLS: Final = 10_000_000
"""Cells between the first column and the last filled one of each row, over all rows."""
MAX_CHARACTERS: Final = 256_000_000
"""Characters of all cells together."""
MAX_CELL: Final = 1_000_000
"""Characters of one cell."""


class Budget:
    """Counts what is handed out, so that a small file cannot become a large table."""

    def __init__(self) -> None:
        self._rows = self._cells = self._characters = 0

    def spend(self, row: int, cells: list[str]) -> None:
        """Count one row.

        Raises:
            IntakeError: there are too many rows, cells or characters.

        """
        self._rows += 1
        self._cells += len(cells)
        self._characters += sum(map(len, cells))
        if self._rows > MAX_ROWS + 1:  # one is the header
            raise IntakeError(f"the table has more than {MAX_ROWS:,} rows; split it")
        if self._cells > MAX_CELLS:
            raise IntakeError(
                f"the table spans more than {MAX_CELLS:,} cells; delete what stands far to the right of it, "
                "or split it",
                row=row,
            )
        if self._characters > MAX_CHARACTERS:
            raise IntakeError(
                f"the cells hold more than {MAX_CHARACTERS:,} characters; export fewer columns", row=row
            )
