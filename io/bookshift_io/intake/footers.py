"""Lines that reports put under their data: totals, copyright, confidentiality."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Final

_TOTAL: Final = re.compile(r"(grand |sub-?|overall )?(totals?|sum)\s*:?", re.IGNORECASE)
_COUNTED: Final = re.compile(
    r"((grand |sub-?)?totals?\s*\(\d[\d,.]*\s+\w+\)|total (records|rows|count)\b.*"
    r"|\d[\d,.]* (records|rows)\b.*"
    r"|(records|row count|rows)\s*:\s*\d+)",
    re.IGNORECASE,
)
_LEGAL: Final = re.compile(
    r"((copyright|©|\(c\))\s.*\d{4}.*|confidential\b.*(information|distribut|report|internal|use|data).*"
    r"|(generated|created|exported|printed|report run|run) (by|on|at|from)\b.*|filtered by\b.*|as of \d.*"
    r"|.*\ball rights reserved\b.*|page \d+( of \d+)?|end of (report|file))",
    re.IGNORECASE | re.DOTALL,
)
MANY: Final = 4
"""Columns from which a line with one cell is no record, where it stands apart at the end."""
_LONGEST: Final = 500
_NUMBER: Final = re.compile(r"[(-]?\s*[$€£]?\s*[0-9][0-9., ]*\)?%?|=.*", re.DOTALL)
"""A figure, or a formula for one."""


def is_line(cells: Sequence[str]) -> bool:
    """Tell whether a row is one cell of words, which no id is: the title of a report, who made it."""
    filled = [text for cell in cells if (text := cell.strip())]
    return len(filled) == 1 and " " in filled[0] and not any(map(str.isdigit, filled[0].split()[0]))


def is_footer(cells: Sequence[str], width: int, above: Sequence[Sequence[str]]) -> bool:
    """Tell whether the last row of a file is a footer line and no record.

    A row with text in every column is a record, whatever the text. A bare "Total" is a footer only if the
    other cells are numbers and either leave columns empty or add up the rows `above`: there is a company
    called Total.
    """
    filled = [(i, cell.strip()) for i, cell in enumerate(cells) if cell.strip()]
    first, others = filled[0][1][:_LONGEST], filled[1:]
    gaps = len(filled) < width
    figures = all(_NUMBER.fullmatch(cell) for _, cell in others)
    if _COUNTED.fullmatch(first):
        return gaps or figures
    if _LEGAL.fullmatch(" ".join(cell for _, cell in filled)[:_LONGEST]) and (gaps or width == 1):
        return True
    if width > 1 and _TOTAL.fullmatch(first) and figures:
        return gaps or any(_adds_up(i, cell, above) for i, cell in others)
    return False


def _adds_up(column: int, total: str, above: Sequence[Sequence[str]]) -> bool:
    if total.startswith("="):
        return False
    figures = [_figure(row[column]) for row in above if column < len(row)]
    return bool(figures) and math.isclose(math.fsum(figures), _figure(total), rel_tol=1e-6)


def _figure(cell: str) -> float:
    digits = re.sub(r"[^0-9.]", "", cell)
    return float(digits) if re.fullmatch(r"[0-9]+(\.[0-9]+)?", digits) else 0.0
