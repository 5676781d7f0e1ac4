"""What became of each column of the files, for reading and for programs."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from rich.cells import cell_len

from bookshift.text import fit, plain
from bookshift_io.intake.mapping import EXTRA, IGNORE
from bookshift_io.intake.vocabulary import label

if TYPE_CHECKING:
    from bookshift_io.intake.became import Became
    from bookshift_io.intake.intake import Intake

_WIDEST: Final = 32
_WORDS: Final = {EXTRA: "kept as it is", IGNORE: "not read"}


def meaning(one: Became) -> str:
    """What a column is read as: the field, with its unit."""
    return _WORDS.get(one.field, label(one.field)) + (f", {one.unit}" if one.unit else "")


def share(part: int, whole: int) -> str:
    """A share in whole percent, which is 100 % only where nothing is missing."""
    if not whole:
        return "–"
    percent = 100 * part // whole
    return f"{percent if percent or not part else 1}%"


def became_record(one: Became) -> dict[str, Any]:
    """JSON values of what became of a column."""
    return {**asdict(one), "samples": list(one.samples), "confidence": one.confidence}


def became_table(intake: Intake) -> str:
    """A line for each column of each file: what it is read as, how full it is, how much was understood."""
    lines: list[str] = []
    for table, columns in intake.columns.items():
        if not columns:
            continue
        rows = [("column", "read as", "filled", "read", "why"), *map(_cells, columns)]
        widths = [min(_WIDEST, max(cell_len(row[i]) for row in rows)) for i in range(4)]
        lines.append(f"{table}:")
        lines += ["  " + "  ".join([*map(fit, row[:4], widths), row[4]]).rstrip() for row in rows]
    return "\n".join(lines)


def _cells(one: Became) -> tuple[str, str, str, str, str]:
    why = "; ".join(part for part in (one.why, one.convention) if part)
    return (
        plain(one.header),
        meaning(one),
        share(one.filled, one.rows),
        share(one.understood, one.filled) if one.field not in (EXTRA, IGNORE) else "",
        why,
    )
