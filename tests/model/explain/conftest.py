"""Small random portfolios under policies with every kind of rule."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pytest

from bookshift_model.data import Data
from bookshift_model.decisions import Decision, Decisions, Forbid, KeepApart, KeepTogether, Lock, Pin
from bookshift_model.formulas import Formulas
from bookshift_model.policy import Policy
from bookshift_model.portfolio import Account, Csm, Portfolio
from bookshift_model.problem import Problem, build
from bookshift_model.rules import RULES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

DAY = date(2026, 10, 1)
INDUSTRIES = ("Retail", "Banking", "Health")
NAMES = ("Ada", "Ben", "Hana", "Leo", "Sara", "Tom", "Uma", "Vera")


def account(i: int, rng: np.random.Generator, m: int) -> Account:
    def some(chance: float) -> bool:
        return bool(rng.random() < chance)

    def days(low: int, high: int) -> date:
        return DAY + timedelta(days=int(rng.integers(low, high)))

    return Account(
        id=f"a{i}",
        name=f"Account {i}",
        arr=float(np.round(rng.lognormal(11, 1), 2)),
        owner=None if some(0.05) else f"c{int(rng.integers(m))}",
        health=float(rng.integers(20, 100)) if some(0.8) else None,
        risk=str(rng.choice(["low", "medium", "high"])) if some(0.5) else None,
        complexity=int(rng.integers(1, 6)),
        renewal=days(-10, 400) if some(0.8) else None,
        owner_since=days(-2000, -10) if some(0.8) else None,
        last_moved=days(-600, -1) if some(0.2) else None,
        customer_since=days(-2500, -5),
        industry=str(rng.choice(INDUSTRIES)) if some(0.8) else "",
        region=str(rng.choice(["EMEA", "AMER"])),
        language=str(rng.choice(["de", "en"])) if some(0.5) else "",
        parent=f"family {int(rng.integers(4))}" if some(0.3) else "",
        required_skills=("sql",) if some(0.2) else (),
        escalation=some(0.05),
        champion_lost=some(0.1),
        open_deal=some(0.05),
        strategic=some(0.1),
        fresh_start=some(0.1),
    )


def csm(j: int, rng: np.random.Generator) -> Csm:
    return Csm(
        id=f"c{j}",
        name=NAMES[j % len(NAMES)] + ("" if j < len(NAMES) else f" {j}"),
        region=str(rng.choice(["EMEA", "AMER"])),
        languages=tuple(str(one) for one in rng.choice(["de", "en"], size=1)),
        industries=tuple(str(one) for one in rng.choice(INDUSTRIES, size=2)),
        skills=("sql",) if rng.random() < 0.5 else (),
        fte=float(rng.choice([0.5, 1.0])),
        max_accounts=5 if rng.random() < 0.3 else None,
        level="junior" if rng.random() < 0.4 else "senior",
    )


def portfolio(seed: int, n: int, m: int) -> Portfolio:
    rng = np.random.default_rng(seed)
    return Portfolio(
        accounts=tuple(account(i, rng, m) for i in range(n)),
        csms=tuple(csm(j, rng) for j in range(m)),
        as_of=DAY,
    )


def every_rule(seed: int, n: int, m: int) -> Policy:
    """Every rule and every goal, some rules hard, some soft, some tolerating what is."""
    rng = np.random.default_rng(seed)
    rules = {
        name: {
            "mode": str(rng.choice(["hard", "soft", "soft", "off"])),
            "price": float(rng.uniform(0.1, 3)),
            "tolerate": bool(rng.random() < 0.3),
        }
        for name in RULES
    }
    rules["max_accounts"]["limit"] = n // m
    rules["move_budget"]["limit"] = n // 8
    rules["min_arr"]["limit"] = 300_000
    rules["max_arr"]["limit"] = 900_000
    for name in ("moves_in", "moves_out", "high_risk_cap"):
        rules[name]["limit"] = 2
    custom = [
        {"name": "German in pairs", "mode": "hard", "column": "language", "value": "de", "at_most": 2},
        {
            "name": "Big {ones}", "mode": "soft", "price": 0.7, "column": "arr", "compare": ">",
            "value": "60000", "csm_column": "level", "csm_value": "senior",
        },
    ]  # fmt: skip
    weights = {
        "retention": 3, "workload_balance": 2, "arr_balance": 2, "account_balance": 1, "renewal_balance": 1,
        "risk_concentration": 1, "fit": 2, "expansion": 1, "geography": 1, "continuity": 4, "development": 1,
    }  # fmt: skip
    return Policy.with_record({"weights": weights, "rules": rules, "custom": custom})


def some_decisions(found: Portfolio, seed: int) -> Decisions:
    rng = np.random.default_rng(seed)
    ids = [str(one) for one in rng.permutation([a.id for a in found.accounts])]
    csms = [str(rng.choice([c.id for c in found.csms])) for _ in range(4)]
    made: list[Decision] = [
        Pin(account=ids[0], csm=csms[0], author="anna", reason="knows the board"),
        Lock(account=ids[1]),
        Forbid(account=ids[2], csm=csms[1]),
        Forbid(account=ids[3], csm=csms[2], reason="asked for somebody else"),
        KeepTogether(accounts=tuple(ids[4:7])),
        KeepApart(accounts=tuple(ids[6:9])),
    ]
    return Decisions(made)


@pytest.fixture
def random_problem() -> Callable[[int], Problem]:
    """A problem of up to 40 accounts and 8 CSMs with all goals, all kinds of rules and decisions."""

    def make(seed: int) -> Problem:
        rng = np.random.default_rng(seed)
        n, m = int(rng.integers(12, 40)), int(rng.integers(2, 9))
        found = portfolio(seed, n, m)
        return build(Data(found, Formulas(), some_decisions(found, seed)), every_rule(seed, n, m))

    return make


@pytest.fixture
def team() -> Callable[..., Problem]:
    """Accounts and CSMs as given by dicts of fields, every rule off unless the policy says otherwise."""

    def make(
        accounts: Iterable[dict[str, object]],
        csms: Iterable[dict[str, object]],
        decisions: Iterable[Decision] = (),
        **policy: object,
    ) -> Problem:
        blank = Account(id="x", name="x", arr=100_000)
        nobody = Csm(id="x", name="x")
        found = Portfolio(
            accounts=tuple(replace(blank, **{"name": str(one["id"]).title(), **one}) for one in accounts),
            csms=tuple(replace(nobody, **{"name": str(one["id"]).title(), **one}) for one in csms),
            as_of=DAY,
        )
        rules = {name: {"mode": "off"} for name in RULES}
        record = {**policy, "rules": {**rules, **policy.get("rules", {})}}
        return build(Data(found, Formulas(), Decisions(decisions)), Policy.with_record(record))

    return make
