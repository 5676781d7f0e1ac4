"""Accounts owned by a name that several CSMs have: nobody's, and wherever that matters it is said why."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bookshift_model.data import Data
from bookshift_model.edits import EditError, Editor
from bookshift_model.explain.why import why
from bookshift_model.mender import Mender
from bookshift_model.policy import Policy
from bookshift_model.portfolio import Portfolio
from bookshift_model.problem import build
from bookshift_model.sample import sample
from bookshift_model.score import score
from bookshift_model.session import State
from bookshift_model.unclear import unclear, unclear_among, unclear_owners

NOW = datetime(2026, 1, 5, tzinfo=UTC)
START = State(policy=Policy())


def team(*owners: str) -> Portfolio:
    base = sample(30, 3, 1)
    csms = tuple(
        replace(one, name=name) for one, name in zip(base.csms, ("Alex Kim", "Alex Kim", "Bo"), strict=True)
    )
    named = zip(owners, base.accounts, strict=False)
    return replace(
        base,
        csms=csms,
        accounts=(*(replace(one, owner=owner) for owner, one in named), *base.accounts[len(owners) :]),
    )


def test_it_is_counted_by_name_and_said_in_a_sentence() -> None:
    assert unclear_owners(team()) == ""
    here = team("Alex Kim", "ALEX KIM", "Alex Kim", "Rachel Green", "")
    assert unclear(here) == {"Alex Kim": 2, "ALEX KIM": 1}
    assert unclear_among(here, [one.id for one in here.accounts[1:5]]) == 2
    assert unclear_owners(team("Alex Kim", "Alex Kim")) == (
        "2 accounts are owned by “Alex Kim”, a name that 2 CSMs have: "
        "they count as nobody's until somebody says who is meant."
    )
    assert unclear_owners(team("Alex Kim")).startswith("1 account is owned by “Alex Kim”, a name")


def test_a_problem_notes_it_until_the_owner_is_corrected() -> None:
    here = team("Alex Kim")
    account = here.accounts[0]
    problem = build(Data(here, START.policy.formulas), START.policy)
    assert problem.notes == (unclear_owners(here),)
    (one,) = (v for v in score(problem, problem.baseline).violations if v.rule == "one_owner")
    assert one.sentence == f"{account.name} is owned by “Alex Kim”, a name that 2 CSMs have"
    plan = problem.baseline.copy()
    plan[0] = 2
    assert why(problem, plan, 0).reason.startswith("is owned by “Alex Kim”, a name that 2 CSMs have")
    with pytest.raises(EditError, match="a name that 2 CSMs have; pin it"):
        Editor(here, START, "ann", NOW).lock([account.id])
    change = Mender(here, START, "ann", NOW).correct([(account.id, "owner", here.csms[1].id)])
    assert change.label == f"corrected {account.name}: owner Alex Kim? → Alex Kim ({here.csms[1].id})"
