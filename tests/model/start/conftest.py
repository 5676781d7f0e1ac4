"""Problems of every kind: made-up portfolios with odd books under random policies and decisions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from bookshift_model.data import Data
from bookshift_model.decisions import Decision, Decisions, Forbid, KeepApart, KeepTogether, Lock, Pin
from bookshift_model.goals import GOALS
from bookshift_model.policy import Policy
from bookshift_model.portfolio import Portfolio
from bookshift_model.problem import Problem, build
from bookshift_model.rules import RULES
from bookshift_model.sample import sample


@pytest.fixture(scope="session")
def random_problem() -> Callable[..., Problem]:
    """A function of seed, accounts and CSMs."""
    return _problem


def _problem(seed: int, n: int, m: int, *, groups: bool = True) -> Problem:
    rng = np.random.default_rng(seed)
    portfolio = _odd(rng, sample(n, m, seed))
    policy = _policy(rng, portfolio, groups=groups)
    decisions = Decisions(_decisions(rng, portfolio, groups=groups))
    return build(Data(portfolio, policy.formulas, decisions), policy)


def _odd(rng: np.random.Generator, portfolio: Portfolio) -> Portfolio:
    accounts = tuple(
        replace(
            one,
            arr=float(rng.choice([one.arr, one.arr, one.arr, 0.0])),
            owner=None if rng.random() < 0.05 else one.owner,
        )
        for one in portfolio.accounts
    )
    csms = tuple(
        replace(one, fte=float(rng.choice([one.fte, one.fte, one.fte, 0.0]))) for one in portfolio.csms
    )
    return Portfolio(accounts, csms, portfolio.as_of)


def _policy(rng: np.random.Generator, portfolio: Portfolio, *, groups: bool) -> Policy:
    books = len(portfolio.csms)
    rules = {}
    for name, rule in RULES.items():
        settings = {
            "mode": str(rng.choice(["off", "off", "hard", "soft"])),
            "price": float(rng.choice([0.0, 0.3, 1.0, 5.0])),
            "tolerate": bool(rng.random() < 0.25),
        }
        if "limit" in type(rule.default).model_fields and name != "keep_if_healthy":
            size = portfolio.total_arr if "arr" in name else len(portfolio.accounts)
            settings["limit"] = float(np.round(size / books * rng.choice([0.5, 0.8, 1, 1.3]), 1))
        rules[name] = settings
    if not groups:
        for name in ("families_together", "kept_together", "kept_apart"):
            rules[name] = {"mode": "off"}
    record = {
        "weights": {name: float(rng.integers(0, 4)) for name in GOALS} | {"continuity": 1.0},
        "dead_band": float(rng.choice([0, 0.02, 0.1])),
        "rules": rules,
    }
    return Policy.from_record(record)


def _decisions(rng: np.random.Generator, portfolio: Portfolio, *, groups: bool) -> list[Decision]:
    accounts, csms = [one.id for one in portfolio.accounts], [one.id for one in portfolio.csms]

    def account() -> str:
        return str(rng.choice(accounts))

    def some() -> tuple[str, ...]:
        return tuple({account() for _ in range(int(rng.integers(2, 5)))})

    kinds = [
        lambda: Pin(account=account(), csm=str(rng.choice(csms))),
        lambda: Lock(account=account()),
        lambda: Forbid(account=account(), csm=str(rng.choice(csms))),
    ]
    if groups:
        kinds += [lambda: KeepTogether(accounts=some()), lambda: KeepApart(accounts=some())]
    return [kinds[int(rng.integers(0, len(kinds)))]() for _ in range(int(rng.integers(0, 6)))]
