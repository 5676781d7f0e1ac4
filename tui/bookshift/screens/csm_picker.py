"""Choose a CSM by name, where who would be better is not the question."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, ClassVar

from bookshift.screens.search import Search, all_words
from bookshift.text import count
from bookshift.widgets.columns import Column

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bookshift.widgets.rows import Cell
    from bookshift_model.portfolio import Portfolio


class CsmPicker(Search[str | None]):
    """Answers with the id of a CSM; `first` is a name or id under the cursor to begin with."""

    columns: ClassVar[Sequence[Column]] = (
        Column("name", "CSM", 20, share=2, priority=0),
        Column("id", "Id", 10, share=1, priority=1, tone="dim"),
        Column("accounts", "Accounts", 8, align="right", priority=2),
        Column("email", "E-mail", 16, share=2, priority=3, tone="dim"),
    )
    nothing = "No CSM has that name."
    hints = ("Type to find, ↑ ↓ choose, Enter picks, esc cancels",)

    def __init__(self, question: str, portfolio: Portfolio, first: str = "") -> None:
        super().__init__(
            question, next((one.id for one in portfolio.csms if first in {one.id, one.name}), "")
        )
        self._csms = {one.id: one for one in sorted(portfolio.csms, key=lambda one: one.name.casefold())}
        self._books = Counter(one.owner for one in portfolio.accounts)

    def found(self, text: str) -> list[str]:
        """CSMs who have the words in name, id or address."""
        return [
            one.id for one in self._csms.values() if all_words(text, f"{one.name} {one.id} {one.email or ''}")
        ]

    def cells(self, key: str) -> list[Cell | str]:
        """Name, id, accounts of today, address."""
        one = self._csms[key]
        return [one.name, one.id, count(self._books[key]), one.email or ""]

    def answer(self, key: str) -> str | None:
        """The id."""
        return key
