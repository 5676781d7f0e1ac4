"""Words that stand for flags, levels and lists, in the languages of exports."""

from __future__ import annotations

from typing import Any

import pytest
from intake_rig import column

from bookshift_io.intake.numbers import read_expansion, read_risk
from bookshift_io.intake.words import (
    read_flags,
    read_grades,
    read_languages,
    read_levels,
    read_lists,
    read_timezones,
    read_touch_lists,
    read_touches,
)


@pytest.mark.parametrize(
    ("read", "good", "bad"),
    [
        (
            read_flags,
            {"TRUE": True, "no": False, "1": True, "0": False, "3": True, "Ja": True},
            ["maybe", "٣", "-1"],
        ),
        (read_grades, {"Niedrig": "low", "mittel": "medium", "HOCH": "high"}, ["Hoch genug"]),
        (read_grades, {"Low": "low", "MED": "medium", "red": "low", "Green": "high"}, ["7", "none"]),
        (
            read_risk,
            {"High Risk": "high", "red": "high", "yellow": "medium", "Green": "low", "0.3": 0.3, "5%": 0.05},
            ["unknown", "-0.1"],
        ),
        (read_expansion, {"high potential": "high", "$5k": 5000.0, "Moderate": "medium"}, ["lots"]),
        (
            read_touches,
            {"High-Touch": "high", "digital": "tech", "Strategic": "strategic", "medium": "mid"},
            ["enterprise"],
        ),
        (read_levels, {"Sr. CSM": "senior", "junior": "junior"}, ["boss"]),
        (read_lists, {"a; b;a": ("a", "b"), "x|y": ("x", "y"), "one": ("one",)}, []),
        (read_touch_lists, {"high;Tech touch": ("high", "tech")}, ["high;ultra"]),
        (
            read_languages,
            {
                "de, en": ("de", "en"),
                "de;en": ("de", "en"),
                "Deutsch und Englisch": ("Deutsch", "Englisch"),
                "DE/EN": ("DE", "EN"),
                "Brazilian Portuguese": ("Brazilian Portuguese",),
            },
            [],
        ),
        (
            read_timezones,
            {
                "-5": -5.0,
                "+05:30": 5.5,
                "UTC+2": 2.0,
                "5.75": 5.75,
                "GMT": 0.0,
                "(GMT-08:00) Pacific Time (America/Los_Angeles)": -8.0,
                "Europe/Berlin": 1.0,
            },
            ["20", "Mars", "../../etc/passwd", "٢"],
        ),
    ],
)  # fmt: skip
def test_words(read: Any, good: dict[str, Any], bad: list[str]) -> None:
    found = read(column(*good, *bad))

    assert dict(found.values) == good
    assert list(found.bad) == bad


def test_a_comma_in_a_list_is_part_of_the_item_and_reported() -> None:
    one = column("en, fr", "en;fr")

    assert read_lists(one).values == {"en, fr": ("en, fr",), "en;fr": ("en", "fr")}
    assert "commas" in one.log.findings[0].message
