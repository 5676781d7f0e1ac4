"""What a grid holds, as texts."""

from __future__ import annotations

from bookshift.widgets.grid import Rows


def texts(rows: Rows) -> list[list[str]]:
    """The cells of each row, without their tones."""
    return [[str(getattr(cell, "text", cell)) for cell in rows.cells(at)] for at in range(len(rows))]
