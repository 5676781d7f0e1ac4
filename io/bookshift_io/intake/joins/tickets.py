"""Support tickets to figures of each account: open ones, those of the last 90 days, escalations, severity."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final

from bookshift_io.intake.joins.step import Step
from bookshift_io.intake.vocabulary import names, normal

RECENT: Final = 90
"""Days that count as recent."""
LAST_90: Final = "Tickets last 90 days"
BY_SEVERITY: Final = "Open tickets by severity"
_CLOSED: Final = names(
    "closed, solved, resolved, done, cancelled, canceled, completed, rejected, merged, duplicate, spam",
    "wont fix, geschlossen, gelost, erledigt, abgeschlossen",
)
_SEVERITIES: Final[Mapping[str, tuple[str, ...]]] = {
    "critical": ("critical", "urgent", "blocker", "highest", "p1", "p0", "sev1", "sev 1", "s1", "1",
                 "kritisch", "dringend"),
    "high": ("high", "major", "p2", "sev2", "sev 2", "s2", "2", "hoch"),
    "medium": ("medium", "normal", "moderate", "p3", "sev3", "sev 3", "s3", "3", "mittel"),
    "low": ("low", "minor", "lowest", "trivial", "p4", "p5", "sev4", "sev 4", "s4", "4", "niedrig"),
}  # fmt: skip
_RANK: Final = {word: name for name, words in _SEVERITIES.items() for word in words}


class _Tally:
    """The tickets of one account."""

    def __init__(self) -> None:
        self.open = 0
        self.recent = 0
        self.escalated = False
        self.severities = dict.fromkeys(_SEVERITIES, 0)

    def add(self, step: Step, row: int, as_of: date) -> None:
        """Count one ticket."""
        created = step.value("created", row)
        self.recent += created is not None and as_of - timedelta(days=RECENT) < created <= as_of
        if _is_open(step, row, as_of):
            self.open += 1
            self.escalated |= bool(step.value("escalated", row))
            severity = _RANK.get(normal(step.text("severity", row)))
            if severity:
                self.severities[severity] += 1

    def figures(self, columns: Collection[str]) -> dict[str, Any]:
        """Return what the columns of the files can tell."""
        found: dict[str, Any] = {"open_tickets": self.open}
        if "escalated" in columns:
            found["escalation"] = self.escalated
        if "created" in columns:
            found[LAST_90] = str(self.recent)
        if "severity" in columns:
            there = [f"{number} {name}" for name, number in self.severities.items() if number]
            found[BY_SEVERITY] = ", ".join(there)
        return found


def sum_up(steps: Sequence[Step], as_of: date, accounts: int) -> dict[int, dict[str, Any]]:
    """Return figures by account, also of those without a ticket: they have none open.

    Keys are fields of an account, or names of further columns where they hold texts.
    """
    if not any(at is not None for step in steps for at in step.at):
        return {}
    tallies = [_Tally() for _ in range(accounts)]
    seen: set[tuple[str, str | int]] = set()
    for step in steps:
        for row, at in enumerate(step.at):
            _once(step, row, at, seen)
            if at is not None and row not in step.left_out:
                tallies[at].add(step, row, as_of)
    columns = {name for step in steps for name in step.read}
    return {at: one.figures(columns) for at, one in enumerate(tallies)}


def _once(step: Step, row: int, at: int | None, seen: set[tuple[str, str | int]]) -> None:
    """Leave a repeated ticket out; two support systems may number the tickets of different accounts alike."""
    ticket = step.text("ticket", row)
    marks: set[tuple[str, str | int]] = {(ticket, step.join.name)}
    if at is not None:
        marks.add((ticket, at))
    if ticket and marks & seen:
        step.leave_out(row, f"it repeats ticket {ticket!r}", "it repeats a ticket")
    seen |= marks


def _is_open(step: Step, row: int, as_of: date) -> bool:
    closed = step.value("closed", row)
    if step.value("is_closed", row) or (closed is not None and closed <= as_of):
        return False
    created = step.value("created", row)
    return normal(step.text("status", row)) not in _CLOSED and not (created is not None and created > as_of)
