"""Hours taken apart: the parts sum to what the plan counts, bit for bit, and each says its origin."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bookshift_model.ax import Ax
from bookshift_model.data import Data
from bookshift_model.explain.effort import explained
from bookshift_model.formulas import Formulas
from bookshift_model.portfolio import TOUCH_LEVELS, Account, Csm, Portfolio
from bookshift_model.sample import sample

TODAY = date(2026, 1, 5)
DAYS = st.none() | st.integers(-900, 900).map(lambda days: TODAY + timedelta(days=days))
PLACES = st.sampled_from(["", "EMEA", "APAC"])
ZONES = st.none() | st.integers(-11, 12)
ACCOUNTS = st.fixed_dictionaries(
    {
        "touch": st.none() | st.sampled_from(TOUCH_LEVELS),
        "complexity": st.none() | st.integers(1, 5),
        "health": st.none() | st.floats(0, 100),
        "industry": st.sampled_from(["", "Retail", "Energy"]),
        "segment": st.sampled_from(["", "Enterprise", "SMB"]),
        "region": PLACES,
        "location": PLACES,
        "timezone": ZONES,
        "renewal": DAYS,
        "customer_since": DAYS,
        "onboarding_until": DAYS,
        "escalation": st.booleans(),
    }
)
CSMS = st.fixed_dictionaries(
    {
        "industries": st.sampled_from([(), ("Retail",), ("Energy", "Retail")]),
        "touch_levels": st.sampled_from([(), ("mid", "low")]),
        "region": PLACES,
        "location": PLACES,
        "timezone": ZONES,
    }
)
FORMULAS = st.builds(
    lambda horizon, first: Formulas(horizon_months=horizon, ax=Ax(stated_first=first)),
    st.integers(3, 24),
    st.booleans(),
)


def data(accounts: list[dict[str, Any]], csms: list[dict[str, Any]], formulas: Formulas) -> Data:
    made = tuple(Account(id=f"a{i}", name="A", arr=1.0, **one) for i, one in enumerate(accounts))
    team = tuple(Csm(id=f"c{j}", name=f"C{j}", **one) for j, one in enumerate(csms))
    return Data(Portfolio(made, team, TODAY), formulas)


@given(st.lists(ACCOUNTS, min_size=1, max_size=6), st.lists(CSMS, min_size=1, max_size=3), FORMULAS)
@settings(max_examples=150, deadline=None)
def test_the_parts_sum_to_the_hours_of_the_plan_bit_for_bit(
    accounts: list[dict[str, Any]], csms: list[dict[str, Any]], formulas: Formulas
) -> None:
    found = data(accounts, csms, formulas)
    for i in range(found.n):
        for j in range(found.m):
            said = explained(found, i, j)
            assert said.total == found.hours[i, j]
            product = 1.0
            for one in said.factors:
                product *= one.figure
            parts = product + sum(one.figure for one in said.additions)
            assert parts == pytest.approx(said.total, rel=1e-12)
            assert said.touch.figure == getattr(formulas.touch_hours, found.touch[i])
            assert all(one.origin for one in (*said.factors, *said.additions))


def test_the_sum_is_exact_on_a_whole_portfolio() -> None:
    found = Data(sample(150, 8, 1), Formulas())
    assert [explained(found, i, i % 8).total for i in range(150)] == [
        found.hours[i, i % 8] for i in range(150)
    ]


def test_an_account_of_which_little_is_known_says_what_is_assumed() -> None:
    said = explained(data([{}], [{}], Formulas()), 0, 0)
    assumed = {one.name: one.origin for one in (*said.factors, *said.additions) if one.assumed}
    assert assumed == {
        "mid touch": "no AX rule fits, so mid",
        "complexity": "not stated, counts as 3 of 5",
        "health": "not stated, counts as good",
        "fit": "industry not stated, no touch levels stated, so serves all",
        "renewal": "date not stated, so spread over the year",
        "travel": "place of account or CSM not stated, counts as near",
        "time difference": "not known, counts as none",
    }


def test_each_part_says_where_it_comes_from() -> None:
    account = {
        "touch": "high", "complexity": 4, "health": 60, "industry": "Retail", "region": "EMEA",
        "timezone": 1, "renewal": date(2026, 6, 1), "onboarding_until": date(2026, 3, 1), "escalation": True,
    }  # fmt: skip
    csm = {"industries": ("Energy",), "touch_levels": ("low",), "region": "APAC", "timezone": 9}
    said = explained(data([account], [csm], Formulas()), 0, 0)
    origins = {one.name: (round(one.figure, 3), one.origin) for one in (*said.factors, *said.additions)}
    assert origins == {
        "high touch": (5, "level from the file"),
        "complexity": (1.2, "4 of 5, from the file"),
        "health": (1.15, "60 is middling, 50 to 70; from the file"),
        "fit": (1.32, "C0 does not know Retail (×1.1), does not serve high touch (×1.2)"),
        "onboarding": (0.452, "3 h a month until 2026-03-01"),
        "renewal": (1, "work in the 3 months before 2026-06-01, from the file"),
        "escalation": (1, "open: 6 h a month for 2 months"),
        "travel": (1, "2 visits a year, 6 h on the road each"),
        "time difference": (0.5, "8 h apart"),
    }
    assert not any(one.assumed for one in (*said.factors, *said.additions))


def test_a_renewal_without_hours_says_why() -> None:
    soon, late = TODAY + timedelta(days=100), TODAY + timedelta(days=900)
    without = Formulas.model_validate({"events": {"renewal_hours": 0}})

    def said(formulas: Formulas, **account: Any) -> str:
        (found,) = (
            one for one in explained(data([account], [{}], formulas), 0, 0).additions if one.name == "renewal"
        )
        assert found.figure == 0
        return found.origin

    assert (
        said(Formulas(), touch="tech", renewal=soon) == f"{soon}, at tech touch its share of the hours is 0"
    )
    assert said(Formulas(), touch="tech") == "date not stated, at tech touch its share of the hours is 0"
    assert said(without, touch="high", renewal=soon) == f"{soon}, renewals take 0 h"
    assert said(Formulas(), touch="high", renewal=late) == f"{late}, no work on it within 12 months"


def test_a_derived_level_names_its_rule_and_filled_in_values_are_marked() -> None:
    found = data([{"segment": "SMB", "complexity": 1}], [{}], Formulas())
    assert explained(found, 0, 0).touch.origin.startswith("AX rule 6: segment = smb")
    one = replace(found.accounts[0], touch="low", health=80.0, imputed=frozenset({"health"}))
    said = explained(Data(replace(found.portfolio, accounts=(one,)), Formulas()), 0, 0)
    assert (said.touch.origin, said.touch.assumed) == ("level from the file", False)
    assert said.health.origin.endswith("filled in by the import")
    assert said.health.assumed
    one = replace(one, corrected=frozenset({"touch"}))
    said = explained(Data(replace(found.portfolio, accounts=(one,)), Formulas()), 0, 0)
    assert said.touch.origin == "level corrected here"
