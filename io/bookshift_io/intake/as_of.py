"""The day that the data describes: as given, as the lines before the header state it, or asked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from bookshift_io.intake.findings import Log, Question
from bookshift_io.intake.opening import Opened
from bookshift_model.read_days import possible_days

TOPIC: Final = "as_of"
KEY: Final = f"accounts.{TOPIC}"
STATED: Final = "stated"
TODAY: Final = "today"
_FORM: Final = "another day such as 2026-03-31"
_ENOUGH: Final = 10
"""Renewal dates from which their share before today says something."""
_SHOWN: Final = 60

_DATE: Final = (
    r"(?P<date>[0-9]{4}[-/.][0-9]{2}[-/.][0-9]{2}|[0-9]{1,2}[-/.][0-9]{1,2}[-/.](?:[0-9]{4}|[0-9]{2})"
    r"|[0-9]{1,2}[-/. ]{1,2}[A-Za-z]{3,9}\.?[-/., ]{1,2}[0-9]{4}"
    r"|[A-Za-z]{3,9}\.?[- ][0-9]{1,2},?[- ][0-9]{4})(?![0-9])"
    r"(?!\s{0,2}(?:-|–|to|bis|until)\s{0,2}[0-9]{1,4}[-/.])"  # the first of a period
)
_BETWEEN: Final = r"\W{0,6}(?:(?:am|as|at|au|by|der|du|le|of|on|the|vom|zum)\W{1,3}){0,2}"
_SAID: Final = tuple(
    re.compile(rf"\b(?:{words}){_BETWEEN}\b{_DATE}", re.IGNORECASE)
    for words in (
        "as of|as at|data of|snapshot|snapshot date|stand|datenstand|stichtag|état|etat",
        (
            "(?:(?:export|report|run|creation)[ _-]?)?date|(?:export)?datum|fecha|export(?:ed|iert|é)?|report"
            "|extracted|generated|created|printed|erstellt|erzeugt|généré"
        ),
    )
)
"""The surest words first."""


@dataclass(frozen=True, slots=True)
class Day:
    """The day that an import is read with."""

    day: date
    settled: bool
    """Whether somebody has said so, or is asked; otherwise it is only today's."""


def settle(given: date | None, today: date, books: Opened | None, log: Log) -> Day:
    """Return the day of the data, which is today where nothing says otherwise; ask where a title states one.

    Args:
        given: the day that was named outright, which nothing overrules.
        today: the day where the planner is.
        books: the accounts with the lines before their header, ``None`` where they could not be read.
        log: takes the question; its answers hold that of an import before.

    """
    if given is not None:
        return Day(given, settled=True)
    line, said, days = _stated(books.table.titles if books else (), today)
    answer = log.answers.get(KEY)
    found = _answered(answer, today, days)
    if answer is not None and found is not None:
        log.asked.add(KEY)
        log.used_answers[KEY] = answer
        if answer == STATED:
            log.add("info", f"the day of the data is {found}, as this line says", row=line, value=said)
        return Day(found, settled=True)
    if answer not in (None, STATED):
        log.add("error", f"is no answer to {KEY}; write {STATED}, {TODAY} or a day", value=answer)
    if not days or days == (today,):
        return Day(today, settled=bool(days))
    proposed = f"{days[0]}" if len(days) == 1 else f"{days[0]} or {days[1]}"
    text = (
        f"{log.file}: row {line} says “{_short(said)}”; is the day of the data {proposed}, "
        f"or is it today, {today}?"
    )
    choices = (STATED,) if len(days) == 1 else tuple(map(str, days))
    _ask(text, (*choices, TODAY), log)
    return Day(days[0], settled=True)


def look_past(day: Day, renewals: Iterable[date | None], log: Log) -> None:
    """Ask for the day of the data where most renewals lie before today, and nobody has said which it is."""
    if day.settled:
        return
    due = sorted(one for one in renewals if one is not None)
    past = sum(one < day.day for one in due)
    if len(due) < _ENOUGH or 2 * past <= len(due):
        return
    text = (
        f"{log.file}: {past:,} of {len(due):,} renewals lie before today, {day.day}, the first on {due[0]}; "
        "of which day is the data?"
    )
    _ask(text, (TODAY,), log)


def _ask(text: str, choices: tuple[str, ...], log: Log) -> None:
    log.asked.add(KEY)
    log.questions.append(Question(KEY, text, choices, form=_FORM))


def _answered(answer: str | None, today: date, days: Sequence[date]) -> date | None:
    if answer == TODAY:
        return today
    if answer == STATED:
        return days[0] if len(days) == 1 else None
    try:
        return date.fromisoformat(answer or "")
    except ValueError:
        return None


def _stated(titles: Sequence[tuple[int, str]], today: date) -> tuple[int, str, tuple[date, ...]]:
    """Return the line that states a day, its text, and the days it can mean: past ones where it may be."""
    for pattern in _SAID:
        for line, text in titles:
            for found in pattern.finditer(text):
                days = possible_days(found["date"])
                past = tuple(one for one in days if one <= today)
                if days:
                    return line, text, past or days
    return 0, "", ()


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
