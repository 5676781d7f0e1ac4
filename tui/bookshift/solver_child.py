"""The child that all solves share: started when it is wanted, given the data once, ended and replaced."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bookshift import log
from bookshift.solver_process import SolverProcess
from bookshift_model.records import to_record

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bookshift_model.portfolio import Portfolio


class SolverChild:
    """Knows whether there is a child, and what data it has. Belongs to one thread, except `kill`."""

    def __init__(self, command: Sequence[str]) -> None:
        self._command = tuple(command)
        self._has: Portfolio | None = None
        self.process: SolverProcess | None = None
        """None before the first start, after an end, and where none can be started."""

    def start(self) -> None:
        """Have a child, where the system lets us."""
        if self.process is not None:
            return
        self._has = None
        try:
            self.process = SolverProcess(self._command)
        except OSError as error:
            log.report(error)

    def supply(self, portfolio: Portfolio | None) -> None:
        """Send the data unless it has them."""
        if portfolio is not None and portfolio is not self._has:
            self._has = portfolio
            self.send({"op": "portfolio", "portfolio": to_record(portfolio)})

    def forget_data(self) -> None:
        """Send the data again next time."""
        self._has = None

    def send(self, record: dict[str, Any]) -> None:
        """Tell the child something, if there is one."""
        if self.process is not None:
            self.process.send(record)

    def cancel(self, number: int) -> None:
        """Tell it that a solve or a question is to end."""
        self.send({"op": "cancel", "id": number})

    def end(self, patience: float) -> str:
        """End the child, after `patience` seconds by force, and say how it went."""
        process, self.process = self.process, None
        return "was not there" if process is None else process.end(patience)

    def kill(self) -> None:
        """End it although its thread is held up; from any thread."""
        process = self.process
        if process is not None:
            process.kill()
