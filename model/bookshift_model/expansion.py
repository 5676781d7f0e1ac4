"""Expected expansion of an account that stays: `(1 - p) * ARR * P * S`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bookshift_model.churn import HEALTH_CENTRE, HEALTH_STEP
from bookshift_model.columns import numbers
from bookshift_model.matching import industry_match

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bookshift_model.formulas import Formulas
    from bookshift_model.portfolio import Portfolio

_GROWTH_STEP = 0.10


def expansion(portfolio: Portfolio, formulas: Formulas, churn: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n, m) expected expansion over the planning horizon, ARR in the portfolio's currency.

    `churn` (n, m) is the probability of churn over the horizon. A stated amount replaces `ARR * P * S`; P is
    the chance of an expansion within a year, from potential, usage growth, health and industry fit.
    """
    e, accounts = formulas.expansion, portfolio.accounts
    potential = {"high": e.potential_high, "low": e.potential_low}
    score = np.array([potential.get(a.expansion or "", 0.0) for a in accounts]) + e.intercept
    score += e.usage_growth * np.nan_to_num(numbers(accounts, "usage_growth"), nan=0.0) / _GROWTH_STEP
    health = numbers(accounts, "health")
    score += e.health * np.nan_to_num((health - HEALTH_CENTRE) / HEALTH_STEP, nan=0.0)
    fits, known = industry_match(portfolio)
    amount = numbers(accounts, "arr") * e.size * formulas.horizon_months / 12
    # Only two values per account are possible, with and without the industry.
    without, within = amount / (1 + np.exp(-score)), amount / (1 + np.exp(-score - e.industry_match))
    stated = numbers(accounts, "expansion_amount")
    has_amount = ~np.isnan(stated)
    without[has_amount] = within[has_amount] = stated[has_amount]
    found: NDArray[np.float64] = np.where(fits & known[:, None], within[:, None], without[:, None])
    found *= 1 - churn
    return found
