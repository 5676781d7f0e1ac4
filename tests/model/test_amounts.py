"""Amounts spelled out in parts agree with all of them spelled out at once."""

from __future__ import annotations

import numpy as np
import pytest

from bookshift_model.amounts import Amounts
from bookshift_model.data import Data
from bookshift_model.policy import Policy
from bookshift_model.problem import build
from bookshift_model.sample import sample
from bookshift_model.terms import Pair
from bookshift_model.units import Units

RNG = np.random.default_rng(5)
N, M = 700, 300
OWNER = RNG.integers(-1, M, N)
KNOWN = RNG.random((N, M)) < 0.3
CHANCE = RNG.random((N, M))
BASE, WEIGHT = 1 + RNG.random(N), RNG.random(N)


def test_what_amounts_are_made_of_is_what_they_are() -> None:
    expected = BASE[:, None] + WEIGHT[:, None] * CHANCE - 0.25 * KNOWN
    owned = np.flatnonzero(OWNER >= 0)
    expected[owned, OWNER[owned]] = 0
    found = Amounts(BASE, M, ((WEIGHT, CHANCE), (np.full(N, -0.25), KNOWN)), OWNER)
    assert np.array_equal(found.dense(), expected)
    assert found.shape == expected.shape


@pytest.mark.parametrize(
    "amounts",
    [
        Amounts(np.where(KNOWN[:, 0], 1.0, 0.0), M, spared=OWNER),
        Amounts(np.where(KNOWN[:, 0], 1.0, 0.0), M),
        Amounts.of(KNOWN),
        Amounts.of(CHANCE, WEIGHT),
        Amounts.of(CHANCE).sparing(OWNER),
    ],
    ids=["stay", "everybody", "match", "weighed", "tolerated"],
)
def test_any_part_is_that_of_the_whole(amounts: Amounts) -> None:
    whole = amounts.dense()
    rows, csms = RNG.integers(0, N, 900), RNG.integers(0, M, 900)
    assert np.array_equal(amounts[rows, csms], whole[rows, csms])
    assert np.array_equal(amounts[rows], whole[rows])
    assert np.array_equal(amounts[7], whole[7])
    assert amounts[7, 3] == whole[7, 3]
    assert np.array_equal(amounts[OWNER < 0], whole[OWNER < 0])
    assert np.array_equal(amounts.least, whole.min(axis=1))
    assert np.array_equal(amounts.most, whole.max(axis=1))
    added = np.zeros_like(whole)
    for some, numbers in amounts.blocks():
        added[some] += numbers
    assert np.array_equal(added, whole)


def test_of_one_csm_the_spared_one_is_all_there_is() -> None:
    amounts = Amounts(np.ones(3), 1, spared=np.array([0, 0, -1]))
    assert amounts.dense().tolist() == [[0], [0], [1]]
    assert amounts.most.tolist() == [0, 0, 1]


def test_units_have_the_amounts_of_their_accounts() -> None:
    policy = Policy()
    for name in ("strategic_stay", "industry_match"):
        policy = policy.with_rule(name, mode="hard")
    portfolio = sample(60, 4, 2)
    problem = build(Data(portfolio, policy.formulas), policy)
    of = np.arange(60) // 2
    units = Units(problem, of, np.arange(0, 60, 2), problem.eligible[::2])
    unit, csm = np.repeat(np.arange(30), 4), np.tile(np.arange(4), 30)
    for priced in problem.terms:
        if isinstance(priced.term, Pair):
            found = units.of_pairs(priced.term.amount, unit, csm)
            expected = priced.term.amount.dense()[::2] + priced.term.amount.dense()[1::2]
            assert found == pytest.approx(expected.ravel())
