"""Text from outside is harmless, fits its cells, and numbers are short and never misleading."""

from __future__ import annotations

import math
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from bookshift.text import (
    ELLIPSIS,
    HIDDEN,
    UNKNOWN,
    count,
    fit,
    hours,
    money,
    percent,
    plain,
    shortened,
    signed,
    to_ascii,
)
from bookshift_model.explain import words

HOSTILE = (
    "Oops [/] closing",
    "ACME [EU]",
    "\x1b]52;c;cm0gLXJm\x07",
    "\x1b]0;title\x07",
    "\x9b31mred",
    "a\u202egnp.exe",
    "zero\u200bwidth",
    "tab\tand\nline",
    "\ud800 lone",
    "表計算株式会社",
    "👨‍👩‍👧 Family",
    "☃️ snow",
    "\u0301accent first",
    "e" + "\u0301" * 60,
    "A\u034fB",
    "\u3164",
    "",
)


@settings(deadline=None)
@given(st.text())
def test_plain_leaves_nothing_that_a_terminal_obeys_or_hides(text: str) -> None:
    result = plain(text)
    assert not any(unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for character in result)
    assert plain(result) == result


@pytest.mark.parametrize("name", HOSTILE)
def test_plain_can_be_written_to_a_terminal(name: str) -> None:
    assert "\x1b" not in plain(name)
    plain(name).encode("utf-8")


def test_tables_and_explanations_write_the_same_amount_alike() -> None:
    sizes = [
        mantissa * 10.0**power for power in range(11) for mantissa in (1, 1.5, 9.94, 9.96, 9.9994, 9.9996)
    ]
    for amount in [0.0, 0.4, *sizes, *(-one for one in sizes)]:
        assert money(amount).replace("-", "−") == words.money(amount)


def test_hidden_characters_are_told_apart() -> None:
    assert plain("Acme") != plain("Ac\u200bme")
    assert plain("Ac\u200bme") == f"Ac{HIDDEN}me"
    assert plain("a\x1bb") == "a\N{SYMBOL FOR ESCAPE}b"


def test_plain_composes_accents_and_stops_towers_of_them() -> None:
    assert plain("Zoe\u0308") == "Zo\u00eb"
    assert len(plain("e" + "\u0301" * 60)) <= 5
    assert plain("\u0301a").startswith("\N{DOTTED CIRCLE}")


@settings(deadline=None)
@given(st.text(), st.integers(0, 40), st.sampled_from(("left", "right")))
def test_fit_gives_exactly_the_cells_asked_for(text: str, cells: int, align: str) -> None:
    assert cell_len(fit(plain(text), cells, align)) == cells


@pytest.mark.parametrize(
    ("text", "cells", "expected"),
    [
        ("Acme Rail", 9, "Acme Rail"),
        ("Acme Rail", 6, "Acme " + ELLIPSIS),
        ("表計算株式", 6, "表計 " + ELLIPSIS),
        ("表計算", 6, "表計算"),
        ("👍👍👍", 4, "👍 " + ELLIPSIS),
        ("ab", 4, "ab  "),
        ("", 3, "   "),
        ("abc", 1, ELLIPSIS),
        ("abc", 0, ""),
    ],
)
def test_fit_counts_cells_and_not_characters(text: str, cells: int, expected: str) -> None:
    assert fit(text, cells) == expected


@given(st.text(max_size=40), st.integers(3, 30))
def test_a_name_is_shortened_in_its_middle(text: str, cells: int) -> None:
    text = plain(text)
    short = shortened(text, cells)
    assert cell_len(short) <= cells
    if cell_len(text) <= cells:
        assert short == text
    else:
        head, _, tail = short.rpartition(ELLIPSIS)
        assert text.startswith(head.rstrip())
        assert text.endswith(tail)


def test_both_ends_of_a_name_stay() -> None:
    assert shortened("hubspot-crm-exports-all-companies-2026-11-20.csv", 20) == "hubspot-c…-11-20.csv"


def test_fit_aligns_numbers_to_the_right() -> None:
    assert fit("8.6M", 6, "right") == "  8.6M"


@settings(deadline=None)
@given(st.text())
def test_ascii_form_keeps_every_cell_in_place(text: str) -> None:
    safe = plain(text)
    assert to_ascii(safe).isascii()
    singles = [character for character in safe if not unicodedata.combining(character)]
    for character in singles:
        assert len(to_ascii(character)) == cell_len(character)


def test_ascii_forms_of_what_the_screens_draw() -> None:
    assert to_ascii("┌─┬─┐│├┤└┘") == "+-+-+|+++" + "+"
    assert to_ascii("▲▼…Zoë") == "^v~Zoe"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0, "0"),
        (-0.3, "0"),
        (950, "950"),
        (999.7, "1.0k"),
        (9_500, "9.5k"),
        (9_960, "10k"),
        (253_400, "253k"),
        (999_499, "999k"),
        (999_950, "1.0M"),
        (8_600_000, "8.6M"),
        (19_000_000, "19.0M"),
        (123_000_000, "123M"),
        (1_200_000_000, "1.2B"),
        (-8_600_000, "-8.6M"),
        (None, UNKNOWN),
        (math.nan, UNKNOWN),
    ],
)
def test_money(value: float | None, expected: str) -> None:
    assert money(value) == expected


@settings(deadline=None)
@given(st.floats(-9e11, 9e11))
def test_money_is_short_and_within_a_twentieth(value: float) -> None:
    written = money(value)
    assert len(written.lstrip("-")) <= 5
    scale = {"k": 1e3, "M": 1e6, "B": 1e9}.get(written[-1], 1)
    assert float(written.rstrip("kMB")) * scale == pytest.approx(value, rel=0.051, abs=0.5)


def test_other_figures() -> None:
    assert [percent(0.823), percent(1.31), percent(0.0312, 1), percent(-0.001), percent(None)] == [
        "82%",
        "131%",
        "3.1%",
        "0%",
        UNKNOWN,
    ]
    assert [hours(8.0), hours(7.46), hours(131.2), hours(1204), hours(-0.01)] == [
        "8",
        "7.5",
        "131",
        "1,204",
        "0",
    ]
    assert [count(4000), count(None)] == ["4,000", UNKNOWN]
    assert [signed(4), signed(-2), signed(0), signed(8_600_000, money), signed(0.2)] == [
        "+4",
        "-2",
        "0",
        "+8.6M",
        "0",
    ]
