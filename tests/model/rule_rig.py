"""Small teams under one rule, and what a plan breaks there."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from bookshift_model.data import Data
from bookshift_model.decisions import Decisions
from bookshift_model.policy import Policy
from bookshift_model.portfolio import Account, Csm, Portfolio
from bookshift_model.problem import build
from bookshift_model.rules import RULES
from bookshift_model.score import score

if TYPE_CHECKING:
    from bookshift_model.decisions import Decision
    from bookshift_model.problem import Problem
    from bookshift_model.violations import Violation

DAY = date(2026, 1, 5)
CSMS = (Csm(id="C0", name="Ada"), Csm(id="C1", name="Ben"))
ALL_OFF = {name: {"mode": "off"} for name in RULES}


def books(*owners: int, arr: float = 100.0, **fields: Any) -> list[Account]:
    """Accounts A0, A1, … named Acme 0, Acme 1, … that the CSMs at these positions own today."""
    return [
        Account(id=f"A{i}", name=f"Acme {i}", arr=arr, owner=f"C{j}", touch="low", **fields)
        for i, j in enumerate(owners)
    ]


def under(
    accounts: list[Account],
    rule: str,
    csms: tuple[Csm, ...] = CSMS,
    decisions: tuple[Decision, ...] = (),
    **settings: Any,
) -> Problem:
    """A problem in which no other rule is on, and one goal that costs nothing at today's assignment."""
    record = {"weights": {"geography": 1}, "rules": {**ALL_OFF, rule: {"mode": "hard", **settings}}}
    policy = Policy.from_record(record)
    portfolio = Portfolio(tuple(accounts), csms, DAY)
    return build(Data(portfolio, policy.formulas, Decisions(decisions)), policy)


def broken(problem: Problem, *to: int) -> tuple[Violation, ...]:
    """What an assignment breaks, after seeing that its points are those of its violations."""
    assignment = np.array(to, dtype=np.int64)
    card = score(problem, assignment)
    assert card.points == pytest.approx(sum(one.points for one in card.violations), abs=1e-9)
    return card.violations


def only(problem: Problem, *to: int) -> Violation:
    (one,) = broken(problem, *to)
    return one
