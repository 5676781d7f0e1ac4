"""The row of column names: where it is, and what the columns are called."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from bookshift_io.intake.findings import IntakeError, Log
from bookshift_io.intake.scan import Row
from bookshift_io.intake.sheets.limits import MAX_COLUMNS

HEADER_WITHIN: Final = 50
"""Rows that are not blank among which the header is looked for."""
_FIGURE: Final = re.compile(r"[-+$€£(]?[0-9][0-9.,:/ -]*[%)]?")
"""A number or a date, which no column is called."""


@dataclass(frozen=True, slots=True)
class Names:
    """What the columns of a table are called."""

    unique: tuple[str, ...]
    """A repeated name carries its number, or the group that stands over it; an empty one its position."""
    repeats: tuple[str, ...]
    """The same names without the numbers."""
    kept: tuple[int, ...]
    """Positions in the file; a column without name and without cells is left out."""
    width: int
    """Cells that a row has to have."""


def is_blank(cells: Sequence[str]) -> bool:
    """Tell whether no cell holds more than blanks."""
    return not any(map(str.strip, cells))


def is_header(cells: Sequence[str], known: Callable[[str], bool]) -> bool:
    """Tell whether a row holds nothing but known column names."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    return len(filled) > 1 and all(map(known, filled))


def header_position(rows: Sequence[Row], known: Callable[[str], bool]) -> int:
    """Return the row with most known column names; without any, the first row of the usual width.

    Raises:
        IntakeError: there is no row, or none with column names.

    """
    candidates = [i for i, row in enumerate(rows[: HEADER_WITHIN * 100]) if not is_blank(row.cells)]
    candidates = candidates[:HEADER_WITHIN]
    if not candidates:
        raise IntakeError("the file holds no rows; export it again")
    scores = {i: sum(map(known, {cell.strip() for cell in rows[i].cells[:MAX_COLUMNS]})) for i in candidates}
    best = max(candidates, key=lambda i: scores[i])
    if scores[best]:
        return best
    usual = Counter(len(rows[i].cells) for i in candidates).most_common(1)[0][0]
    first = next(i for i in candidates if len(rows[i].cells) == usual)
    if any(map(_FIGURE.fullmatch, map(str.strip, rows[first].cells))):
        raise IntakeError(
            "no row with column names was found; put one first, such as account_id,name,arr",
            row=rows[first].line,
        )
    return first


def column_names(header: Row, above: Row | None, rows: Sequence[Row], log: Log) -> Names:
    """Name the columns of `rows`; `above` is the row over the names, which may group them.

    Raises:
        IntakeError: no column has a name, or there are too many.

    """
    names = [re.sub(r"\s+", " ", cell).strip() for cell in header.cells]
    filled = max((i for i, name in enumerate(names) if name), default=-1) + 1
    if not any(any(map(str.strip, row.cells[filled : len(names)])) for row in rows):
        names = names[:filled]
    if not names:
        raise IntakeError("the header row is empty; give each column a name", row=header.line)
    if len(names) > MAX_COLUMNS:
        raise IntakeError(f"the file has more than {MAX_COLUMNS} columns; export fewer", row=header.line)
    kept = tuple(
        i
        for i, name in enumerate(names)
        if name or any(any(map(str.strip, row.cells[i : i + 1])) for row in rows)
    )
    names = _grouped(names, header, above, log)
    return Names(_unique(names, kept, header, log), tuple(names[i] for i in kept), kept, len(names))


def _grouped(names: list[str], header: Row, above: Row | None, log: Log) -> list[str]:
    """Return names of which repeated ones carry the group over them, where that tells them apart."""
    repeated = {name for name, count in Counter(filter(None, names)).items() if count > 1}
    if above is None or not repeated:
        return names
    label = ""
    groups: list[str] = []
    for i in range(len(names)):
        label = (above.cells[i].strip() if i < len(above.cells) else "") or label
        groups.append(label)
    whole = [
        f"{group} {name}" if name in repeated and group else name
        for group, name in zip(groups, names, strict=True)
    ]
    if len(set(filter(None, groups))) < 2 or len(set(whole)) - len(set(names)) < len(repeated):  # noqa: PLR2004 - one group tells nothing apart
        return names
    log.add(
        "info",
        "repeated column names carry the name of the group above them",
        row=header.line,
        value=", ".join(one for one, name in zip(whole, names, strict=True) if one != name),
    )
    return whole


def _unique(names: Sequence[str], kept: Sequence[int], header: Row, log: Log) -> tuple[str, ...]:
    seen: Counter[str] = Counter()
    unique: dict[str, None] = {}
    for i in kept:
        name, position = names[i], i + 1
        seen[name] += 1
        shown = name or f"column {position}"
        if not name:
            log.add("warning", f"column {position} has no name; it is called {shown!r}", row=header.line)
        elif seen[name] > 1:
            shown = f"{name} ({seen[name]})"
            log.add(
                "warning",
                f"column {position} repeats a name; it is called {shown!r}",
                row=header.line,
                column=name,
            )
        while shown in unique:
            shown += "'"
        unique[shown] = None
    return tuple(unique)
