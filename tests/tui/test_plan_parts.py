"""The parts of the Plan screen that need no screen: filters, wrapping, bands, words for proofs, themes."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from bookshift.panes.account_sheet import points_cell
from bookshift.panes.books import band
from bookshift.panes.figure import figure_of, typed
from bookshift.panes.query import QueryError, Term, parse, written
from bookshift.panes.sheet import Row, Span, row, wrap
from bookshift.points import proven
from bookshift.theme import choose_theme


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("acme rail", [("", "", "acme"), ("", "", "rail")]),
        ('"acme rail"', [("", "", "acme rail")]),
        ("seg=ENT arr>=50k", [("seg", "=", "ENT"), ("arr", ">=", "50k")]),
        ('owner!="Ada Lovelace"', [("owner", "!=", "Ada Lovelace")]),
        ("health=", [("health", "=", "")]),
        ('"Cost centre"=7', [("Cost centre", "=", "7")]),
        ("  ", []),
        ("ARR > 100k  region = EMEA", [("ARR", ">", "100k"), ("region", "=", "EMEA")]),
        ("owner= region=EMEA", [("owner", "=", ""), ("region", "=", "EMEA")]),
        ("owner= and acme", [("owner", "=", ""), ("", "", "acme")]),
        (
            "owner = Andrea AND arr>5 and rock",
            [("owner", "=", "Andrea"), ("arr", ">", "5"), ("", "", "rock")],
        ),
        ('"and" acme', [("", "", "and"), ("", "", "acme")]),
        ('owner == "Ada L" health<>3', [("owner", "=", "Ada L"), ("health", "!=", "3")]),
        ("owner = Yahoo! arr>5", [("owner", "=", "Yahoo!"), ("arr", ">", "5")]),
        ("name=Delta Retail", [("name", "=", "Delta Retail")]),
        ("owner=Rafael  Soto region=north", [("owner", "=", "Rafael Soto"), ("region", "=", "north")]),
        ("industry=Food and Drink and arr>5", [("industry", "=", "Food and Drink"), ("arr", ">", "5")]),
        ("rail name!=Delta Retail", [("", "", "rail"), ("name", "!=", "Delta Retail")]),
        ('name="Delta Retail" rail', [("name", "=", "Delta Retail"), ("", "", "rail")]),
        ('name=Delta "Retail"', [("name", "=", "Delta"), ("", "", "Retail")]),
        ('name=Delta and "foo"', [("name", "=", "Delta"), ("", "", "foo")]),
        ("name=Delta and foo", [("name", "=", "Delta and foo")]),
        ("renewal<2027-03 rail", [("renewal", "<", "2027-03"), ("", "", "rail")]),
    ],
)
def test_a_filter_is_read_as_it_was_meant(text: str, terms: list[tuple[str, str, str]]) -> None:
    assert parse(text) == tuple(Term(*term) for term in terms)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("= EMEA", "no field before ="),
        ("arr >", "no value after arr>"),
        ("arr>=>5", "two comparisons"),
        ("region=EMEA or region=APAC", 'there is no "or"'),
        ("not acme", 'there is no "not"'),
        ("region=EMEA or APAC", 'there is no "or"'),
        ("arr > 100 k", "without blanks: 100k"),
        ("arr > 1 000", "without blanks: 1000"),
    ],
)
def test_what_makes_no_filter_is_said(text: str, says: str) -> None:
    with pytest.raises(QueryError, match=says):
        parse(text)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("100,000", 100_000.0), ("1.000.000", 1_000_000.0), ("1'000", 1000.0), ("1,000", 1000.0),
        ("1,234,567.50", 1_234_567.5), ("1.234,5", 1234.5), ("2,5", 2.5), ("2.5", 2.5), ("0,500", 0.5),
        ("1.125M", 1_125_000.0), ("100k", 100_000.0), ("-3", -3.0), ("30%", 0.3), ("1,500k", 1_500_000.0),
        ("0.125", 0.125), ("1000.125", 1000.125),
        ("1,00,000", None), ("100,0000", None), ("1,000.000.000", None), ("many", None), ("1'00", None),
    ],
)  # fmt: skip
def test_numbers_are_read_as_people_write_them(text: str, number: float | None) -> None:
    assert figure_of(text) == (None if number is None else pytest.approx(number))


def test_a_number_that_can_mean_two_is_not_guessed() -> None:
    with pytest.raises(ValueError, match=r"type 1500 or 1\.5000"):
        figure_of("1.500")


@given(st.integers(-(10**12), 10**12), st.sampled_from([1, 2, 8, 1000]))
@settings(max_examples=200, deadline=None)
def test_a_number_that_is_typed_for_a_person_is_read_back(whole: int, part: int) -> None:
    assert figure_of(typed(whole / part)) == pytest.approx(whole / part, rel=1e-12)


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=30))
@settings(max_examples=200, deadline=None)
def test_a_value_written_as_a_term_is_read_back(value: str) -> None:
    assert parse(written("owner", value)) == (Term("owner", "=", value),)
    assert parse(written("", value, "")) == ((Term("", "", value),) if value else ())


@given(
    st.lists(st.tuples(st.text(max_size=40), st.sampled_from(["", "dim", "bad"])), min_size=1, max_size=4),
    st.integers(10, 60),
    st.integers(0, 5),
)
@settings(max_examples=200, deadline=None)
def test_wrapped_lines_fit_and_lose_no_word(parts: list[tuple[str, str]], room: int, hang: int) -> None:
    line = Row(tuple(Span(*part) for part in parts), hang)
    made = ["".join(span.text for span in one.spans) for one in wrap(line, room)]
    assert all(cell_len(one.rstrip()) <= room for one in made)
    whole = "".join(text for text, _ in parts)
    if whole.isascii() and whole.isprintable():
        assert "".join("".join(made).split()) == "".join(whole.split())


def test_a_line_with_a_negative_hang_is_one_line() -> None:
    line = row("a" * 30, "b" * 30, hang=-1)
    assert list(wrap(line, 40)) == [line]


@pytest.mark.parametrize(
    ("utilisation", "word"),
    [
        (0.0, "idle"), (0.6, "idle"), (0.7, "room"), (0.8, "target"), (0.87, "watch"), (0.95, "act"),
        (1.0, "act"), (1.01, "OVERLOAD"), (float("inf"), "OVERLOAD"),
    ],
)  # fmt: skip
def test_bands(utilisation: float, word: str) -> None:
    assert band(utilisation)[0] == word


@pytest.mark.parametrize(
    ("gap", "words"),
    [
        (None, ""),
        (0.0, "proven the best possible"),
        (0.00005, "proven within 0.01 % of the best possible"),
        (0.0006, "proven within 0.06 % of the best possible"),
        (0.004, "proven within 0.4 % of the best possible"),
        (0.3, "proven within 30 % of the best possible"),
    ],
)
def test_proofs_in_plain_words(gap: float | None, words: str) -> None:
    assert proven(gap) == words


def test_a_change_in_points_has_a_sign_and_a_tone() -> None:
    assert points_cell(-2.34) == Span("−2.3", "good")
    assert points_cell(1.0) == Span("+1.0", "warn")
    assert points_cell(0.0) == Span("0", "")
    assert points_cell(-0.01) == Span("0", "")


@pytest.mark.parametrize(
    ("environment", "theme"),
    [
        ({}, "dark"),
        ({"BOOKSHIFT_THEME": "Light"}, "light"),
        ({"BOOKSHIFT_THEME": "contrast"}, "contrast"),
        ({"BOOKSHIFT_THEME": "16"}, "ansi-dark"),
        ({"TEXTUAL_COLOR_SYSTEM": "standard"}, "ansi-dark"),
        ({"BOOKSHIFT_THEME": "light", "TEXTUAL_COLOR_SYSTEM": "standard"}, "light"),
    ],
)
def test_themes(environment: dict[str, str], theme: str) -> None:
    assert choose_theme(environment) == theme
