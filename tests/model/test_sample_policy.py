"""The policy of the sample fits books of any size."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bookshift_model.policy import Policy
from bookshift_model.sample import sample
from bookshift_model.sample_policy import sample_policy


def test_at_the_usual_size_it_is_the_guide_s() -> None:
    policy = sample_policy(sample(150, 8, 1))
    assert policy.name == "Retention first"
    hard = {name: one for name, one in policy.rules.items() if one.mode == "hard"}
    limits = {name: one.model_dump() for name, one in hard.items()}
    assert limits["max_accounts"]["limit"] == 25
    assert limits["min_arr"]["limit"] == 1_500_000
    assert limits["arr_band"]["tolerance"] == 0.15
    assert limits["utilisation_ceiling"]["share"] == 1
    weights = policy.weights
    balance = weights["workload_balance"] + weights["arr_balance"]
    assert (weights["retention"], balance, weights["fit"], weights["expansion"]) == (40, 30, 20, 10)
    assert Policy.from_toml(policy.to_toml()) == policy


@pytest.mark.parametrize(("accounts", "csms"), [(1, 1), (3, 5), (600, 20)])
def test_it_is_a_policy_for_any_number_of_books(accounts: int, csms: int) -> None:
    policy = sample_policy(sample(accounts, csms, 2))
    assert policy.rules["max_accounts"].model_dump()["limit"] * csms >= accounts


def test_it_is_a_policy_for_no_accounts() -> None:
    assert sample_policy(replace(sample(3, 2, 1), accounts=())).rules["max_accounts"].mode == "hard"
