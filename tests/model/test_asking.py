"""A question between solves: how far it is answered in little time, and what ends it."""

from __future__ import annotations

import pytest
from adapting_rig import never, problem_of

from bookshift_model.asking import Questions, Stopped
from bookshift_model.jobs import Jobs
from bookshift_model.proven import prices_of
from bookshift_model.readying import Readying
from bookshift_model.records import to_record
from bookshift_model.sample import sample
from bookshift_model.sample_policy import sample_policy


def test_whatever_is_more_urgent_ends_a_question() -> None:
    problem = problem_of(sample(60, 6, 1))
    certificate, start = prices_of(problem), problem.baseline
    told: list[dict[str, object]] = []
    request = {"id": 1, "account": "A-00001", "here": "C-001", "most": 6, "seconds": 60.0}
    for looks in range(6):
        left = iter([False] * looks)
        with pytest.raises(Stopped):
            Questions(told.append).probe(
                request, problem, certificate, start, seed=1, stop=lambda left=left: next(left, True)
            )
    assert not any(one["last"] for one in told)
    Questions(told.append).probe(request, problem, certificate, start, seed=1, stop=never)
    assert [one["last"] for one in told][-1]


def test_without_time_every_csm_gets_a_first_look() -> None:
    problem = problem_of(sample(60, 6, 1))
    request = {"id": 1, "account": "A-00001", "here": "C-004", "most": 2, "seconds": 0.0}
    certificate, told = prices_of(problem), list[dict[str, dict[str, float]]]()
    Questions(told.append).probe(request, problem, certificate, problem.baseline, seed=1, stop=never)
    assert len(told[-1]["reached"]) == 6


def test_of_very_many_csms_the_nearest_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bookshift_model.asking.EVERYONE", 100)
    problem = problem_of(sample(60, 6, 1))
    request = {"id": 1, "account": "A-00001", "here": "C-004", "most": 2, "seconds": 0.0}
    certificate, told = prices_of(problem), list[dict[str, dict[str, float]]]()
    Questions(told.append).probe(request, problem, certificate, problem.baseline, seed=1, stop=never)
    assert next(iter(told[-1]["reached"])) == "C-004"
    assert len(told[-1]["reached"]) == 2


def test_without_an_engine_the_relaxation_has_the_prices() -> None:
    portfolio = sample(60, 6, 1)
    told: list[dict[str, object]] = []
    readying = Readying()
    readying.trouble = "It cannot be had."
    jobs = Jobs(told.append, readying)
    jobs.take_portfolio(to_record(portfolio))
    policy = sample_policy(portfolio).to_record()
    jobs.probe({"id": 1, "policy": policy, "account": "A-00001", "most": 6, "seconds": 5.0}, never)
    assert [one["event"] for one in told] == ["prices"]


def test_prices_ahead_are_given_up_for_anything_more_urgent_and_not_kept_unfinished() -> None:
    portfolio = sample(60, 6, 1)
    told: list[dict[str, object]] = []
    jobs = Jobs(told.append)
    assert jobs.readying.wait(never)
    jobs.take_portfolio(to_record(portfolio))
    request = {"id": 1, "policy": sample_policy(portfolio).to_record()}
    looks: list[int] = []

    def urgent_after_two_rounds() -> bool:
        looks.append(1)
        return len(looks) > 3

    jobs.probe(request, urgent_after_two_rounds)
    assert not told
    jobs.probe(request, never)
    expected = prices_of(problem_of(portfolio)).to_record()
    assert told[0]["certificate"] == expected
