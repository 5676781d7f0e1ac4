from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from bookshift_io.intake.dates import read_dates
from bookshift_io.intake.findings import Log
from bookshift_io.intake.leave import read_leave
from bookshift_io.intake.numbers import (
    read_complexity,
    read_counts,
    read_expansion,
    read_fte,
    read_growth,
    read_money,
    read_probabilities,
    read_risk,
    read_scores,
)
from bookshift_io.intake.read import read_portfolio
from bookshift_io.intake.readings import Column
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
from bookshift_model.portfolio import Account


def column(*texts: str, **answers: str) -> Column:
    log = Log("accounts", "accounts.csv", {f"accounts.{key}.field": value for key, value in answers.items()})
    return Column("field", "Field", texts, log, date(2026, 1, 15))


def asked(one: Column) -> list[str]:
    return [question.key for question in one.log.questions]


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


@pytest.mark.parametrize(
    ("texts", "values"),
    [
        (["2026-12-31", "2026/12/31", "20261231", "2026-12-31T23:59:59Z"], [date(2026, 12, 31)] * 4),
        (["31/12/2026", "03/04/2026"], [date(2026, 12, 31), date(2026, 4, 3)]),
        (["12/31/2026", "03/04/2026 10:00 AM"], [date(2026, 12, 31), date(2026, 3, 4)]),
        (["31.12.26", "31-12-1999"], [date(2026, 12, 31), date(1999, 12, 31)]),
        (
            ["6-May-26", "6 May 2026", "May 6, 2026", "6 sept. 2026"],
            [date(2026, 5, 6)] * 3 + [date(2026, 9, 6)],
        ),
        (["45678", "45678.5"], [date(2025, 1, 21)] * 2),
        (["04/04/2026"], [date(2026, 4, 4)]),
        (["2026-02-30", "31/02/2026", "soon", "12345", "2026-13-01", "٢٠٢٦-01-01", "0001-01-01"], [None] * 7),
    ],
)
def test_dates(texts: list[str], values: list[date | None]) -> None:
    one = column(*texts)
    found = read_dates(one)

    assert [found.values.get(text) for text in texts] == values
    assert len(found.bad) == values.count(None)
    assert asked(one) == []


def test_the_order_of_day_and_month_is_asked_where_nothing_or_too_much_proves_it() -> None:
    for texts in (("03/04/2026", "05/06/2026"), ("31/12/2026", "12/31/2026")):
        one = column(*texts)
        read_dates(one)
        assert asked(one) == ["accounts.dates.field"]

    found = read_dates(column("31/12/2026", "12/31/2026", dates="month-first"))
    assert (dict(found.values), list(found.bad)) == ({"12/31/2026": date(2026, 12, 31)}, ["31/12/2026"])


def test_spreadsheet_day_numbers_are_reported() -> None:
    one = column("45678")
    read_dates(one)

    assert one.log.findings[0].message == "1 spreadsheet day number was read as a date"


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
            read_leave,
            {
                "2026-12-01/2026-12-31": ((date(2026, 12, 1), date(2026, 12, 31)),),
                "2026-01-02 to 2026-01-05; 2026-03-01": (
                    (date(2026, 1, 2), date(2026, 1, 5)),
                    (date(2026, 3, 1), date(2026, 3, 1)),
                ),
                ";": (),
                " , |": (),
                "2026-12-01/2026-12-31, ": ((date(2026, 12, 1), date(2026, 12, 31)),),
            },
            ["2026-12-31/2026-12-01", "next week", "2026-02-30", "2026-01-05; next week"],
        ),
        (
            read_leave,
            {
                "01.11.2026-28.02.2027": ((date(2026, 11, 1), date(2027, 2, 28)),),
                "3.4.26 bis 5.4.26, 24.12.2026": (
                    (date(2026, 4, 3), date(2026, 4, 5)),
                    (date(2026, 12, 24), date(2026, 12, 24)),
                ),
                "Dec 1, 2026 – Dec 5, 2026": ((date(2026, 12, 1), date(2026, 12, 5)),),
            },
            ["31.02.2027", "1.-5.4.2026"],
        ),
        (read_leave, {"11/30/2026 - 12/02/2026": ((date(2026, 11, 30), date(2026, 12, 2)),)}, []),
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


