"""A request has one answer: whatever was asked before, and in whatever order rows came."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from bookshift_model import jobs
from bookshift_model.decisions import KeepTogether, Lock, Pin, decision_to_record
from bookshift_model.jobs import Jobs
from bookshift_model.readying import Readying
from bookshift_model.records import to_record
from bookshift_model.sample import sample
from bookshift_model.sample_policy import sample_policy

if TYPE_CHECKING:
    from bookshift_model.portfolio import Portfolio

PORTFOLIO = sample(90, 6, 2)
POLICY = sample_policy(PORTFOLIO)
CHANGED = PORTFOLIO.accounts[3].id, PORTFOLIO.accounts[9].id
DECISIONS = [
    decision_to_record(Pin(account=CHANGED[0], csm=PORTFOLIO.csms[1].id)),
    decision_to_record(Lock(account=CHANGED[1])),
]
FREE = PORTFOLIO.accounts[0].id, PORTFOLIO.accounts[3].id
"""Every CSM may have them."""
REPAIR = {"accounts": list(CHANGED), "held": [], "most": 25}


@pytest.fixture(scope="module")
def readying() -> Readying:
    made = Readying()
    assert made.wait(lambda: False)
    return made


class Asked:
    """Somebody who sends requests and hears the ends of solves."""

    def __init__(self, readying: Readying, portfolio: Portfolio) -> None:
        self.events: list[dict[str, Any]] = []
        self.jobs = Jobs(self.events.append, readying)
        self.jobs.take_portfolio(to_record(portfolio))

    def solve(self, **request: Any) -> dict[str, Any]:
        whole = {"id": 1, "policy": POLICY.to_record(), "decisions": [], "moves": {}, **request}
        self.jobs.solve(whole, lambda: False)
        end = self.events[-1]
        assert end["event"] == "finished"
        return {name: end[name] for name in end if "seconds" not in name}


@pytest.mark.parametrize("gap", [0.1, 0.002])
def test_the_order_of_rows_decides_nothing(readying: Readying, gap: float) -> None:
    """With a wide gap it is the engine that answers, with a narrow one the search too; then a repair."""
    rng = np.random.default_rng(5)
    turned = replace(
        PORTFOLIO,
        accounts=tuple(PORTFOLIO.accounts[i] for i in rng.permutation(len(PORTFOLIO.accounts))),
        csms=PORTFOLIO.csms[::-1],
    )
    one, other = Asked(readying, PORTFOLIO), Asked(readying, turned)
    first = one.solve(gap=gap)
    assert first["moves"]
    assert other.solve(gap=gap) == first
    repair = {"decisions": DECISIONS, "moves": first["moves"], "repair": REPAIR, "gap": gap}
    assert other.solve(**repair) == one.solve(**repair)


def test_what_was_solved_before_decides_nothing(readying: Readying) -> None:
    fresh = Asked(readying, PORTFOLIO)
    whole = fresh.solve()
    repair = {"decisions": DECISIONS, "moves": whole["moves"], "repair": REPAIR}
    repaired = fresh.solve(**repair)
    used = Asked(readying, PORTFOLIO)
    used.solve(decisions=DECISIONS, gap=0.001, seed=5)
    used.solve(policy={**POLICY.to_record(), "weights": {"fit": 1.0}})
    question = {"id": 9, "policy": POLICY.to_record(), "decisions": DECISIONS, "account": CHANGED[0]}
    used.jobs.probe({**question, "moves": {}, "most": 3, "seconds": 0.1}, lambda: False)
    assert used.solve() == whole
    assert used.solve(**repair) == repaired


def test_prices_of_earlier_solves_decide_nothing_where_pairs_are_few(readying: Readying) -> None:
    one = Asked(readying, PORTFOLIO)
    rough, fine = one.solve(gap=0.05), one.solve(gap=0.0005)
    assert rough["certificate"] != fine["certificate"]
    ends = [
        one.solve(
            decisions=DECISIONS, moves=fine["moves"], gap=0.0005, repair={**REPAIR, "certificate": prices}
        )
        for prices in (rough["certificate"], fine["certificate"], {"books": {}, "plans": {}}, None)
    ]
    assert ends[0] == ends[1] == ends[2] == ends[3]


def test_a_repair_among_many_pairs_begins_with_the_prices_it_is_given(
    readying: Readying, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = Asked(readying, PORTFOLIO)
    whole = one.solve()
    monkeypatch.setattr(jobs, "_MANY", 0)
    monkeypatch.setattr(jobs, "AHEAD", 0)
    other = Asked(readying, PORTFOLIO)
    made: list[int] = []
    monkeypatch.setattr(jobs, "prices_of", lambda *_args: made.append(1))
    repair = {**REPAIR, "certificate": whole["certificate"]}
    end = other.solve(decisions=DECISIONS, moves=whole["moves"], repair=repair)
    assert end["status"] in {"gap_reached", "repaired"}
    assert not made


@pytest.mark.parametrize("of_unit", [0, 1])
def test_whoever_of_those_kept_together_was_moved_by_hand_stays_and_the_others_follow(
    readying: Readying, of_unit: int
) -> None:
    asked = Asked(readying, PORTFOLIO)
    together = [decision_to_record(KeepTogether(accounts=FREE))]
    whole = asked.solve(decisions=together)
    today = {one.id: one.owner for one in PORTFOLIO.accounts}
    mover = FREE[of_unit]
    before = {**today, **whole["moves"]}[mover]
    for csm in (one.id for one in PORTFOLIO.csms if one.id != before):
        end = asked.solve(
            decisions=together,
            moves={**whole["moves"], mover: csm},
            repair={"accounts": [mover], "held": [mover], "most": 25},
        )
        plan = {**today, **end["moves"]}
        assert [plan[one] for one in FREE] == [csm, csm]


def test_where_those_kept_together_were_moved_apart_all_go_with_the_first(readying: Readying) -> None:
    asked = Asked(readying, PORTFOLIO)
    together = [decision_to_record(KeepTogether(accounts=FREE))]
    today = {one.id: one.owner for one in PORTFOLIO.accounts}
    for one, other in (("C-005", "C-004"), ("C-004", "C-005")):
        moves = dict(zip(FREE, (one, other), strict=True))
        repair = {"accounts": list(FREE), "held": list(FREE), "most": 25}
        plan = {**today, **asked.solve(decisions=together, moves=moves, repair=repair)["moves"]}
        assert [plan[account] for account in FREE] == [one, one]


def test_what_an_account_without_owner_costs_is_counted_from_where_it_costs_least(readying: Readying) -> None:
    for first in PORTFOLIO.accounts[:3]:
        others = tuple(one for one in PORTFOLIO.accounts if one is not first)
        one = Asked(readying, replace(PORTFOLIO, accounts=(replace(first, owner=""), *others)))
        question = {"id": 9, "policy": POLICY.to_record(), "decisions": [], "account": first.id, "moves": {}}
        one.jobs.probe({**question, "most": 3, "seconds": 0.1}, lambda: False)
        told = [event for event in one.events if event["event"] == "probed"][-1]
        assert told["base"] == pytest.approx(min(told["reached"].values()), rel=0.01)
