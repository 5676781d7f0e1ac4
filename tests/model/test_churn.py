from __future__ import annotations

from datetime import date, timedelta
from math import exp, log
from typing import Any

import numpy as np
import pytest

from bookshift_model.churn import churn, contributions, eta
from bookshift_model.columns import owners
from bookshift_model.formulas import Formulas, Move
from bookshift_model.matching import matches
from bookshift_model.portfolio import Account, Csm, Portfolio
from bookshift_model.sample import sample

TODAY = date(2026, 1, 5)
F = Formulas()
OWNER, OTHER = Csm(id="x", name="X"), Csm(id="y", name="Y")
OFF_CYCLE = (1 - 0.0013) ** 12


def due(months: float) -> date:
    return TODAY + timedelta(days=round(months * 30.4375))


def account(**fields: Any) -> Account:
    return Account(**{"id": "a", "name": "A", "arr": 30_000.0, "owner": "x", "renewal": due(4)} | fields)


def portfolio(one: Account, *csms: Csm) -> Portfolio:
    return Portfolio((one,), csms or (OWNER, OTHER), TODAY)


def q(one: Account, *csms: Csm) -> list[float]:
    p = portfolio(one, *csms)
    return (1 / (1 + np.exp(-eta(p, F, matches(p))[0]))).tolist()


def p_churn(one: Account, *csms: Csm, formulas: Formulas = F) -> list[float]:
    p = portfolio(one, *csms)
    return churn(p, formulas, matches(p))[0].tolist()


def odds(probability: float) -> float:
    return probability / (1 - probability)


def moved(base: float, rise: float) -> float:
    """Probability over the year when the odds of the only renewal rise."""
    return 1 - OFF_CYCLE / (1 + odds(base) * rise)


@pytest.mark.parametrize(("arr", "base"), [(11_999, 0.12), (12_000, 0.09), (50_000, 0.09), (50_001, 0.06)])
def test_an_account_of_which_nothing_is_known_has_the_base_rate_of_its_size(arr: float, base: float) -> None:
    assert odds(q(account(arr=arr))[0]) == pytest.approx(odds(base) * (arr / 30_000) ** -0.2)


def test_log_odds_by_hand() -> None:
    one = account(
        health=55, health_trend=-15, champion_lost=True, usage=20, open_tickets=5, complexity=5,
        customer_since=TODAY - timedelta(days=2000), industry="Retail", region="EMEA", touch="mid",
        renewal=due(6),
    )  # fmt: skip
    new = Csm(id="n", name="N", start=TODAY, industries=("Retail",), region="EMEA", touch_levels=("mid",))
    faded = 0.9 ** ((one.renewal - TODAY).days / 30.4375 / 3)
    quarters = 2000 / 30.4375 / 3
    by_account = log(odds(0.09)) + (0.9 + 0.3 + 0.7) * faded + 0.5 + 0.15 + 0.2
    by_account += -0.2 * (log(1 + quarters) - 2) / 0.7
    pair = portfolio(one, Csm(id="x", name="X", touch_levels=("low",)), new)
    expected = [by_account, by_account - 0.15 - 0.10 - 0.05 + 0.30]
    assert eta(pair, F, matches(pair))[0].tolist() == pytest.approx(expected)


def test_healthier_accounts_churn_less() -> None:
    by_health = [p_churn(account(health=h))[0] for h in range(0, 101, 10)]
    assert by_health == sorted(by_health, reverse=True)
    assert len(set(by_health)) == 11


@pytest.mark.parametrize(
    "worse",
    [{"champion_lost": True}, {"usage": 10}, {"open_tickets": 20}, {"complexity": 5}, {"health_trend": -10}],
)
def test_each_bad_sign_raises_the_risk(worse: dict[str, Any]) -> None:
    calm = {"usage": 80, "open_tickets": 0, "complexity": 1, "health_trend": 0}
    assert p_churn(account(**calm | worse))[0] > p_churn(account(**calm))[0]


def test_a_year_holds_one_renewal_and_some_loss_outside_it() -> None:
    assert p_churn(account())[0] == pytest.approx(1 - 0.91 * OFF_CYCLE)
    assert p_churn(account(renewal=due(14)))[0] == pytest.approx(1 - OFF_CYCLE)
    assert p_churn(account(renewal=due(14)))[1] == pytest.approx(1 - OFF_CYCLE)
    assert p_churn(account(renewal=None))[0] == pytest.approx(1 - 0.91 * OFF_CYCLE)
    # A date in the past was renewed since, and is due on the same day of the year.
    passed, future = p_churn(account(renewal=due(4 - 24))), p_churn(account(renewal=due(4)))
    assert passed == pytest.approx(future, rel=0.001)  # half a day's difference


def test_two_years_hold_two_renewals_and_the_move_counts_at_the_first() -> None:
    longer = Formulas(horizon_months=24)
    one = account(renewal=due(0))
    stay, go = p_churn(one, formulas=longer)
    assert stay == pytest.approx(1 - 0.91**2 * OFF_CYCLE**2)
    assert go == pytest.approx(1 - 0.91 * OFF_CYCLE**2 / (1 + odds(0.09) * 1.2))


