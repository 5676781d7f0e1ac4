"""The day of the data: stated over the header, asked where renewals are over, and never guessed."""

from __future__ import annotations

from datetime import date

import pytest

from bookshift_io.intake.as_of import KEY, STATED, TODAY
from bookshift_io.intake.findings import Question
from bookshift_io.intake.intake import Intake
from bookshift_io.intake.profiles import made
from bookshift_io.intake.read import read_portfolio

CSMS = b"id,name\nC1,Ada\n"
ROWS = "id;name;arr;renewal\n" + "".join(f"A{at};Acme {at};100;2020-03-{at + 10}\n" for at in range(12))


def today() -> date:
    return date.today()  # noqa: DTZ011  (the day where the planner is)


def read(title: str, *, answer: str | None = None, as_of: date | None = None, rows: str = ROWS) -> Intake:
    answers = {} if answer is None else {KEY: answer}
    return read_portfolio(f"{title}\n\n{rows}".encode(), CSMS, answers=answers, as_of=as_of)


def asked(intake: Intake) -> Question:
    (question,) = intake.questions
    assert question.key == KEY
    assert intake.portfolio is None
    return question


@pytest.mark.parametrize(
    ("title", "days"),
    [
        ("Accountexport CRM - Stand 12.01.2020", ["2020-01-12"]),
        ("Accounts as of 2020-01-12 09:30", ["2020-01-12"]),
        ("Datum: 12.01.2020", ["2020-01-12"]),
        ("Date;01/25/2020", ["2020-01-25"]),
        ("Exported on 12 January 2020 by Ada", ["2020-01-12"]),
        ("Exported on 2020-01-14, data as of 2020-01-12", ["2020-01-12"]),
        ("Report date: 01/12/2020", ["2020-12-01", "2020-01-12"]),
    ],
)
def test_a_day_over_the_header_is_proposed(title: str, days: list[str]) -> None:
    question = asked(read(title))
    line = title.replace(";", " | ")
    assert f"row 1 says “{line}”; is the day of the data {' or '.join(days)}" in question.text
    assert question.choices == ((STATED, TODAY) if len(days) == 1 else (*days, TODAY))
    assert question.form == "another day such as 2026-03-31"


def test_of_two_readings_the_one_that_is_not_to_come_is_meant() -> None:
    year = today().year + (today().month == 12)
    days = {date(year, 12, 1), date(year, 1, 12)}
    past = sorted(one for one in days if one <= today()) or sorted(days)
    assert len(asked(read(f"As of 01/12/{year}")).choices) == 1 + len(past)


@pytest.mark.parametrize(
    ("answer", "day"),
    [(STATED, date(2020, 1, 12)), ("2020-01-31", date(2020, 1, 31)), (TODAY, None)],
)
def test_the_answer_is_the_day_of_the_data(answer: str, day: date | None) -> None:
    intake = read("Stand 12.01.2020", answer=answer)
    assert intake.portfolio is not None
    assert intake.portfolio.as_of == intake.as_of == (day or today())
    assert KEY in intake.asked
    said = [one for one in intake.findings if "as this line says" in one.message]
    assert [one.row for one in said] == ([1] if answer == STATED else [])


def test_a_day_that_is_given_is_never_asked() -> None:
    intake = read("Stand 12.01.2020", as_of=date(2020, 2, 1))
    assert intake.portfolio is not None
    assert intake.as_of == date(2020, 2, 1)


def test_an_answer_that_is_no_day_is_said_and_asked_again() -> None:
    intake = read("Stand 12.01.2020", answer="soon")
    asked(intake)
    assert any(one.value == "soon" and f"is no answer to {KEY}" in one.message for one in intake.findings)


@pytest.mark.parametrize(
    "title",
    [
        "Accounts of Ada",
        "Date range: 01.01.2020 - 31.12.2020",
        "Standard 12.01.2020",
        "Update 4711, Stand 45.13.2020",
    ],
)
def test_what_states_no_day_is_not_taken_for_one(title: str) -> None:
    future = ROWS.replace("2020-", f"{today().year + 1}-")
    intake = read(title, rows=future)
    assert intake.portfolio is not None
    assert intake.as_of == today()


def test_renewals_that_are_over_ask_for_the_day() -> None:
    question = asked(read("Accounts"))
    assert f"12 of 12 renewals lie before today, {today()}, the first on 2020-03-10" in question.text
    assert question.choices == (TODAY,)
    answered = read("Accounts", answer="2020-03-01")
    assert answered.portfolio is not None
    assert answered.as_of == date(2020, 3, 1)
    asked(read("Accounts", answer=STATED))


def test_half_of_the_renewals_or_a_few_rows_prove_nothing() -> None:
    half = ROWS
    for at in range(6):
        half = half.replace(f"2020-03-{at + 10}", f"{today().year + 1}-03-{at + 10}")
    assert not read("Accounts", rows=half).questions
    assert asked(read("Accounts", rows=half.replace(f"{today().year + 1}-03-10", "2020-03-10")))
    assert not read("Accounts", rows="\n".join(ROWS.splitlines()[:10])).questions


@pytest.mark.parametrize(("answer", "kept"), [(STATED, True), (TODAY, True), ("2020-01-31", False)])
def test_the_next_export_states_its_own_day(answer: str, kept: bool) -> None:
    first = read("Stand 12.01.2020", answer=answer)
    profile = made("accounts", "accounts.csv", date(2020, 1, 13), first.columns["accounts"], first.mapping)
    assert (KEY in profile.mapping.answers) is kept
    later = read_portfolio(f"Stand 19.01.2020\n{ROWS}".encode(), CSMS, profiles=[profile])
    assert bool(later.questions) is not kept
    if answer == STATED:
        assert later.as_of == date(2020, 1, 19)
