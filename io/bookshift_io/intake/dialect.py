"""Which delimiter a file uses: the one that makes most rows equally wide."""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from bookshift_io.intake.findings import Log

DELIMITERS: Final = {"comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|"}
ROWS_LOOKED_AT: Final = 2_000
SURE: Final = 0.95
"""Share of equally wide rows from which a delimiter needs no confirmation."""

_HINT: Final = re.compile(r'"?sep=([,;\t|])"?(\r\n|\r|\n|$)')


@dataclass(frozen=True, slots=True)
class _Fit:
    name: str
    equal: int
    """Rows of the commonest width above one."""
    share: float
    """Their share between the first and the last of them: preamble and footer do not count."""


def hint(text: str) -> tuple[str, int] | None:
    """Return the delimiter of a first line ``sep=;`` and that line's length, if there is one."""
    found = _HINT.match(text)
    return (found.group(1), found.end()) if found else None


def delimiter_of(text: str, log: Log) -> str | None:
    """Return the delimiter, or ``None`` while the question which one it is stays open.

    It is a question when two delimiters explain equally many rows, or when the best explains fewer
    than 95 % and another explains some. A file that no delimiter splits has one column.
    """
    fits = sorted((_fit(name, char, text) for name, char in DELIMITERS.items()), key=lambda f: -f.equal)
    best, second = fits[0], fits[1]
    if best.equal == 0:
        return ","
    if second.equal == best.equal or (best.share < SURE and second.equal > 0):
        choices = tuple(fit.name for fit in fits if fit.equal > 0)
        samples = tuple(line[:80] for line in text.splitlines()[:3])
        answer = log.ask("delimiter", "which character separates the columns?", choices, samples)
        return None if answer is None else DELIMITERS[answer]
    return DELIMITERS[best.name]


def _rows(text: str, char: str) -> Iterator[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=char)
    while True:
        try:
            yield next(reader)
        except StopIteration:
            return
        except csv.Error:  # a cell over the limit: the reading proper reports it with its row
            continue


def _fit(name: str, char: str, text: str) -> _Fit:
    widths = [
        len(row) for row in itertools.islice(_rows(text, char), ROWS_LOOKED_AT) if any(map(str.strip, row))
    ]
    counts = Counter(width for width in widths if width > 1)
    if not counts:
        return _Fit(name, 0, 0.0)
    width, equal = max(counts.items(), key=lambda item: (item[1], item[0]))
    first = widths.index(width)
    last = len(widths) - widths[::-1].index(width)
    return _Fit(name, equal, equal / (last - first))
