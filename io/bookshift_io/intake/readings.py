"""What reading a column gives: a value for each text in it, and the texts that could not be read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from bookshift_io.intake.findings import Log


@dataclass(frozen=True, slots=True)
class Readings:
    """Values by cell text. A text that is in neither was empty, or its meaning is an open question."""

    values: Mapping[str, Any]
    bad: Mapping[str, str] = field(default_factory=dict)
    """Unreadable texts, with what was expected instead."""
    currencies: Mapping[str, str] = field(default_factory=dict)
    """Currencies that the cells name, each with the first text that does."""
    convention: str = ""
    """How cells were read that could be read in two ways, and what proves it."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column as its reader sees it: the different texts in it, never empty ones."""

    field: str
    header: str
    texts: tuple[str, ...]
    log: Log
    as_of: date
    native: frozenset[str] = frozenset()
    """Those that are numbers of a workbook: they have a value, and no decimal sign to be understood."""

    def each(self, read: Callable[[str], Any], expected: str) -> Readings:
        """Read each text alone; `read` returns ``None`` for what it does not understand."""
        values: dict[str, Any] = {}
        bad: dict[str, str] = {}
        for text in self.texts:
            value = read(text)
            if value is None:
                bad[text] = expected
            else:
                values[text] = value
        return Readings(values, bad)

    def ask(self, topic: str, text: str, choices: tuple[str, ...], samples: tuple[str, ...]) -> str | None:
        """Ask about this column; the key is ``<table>.<topic>.<field>``."""
        return self.log.ask(f"{topic}.{self.field}", f"column {self.header!r}: {text}", choices, samples[:5])
