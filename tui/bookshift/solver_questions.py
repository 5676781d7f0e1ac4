"""Questions to the solver's child between solves, of which the latest alone counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bookshift import log
from bookshift.solver_events import Answered, Event, Failed, Prices, Probed, Ready

if TYPE_CHECKING:
    from collections.abc import Callable

    from bookshift.solver_child import SolverChild
    from bookshift.solver_job import Question


class Questions:
    """Knows which question is open; `tell` hears of its answers, and of `Answered` at last."""

    def __init__(self, child: SolverChild, tell: Callable[[Event], None]) -> None:
        self._child = child
        self._tell = tell
        self._open: int | None = None

    def put(self, number: int, question: Question) -> None:
        """Ask."""
        self._open = number
        self._child.send({"op": "probe", "id": number, **question.to_record()})

    def none(self, number: int) -> None:
        """Have no answer to a question."""
        self._tell(Answered(number))

    def drop(self, number: int) -> None:
        """Want no more of a question; another one than the open one is ignored."""
        if self._open == number:
            self._child.cancel(number)
            self.give_up()

    def drop_any(self) -> None:
        """Want no more of the open question."""
        if self._open is not None:
            self.drop(self._open)

    def give_up(self) -> None:
        """End the open question: nobody answers it any more."""
        number, self._open = self._open, None
        if number is not None:
            self.none(number)

    def open_one(self, number: int | None) -> bool:
        """Whether this is the open question."""
        return number is not None and number == self._open

    def heard(self, event: Event) -> None:
        """Tell an answer on; what belongs to a question that nobody wants answered any more is dropped."""
        if isinstance(event, Ready) or not self.open_one(event.id):
            return
        if isinstance(event, Prices | Probed):
            self._tell(event)
            return
        if isinstance(event, Failed):
            log.note(f"solver: question {event.id} failed")
        self.give_up()
