"""Cells that hold one of a few words: yes and no, grades, touch levels, seniority; and lists of them."""

from __future__ import annotations

import re
import zoneinfo
from datetime import date, datetime, timedelta
from typing import Final

from bookshift_io.intake.readings import Column, Readings
from bookshift_io.intake.text import clean

_YES: Final = frozenset(
    {"true", "yes", "y", "t", "on", "x", "checked", "ja", "oui", "si", "sí", "wahr", "vrai", "✓", "✔"}
)
_NO: Final = frozenset(
    {"false", "no", "n", "f", "off", "unchecked", "nein", "non", "falsch", "faux", "✗", "✘"}
)
_COUNT: Final = re.compile(r"[0-9]{1,9}")

_GRADES: Final = {
    "low": "low",
    "l": "low",
    "minor": "low",
    "weak": "low",
    "very low": "low",
    "medium": "medium",
    "m": "medium",
    "med": "medium",
    "mid": "medium",
    "moderate": "medium",
    "average": "medium",
    "high": "high",
    "h": "high",
    "strong": "high",
    "very high": "high",
    "critical": "high",
    "severe": "high",
    "niedrig": "low",
    "gering": "low",
    "sehr niedrig": "low",
    "mittel": "medium",
    "hoch": "high",
    "sehr hoch": "high",
    "kritisch": "high",
}
_AMBER: Final = ("amber", "yellow", "orange")
_TOUCH: Final = {
    "strategic": "strategic",
    "white glove": "strategic",
    "dedicated": "strategic",
    "high": "high",
    "high touch": "high",
    "mid": "mid",
    "medium": "mid",
    "mid touch": "mid",
    "medium touch": "mid",
    "low": "low",
    "low touch": "low",
    "light touch": "low",
    "tech": "tech",
    "tech touch": "tech",
    "digital": "tech",
    "digital touch": "tech",
    "digital led": "tech",
    "scaled": "tech",
    "pooled": "tech",
    "no touch": "tech",
}
_LEVELS: Final = {
    "junior": "junior",
    "jr": "junior",
    "junior csm": "junior",
    "associate": "junior",
    "associate csm": "junior",
    "senior": "senior",
    "sr": "senior",
    "senior csm": "senior",
    "sr csm": "senior",
}
_OFFSET: Final = re.compile(
    r"(?:UTC|GMT)?\s*([+\-−]?)\s*([0-9]{1,2})(?::?([0-9]{2})|\.([0-9]{1,4}))?", re.IGNORECASE
)
_LABELLED: Final = re.compile(r"\((?:UTC|GMT)([+\-−][0-9]{1,2}:[0-9]{2})?\).*", re.IGNORECASE)
_BETWEEN_LANGUAGES: Final = re.compile(r"[,/&\n]|(?<=\s)(?:and|und)(?=\s)", re.IGNORECASE)
_LONGEST: Final = 100
_WEST, _EAST = -12.0, 14.0


def words(text: str) -> str:
    """Return text in lower case with single spaces: ``High-Touch`` is ``high touch``."""
    return re.sub(r"[\s_\-/.]+", " ", text).strip().casefold()


def read_flags(column: Column) -> Readings:
    """Read yes and no; a count of open deals or escalations is yes from one on."""
    return column.each(_flag, "expected yes or no; correct the cell")


def _flag(text: str) -> bool | None:
    word = text.casefold()
    if word in _YES:
        return True
    if word in _NO:
        return False
    return int(word) > 0 if _COUNT.fullmatch(word) and word.isascii() else None


def grade(text: str, *, red: str) -> str | None:
    """Return low, medium or high, or ``None``; `red` is the grade that a red light stands for."""
    word = words(text)
    if word in ("red", "green", *_AMBER):
        green = "low" if red == "high" else "high"
        return "medium" if word in _AMBER else red if word == "red" else green
    return _GRADES.get(word.removesuffix(" risk").removesuffix(" potential"))


def read_grades(column: Column) -> Readings:
    """Read low, medium, high, or a traffic light whose red is low."""
    return column.each(lambda text: grade(text, red="low"), "expected low, medium or high; correct the cell")


def touch(text: str) -> str | None:
    """Return the touch level a text stands for, or ``None``."""
    return _TOUCH.get(words(text))


def read_touches(column: Column) -> Readings:
    """Read touch levels under their usual names."""
    return column.each(touch, "expected strategic, high, mid, low or tech; correct the cell")


def read_levels(column: Column) -> Readings:
    """Read junior and senior."""
    return column.each(lambda text: _LEVELS.get(words(text)), "expected junior or senior; correct the cell")


def items(text: str) -> tuple[str, ...]:
    """Return the parts of a list cell, separated by ``;`` or ``|``, each once, in order."""
    return tuple(dict.fromkeys(clean(part) for part in re.split(r"[;|]", text) if part.strip()))


def languages(text: str) -> tuple[str, ...]:
    """Return the languages of a cell, which people separate in more ways: none has a comma in its name."""
    return items(_BETWEEN_LANGUAGES.sub(";", text))


def read_languages(column: Column) -> Readings:
    """Read lists of languages: ``de; en``, ``de, en``, ``Deutsch und Englisch``."""
    return column.each(languages, "expected languages separated by ;")


def read_lists(column: Column) -> Readings:
    """Read lists separated by ``;`` or ``|``; a comma belongs to the item, and the log says so."""
    if any("," in text for text in column.texts):
        column.log.add(
            "warning",
            "cells hold commas, which are read as part of one item; separate items by ; or |",
            column=column.header,
            value=next(text for text in column.texts if "," in text),
        )
    return column.each(items, "expected items separated by ;")


def read_touch_lists(column: Column) -> Readings:
    """Read lists of touch levels."""

    def read(text: str) -> tuple[str, ...] | None:
        found = [touch(part) for part in items(text)]
        levels = tuple(dict.fromkeys(one for one in found if one is not None))
        return levels if all(found) else None

    return column.each(read, "expected touch levels (strategic, high, mid, low, tech) separated by ;")


def read_timezones(column: Column) -> Readings:
    """Read hours from UTC: ``2``, ``+05:30``, ``UTC-3``, or a zone name at the date of the data."""
    return column.each(
        lambda text: _timezone(text, column.as_of),
        "expected hours from UTC, such as -5 or +05:30; correct the cell",
    )


def _timezone(text: str, as_of: date) -> float | None:
    if len(text) > _LONGEST:
        return None
    labelled = _LABELLED.fullmatch(text)
    if labelled:
        text = labelled.group(1) or "0"
    if text.upper() in {"UTC", "GMT", "Z"}:
        return 0.0
    found = _OFFSET.fullmatch(text)
    if found and text.isascii():
        sign, whole, minutes, decimals = found.groups()
        hours = float(f"{whole}.{decimals or 0}") + int(minutes or 0) / 60
        hours = -hours if sign in ("-", "−") else hours
    else:
        try:
            zone = zoneinfo.ZoneInfo(text)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
            return None
        offset = datetime(as_of.year, as_of.month, as_of.day, 12, tzinfo=zone).utcoffset() or timedelta()
        hours = offset.total_seconds() / 3600
    return hours if _WEST <= hours <= _EAST else None
