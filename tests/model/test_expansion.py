from __future__ import annotations

from datetime import date
from math import exp
from typing import Any

import numpy as np
import pytest

from bookshift_model.expansion import expansion
from bookshift_model.formulas import Formulas
from bookshift_model.portfolio import Account, Csm, Portfolio

CSMS = (Csm(id="x", name="X", industries=("Retail",)), Csm(id="y", name="Y", industries=("Energy",)))


def expected(formulas: Formulas | None = None, churn: float = 0.0, **fields: Any) -> list[float]:
    one = Account(**{"id": "a", "name": "A", "arr": 100_000.0} | fields)
    p = Portfolio((one,), CSMS, date(2026, 1, 5))
    return expansion(p, formulas or Formulas(), np.full((1, 2), churn))[0].tolist()


def sigmoid(x: float) -> float:
    return 1 / (1 + exp(-x))


def test_expected_expansion_by_hand() -> None:
    score = -1.6 + 0.6 + 0.5 * 2 + 0.3
    found = expected(churn=0.25, expansion="high", usage_growth=0.2, health=85, industry="retail")
    value = 0.75 * 100_000 * 0.2
    assert found == pytest.approx([value * sigmoid(score + 0.15), value * sigmoid(score)])


def test_what_is_unknown_contributes_nothing() -> None:
    assert expected() == pytest.approx([20_000 * sigmoid(-1.6)] * 2)
    assert expected(expansion="medium") == pytest.approx(expected())


def test_a_stated_amount_replaces_the_estimate_and_still_needs_the_customer() -> None:
    assert expected(
        churn=0.1, expansion_amount=30_000.0, expansion="low", industry="Retail"
    ) == pytest.approx([27_000, 27_000])
    assert expected(expansion_amount=0.0) == [0, 0]


def test_more_potential_means_more_and_half_a_horizon_half_of_it() -> None:
    low, medium, high = (expected(expansion=grade)[0] for grade in ("low", "medium", "high"))
    assert 0 < low < medium < high
    assert expected(Formulas(horizon_months=6))[0] == pytest.approx(expected()[0] / 2)
    assert expected(churn=1.0) == [0, 0]
