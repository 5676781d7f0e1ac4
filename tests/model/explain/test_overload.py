"""A team that is too small for any plan, and how many people are missing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bookshift_model.data import Data
from bookshift_model.decisions import Decisions, Forbid, KeepTogether, Pin
from bookshift_model.explain.overload import overload
from bookshift_model.policy import Policy
from bookshift_model.problem import Problem, build
from bookshift_model.sample import sample

TEAM = sample(60, 6, 3)


def problem(csms: int, policy: Policy | None = None) -> Problem:
    policy = policy or Policy()
    return build(Data(replace(TEAM, csms=TEAM.csms[:csms]), policy.formulas), policy)


def test_a_team_with_room_for_all_hours_is_not_overloaded() -> None:
    assert overload(problem(6)) is None


def test_hours_of_the_cheapest_csm_are_held_against_all_capacity() -> None:
    small = problem(2)
    found = overload(small)
    assert found is not None
    assert found.least == pytest.approx(small.data.hours.min(axis=1).sum())
    assert found.capacity == pytest.approx(small.data.capacity.sum())
    full_time = small.data.formulas.capacity.productive_hours
    assert found.missing == pytest.approx((found.least - found.capacity) / full_time)
    assert str(found).endswith(f"At 100% utilisation {found.missing:,.1f} FTE are missing.")


@pytest.mark.parametrize(
    ("rule", "setting", "share"),
    [
        ("utilisation_ceiling", {"share": 0.8}, 0.8),
        ("utilisation_ceiling", {"share": 0.0}, 1.0),
        ("utilisation_band", {"low": 0.5, "high": 0.75}, 0.75),
        ("utilisation_band", {"low": 0.5, "high": 1.5}, 1.0),
    ],
)
def test_missing_people_work_at_the_utilisation_of_the_policy(
    rule: str, setting: dict[str, float], share: float
) -> None:
    off = Policy().with_rule("utilisation_ceiling", mode="off").with_rule("utilisation_band", mode="off")
    found = overload(problem(2, off.with_rule(rule, mode="soft", **setting)))
    assert found is not None
    assert found.utilisation == share
    hired = found.missing * share * off.formulas.capacity.productive_hours
    assert share * found.capacity + hired == pytest.approx(found.least)


def test_after_decisions_it_is_what_a_problem_made_anew_says() -> None:
    base = problem(2)
    assert overload(base) is not None
    ids, (one, other) = [account.id for account in TEAM.accounts], [csm.id for csm in TEAM.csms[:2]]
    hours = base.data.hours
    longer = np.flatnonzero(hours[:, 0] > hours[:, 1] + 0.01)
    assert len(longer) > 2
    first, second, third = (ids[i] for i in longer[:3])
    decided = base.with_decisions(
        Decisions(
            [
                Pin(account=first, csm=one),
                Forbid(account=second, csm=other),
                KeepTogether(accounts=(second, third)),
                Pin(account="gone", csm=one),
            ]
        )
    )
    found, before = overload(decided), overload(base)
    assert found is not None
    assert before is not None
    assert found.least == pytest.approx(np.where(decided.eligible, hours, np.inf).min(axis=1).sum())
    risen = hours[longer[:3], 0] - hours[longer[:3], 1]
    assert found.least == pytest.approx(before.least + risen.sum())
    assert overload(decided.with_decisions(Decisions())) == before
