"""rejects.csv: which rows were not used and why, to be corrected in the file that they came from."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from bookshift_io.intake.formula import guard
from bookshift_io.intake.scan import Reject
from bookshift_io.intake.tables import REJECT_COLUMNS

_HEAD: Final = 4096


def is_rejects(path: Path) -> bool:
    """Tell whether a file is one that `rejects_csv` made."""
    try:
        with path.open("rb") as file:
            head = file.readline(_HEAD)
    except OSError:
        return False
    return head.startswith(",".join(REJECT_COLUMNS).encode())


def rejects_csv(headers: Sequence[str], rejects: Iterable[Reject]) -> str:
    """Return rejected rows as CSV: row of the file, reason, and the cells as they stood, ragged or not."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([*REJECT_COLUMNS, *map(guard, headers)])
    for one in rejects:
        writer.writerow([one.line, guard(one.reason), *map(guard, one.cells)])
    return out.getvalue()
