"""Choose what a column is read as: every field, with what it holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from bookshift.screens.search import Search
from bookshift.widgets.columns import Column
from bookshift.widgets.rows import Cell
from bookshift_io.intake.holds import holds
from bookshift_io.intake.mapping import EXTRA, IGNORE
from bookshift_io.intake.vocabulary import label

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_OTHERS: Final = {
    EXTRA: "kept as it is, shown in details and returned on export",
    IGNORE: "not read at all",
}


class FieldPicker(Search[str | None]):
    """Answers with the name of a field, ``extra`` or ``ignore``."""

    columns: ClassVar[Sequence[Column]] = (
        Column("field", "Field", 18, share=1, priority=0),
        Column("now", "Now read from", 16, share=2, priority=2, tone="dim"),
        Column("holds", "Holds", 20, share=5, priority=1),
    )
    prompt = "type a field"
    nothing = "No field goes by that name."
    hints = ("Type to find, ↑ ↓ choose, Enter picks, esc cancels",)

    def __init__(self, table: str, header: str, now: str, taken: Mapping[str, str]) -> None:
        super().__init__(f"What does the column {header} hold?", now)
        self._taken = taken
        fields = {name: meaning.replace("`", "") for name, (_, meaning) in holds(table).items()}
        self._meanings = {**fields, **_OTHERS}

    def found(self, text: str) -> list[str]:
        """Fields that hold the text, those first that begin with it."""
        wanted = text.strip().casefold()
        found = [
            name
            for name, meaning in self._meanings.items()
            if wanted in f"{name} {label(name)} {meaning}".casefold()
        ]
        return sorted(found, key=lambda name: not label(name).casefold().startswith(wanted))

    def cells(self, key: str) -> list[Cell | str]:
        """A field, the column that has it, what it holds."""
        return [Cell(label(key), "strong"), self._taken.get(key, ""), self._meanings[key]]

    def answer(self, key: str) -> str | None:
        """The name of the field."""
        return key
