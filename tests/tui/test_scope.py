"""What a solve plans anew after a change, and what stays proven of a plan that was changed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from plan_rig import SAMPLE, opened, running

from bookshift.planner import Planner
from bookshift.proof import Proof, assignment_of, checked, digest, known_bound, proof_of
from bookshift.scope import repair_of
from bookshift.solver_events import Finished, Preparing
from bookshift_model.certificate import lower_bound
from bookshift_model.optimise import optimise
from bookshift_model.policy import Policy
from bookshift_model.value import value

FREE = [one.id for one in SAMPLE.accounts if not one.strategic]
LAST = SAMPLE.csms[-1].id


def owner(account: str) -> str | None:
    return SAMPLE.accounts[SAMPLE.account_index[account]].owner


def accepted(planner: Planner) -> Finished:
    """A solver's plan, taken over."""
    problem = planner.problem
    found = optimise(problem, problem.baseline, gap=0.02)
    data = problem.data
    moves = {
        data.accounts[i].id: data.csms[found.assignment[i]].id
        for i in np.flatnonzero(found.assignment != problem.baseline)
    }
    assert found.certificate is not None
    end = Finished(
        id=1, status="gap_reached", moves=moves, points=found.points, bound=found.bound, gap=found.gap,
        improvement_gap=found.improvement_gap, points_baseline=found.points_baseline, seconds=1.0,
        cpu_seconds=1.0, seed=1, certificate=found.certificate.to_record(),
        certified=lower_bound(problem, found.certificate),
    )  # fmt: skip
    planner.keep_proposal({
        "moves": moves, "points": end.points, "gap": end.gap, "bound": end.bound,
        "unavoidable": found.unavoidable,
        "certificate": end.certificate, "digest": digest(planner),
    })  # fmt: skip
    planner.accept()
    return end


