"""Sweeps: what varies, what a variation is, and that each scenario is solved as it would be alone."""

from __future__ import annotations

import concurrent.futures
import importlib
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bookshift_model.certificate import Certificate, lower_bound
from bookshift_model.data import Data
from bookshift_model.decisions import Decisions, Pin
from bookshift_model.policy import Policy, PolicyError
from bookshift_model.portfolio import Portfolio
from bookshift_model.problem import Problem, build
from bookshift_model.sample import sample
from bookshift_model.score import score
from bookshift_model.start.engine import first_plan
from bookshift_model.sweep.axes import Axis, SweepError, choice, combinations, drawn, in_words, read_axis
from bookshift_model.sweep.cluster import cluster
from bookshift_model.sweep.outcome import Outcome, front
from bookshift_model.sweep.run import local_pool, outcomes, sweep
from bookshift_model.sweep.variation import Base, varied_policy, varied_roster
from bookshift_model.terms import Indices

DAY = date(2026, 1, 5)


@pytest.fixture(scope="module")
def portfolio() -> Portfolio:
    return sample(30, 4, 1, DAY)


@pytest.fixture(scope="module")
def base(portfolio: Portfolio) -> Base:
    held = Pin(account=portfolio.accounts[3].id, csm=portfolio.csms[2].id)
    policy = Policy().with_rule("max_accounts", mode="hard", limit=9)
    return Base(portfolio=portfolio, policy=policy, decisions=Decisions([held]))


AXES = (
    Axis("continuity", ("5", "40")),
    Axis("max_accounts.limit", ("8", "9", "12")),
    Axis("leaves", ("nobody", "C-002")),
)


def test_values_are_read_as_written(portfolio: Portfolio) -> None:
    assert read_axis("continuity=10,20.5", portfolio) == Axis("continuity", ("10", "20.5"))
    assert read_axis("continuity=0..80/5", portfolio).values == ("0", "20", "40", "60", "80")
    assert read_axis("max_accounts.limit=22..25,30", portfolio).values == ("22", "23", "24", "25", "30")
    assert read_axis("max_accounts.mode=hard,off", portfolio).values == ("hard", "off")
    ids = tuple(portfolio.csm_index)
    assert read_axis("leaves=any", portfolio).values == ("nobody", *ids)
    assert read_axis(f"joins={ids[0]}+{ids[0]}", portfolio).values == (f"{ids[0]}+{ids[0]}",)


def test_the_same_people_are_one_value_in_whatever_order_and_however_often_they_are_named(
    portfolio: Portfolio,
) -> None:
    names = {"c1": "Ann", "c2": "Bo", "c3": "Cy", "c1+c2": "Di", "c2+c1": "Ed"}
    csms = tuple(replace(portfolio.csms[0], id=one, name=name) for one, name in names.items())
    here = replace(portfolio, accounts=(), csms=csms)
    assert read_axis("leaves=c1+Ann,Ann+c1,c1,Ann+Ann", here).values == ("c1",)
    assert read_axis("leaves=c3+c1,Ann + Cy,c1 + c3,Cy+Ann+Cy", here).values == ("c1+c3",)
    assert read_axis("joins=c3+c1+Cy,Ann+c3+c3,c1+c1", here).values == ("c1+c3+c3", "c1+c1")
    with pytest.raises(SweepError, match=r"leaves=Ann\+Bo: the ids, joined by \+, are those of others"):
        read_axis("leaves=Ann+Bo", here)
    four = replace(here, csms=csms[:4])
    assert read_axis("leaves=Ann+Bo,Di,Bo+Ann", four).values == ("c2+c1", "c1+c2")
    for value, gone in (("c2+c1", {"c1", "c2"}), ("c1+c2", {"c1+c2"})):
        assert {one.id for one in varied_roster(four, {"leaves": value}).csms} == four.csm_index.keys() - gone


def test_ids_that_hold_the_signs_between_ids_are_read_whole(portfolio: Portfolio) -> None:
    names = ("C+1", "C", "a,b", "x=y", "d e")
    here = replace(
        portfolio,
        accounts=(),
        csms=tuple(replace(portfolio.csms[0], id=name) for name in names),
    )
    assert read_axis("leaves=C+1,a,b,nobody,C+1+C,x=y+d e", here).values == (
        "C+1", "a,b", "nobody", "C+1+C", "x=y+d e",
    )  # fmt: skip
    for value in read_axis("leaves=any", here).values[1:]:
        left = {one.id for one in varied_roster(here, {"leaves": value}).csms}
        assert left == set(names) - {value}
    joined = varied_roster(here, {"joins": "C+1+a,b"}).csms[len(names) :]
    assert [one.id for one in joined] == ["hire-1:C+1", "hire-2:a,b"]
    with pytest.raises(SweepError, match="'b'"):
        read_axis("leaves=C+b", here)


