"""What became of each column of a file: the account of it that screens show and commands print."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from bookshift_io.intake.candidates import samples
from bookshift_io.intake.columns import Columns, How
from bookshift_io.intake.fields import Values
from bookshift_io.intake.mapping import EXTRA
from bookshift_io.intake.memo import Memo
from bookshift_io.intake.tables import Table

CONFIDENCE: Mapping[How, str] = {
    "mapping": "decided",
    "answer": "decided",
    "name": "sure",
    "nearly": "likely",
    "asked": "open",
    "extra": "",
}
"""How sure a reading is, by what decided it."""


@dataclass(frozen=True, slots=True)
class Became:
    """One column of a file and what it is read as."""

    header: str
    field: str
    """Name of the field, ``extra`` or ``ignore``."""
    how: How
    why: str
    samples: tuple[str, ...]
    """The first three different cells."""
    rows: int
    filled: int
    """Rows whose cell is not empty."""
    understood: int
    """Filled rows whose cell has a value; all of them for a further column."""
    convention: str = ""
    """How cells were read that could be read in two ways, and what proves it."""
    unit: str = ""
    """What the figures were multiplied by."""

    @property
    def confidence(self) -> str:
        """How sure the reading is, in a word."""
        return CONFIDENCE[self.how]

    @property
    def decided(self) -> bool:
        """Whether a person said so."""
        return self.how in ("mapping", "answer")


def what_became(
    table: Table, columns: Columns, values: Mapping[str, Values], memo: Memo | None = None
) -> tuple[Became, ...]:
    """Return what each column of a table is read as, in the order of the file."""
    fields = columns.effective(table)
    made = []
    for i, header in enumerate(table.headers):
        name = fields[header]
        why = columns.why.get(i)
        read = values.get(name)
        filled, shown = (
            memo.once(("cells", id(table), i), partial(_cells, table, i)) if memo else _cells(table, i)
        )
        made.append(
            Became(
                header=header,
                field=name,
                how=why.how if why else "extra",
                why=why.text if why else "no field goes by this name" if name == EXTRA else "",
                samples=shown,
                rows=table.rows,
                filled=filled,
                understood=filled - len(read.bad) - read.waiting if read else filled,
                convention=read.convention if read else "",
                unit=read.unit if read else "",
            )
        )
    return tuple(made)


def _cells(table: Table, i: int) -> tuple[int, tuple[str, ...]]:
    """Return how many cells of a column are filled, and the first different ones."""
    cells = table.columns[i]
    return len(cells) - sum(map(_is_blank, cells)), samples(table, i)


def _is_blank(cell: str) -> bool:
    return not cell or cell.isspace()
