"""Problems under the sample's policy, and a question that nothing interrupts."""

from __future__ import annotations

from bookshift_model.data import Data
from bookshift_model.decisions import Decisions, Forbid, KeepApart, KeepTogether, Lock, Pin
from bookshift_model.portfolio import Portfolio
from bookshift_model.problem import Problem, build
from bookshift_model.sample_policy import sample_policy


def never() -> bool:
    return False


def problem_of(portfolio: Portfolio, *decisions: Pin | Forbid | Lock | KeepTogether | KeepApart) -> Problem:
    policy = sample_policy(portfolio)
    return build(Data(portfolio, policy.formulas, Decisions(decisions)), policy)