def test_csms_are_named_by_what_they_are_called_too(portfolio: Portfolio) -> None:
    names = ("Ana Silva", "Ben", "ben", "Ada, Lady+Lovelace")
    ids = ("c1", "c2", "Ana Silva 2", "c4")
    csms = tuple(replace(portfolio.csms[0], id=i, name=n) for i, n in zip(ids, names, strict=True))
    here = replace(portfolio, accounts=(), csms=csms)
    found = read_axis("leaves=ana silva,Ana Silva 2,c2+Ana Silva,Ada, Lady+Lovelace + c2,nobody", here)
    assert found.values == ("c1", "Ana Silva 2", "c1+c2", "c2+c4", "nobody")
    assert read_axis("joins=ana silva", here).values == ("c1",)
    with pytest.raises(SweepError, match=r"several CSMs are called 'BEN'; give an id: c2, Ana Silva 2"):
        read_axis("leaves=BEN", here)
    with pytest.raises(SweepError, match=r"name 'ana'; did you mean Ana Silva \(c1\)\?"):
        read_axis("leaves=nobody,ana", here)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("continuity", "varies nothing"),
        ("happiness=1,2", "'happiness' is no goal"),
        ("max_accounts.colour=1", "no setting 'colour'"),
        ("leaves=Zoe", r"no CSM has the id or name 'Zoe'; give the name or id as in the file, or nobody"),
        ("continuity=9..3", "no range"),
        ("continuity=1,,2", "empty value"),
        ("continuity=0..99999999", "takes 100,000,000 values"),
        ("continuity=0..0.5", "range of one value"),
    ],
)
def test_what_means_nothing_is_refused_by_name(portfolio: Portfolio, text: str, said: str) -> None:
    with pytest.raises(SweepError, match=said):
        read_axis(text, portfolio)


def test_the_order_of_the_rows_in_a_file_decides_nothing(base: Base) -> None:
    rows = base.portfolio
    turned = replace(rows, accounts=rows.accounts[::-1], csms=rows.csms[1:] + rows.csms[:1])
    assert turned != rows
    assert replace(base, portfolio=turned).to_json() == base.to_json(), "all that workers are given"


def test_every_combination_has_a_number() -> None:
    assert combinations(AXES) == 12
    seen = [tuple(choice(AXES, number).items()) for number in drawn(AXES, 100, 1)]
    assert len(set(seen)) == 12
    assert choice(AXES, 1)["leaves"] == "C-002"


def test_a_choice_is_said_by_names(portfolio: Portfolio) -> None:
    first, second = portfolio.csms[:2]
    chosen = {"continuity": "20", "leaves": f"{first.id}+{second.id}", "joins": first.id}
    assert in_words(chosen, portfolio) == (
        f"continuity 20, {first.name} and {second.name} leave, a new hire like {first.name}"
    )
    assert in_words({"leaves": "nobody"}, portfolio) == "nobody leaves"


def test_some_of_many_are_drawn_by_the_seed() -> None:
    many = [Axis(str(at), tuple(map(str, range(900)))) for at in range(5)]
    first = drawn(many, 50, 7)
    assert first == drawn(many, 50, 7) == sorted(set(first))
    assert len(first) == 50
    assert first != drawn(many, 50, 8)


def test_a_variation_changes_what_it_names_and_nothing_else() -> None:
    policy = varied_policy(
        Policy(), {"continuity": "7", "max_accounts.limit": "8", "max_accounts.mode": "soft"}
    )
    assert policy.weights["continuity"] == 7
    assert policy == Policy().with_weight("continuity", 7).with_rule("max_accounts", limit=8, mode="soft")


def test_a_value_that_no_policy_takes_is_refused_by_name() -> None:
    with pytest.raises(PolicyError, match=r"max_accounts\.mode"):
        varied_policy(Policy(), {"max_accounts.mode": "iron"})


