"""Choose a CSM by name, where who would be better is not the question."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, ClassVar, Final

from bookshift.screens.search import Search, all_words
from bookshift.text import count
from bookshift.widgets.columns import Column

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bookshift.widgets.rows import Cell
    from bookshift_model.portfolio import Csm, Portfolio


BY_WHAT: Final = "type a name, id or e-mail"
NOBODY_FOUND: Final = "No CSM has that name, id or e-mail."


def findable(csm: Csm) -> str:
    """What a CSM is found by where one is picked: name, id and address."""
    return f"{csm.name} ({csm.id}) {csm.email}"


class CsmPicker(Search[str | None]):
    """Answers with the id of a CSM; `first` is a name or id under the cursor to begin with."""

    columns: ClassVar[Sequence[Column]] = (
        Column("name", "CSM", 20, share=2, priority=0),
        Column("id", "Id", 10, share=1, priority=1, tone="dim"),
        Column("accounts", "Accounts", 8, align="right", priority=2),
        Column("email", "E-mail", 16, share=2, priority=3, tone="dim"),
    )
    prompt = BY_WHAT
    nothing = NOBODY_FOUND
    hints = ("Type to find, ↑ ↓ choose, Enter picks, esc cancels",)

    def __init__(self, question: str, portfolio: Portfolio, first: str = "") -> None:
        meant = portfolio.csms_called(first)
        super().__init__(question, portfolio.csms[meant[0]].id if len(meant) == 1 else "")
        named = zip(portfolio.csms, portfolio.csm_names, strict=True)
        self._csms = {one.id: (one, name) for one, name in sorted(named, key=lambda pair: pair[1].casefold())}
        self._books = Counter(one.owner for one in portfolio.accounts)

    def found(self, text: str) -> list[str]:
        """CSMs who have the words in name, id or address."""
        return [one.id for one, _ in self._csms.values() if all_words(text, findable(one))]

    def cells(self, key: str) -> list[Cell | str]:
        """Name, id, accounts of today, address."""
        one, name = self._csms[key]
        return [name, one.id, count(self._books[key]), one.email]

    def answer(self, key: str) -> str | None:
        """The id."""
        return key