def test_without_a_plan_or_without_a_change_all_accounts_are_planned(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        assert repair_of(planner) is None
        planner.pin(FREE[:1], LAST)
        assert repair_of(planner) is None, "a plan made by hand is no plan to keep to"
        planner.undo()
        accepted(planner)
        assert repair_of(planner) is None


def test_after_a_change_to_a_plan_what_it_touches_is_repaired(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        accepted(planner)
        planner.pin(FREE[:1], LAST)
        found = repair_of(planner)
        assert found is not None
        assert (found.accounts, found.held, found.most) == ((FREE[0],), (), 25)
        other = next(one for one in FREE[1:] if planner.state.moves.get(one) != LAST != owner(one))
        planner.move([other], LAST)
        found = repair_of(planner)
        assert found is not None
        assert (set(found.accounts), found.held) == ({FREE[0], other}, (other,))
        planner.release(FREE[:1])
        planner.undo()
        planner.undo()
        assert repair_of(planner) is not None
        planner.undo()
        assert repair_of(planner) is None


def test_a_repair_begins_with_prices_of_its_own_policy_only(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        end = accepted(planner)
        planner.pin(FREE[:1], LAST)
        found = repair_of(planner)
        assert found is not None
        assert found.certificate == end.certificate
        planner.undo()
        planner.set_policy(Policy.preset("balanced"), "balanced")
        other = {"books": {"arr": {LAST: 99.0}}, "plans": {}}
        planner.keep_proposal({"moves": {FREE[1]: LAST}, "certificate": other, "digest": digest(planner)})
        planner.reject()
        planner.undo()
        planner.pin(FREE[:1], LAST)
        found = repair_of(planner)
        assert found is not None
        assert found.certificate is None


def test_a_nudge_may_move_more_and_many_changes_are_a_new_plan(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        accepted(planner)
        planner.set_policy(Policy.preset("balanced"), "balanced")
        found = repair_of(planner)
        assert found is not None
        assert (found.accounts, found.most) == ((), 25)
        planner.move(FREE[: len(SAMPLE.accounts) // 2], LAST)
        assert repair_of(planner) is None


def test_a_copy_of_a_plan_is_a_plan_to_keep_to(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        accepted(planner)
        planner.open(planner.workspace.clone_scenario(planner.scenario.id, "Copy").scenario.id)
        assert repair_of(planner) is None
        planner.pin(FREE[:1], LAST)
        assert repair_of(planner) is not None


def test_what_is_proven_outlasts_accepting_and_every_change(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        assert proof_of(planner) is None
        end = accepted(planner)
        proof = proof_of(planner)
        assert proof is not None
        assert proof.gap == pytest.approx(end.gap, rel=1e-9)
        assert str(proof).startswith("proven within")
        assert planner.proposal is None
        planner.move(FREE[:5], LAST)
        worse = proof_of(planner)
        assert worse is not None
        assert worse.gap is not None
        assert end.gap is not None
        assert worse.gap > end.gap


def test_a_rule_that_nobody_can_keep_flatters_no_gap_after_accepting_or_a_change(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        total = SAMPLE.total_arr / len(SAMPLE.csms)
        planner.set_policy(
            planner.state.policy.with_rule("min_arr", mode="hard", limit=2 * total), "too much"
        )
        end = accepted(planner)
        assert end.gap is not None
        assert end.points > 20 * (end.points - value_spared(planner)), "most points are of that rule"
        proof = proof_of(planner)
        assert proof is not None
        assert proof.gap == pytest.approx(end.gap, rel=1e-6)
        planner.lock([next(one for one in FREE if one not in planner.state.moves)])
        after = proof_of(planner)
        assert after is not None
        assert after.gap is not None
        assert after.gap > end.gap / 2


def value_spared(planner: Planner) -> float:
    """Points that no plan can spare, as it was stored with the plan."""
    kept = planner.workspace.proposal(planner.scenario.id)
    assert kept is not None
    spared = kept.content["unavoidable"]
    assert isinstance(spared, float)
    return spared


def test_what_was_proved_of_other_decisions_or_by_other_formulas_is_not_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(tmp_path) as planner:
        assert known_bound(planner) is None
        end = accepted(planner)
        assert known_bound(planner) == end.bound
        planner.lock(FREE[:1])
        assert known_bound(planner) is None
        planner.undo()
        assert known_bound(planner) == end.bound
        monkeypatch.setattr("bookshift.proof.__version__", "another")
        assert known_bound(planner) is None


def test_a_plan_better_than_a_bound_refutes_it(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        end = accepted(planner)
        kept = planner.workspace.proposal(planner.scenario.id)
        assert kept is not None
        planner.workspace.save_proposal(planner.scenario.id, {**kept.content, "bound": end.points + 1})
        proof = proof_of(planner)
        assert proof is not None
        assert not str(proof)


def test_a_proof_that_does_not_hold_is_not_claimed(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        problem = planner.problem
        end = accepted(planner)
        assert checked(problem, end) is end
        assert end.certified is not None
        boast = replace(end, certified=end.certified + 1, bound=end.points, gap=0.0)
        found = checked(problem, boast)
        assert found.gap is not None
        assert found.gap > 0
        assert "could not be repeated" in found.note
        wrong = checked(problem, replace(end, points=end.points - 1))
        assert wrong.points == value(problem, assignment_of(problem, end.moves))


def test_a_proof_in_words() -> None:
    assert str(Proof(None, None)) == ""
    assert str(Proof(0.0, 0.0)) == "proven the best possible"
    assert str(Proof(0.004, 0.02)) == (
        "proven within 0.4 % of the best possible, 2.0 % of the improvement still open"
    )


async def test_s_repairs_then_plans_all_and_g_s_plans_all_at_once(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        accepted(planner)
        planner.pin(FREE[:1], LAST)
        async with running(planner) as rig:
            await rig.press("S")
            await rig.until(lambda: "repairing 00:0" in rig.text)
            assert rig.solver.jobs[-1].repair is not None
            rig.solver.started()
            rig.solver.on_event(Preparing(id=1, seconds=60))
            words = "preparing the engine, this once (about 60 s)"
            await rig.until(lambda: words in rig.text)
            other = next(one for one in FREE[1:] if planner.state.moves.get(one) != LAST != owner(one))
            rig.solver.finished({**planner.state.moves, other: LAST})
            await rig.until(lambda: "repaired: 1 other account would change" in rig.message)
            await rig.press("S")
            await rig.until(lambda: len(rig.solver.jobs) == 2)
            assert rig.solver.jobs[-1].repair is None
            rig.solver.finished(dict(planner.state.moves))
            await rig.until(lambda: "No better plan" in rig.message)
            await rig.press("g", "S")
            await rig.until(lambda: len(rig.solver.jobs) == 3)
            assert rig.solver.jobs[-1].repair is None
            rig.solver.finished({**planner.state.moves, other: LAST})
            await rig.until(lambda: "moves, 1 unlike yours, proven" in rig.message)


async def test_only_those_that_would_change_are_said_to_be_of_unclear_owner(tmp_path: Path) -> None:
    both = tuple(replace(one, name="Alex Kim") for one in SAMPLE.csms[:2])
    accounts = (replace(one, owner="Alex Kim") if one.id in FREE[:6] else one for one in SAMPLE.accounts)
    with opened(
        tmp_path, replace(SAMPLE, csms=(*both, *SAMPLE.csms[2:]), accounts=tuple(accounts))
    ) as planner:
        accepted(planner)
        planner.pin(FREE[-1:], LAST)
        yours = dict(planner.state.moves)
        assert {*FREE[:6]} <= {*yours}, "a solve gives each of them to somebody"
        unclear = {FREE[0]: next(one.id for one in SAMPLE.csms if one.id != yours[FREE[0]])}
        clear = {next(one for one in FREE[6:-1] if yours.get(one) != LAST != owner(one)): LAST}
        async with running(planner) as rig:
            await rig.press("S")
            await rig.until(lambda: len(rig.solver.jobs) == 1)
            rig.solver.finished({**yours, **unclear, **clear})
            said = "repaired: 2 other accounts would change, 1 of them of unclear owner (g f)"
            await rig.until(lambda: said in rig.message)
            await rig.press("g", "S")
            await rig.until(lambda: len(rig.solver.jobs) == 2)
            rig.solver.finished({**yours, **clear})
            await rig.until(lambda: " placed, 1 unlike yours, proven" in rig.message)


async def test_a_repair_that_ended_in_trouble_says_so_and_offers_no_plan(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        end = accepted(planner)
        planner.pin(FREE[:1], LAST)
        async with running(planner) as rig:
            await rig.press("S")
            await rig.until(lambda: len(rig.solver.jobs) == 1)
            moves = dict(planner.state.moves)
            note = "The solver was ended by the system before it found a better plan."
            rig.solver.on_event(
                replace(end, id=1, status="stopped", moves=moves, certificate=None, note=note)
            )
            await rig.until(lambda: "before it found a better plan: yours stays as it is." in rig.message)
            assert planner.proposal is None
