"""Who is on leave when a plan would be carried out, and what a plan says that sends accounts to them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pytest

from bookshift_model.explain.away import all_away, away, sent_away
from bookshift_model.explain.losers import losing_accounts
from bookshift_model.explain.standing import Standing
from bookshift_model.explain.why import why
from bookshift_model.explain.why_not import why_not
from bookshift_model.portfolio import Csm

if TYPE_CHECKING:
    from collections.abc import Callable

    from bookshift_model.problem import Problem

TODAY = date(2026, 11, 22)
LEAVE = ((date(2026, 9, 1), date(2027, 1, 31)),)


def after(days: int) -> date:
    return TODAY + timedelta(days=days)


@pytest.mark.parametrize(
    ("leave", "says"),
    [
        (((date(2026, 11, 1), date(2027, 2, 28)),), "away until 28 Feb"),
        (((TODAY, TODAY),), "away until 22 Nov"),
        (((after(-9), after(-1)),), ""),
        (((after(1), after(20)),), ""),
        (((after(9), after(70)),), "away from 1 Dec until 31 Jan"),
        # Two that meet are one; a gap of a day is back at work.
        (((after(-9), after(3)), (after(4), after(70))), "away until 31 Jan"),
        (((after(-9), after(3)), (after(5), after(70))), "away until 25 Nov"),
        (((after(-9), date(2027, 11, 30)),), "away until 30 Nov 2027"),
        (((after(45), after(90)),), "away from 6 Jan until 20 Feb"),
        (((after(46), after(90)),), ""),
    ],
)
def test_away_is_who_is_away_now_or_for_most_of_the_coming_quarter(
    leave: tuple[tuple[date, date], ...], says: str
) -> None:
    found = away(Csm(id="x", name="X", leave=leave), TODAY)
    assert ("" if found is None else str(found)) == says


def test_a_column_does_not_call_away_who_still_is_here() -> None:
    gone, leaving = (
        away(Csm(id="x", name="X", leave=((first, date(2027, 6, 15)),)), TODAY)
        for first in (TODAY, date(2026, 12, 15))
    )
    assert gone is not None
    assert leaving is not None
    assert (gone.when, leaving.when) == ("to 15 Jun", "15 Dec – 15 Jun")


@pytest.fixture
def to_hana(team: Callable[..., Problem]) -> Problem:
    accounts = [{"id": f"acme {i}", "owner": "ada"} for i in range(4)]
    return team(accounts, [{"id": "ada"}, {"id": "hana", "leave": LEAVE}])


def test_a_plan_names_how_many_accounts_go_to_somebody_who_is_away(to_hana: Problem) -> None:
    portfolio = to_hana.data.portfolio
    assert list(all_away(portfolio)) == [1]
    assert sent_away(portfolio, [1, 0, 1, -1]) == (
        "2 accounts go to somebody who is away: Hana (2, until 31 Jan)."
    )
    assert sent_away(portfolio, [1]) == "1 account goes to somebody who is away: Hana (1, until 31 Jan)."
    assert sent_away(portfolio, [0, -1]) == ""


def test_why_says_that_the_taker_is_away_and_staying_with_them_needs_no_such_words(to_hana: Problem) -> None:
    plan = np.array([1, 0, 0, 0])
    said = "Hana is away until 31 Jan: until then somebody else has to look after it."
    assert said in why(to_hana, plan, 0).sentences
    assert said in why_not(to_hana, plan, 1, 1).sentences
    assert not any("away" in one for one in why(to_hana, plan, 1).sentences)


def test_an_account_that_is_handed_to_somebody_away_is_worse_off(to_hana: Problem) -> None:
    before, plan = (Standing(to_hana, np.array(one)) for one in ([0, 0, 0, 0], [1, 0, 0, 0]))
    (loser,) = losing_accounts(before, plan)
    assert (loser.account, loser.reasons) == (0, ("Hana is away until 31 Jan",))
    assert losing_accounts(plan, before) == ()
