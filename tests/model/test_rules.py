"""Each rule alone on a portfolio of a few accounts: penalised by exactly so much, and said in these words."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from rule_rig import CSMS, DAY, books, broken, only, under

from bookshift_model.decisions import KeepApart, KeepTogether
from bookshift_model.policy import Policy, PolicyError
from bookshift_model.rules import RULES
from bookshift_model.value import value

# -- book limits -------------------------------------------------------------------------------


def test_one_account_over_the_cap_costs_one_unit_and_says_so() -> None:
    found = only(under(books(0, 0, 1), "max_accounts", limit=2), 0, 0, 0)
    assert (found.csm, found.amount, found.unit, found.points) == ("C0", 1, "accounts", 200)
    assert found.hard
    assert found.sentence == "Ada has 3 accounts, 1 more than the cap of 2"
    assert found.relax == "raise Ada's cap from 2 to 3 accounts"
    soft = only(under(books(0, 0, 1), "max_accounts", limit=2, mode="soft", price=0.75), 0, 0, 0)
    assert (soft.points, soft.hard) == (0.75, False)
    assert not broken(under(books(0, 0, 1), "max_accounts", limit=2), 0, 0, 1)


def test_what_breaks_a_cap_today_is_tolerated_as_long_as_it_gets_no_worse() -> None:
    problem = under(books(0, 0, 0, 1), "max_accounts", limit=1, tolerate=True)
    assert not broken(problem, 0, 0, 0, 1)
    assert not broken(problem, 0, 0, 1, 0)  # three and one as before
    assert only(problem, 0, 0, 0, 0).amount == 1
    assert only(problem, 1, 1, 0, 0).sentence == "Ben has 2 accounts, 1 more than the cap of 1"


def test_a_cap_per_fte_is_half_for_half_a_csm_and_never_rounded_in_words() -> None:
    half = (replace(CSMS[0], fte=0.5), CSMS[1])
    found = only(under(books(0, 0), "max_accounts", half, limit=3, per_fte=True), 0, 0)
    assert found.sentence == "Ada has 2 accounts, 0.5 more than the cap of 1.5"
    assert found.relax == "raise Ada's cap from 1.5 to 2 accounts"
    assert found.points == 100
    assert not broken(under(books(0, 0), "max_accounts", half, limit=3), 0, 0)


def test_a_csm_s_own_cap_can_only_be_lower() -> None:
    own = (replace(CSMS[0], max_accounts=1), replace(CSMS[1], max_accounts=9))
    problem = under(books(0, 0, 1, 1, 1), "max_accounts", own, limit=2)
    assert {(one.csm, one.amount) for one in broken(problem, 0, 0, 1, 1, 1)} == {("C0", 1), ("C1", 1)}
    half = (replace(CSMS[0], max_accounts=2, fte=0.5), CSMS[1])
    assert only(under(books(0, 0), "max_accounts", half, limit=3, per_fte=True), 0, 0).amount == 0.5


def test_arr_limits_count_in_per_cent_of_themselves_and_a_csm_s_own_replace_them() -> None:
    low = only(under(books(0, 1), "min_arr", limit=80), 0, 0)
    assert (low.csm, low.amount, low.points) == ("C1", 80, pytest.approx(20 * 100))
    assert low.sentence == "Ben has 0 ARR, 80 less than the minimum of 80"
    assert low.relax == "lower Ben's minimum from 80 to 0"
    high = only(under(books(0, 1), "max_arr", limit=160, mode="soft", price=2), 0, 0)
    assert (high.csm, high.amount, high.points) == ("C0", 40, pytest.approx(2 * 25))
    assert high.relax == "raise Ada's maximum from 160 to 200"
    own = (replace(CSMS[0], max_arr=500), replace(CSMS[1], max_arr=50))
    problem = under(books(0, 1), "max_arr", own, limit=160)
    assert not broken(problem, 0, 0)[1:], "Ada's own limit is higher than the policy's"
    assert [one.csm for one in broken(problem, 1, 1)] == ["C1"]
    own = (replace(CSMS[0], min_arr=0), replace(CSMS[1], min_arr=150))
    assert only(under(books(0, 1), "min_arr", own, limit=80), 1, 0).sentence.startswith(
        "Ben has 100 ARR, 50 less"
    )


def test_bands_are_around_the_share_of_capacity() -> None:
    accounts = books(0, 0, 1, 1)
    found = broken(under(accounts, "arr_band", tolerance=0.25), 0, 0, 0, 1)
    assert {(one.csm, one.amount) for one in found} == {("C0", 50), ("C1", 50)}  # 300 and 100, target 200
    assert all(one.points == pytest.approx(20 * 25) for one in found)
    assert "Ada's ARR 300 is 50 outside the band (limit 250)" in {one.sentence for one in found}
    assert not broken(under(accounts, "arr_band", tolerance=0.5), 0, 0, 0, 1)
    tolerant = under(books(0, 0, 0, 1), "accounts_band", tolerance=0.25, tolerate=True)
    assert not broken(tolerant, 0, 0, 0, 1)
    assert {one.amount for one in broken(tolerant, 0, 0, 0, 0)} == {1.0}
    hours = under(accounts, "hours_band", tolerance=0.25)
    each = float(hours.data.hours[0, 0])
    found = broken(hours, 0, 0, 0, 1)
    assert [one.amount for one in found] == pytest.approx([each / 2, each / 2])
    assert [one.unit for one in found] == ["hours a month"] * 2


def test_the_renewals_band_names_the_quarter() -> None:
    accounts = [
        replace(one, renewal=DAY + timedelta(days=100 * i)) for i, one in enumerate(books(0, 1, 0, 1))
    ]
    problem = under(accounts, "renewals_band", tolerance=0.5, mode="soft", price=1)
    found = broken(problem, 0, 0, 0, 0)
    assert [one.sentence for one in found] == [
        f"Ada's renewals {months} are 100, 25 over the band's 75"
        for months in ("Jan–Mar 2026", "Apr–Jun 2026", "Jul–Sep 2026", "Oct–Dec 2026")
    ]
    assert found[0].relax == "widen the band of Ada's renewals Jan–Mar 2026 to 100"
    assert [one.points for one in found] == pytest.approx([50] * 4)


def test_utilisation_is_measured_against_the_capacity() -> None:
    problem = under(books(0, 1), "utilisation_ceiling", share=0.0)
    each, capacity = float(problem.data.hours[0, 0]), float(problem.data.capacity[0])
    found = only(problem, 0, 0)
    assert found.amount == pytest.approx(2 * each)
    assert found.points == pytest.approx(20 * 100 * 2 * each / capacity)
    band = broken(under(books(0, 1), "utilisation_band", low=0.5, high=1), 0, 1)
    assert [one.amount for one in band] == pytest.approx([capacity / 2 - each] * 2)
    assert band[0].relax == f"let Ada work {math.floor(10 * each) / 10:.1f} h a month"


def test_what_is_broken_by_little_is_not_said_to_be_broken_by_nothing() -> None:
    problem = under(books(0, 1), "utilisation_ceiling", share=0.0)
    each, capacity = float(problem.data.hours[0, 0]), float(problem.data.capacity[0])
    problem = under(books(0, 1), "utilisation_ceiling", share=(2 * each - 0.004) / capacity)
    found = only(problem, 0, 0)
    assert found.amount == pytest.approx(0.004)
    assert "is less than 0.1 h above" in found.sentence


def test_no_account_is_more_than_its_share_of_a_target() -> None:
    accounts = books(0, 1, 1, 1)
    accounts[0] = replace(accounts[0], arr=300)  # of 600, so 300 for each CSM
    found = only(under(accounts, "one_account_share", share=0.9), 0, 1, 1, 1)
    assert (found.account, found.csm, found.points) == ("A0", "C0", 200)
    assert found.sentence == "Acme 0 alone is more than 90% of Ada's target ARR"
    assert not broken(under(accounts, "one_account_share", share=0.9, tolerate=True), 0, 1, 1, 1)
    assert broken(under(accounts, "one_account_share", share=0.9, tolerate=True), 1, 1, 1, 1)


# -- who can serve whom ------------------------------------------------------------------------

MATCHES = [
    ("industry_match", {"industry": "Retail"}, {"industries": ("Retail",)}, {"industries": ("Energy",)},
     "Ben does not know Acme 0's industry"),
    ("region_match", {"region": "EU"}, {"region": "EU"}, {"region": "US"}, "Ben is not in Acme 0's region"),
    ("language_match", {"language": "German"}, {"languages": ("German",)}, {"languages": ("French",)},
     "Ben does not speak Acme 0's language"),
    ("touch_match", {}, {"touch_levels": ("low",)}, {"touch_levels": ("tech",)},
     "Ben does not serve Acme 0's touch level"),
    ("skills_match", {"required_skills": ("api",)}, {"skills": ("api",)}, {"skills": ("sql",)},
     "Ben lacks a skill that Acme 0 requires"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "needs", "has", "lacks", "sentence"), MATCHES, ids=[m[0] for m in MATCHES])
def test_an_account_needs_somebody_who_can_serve_it(
    rule: str, needs: dict[str, Any], has: dict[str, Any], lacks: dict[str, Any], sentence: str
) -> None:
    accounts = [replace(books(0)[0], **needs)]
    csms = (replace(CSMS[0], **has), replace(CSMS[1], **lacks))
    problem = under(accounts, rule, csms)
    assert not broken(problem, 0)
    found = only(problem, 1)
    assert (found.points, found.account, found.csm) == (500 + problem.absolute_price, "A0", "C1")
    assert found.sentence == sentence
    assert found.relax.startswith("let Ben serve Acme 0")
    assert problem.eligible.tolist() == [[True, False]]
    assert only(under(accounts, rule, csms, mode="soft", price=3), 1).points == 3
    with_ben = [replace(accounts[0], owner="C1")]
    assert not broken(under(with_ben, rule, csms, tolerate=True), 1)


# -- relationships that stay -------------------------------------------------------------------

STAYS = [
    ("strategic_stay", {"strategic": True}, {}, {"strategic": False}),
    ("keep_if_healthy", {"health": 81}, {"limit": 80}, {"health": 80}),
    ("renewal_freeze", {"renewal": DAY + timedelta(days=60)}, {"days": 60},
     {"renewal": DAY + timedelta(days=61)}),
    ("renewal_freeze", {"renewal": DAY}, {"days": 60}, {"renewal": DAY - timedelta(days=1)}),
    ("renewal_freeze", {"renewal": DAY + timedelta(days=30 - 2 * 365)}, {"days": 60}, {"renewal": None}),
    ("escalation_freeze", {"escalation": True}, {}, {}),
    ("onboarding_freeze", {"onboarding_until": DAY}, {}, {"onboarding_until": DAY - timedelta(days=1)}),
    ("onboarding_freeze", {"customer_since": DAY - timedelta(days=89)}, {"days": 90},
     {"customer_since": DAY - timedelta(days=90)}),
    ("deal_freeze", {"open_deal": True}, {}, {}),
    ("champion_freeze", {"champion_lost": True}, {}, {}),
    ("cool_down", {"last_moved": DAY - timedelta(days=29)}, {"days": 30},
     {"last_moved": DAY - timedelta(days=30)}),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "held", "settings", "free"), STAYS)
def test_an_account_stays_with_its_csm(
    rule: str, held: dict[str, Any], settings: dict[str, Any], free: dict[str, Any]
) -> None:
    accounts = [replace(books(0)[0], **held), replace(books(0, 0)[1], **free)]
    problem = under(accounts, rule, **settings)
    found = only(problem, 1, 1)
    assert (found.account, found.points, found.hard) == ("A0", 1000 + problem.absolute_price, True)
    assert "Acme 0" in found.sentence
    assert "Acme 0" in found.relax
    assert problem.movable.tolist() == [False, True]
    assert not broken(problem, 0, 1)
    gone = [replace(accounts[0], owner="left")]
    assert not broken(under(gone, rule, **settings), 1), "there is nobody to stay with"


# -- risk, development, budgets, groups --------------------------------------------------------


def test_high_risk_accounts_do_not_pile_up() -> None:
    accounts = books(0, 0, 1, risk="high")
    found = only(under(accounts, "high_risk_cap", limit=2), 0, 0, 0)
    assert (found.points, found.relax) == (200, "raise Ada's cap of high-risk accounts from 2 to 3")
    assert found.sentence == "Ada has 3 high-risk accounts, 1 more than the cap of 2"
    accounts[2] = replace(accounts[2], risk="low")
    share = under(accounts, "high_risk_share", share=0.5)
    found = only(share, 0, 0, 1)  # 200 of 200, half of it is too much: 100 over, of a target of 150
    assert (found.csm, found.amount, found.points) == (
        "C0",
        pytest.approx(100),
        pytest.approx(20 * 100 / 1.5),
    )
    assert found.sentence == "Ada's high-risk ARR is 100 above the allowed share of the book"
    assert only(share, 0, 0, 0).amount == pytest.approx(50)


def test_juniors_get_stretch_accounts_in_doses() -> None:
    csms = (replace(CSMS[0], level="junior"), CSMS[1])
    accounts = books(1, 1, 1, complexity=4)
    found = only(under(accounts, "stretch_minimum", csms, limit=2), 1, 0, 1)
    assert (found.points, found.sentence) == (200, "Ada has 1 stretch account, 1 fewer than 2")
    found = only(under(accounts, "stretch_maximum", csms, limit=2), 0, 0, 0)
    assert (found.points, found.relax) == (200, "let Ada have 3 stretch accounts")
    half = (replace(csms[0], fte=0.5), CSMS[1])
    assert not broken(under(accounts, "stretch_minimum", half, limit=2, per_fte=True), 1, 0, 1)
    assert only(under(accounts, "stretch_maximum", half, limit=2, per_fte=True), 0, 0, 1).amount == 1


def test_budgets_of_change() -> None:
    accounts = books(0, 0, 0, 1)
    found = only(under(accounts, "move_budget", limit=1), 1, 1, 0, 1)
    assert (found.csm, found.account, found.points) == (None, None, 200)
    assert found.sentence == "the plan moves 2 accounts, 1 more than the budget of 1"
    assert found.relax == "allow 2 moves"
    found = only(under(accounts, "moved_arr_budget", share=0.25), 1, 1, 0, 1)
    assert (found.amount, found.points) == (pytest.approx(100), pytest.approx(20 * 25))
    found = only(under(accounts, "moves_in", limit=1), 1, 1, 0, 1)
    assert (found.csm, found.sentence) == ("C1", "Ben receives 2 accounts, 1 more than 1")
    found = only(under(accounts, "moves_out", limit=1), 1, 1, 0, 1)
    assert (found.csm, found.points) == ("C0", 200)
    assert found.sentence == "Ada keeps 1 of today's accounts, 1 fewer than 2"
    assert found.relax == "let Ada give up 1 account more"
    half = (replace(CSMS[0], fte=0.5), CSMS[1])
    assert only(under(accounts, "moves_out", half, limit=2, per_fte=True), 1, 1, 0, 1).amount == 1
    orphans = [replace(one, owner=None) for one in accounts]
    assert not broken(under(orphans, "move_budget", limit=0), 0, 0, 0, 0), "they have to go to somebody"


def test_groups_have_one_owner_or_all_different_ones() -> None:
    accounts = books(0, 0, 1)
    together = (KeepTogether(accounts=("A0", "A1", "A2", "gone")),)
    problem = under(accounts, "kept_together", decisions=together)
    found = only(problem, 0, 0, 1)
    assert (found.amount, found.points) == (1, 500 + 3 * problem.absolute_price)
    assert found.sentence == "the group of Acme 0 has 1 owner(s) too many"
    apart = (KeepApart(accounts=("A0", "A1")),)
    found = only(under(accounts, "kept_apart", decisions=apart, mode="soft", price=4), 0, 0, 1)
    assert (found.points, found.relax) == (4, "let accounts of the group of Acme 0 share an owner")
    assert not broken(under(accounts, "kept_apart", decisions=apart, tolerate=True), 0, 0, 1)
    family = [replace(one, parent="Acme Group") for one in accounts]
    assert only(under(family, "families_together"), 0, 0, 1).sentence == (
        "the family of Acme 0 has 1 owner(s) too many"
    )


@pytest.mark.parametrize("parent", ["A2", " a2 ", "Acme 2", "ACME 2"])
def test_the_parent_account_belongs_to_its_family(parent: str) -> None:
    accounts = books(0, 0, 1, 0)
    family = [replace(one, parent=parent) for one in accounts[:2]]
    problem = under([*family, *accounts[2:]], "families_together")
    assert not broken(problem, 0, 0, 0, 1), "a stranger is free"
    assert only(problem, 0, 0, 1, 0).amount == 1


def test_a_family_is_one_however_its_parent_is_spelled() -> None:
    accounts = books(0, 0, 1, 0)
    ways = ("Globex ", "globex", "A3", "acme 3")
    family = [replace(one, parent=parent) for one, parent in zip(accounts, ways, strict=True)]
    problem = under(family, "families_together")
    assert len(set(problem.units[:2])) == len(set(problem.units[2:])) == 1
    assert len(set(problem.units)) == 2
    alone = [replace(accounts[0], parent="A0"), accounts[1]]
    assert len(set(under(alone, "families_together").units)) == 2, "its own parent makes no family"


def test_a_family_that_is_spread_today_and_tolerated_is_not_forced_together() -> None:
    family = [replace(one, parent="Acme Group") for one in books(0, 1)]
    assert len(set(under(family, "families_together").units)) == 1
    tolerant = under(family, "families_together", tolerate=True)
    assert len(set(tolerant.units)) == 2
    assert not broken(tolerant, 0, 1)


def test_every_rule_has_its_mathematics_and_a_price() -> None:
    for one in RULES.values():
        assert one.mathematics, one.id
        assert one.hard_price >= 20, one.id


@pytest.mark.parametrize("rule", sorted(RULES))
def test_a_unit_of_a_soft_rule_never_outranks_one_of_a_hard_rule(rule: str) -> None:
    with pytest.raises(PolicyError, match=f"rules.{rule}.price: should be less than or equal to 10, but is"):
        Policy().with_rule(rule, mode="soft", price=10.01)
    dearest = Policy().with_rule(rule, mode="soft", price=10).rules[rule].price
    assert dearest < min(one.hard_price for one in RULES.values())


def test_limits_that_nobody_can_break_cost_nothing() -> None:
    nobody = (replace(CSMS[0], fte=0.0), replace(CSMS[1], fte=0.0))
    for rule in RULES:
        problem = under(books(0, 1, arr=0.0), rule, nobody)
        assert np.isfinite(value(problem, np.array([1, 0]))), rule