def test_accounts_of_a_leaver_have_nobody_and_a_hire_is_in_ramp(portfolio: Portfolio) -> None:
    gone, like = portfolio.csms[0], portfolio.csms[1]
    changed = varied_roster(portfolio, {"leaves": gone.id, "joins": like.id})
    assert gone.id not in changed.csm_index
    data = Data(changed, Policy().formulas)
    assert [a.owner == gone.id for a in portfolio.accounts] == (data.owner < 0).tolist()
    hire = changed.csms[-1]
    assert (hire.industries, hire.region, hire.start) == (like.industries, like.region, DAY)
    assert data.capacity[-1] < Data(portfolio, Policy().formulas).capacity[1]


def test_somebody_stays(portfolio: Portfolio) -> None:
    with pytest.raises(SweepError, match="leaves nobody"):
        varied_roster(portfolio, {"leaves": "+".join(portfolio.csm_index)})


def test_a_scenario_comes_out_as_if_it_were_solved_alone(base: Base) -> None:
    (found,) = outcomes(base.to_json(), AXES, [5], 1)
    chosen = choice(AXES, 5)
    policy = varied_policy(base.policy, chosen)
    data = Data(varied_roster(base.portfolio, chosen), policy.formulas, base.decisions)
    problem = build(data, policy)
    alone = first_plan(problem, seed=1, start=problem.baseline, effort="brief")
    card = score(problem, alone.assignment)
    assert found.points == pytest.approx(card.points, abs=1e-9)
    assert found.bound <= found.points
    assert found.figures["moves"] == sum(one.csm_from >= 0 for one in card.moves)
    assert found.broken == {name: n for name, n in _count(card).items() if n}
    assert alone.assignment[3] == data.portfolio.csm_index[base.portfolio.csms[2].id]
    assert np.array_equal(assigned(problem, found.moves), alone.assignment)
    assert 0.9 * alone.bound < lower_bound(problem, found.certificate) <= alone.bound + 1e-9


def test_a_careful_sweep_is_no_worse(base: Base) -> None:
    (quick,) = outcomes(base.to_json(), AXES, [2], 1)
    (careful,) = outcomes(base.to_json(), AXES, [2], 1, "standard")
    assert careful.choice == quick.choice
    assert careful.bound >= 0.99 * quick.bound
    assert careful.points <= 1.001 * quick.points


def test_hard_rules_that_are_broken_make_no_gap_look_small(portfolio: Portfolio) -> None:
    rule = Policy().with_rule("max_accounts", mode="hard", limit=3)
    crowded = Base(portfolio=portfolio, policy=rule, decisions=Decisions())
    (found,) = outcomes(crowded.to_json(), [Axis("continuity", ("20",))], [0], 1)
    assert found.broken
    assert found.gap == pytest.approx((found.points - found.bound) / found.soft_points)
    assert found.gap > (found.points - found.bound) / found.points


def test_a_part_for_each_worker_is_done_at_once(base: Base) -> None:
    axes = [Axis("continuity", tuple(map(str, range(60))))]
    asked: list[int] = []

    class Counting(concurrent.futures.Executor):
        def submit(self, _work: Any, /, *arguments: Any, **_: Any) -> concurrent.futures.Future[Any]:
            asked.append(len(arguments[2]))
            made: concurrent.futures.Future[Any] = concurrent.futures.Future()
            made.set_result([])
            return made

    list(sweep(base, axes, list(range(60)), Counting(), seed=1, workers=2))
    assert asked[:6] == [1, 1, 2, 2, 4, 4]
    assert sum(asked) == 60
    assert max(asked) == 4