def test_a_move_raises_the_odds_and_fades_over_nine_months() -> None:
    for months in (0, 3, 6, 9, 11):
        fade = max(0.0, 1 - round(months * 30.4375) / 30.4375 / 9)
        stay, go = p_churn(account(renewal=due(months)))
        assert stay == pytest.approx(moved(0.09, 1))
        assert go == pytest.approx(moved(0.09, 1 + 0.2 * fade))


def test_what_makes_a_move_better_or_worse() -> None:
    today = {"renewal": TODAY}
    strong = account(**today, health=70, owner_since=TODAY - timedelta(days=900))
    assert p_churn(strong)[1] == pytest.approx(moved(0.09, 1 + 0.2 * 1.5))
    young = account(**today, health=70, owner_since=TODAY - timedelta(days=600))
    assert p_churn(young)[1] == pytest.approx(moved(0.09, 1.2))
    new_hire = Csm(id="n", name="N", start=TODAY - timedelta(days=20))
    base = 1 / (1 + exp(-(log(odds(0.09)) + 0.3)))
    assert p_churn(account(**today), OWNER, new_hire)[1] == pytest.approx(moved(base, 1 + 0.2 * 1.5))
    expert = Csm(id="e", name="E", industries=("Retail",))
    base = 1 / (1 + exp(-(log(odds(0.09)) - 0.15)))
    assert p_churn(account(**today, industry="retail"), OWNER, expert)[1] == pytest.approx(
        moved(base, 1 + 0.2 * 0.6)
    )
    warm = Formulas(move=Move(warm_share=1))
    assert p_churn(account(**today), formulas=warm)[1] == pytest.approx(moved(0.09, 1 + 0.2 * 0.7))


@pytest.mark.parametrize("fields", [{"fresh_start": True}, {"owner": None}, {"owner": "left the company"}])
def test_a_move_does_no_harm_where_it_is_wished_or_nobody_is_lost(fields: dict[str, Any]) -> None:
    stay, go = p_churn(account(**fields))
    assert stay == go == pytest.approx(moved(0.09, 1))


def test_a_new_relationship_is_a_risk_but_no_reason_to_move() -> None:
    settled = account(owner_since=TODAY - timedelta(days=500))
    fresh = account(owner_since=TODAY - timedelta(days=10))
    assert log(odds(q(fresh)[0])) - log(odds(q(settled)[0])) == pytest.approx(0.25)
    stay, go = p_churn(fresh)
    assert go > stay


def test_a_stated_probability_is_the_owners() -> None:
    expert = Csm(id="y", name="Y", industries=("Retail",))
    one = account(churn_probability=0.2, health=95, risk="low", industry="Retail")
    of_owner, of_expert = q(one, OWNER, expert)
    assert of_owner == pytest.approx(0.2)
    assert log(odds(of_expert)) == pytest.approx(log(odds(0.2)) - 0.15)
    assert 0 < q(account(churn_probability=0.0))[0] < q(account(churn_probability=1.0))[0] < 1


@pytest.mark.parametrize(("label", "meaning"), [("low", 0.05), ("medium", 0.12), ("high", 0.30)])
def test_a_label_alone_is_the_owners_probability_and_half_of_it_beside_health(
    label: str, meaning: float
) -> None:
    assert q(account(risk=label))[0] == pytest.approx(meaning)
    alone = log(odds(q(account(health=40))[0]))
    both = log(odds(q(account(health=40, risk=label))[0]))
    assert both == pytest.approx((alone + log(odds(meaning))) / 2)


def test_without_owner_a_stated_probability_is_that_of_an_unknown_csm() -> None:
    expert = Csm(id="e", name="E", industries=("Retail",))
    plain, good = q(account(owner=None, churn_probability=0.2, industry="Retail"), OTHER, expert)
    assert plain == pytest.approx(0.2)
    assert good < 0.2


def test_contributions_add_up_and_name_what_matters() -> None:
    p = sample(60, 5, 3)
    found, owner = matches(p), owners(p)
    odds_of = eta(p, F, found)
    over_year = churn(p, F, found)
    for i in range(60):
        for j in range(5):
            parts = contributions(p, F, i, j)
            total = sum(value for _, value in parts)
            change = sum(value for words, value in parts if words == "change of CSM")
            assert total - change == pytest.approx(odds_of[i, j])
            assert over_year[i, j] == pytest.approx(1 - OFF_CYCLE / (1 + exp(total)))
            if owner[i] == j:
                assert change == 0
    words = {name for name, _ in contributions(portfolio(account(health=20, champion_lost=True)), F, 0, 1)}
    assert {"health", "champion lost", "change of CSM"} <= words
    assert "low adoption" not in words


def test_probabilities_are_probabilities_and_order_does_not_matter() -> None:
    p = sample(300, 10, 2)
    found = churn(p, F, matches(p))
    assert found.shape == (300, 10)
    assert ((found > 0) & (found < 1)).all()
    turned = Portfolio(p.accounts[::-1], p.csms[::-1], p.as_of)
    assert churn(turned, F, matches(turned))[::-1, ::-1] == pytest.approx(found)
