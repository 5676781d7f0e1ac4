"""Days and periods of leave as exports write them, and what is asked where they could mean two."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from intake_rig import asked, column

from bookshift_io.intake.dates import read_dates
from bookshift_io.intake.leave import read_leave


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


@pytest.mark.parametrize(
    ("texts", "values", "convention"),
    [
        (
            ["12.2.2026", "06/20/27", "03/04/2026"],
            [date(2026, 2, 12), date(2027, 6, 20), date(2026, 3, 4)],
            "day-first, as is usual between dots; without dots month-first, as 06/20/27 shows",
        ),
        (
            ["12.2.2026", "24.8.2023", "06/20/27"],
            [date(2026, 2, 12), date(2023, 8, 24), date(2027, 6, 20)],
            "day-first, as 24.8.2023 shows; without dots month-first, as 06/20/27 shows",
        ),
        (
            ["3.4.2026", "12.31.2026", "31-12-2026"],
            [date(2026, 3, 4), date(2026, 12, 31), date(2026, 12, 31)],
            "month-first, as 12.31.2026 shows; without dots day-first, as 31-12-2026 shows",
        ),
        (["3.4.2026"], [date(2026, 4, 3)], "day-first, as is usual between dots"),
    ],
)
def test_dates_with_dots_have_an_order_of_their_own(
    texts: list[str], values: list[date], convention: str
) -> None:
    one = column(*texts)
    found = read_dates(one)

    assert [found.values[text] for text in texts] == values
    assert found.convention == convention
    assert (asked(one), dict(found.bad)) == ([], {})


@pytest.mark.parametrize(
    ("answer", "slashed"), [("day-first", date(2026, 4, 3)), ("month-first", date(2026, 3, 4))]
)
def test_the_answer_is_about_the_dates_without_dots(answer: str, slashed: date) -> None:
    texts = ("12.2.2026", "24.8.2023", "03/04/2026")
    one = column(*texts)
    read_dates(one)

    [question] = one.log.questions
    assert "no cell without dots has a day above 12" in question.text
    assert question.samples == ("03/04/2026",)

    found = read_dates(column(*texts, dates=answer))
    assert [found.values[text] for text in texts] == [date(2026, 2, 12), date(2023, 8, 24), slashed]
    assert found.convention == f"day-first, as 24.8.2023 shows; without dots {answer}, as was answered"


def test_dates_with_dots_that_contradict_each_other_are_asked_about_with_all_others() -> None:
    texts = ("24.8.2023", "8.24.2023", "03/04/2026")
    one = column(*texts)
    read_dates(one)
    assert [question.samples for question in one.log.questions] == [texts]

    found = read_dates(column(*texts, dates="month-first"))
    assert dict(found.values) == {"8.24.2023": date(2023, 8, 24), "03/04/2026": date(2026, 3, 4)}
    assert list(found.bad) == ["24.8.2023"]


def test_spreadsheet_day_numbers_are_reported() -> None:
    one = column("45678")
    read_dates(one)

    assert one.log.findings[0].message == "1 spreadsheet day number was read as a date"


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        (
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
        ({"11/30/2026 - 12/02/2026": ((date(2026, 11, 30), date(2026, 12, 2)),)}, []),
    ],
)
def test_leave(good: dict[str, Any], bad: list[str]) -> None:
    found = read_leave(column(*good, *bad))

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