NO_WORKER = """
import sys, threading
from concurrent.futures import BrokenExecutor

import psutil

def end_the_first_helper():
    while not (found := [one for one in psutil.Process().children() if "forkserver" in str(one.cmdline())]):
        pass
    found[0].kill()

if __name__ == "__main__":
    from bookshift_model.sweep.axes import Axis
    from bookshift_model.sweep.run import local_pool, sweep
    from bookshift_model.sweep.variation import Base

    with open(sys.argv[1]) as file:
        base = Base.from_json(file.read())
    threading.Thread(target=end_the_first_helper, daemon=True).start()
    try:
        with local_pool(1) as pool:
            list(sweep(base, [Axis("continuity", ("1", "2"))], [0, 1], pool, seed=1, workers=1))
    except BrokenExecutor as error:
        print(error)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere workers are not forked")
def test_that_no_worker_can_be_forked_is_said_as_of_any_broken_pool(base: Base, tmp_path: Path) -> None:
    script, file = tmp_path / "owner.py", tmp_path / "base.json"
    script.write_text(NO_WORKER)
    file.write_text(base.to_json())
    ended = subprocess.run([sys.executable, script, file], capture_output=True, text=True, check=True)
    assert ended.stdout == "the process that workers are forked from was ended\n"


def test_of_a_sweep_that_cannot_be_given_out_whole_nothing_is_solved(base: Base) -> None:
    given: list[concurrent.futures.Future[Any]] = []

    class Full(concurrent.futures.Executor):
        def submit(self, *_: Any, **__: Any) -> concurrent.futures.Future[Any]:
            if given:
                raise KeyboardInterrupt
            given.append(concurrent.futures.Future())
            return given[0]

    with pytest.raises(KeyboardInterrupt):
        list(sweep(base, AXES, list(range(12)), Full(), seed=1, workers=1))
    assert given[0].cancelled()


def test_outcomes_do_not_depend_on_who_solves_them(base: Base) -> None:
    numbers = list(range(12))
    here = outcomes(base.to_json(), AXES, numbers, 1)
    with local_pool(2) as pool:
        parts = list(sweep(base, AXES, numbers, pool, seed=1, workers=2))
    assert len(parts) > 1
    assert sorted((one for part in parts for one in part), key=lambda one: one.number) == here


def test_outcomes_do_not_depend_on_what_was_solved_before(base: Base) -> None:
    numbers = list(range(12))
    here = outcomes(base.to_json(), AXES, numbers, 1)
    assert outcomes(base.to_json(), AXES, numbers[::-1], 1)[::-1] == here


def test_a_gap_stays_small_where_hard_rules_cannot_be_kept(base: Base) -> None:
    axes = [Axis("max_accounts.limit", ("7",))]  # 4 × 7 places for 30 accounts
    (found,) = outcomes(base.to_json(), axes, [0], 1)
    assert found.broken["Maximum accounts"] >= 1
    assert found.points > found.bound > found.points - found.soft_points > 0.9 * found.bound
    assert found.gap is not None
    assert found.gap < 0.1


def test_a_scenario_that_cannot_be_ends_the_sweep_with_its_reason(base: Base) -> None:
    axes = [Axis("max_accounts.limit", ("8", "-5"))]
    with concurrent.futures.ThreadPoolExecutor(1) as pool, pytest.raises(PolicyError, match="max_accounts"):
        list(sweep(base, axes, [0, 1], pool, seed=1, workers=1))


def test_a_cluster_gives_the_same_outcomes(base: Base) -> None:
    distributed = pytest.importorskip("distributed", reason="the cluster is an optional part")
    here = outcomes(base.to_json(), AXES, list(range(4)), 1)
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1"
        ) as local,
        cluster(local.scheduler_address) as (executor, workers),
    ):
        assert workers == 2
        parts = list(sweep(base, AXES, list(range(4)), executor, seed=1, workers=workers))
    assert sorted((one for part in parts for one in part), key=lambda one: one.number) == here


def test_without_the_optional_part_a_cluster_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr(importlib, "import_module", missing)
    with pytest.raises(SweepError, match=r"bookshift\[cluster\]"), cluster("tcp://127.0.0.1:1"):
        pass


def test_the_front_holds_what_nothing_beats() -> None:
    rng = np.random.default_rng(1)
    made = [_outcome(at, *rng.integers(0, 40, 2)) for at in range(200)]
    best = front(made, "moves", "churn")
    figures = [(one.figures["moves"], one.figures["churn"]) for one in best]
    assert figures == sorted(figures)
    for one in made:
        x, y = one.figures["moves"], one.figures["churn"]
        assert any(a <= x and b <= y for a, b in figures)
        assert (one in best) or any(
            (a <= x and b < y) or (a < x and b <= y) or (a, b) == (x, y) for a, b in figures
        )


def _outcome(number: int, x: float, y: float) -> Outcome:
    return Outcome(
        number=number, choice={}, points=1, soft_points=1, bound=1,
        certificate=Certificate({}, {}), moves={}, figures={"moves": float(x), "churn": float(y)}, broken={},
        notes=(),
    )  # fmt: skip


def assigned(problem: Problem, moves: Mapping[str, str]) -> Indices:
    made, portfolio = problem.baseline.copy(), problem.data.portfolio
    for account, csm in moves.items():
        made[portfolio.account_index[account]] = portfolio.csm_index[csm]
    return made


def _count(card: object) -> dict[str, int]:
    names = [one.name for one in card.broken]  # type: ignore[attr-defined]
    return {name: names.count(name) for name in names}
