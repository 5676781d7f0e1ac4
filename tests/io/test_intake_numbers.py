"""Amounts, scores, shares and counts as exports write them, and what is asked where they could mean two."""

from __future__ import annotations

import pytest
from intake_rig import asked, column

from bookshift_io.intake.numbers import (
    read_complexity,
    read_counts,
    read_fte,
    read_growth,
    read_money,
    read_probabilities,
    read_scores,
)


@pytest.mark.parametrize(
    ("texts", "values"),
    [
        (["1,234.56", "1,234"], [1234.56, 1234]),
        (["1.234,56", "1.234"], [1234.56, 1234]),
        (["1 234,5", "1\u202f234 567,5"], [1234.5, 1234567.5]),
        (["1'234.50"], [1234.5]),
        (["12,34,567.5"], [1234567.5]),
        (["1,234,567", "1,234"], [1234567, 1234]),
        (["1234.567"], [1234.567]),
        (["0.125", "1,250"], [0.125, 1250]),
        (["$1.2M", "$ 3k", "4.5 bn"], [1.2e6, 3000, 4.5e9]),
        (["€500", "500 €", "EUR 500", "500 EUR"], [500, 500, 500, 500]),
        (
            ["(300)", "300-", "-300", "−300", "$(300)", "-$300", "($300)"],
            [-300, -300, -300, -300, None, -300, -300],
        ),
        (["+5", "007", ".5"], [5, 7, 0.5]),
        (["1.5E+06"], [1.5e6]),
    ],
)
def test_amounts(texts: list[str], values: list[float | None]) -> None:
    one = column(*texts)
    found = read_money(one)

    assert [found.values.get(text) for text in texts] == values
    assert set(found.bad) == {text for text, value in zip(texts, values, strict=True) if value is None}
    assert asked(one) == []


@pytest.mark.parametrize(
    "text",
    [
        "nan", "inf", "-inf", "1_000", "\uff11\uff12\uff13", "١٢٣", "0x10", "1,23.4", "1.2.3", "1,2,3",
        "--5", "(5", "5)", "$5€", "12%", "five", "5 apples", "1e999", "9" * 61, "5\u017f", ",", ".",
        "-", "$", "1 2", "5t\u017fd", "1e5e5",
    ],
)  # fmt: skip
def test_what_is_no_amount(text: str) -> None:
    assert list(read_money(column(text)).bad) == [text]


def test_an_amount_that_both_conventions_read_is_asked_about_once_for_the_column() -> None:
    one = column("1,234", "5,678", "900")
    read_money(one)
    assert asked(one) == ["accounts.decimal.field"]
    assert one.log.questions[0].samples == ("1,234", "5,678")

    assert read_money(column("1,234", decimal="point")).values == {"1,234": 1234}
    assert read_money(column("1,234", decimal="comma")).values == {"1,234": 1.234}


def test_a_column_that_proves_both_conventions_is_asked_about_and_the_others_cells_are_bad() -> None:
    texts = ("1,234.56", "1.234,56")
    one = column(*texts)
    read_money(one)
    assert asked(one) == ["accounts.decimal.field"]

    found = read_money(column(*texts, decimal="comma"))
    assert (dict(found.values), list(found.bad)) == ({"1.234,56": 1234.56}, ["1,234.56"])


@pytest.mark.parametrize(
    ("texts", "values", "bad"),
    [
        (["87%", "5.5%"], [87, 5.5], []),
        (["87", "5,5", "100"], [87, 5.5, 100], []),
        (["87.125"], [87.125], []),
        (["101", "-1", "50"], [50], ["101", "-1"]),
        (["A", "50"], [50], ["A"]),
    ],
)
def test_scores(texts: list[str], values: list[float], bad: list[str]) -> None:
    one = column(*texts)
    found = read_scores(one)

    assert (list(found.values.values()), list(found.bad)) == (values, bad)
    assert asked(one) == []


@pytest.mark.parametrize(
    ("texts", "answer", "values"),
    [
        (["0.87", "0.5"], "0-1", [87, 50]),
        (["0.87", "0.5"], "0-100", [0.87, 0.5]),
        (["1", "2", "7", "9", "10"], "0-10", [10, 20, 70, 90, 100]),
        (["1", "2", "3", "4", "5"], "0-5", [20, 40, 60, 80, 100]),
    ],
)
def test_the_scale_of_low_scores_is_asked(texts: list[str], answer: str, values: list[float]) -> None:
    one = column(*texts)
    read_scores(one)
    assert asked(one) == ["accounts.scale.field"]

    assert list(read_scores(column(*texts, scale=answer)).values.values()) == pytest.approx(values)


def test_shares_are_of_one_or_of_a_hundred() -> None:
    assert read_probabilities(column("0.2", "15%")).values == pytest.approx({"0.2": 0.2, "15%": 0.15})
    assert read_growth(column("-0.1", "+25%")).values == pytest.approx({"-0.1": -0.1, "+25%": 0.25})
    assert read_fte(column("0.8", "100%", "1.6", scale="share")).bad.keys() == {"1.6"}

    one = column("20", "35")
    read_probabilities(one)
    assert asked(one) == ["accounts.scale.field"]
    assert read_probabilities(column("20", "35", scale="percent")).values == pytest.approx(
        {"20": 0.2, "35": 0.35}
    )


def test_counts_and_complexity_are_whole() -> None:
    assert read_counts(column("3", "4.0", "2.5", "-1")).values == {"3": 3, "4.0": 4}
    found = read_complexity(column("1", "5.0", "0", "6", "2.5", "high"))
    assert (dict(found.values), len(found.bad)) == ({"1": 1, "5.0": 5}, 4)
