"""Which currency a file is in, and amounts of others at the rates that the planner gives."""

from __future__ import annotations

import pytest
from intake_rig import CSMS

from bookshift_io.intake.mapping import ColumnMapping
from bookshift_io.intake.read import read_portfolio

TWO_CURRENCIES = b"account_id,name,arr\nA1,Acme,\xe2\x82\xac500\nA2,Beta,700 GBP\nA3,Coil,900\n"


def test_amounts_in_two_currencies_are_asked_about_with_their_rows() -> None:
    asked = read_portfolio(TWO_CURRENCIES, CSMS)
    assert asked.portfolio is None
    [question] = asked.questions
    assert (question.key, question.choices) == ("accounts.currency", ("EUR", "GBP"))
    assert "EUR in row 2, GBP in row 3" in question.text
    [rate] = read_portfolio(TWO_CURRENCIES, CSMS, currency="EUR").questions
    assert (rate.key, rate.choices, rate.form) == ("accounts.rate.GBP", (), "a number such as 1.08")


def test_amounts_are_converted_at_the_rates_that_the_planner_gives_and_these_are_kept() -> None:
    answers = {"accounts.currency": "EUR", "accounts.rate.GBP": "1.2"}
    intake = read_portfolio(TWO_CURRENCIES, CSMS, answers=answers)
    assert intake.portfolio is not None
    assert intake.portfolio.currency == "EUR"
    assert [one.arr for one in intake.portfolio.accounts] == [500, 840, 900]
    assert intake.accounts.arr_read == intake.accounts.arr_accepted == 2240
    assert intake.mapping.rates == {"GBP": 1.2}
    again = read_portfolio(TWO_CURRENCIES, CSMS, mapping=intake.mapping)
    assert again.portfolio == intake.portfolio


def test_rates_are_into_one_currency_and_of_no_use_for_another() -> None:
    first = read_portfolio(TWO_CURRENCIES, CSMS, currency="USD", answers={
        "accounts.rate.EUR": "1.1", "accounts.rate.GBP": "1.3",
    })  # fmt: skip
    assert first.portfolio is not None
    only = TWO_CURRENCIES.replace(b"GBP", b"EUR")
    later = read_portfolio(only, CSMS, mapping=first.mapping)
    assert later.portfolio is not None
    assert (later.portfolio.currency, later.portfolio.accounts[0].arr) == ("USD", 550)
    for other in (
        read_portfolio(TWO_CURRENCIES, CSMS, mapping=first.mapping, currency="EUR"),
        read_portfolio(TWO_CURRENCIES, CSMS, mapping=first.mapping, answers={"accounts.currency": "EUR"}),
    ):
        assert [one.key for one in other.questions] == ["accounts.rate.GBP"]


def test_a_currency_column_says_which_row_is_converted() -> None:
    data = b"account_id,name,arr,currency\nA1,Acme,100,USD\nA2,Beta,100,CHF\n"
    intake = read_portfolio(data, CSMS, currency="USD", mapping=ColumnMapping(rates={"CHF": 1.25}))
    assert intake.portfolio is not None
    assert [one.arr for one in intake.portfolio.accounts] == [100, 125]


@pytest.mark.parametrize("rate", ["0", "-1", "1,08", "nan", "much"])
def test_a_rate_that_is_none_is_said_and_asked_again(rate: str) -> None:
    intake = read_portfolio(TWO_CURRENCIES, CSMS, currency="EUR", answers={"accounts.rate.GBP": rate})
    assert [one.key for one in intake.questions] == ["accounts.rate.GBP"]
    assert any(one.value == rate and "write a number such as 1.08" in one.message for one in intake.findings)


@pytest.mark.parametrize(
    ("accounts", "currency"),
    [
        (b"account_id,name,arr\nA1,Acme,CHF 5\n", "CHF"),
        (b"account_id,name,ARR (EUR)\nA1,Acme,5\n", "EUR"),
        (b"account_id,name,arr,CurrencyIsoCode\nA1,Acme,5,GBP\n", "GBP"),
        (b"account_id,name,arr\nA1,Acme,$5\n", "USD"),
        (b"account_id,name,arr\nA1,Acme,5\n", "USD"),
    ],
)
def test_the_currency_is_what_the_file_proves(accounts: bytes, currency: str) -> None:
    intake = read_portfolio(accounts, CSMS)

    assert intake.portfolio is not None
    assert intake.portfolio.currency == currency
