"""Fields that hold one of a few words, and what is asked about a text that is none of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from bookshift_io.intake.readings import Column
from bookshift_io.intake.vocabulary import Field, Kind, label

NO_VALUE: Final = "none"
"""The answer that a text says nothing."""
MOST_ASKED: Final = 12
"""Different texts without a meaning from which a column is free text and no list of words."""

_GRADES: Final = ("low", "medium", "high")
_TOUCH: Final = ("strategic", "high", "mid", "low", "tech")
_MEANINGS: Final[Mapping[Kind, tuple[str, ...]]] = {
    "flag": ("yes", "no"),
    "grade": _GRADES,
    "risk": _GRADES,
    "expansion": _GRADES,
    "complexity": ("1", "2", "3", "4", "5"),
    "touch": _TOUCH,
    "touches": _TOUCH,
    "level": ("junior", "senior"),
}


def meanings(kind: Kind) -> tuple[str, ...]:
    """Return the words that a cell of this kind may mean; none for kinds that are no lists of words."""
    return _MEANINGS.get(kind, ())


def ask_meanings(
    one: Field, column: Column, cells: Sequence[str], lines: Sequence[int], bad: Mapping[str, str]
) -> dict[str, str | None]:
    """Ask what the unknown texts of a column mean, with how many rows have them and which.

    Returns the answer by text, ``None`` while it is open. A column of many different unknown texts is free
    text, and one unknown text among many known ones a slip of the pen: both are left as unreadable cells.
    """
    words = meanings(one.kind)
    if not words or not bad or len(bad) > MOST_ASKED:
        return {}
    counts = Counter(cell for cell in cells if cell)
    unknown = sorted(bad, key=lambda text: (-counts[text], text))
    strange = sum(counts[text] for text in bad)
    if counts[unknown[0]] == 1 and 2 * strange <= sum(counts.values()):
        return {}
    answers: dict[str, str | None] = {}
    for text in unknown:
        number = counts[text]
        rows = [line for line, cell in zip(lines, cells, strict=True) if cell == text][:3]
        answers[text] = column.log.ask(
            f"value.{one.name}.{text}",
            f"column {column.header!r}: {text!r} in {number} row{'s' if number != 1 else ''} is no known "
            f"{label(one.name)}; what does it mean?",
            (*words, NO_VALUE),
            tuple(f"row {line}" for line in rows),
        )
    return answers
