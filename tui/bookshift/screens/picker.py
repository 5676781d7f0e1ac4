"""Choose a CSM: every one of them, ranked by what it would cost."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from bookshift.hover import ROUGH
from bookshift.panes.account_sheet import adapting_cell, points_cell, standing_words
from bookshift.panes.books import band
from bookshift.screens.csm_picker import BY_WHAT, NOBODY_FOUND, findable
from bookshift.screens.search import Search, all_words
from bookshift.text import percent
from bookshift.widgets.columns import Column
from bookshift.widgets.grid import Grid
from bookshift.widgets.rows import Cell

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bookshift.hover import Adapting
    from bookshift.panes.ranking import Candidate
    from bookshift_model.portfolio import Csm


class Picker(Search[int | None]):
    """Answers with the position of a CSM.

    `adapting` says what is known of costs if the rest adapts. More may be known later, though nothing surer
    than prices for `several` accounts; the order stays, so that no row leaves the cursor while somebody is
    about to press Enter.
    """

    columns: ClassVar[Sequence[Column]] = (
        Column("name", "CSM", 18, share=1, priority=0),
        Column("now", "Now", 5, priority=2),
        Column("points", "Alone", 6, align="right", priority=1),
        Column("adapting", "Adapting", 8, align="right", priority=1),
        Column("rules", "Hard rules", 10, priority=1),
        Column("utilisation", "Utilisation", 12, align="right", priority=3),
        Column("band", "Band", 8, priority=4),
        Column("words", "What changes, or what stands against it", 20, share=5, priority=5),
    )
    prompt = BY_WHAT
    nothing = NOBODY_FOUND

    def __init__(
        self,
        question: str,
        csms: Sequence[Csm],
        candidates: Sequence[Candidate],
        adapting: Callable[[], Adapting | None] = lambda: None,
        *,
        several: bool = False,
    ) -> None:
        super().__init__(question)
        what = f"{ROUGH} by prices, for several" if several else "adapting: others move"
        self.hints = (*Search.hints, f"fewer is better; {what}")
        self._csms = csms
        self._find_adapting = adapting
        self._adapting = adapting()
        self._candidates = {str(one.csm): one for one in candidates}

    def fill_in(self) -> None:
        """Show what is known by now."""
        if not self.is_mounted:
            return
        self._adapting = self._find_adapting()
        grid = self.query_one(Grid)
        grid.show(grid.rows)

    def found(self, text: str) -> list[str]:
        """CSMs who have the words in name, id or address."""
        return [key for key in self._candidates if all_words(text, findable(self._csms[int(key)]))]

    def answer(self, key: str) -> int | None:
        """The position."""
        return int(key)

    def cells(self, key: str) -> list[Cell | str]:
        """What it would cost to send the accounts to a CSM."""
        one = self._candidates[key]
        before, after = one.utilisation
        word, tone = band(after)
        return [
            Cell(one.name, "dim" if one.excluded else ""),
            Cell(standing_words(one), "dim"),
            Cell(*points_cell(one.points)),
            Cell(*adapting_cell(self._adapting, one.csm)),
            Cell(*one.rules),
            f"{percent(before)} → {percent(after)}",
            Cell(word, tone),
            Cell(one.words, "dim" if one.excluded else ""),
        ]
