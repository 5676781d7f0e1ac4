"""The policy that goes with the sample: the guide's 40/30/20/10 under five hard rules."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from bookshift_model.data import Data
from bookshift_model.formulas import Formulas
from bookshift_model.policy import Policy

if TYPE_CHECKING:
    from bookshift_model.portfolio import Portfolio

_ACCOUNTS_ROOM = 4 / 3
_RISK_ROOM = 2
_ARR_FLOOR = 0.75


def sample_policy(portfolio: Portfolio) -> Policy:
    """Weights of the preset *retention first*, and limits in proportion to the books of this portfolio.

    At 150 × 8: 25 accounts and $1.5M ARR per CSM, ±15 % of the ARR target, twice the mean of high-risk
    accounts, nobody above their capacity, strategic accounts stay.
    """
    data = Data(portfolio, Formulas())
    floor = round(_ARR_FLOOR * portfolio.total_arr / data.m, -5)
    policy = Policy.preset("retention_first")
    limits: dict[str, dict[str, float]] = {
        "max_accounts": {"limit": math.ceil(_ACCOUNTS_ROOM * data.n / data.m)},
        "min_arr": {"limit": floor},
        "arr_band": {"tolerance": 0.15},
        "high_risk_cap": {"limit": math.ceil(_RISK_ROOM * float(data.high_risk.sum()) / data.m)},
        "utilisation_ceiling": {"share": 1.0},
        "strategic_stay": {},
    }
    for rule, settings in limits.items():
        policy = policy.with_rule(rule, mode="hard", **settings)
    return policy