@pytest.mark.parametrize(
    "text",
    [
        "2026-12-01,2026-12-31",
        "1.12.2026, 5.12.2026",
        "24.12.2026, 25.12.2026, 26.12.2026",
        "2026-01-02/2026-01-05; 2026-12-01, 2026-12-31",
        "3.4.26 bis 5.4.26, 24.12.2026, 31.12.2026",
    ],
)
def test_days_parted_by_a_comma_may_be_a_list_or_a_period_and_are_not_guessed_at(text: str) -> None:
    found = read_leave(column(text, "Dec 1, 2026; Dec 5, 2026", "2026-12-24"))

    assert list(found.values) == ["Dec 1, 2026; Dec 5, 2026", "2026-12-24"]
    assert found.bad == {
        text: "expected ; between single days, or / between the first and the last day of a period, "
        "as a comma may mean either"
    }


def test_leave_whose_order_of_day_and_month_nothing_shows_is_asked_about() -> None:
    one = column("03/04/2026-05/04/2026")
    read_leave(one)

    [question] = one.log.questions
    assert question.choices == ("day-first", "month-first")


def test_a_comma_in_a_list_is_part_of_the_item_and_reported() -> None:
    one = column("en, fr", "en;fr")

    assert read_lists(one).values == {"en, fr": ("en, fr",), "en;fr": ("en", "fr")}
    assert "commas" in one.log.findings[0].message


@pytest.mark.parametrize("text", [" " * 5 + "1 " * 400_000, "(" * 100_000, "1" + " " * 900_000 + "x"])
def test_a_huge_cell_costs_no_time(text: str) -> None:
    for read in (read_money, read_dates, read_timezones, read_leave):
        assert text in read(column(text)).bad


@pytest.mark.parametrize("text", ["n/a", "-", "null", "Unknown", "#N/A", "k.A.", "tbd", "?"])
def test_what_says_that_there_is_no_value_is_an_empty_cell_in_every_column(text: str) -> None:
    fields = "ARR,Health,Renewal Date,Risk,Region,Complexity,Touch Level"
    fields += ",Escalated,Parent Account,Language,Open Cases,CSM"
    rows = [f"A1,Acme{f',{text}' * 12}", "A2,Bolt,100,70,2026-06-30,low,EMEA,3,high,no,A1,de,4,C1"]
    intake = read_portfolio(
        "\n".join((f"Id,Name,{fields}", *rows)).encode(),
        b"id,name,fte\nC1,Ada,1\n",
        as_of=date(2026, 1, 5),
        currency="EUR",
    )
    assert intake.questions == ()
    assert [one.message for one in intake.findings] == ["no ARR is given; 0 was put in its place"]
    assert intake.findings[0].severity == "error"
    assert intake.portfolio is not None
    assert intake.portfolio.accounts[0] == Account(id="A1", name="Acme", arr=0.0, imputed=frozenset({"arr"}))


@pytest.mark.parametrize("text", ["None", "nil"])
def test_none_says_nothing_except_where_it_may_be_the_lowest_of_some_levels(text: str) -> None:
    rows = [f"A{i},Acme,5,{text},{text},{text},{text},{text}" for i in range(2)]
    rows.append("A2,Bolt,5,low,High,mid,EMEA,70")
    data = "\n".join(("Id,Name,ARR,Risk,Expansion Potential,Touch Level,Region,Health", *rows)).encode()
    keys = [f"accounts.value.{field}.{text}" for field in ("risk", "expansion", "touch")]
    assert {one.key for one in read_portfolio(data, CSM, currency="EUR").questions} == set(keys)
    told = dict(zip(keys, ("low", "none", "tech"), strict=True))
    intake = read_portfolio(data, CSM, currency="EUR", answers=told)
    assert intake.portfolio is not None
    first = intake.portfolio.accounts[0]
    assert (first.risk, first.expansion, first.touch) == ("low", None, "tech")
    assert (first.region, first.health) == ("", None)


CSM = b"id,name\nC1,Ada\n"


def test_words_that_may_be_a_value_stay_one_in_their_column() -> None:
    intake = read_portfolio(
        b"Id,Name,ARR,Region,Language,CSM\nA1,n/a,5,NA,nd,TBD\nA2,Bolt,NA,ND,ka,TBD\n",
        b"id,name\nC1,TBD\n",
        as_of=date(2026, 1, 5),
    )
    assert intake.portfolio is not None
    first, second = intake.portfolio.accounts
    assert (first.name, first.region, first.language, first.owner) == ("n/a", "NA", "nd", "C1")
    assert (second.region, second.imputed) == ("ND", {"arr"})
