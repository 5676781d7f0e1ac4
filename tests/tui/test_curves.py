"""The move-limit curve: what it makes of the scenarios under each limit."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from plan_rig import opened
from typer.testing import CliRunner

from bookshift.cli.root import commands
from bookshift.curves import curve, of_record, record, said, steps, told
from bookshift.screens.vary import offers
from bookshift.sweeps import OWN_TARGETS, Swept, axes_of, run, usual_figure
from bookshift.sweeps import told as told_of_sweep
from bookshift_model.certificate import Certificate
from bookshift_model.policy import Policy, PolicyError
from bookshift_model.sample import sample
from bookshift_model.sample_policy import sample_policy
from bookshift_model.sweep.axes import SweepError
from bookshift_model.sweep.outcome import Outcome

SMALL = sample(40, 4, 1)


def found(
    limit: int, points: float, soft: float, moves: int, broken: dict[str, int] | None = None
) -> Outcome:
    return Outcome(
        number=limit, choice={"move_budget.mode": "hard", "move_budget.limit": str(limit)}, points=points,
        soft_points=soft, bound=points - 1, certificate=Certificate({}, {}),
        moves={f"A{at}": "C1" for at in range(moves)}, figures={"moves": float(moves)}, broken=broken or {},
        notes=(),
    )  # fmt: skip


def swept(*outcomes: Outcome) -> Swept:
    return Swept(
        axes=(), outcomes=outcomes, asked=len(outcomes), total=len(outcomes), seed=1, origin="", seconds=0.0
    )


def test_shares_are_of_what_the_best_plan_gains_over_today() -> None:
    made = steps(swept(found(0, 100, 100, 0), found(5, 70, 70, 5), found(40, 60, 60, 12)), today=100)
    assert [one.captured for one in made] == [0, 0.75, 1]
    assert [one.moves for one in made] == [0, 5, 12]


def test_more_moves_allowed_never_bring_less() -> None:
    made = steps(swept(found(0, 100, 100, 0), found(5, 70, 70, 5), found(9, 70.5, 70.5, 8)), today=100)
    assert [one.moves for one in made] == [0, 5, 5]
    assert made[-1].captured == 1
    assert made[-1].point.gap == pytest.approx(0.5 / 70)  # what is proven under the limit, for the plan shown


def test_too_few_moves_for_the_hard_rules_have_no_share() -> None:
    broken = found(0, 1100, 90, 3, {"ARR band": 1})
    made = steps(swept(broken, found(8, 80, 80, 8)), today=100)
    assert [one.captured for one in made] == [None, 1]
    assert made[0].broken == {"ARR band": 1}
    assert said(made[0]) == "0 moves are too few to keep the hard rules: ARR band ×1"


def test_a_rule_that_no_number_of_moves_keeps_is_not_laid_to_their_number() -> None:
    pinned = {"Strategic accounts stay": 1}
    made = steps(
        swept(found(0, 2100, 90, 1, {**pinned, "Move budget": 1}), found(8, 1080, 80, 8, pinned)), today=100
    )
    assert [one.captured for one in made] == [None, 1]
    assert said(made[0]) == (
        "0 moves are too few to keep the hard rules: 1 over limit; "
        "no plan found keeps Strategic accounts stay ×1"
    )
    assert said(made[1]) == (
        "8 moves bring 100% of what is possible; no plan found keeps Strategic accounts stay ×1"
    )
    assert "no plan found keeps Strategic accounts stay ×1, however many moves" in told(made)


def test_the_curve_never_dips_where_a_rule_is_broken_more_or_less() -> None:
    over = {"Utilisation ceiling": 2}
    made = steps(
        swept(found(4, 480, 80, 4, over), found(8, 370, 70, 8, over), found(12, 275, 75, 12, over)), today=100
    )
    shares = [one.captured for one in made]
    assert shares == sorted(shares)
    assert shares[0] > 0
    assert shares[-1] == 1


def test_hard_rules_that_are_broken_make_no_gap_of_the_curve_look_small() -> None:
    (made,) = steps(swept(found(4, 1080, 90, 4, {"Utilisation ceiling": 2})), today=100)
    assert made.point.gap == pytest.approx(1 / 90)


def test_accounts_without_owner_are_said_not_to_count() -> None:
    made = steps(swept(found(2, 80, 80, 5)), today=100, unowned={"A0", "A1", "A2"})
    assert made[0].unowned == 3
    assert said(made[0]).startswith("2 moves + 3 placed (which nobody has today, and no limit counts) bring")
    assert "no limit counts the 3 accounts placed that nobody has today" in told(made)
    table = [line.split() for line in told(made).splitlines()]
    assert next(one for one in table if one[:2] == ["at", "most"])[2:5] == ["moves", "placed", "of"]
    assert ["2", "2", "3", "100%"] in [one[:4] for one in table]


def test_a_plan_that_moves_more_than_its_limit_says_by_how_many() -> None:
    broken = {"ARR band": 1, "Move budget": 1}
    made = steps(swept(found(0, 2080, 80, 7, broken), found(9, 80, 80, 8)), today=100, unowned={"A0"})
    assert "6 over limit, ARR band ×1" in told(made)
    assert "Move budget" not in told(made)


def test_the_curve_of_a_real_scenario_ends_at_all_of_it(tmp_path: Path) -> None:
    with opened(tmp_path, SMALL, sample_policy(SMALL)) as planner:
        made = curve(planner, processes=2)
        assert made[-1].limit == 40
        assert made[-1].captured == pytest.approx(1)
        shares = [one.captured for one in made if one.captured is not None]
        assert shares == sorted(shares)
        for one in made:
            assert one.moves <= one.limit or one.broken
            assert one.point.gap >= 0
        assert of_record(json.loads(json.dumps(record(made)))) == made
        assert "of the improvement" in told(made)


def test_a_sweep_changes_nothing_and_tells_the_trade_off(tmp_path: Path) -> None:
    with opened(tmp_path, SMALL) as planner:
        before = planner.scenario
        axes = axes_of(planner, ["continuity=5,40", "leaves=nobody,C-002"])
        made = run(planner, axes, processes=1)
        assert [one.choice["leaves"] for one in made.outcomes] == ["nobody", "C-002"] * 2
        assert planner.workspace.scenario(before.id) == before
        said_of_it = told_of_sweep(made, planner.portfolio, "moves", "workload_balance")
        assert re.match(r"4 scenarios in \d+ s; seed 1\n", said_of_it)
        assert re.search(r"proven gap: median [\d.]+%, at most [\d.]+%\n", said_of_it)
        assert OWN_TARGETS in said_of_it
        assert usual_figure(["leaves"]) == "busiest"


def test_what_varies_twice_or_nothing_is_refused(tmp_path: Path) -> None:
    with opened(tmp_path, SMALL) as planner:
        with pytest.raises(SweepError, match="varies twice"):
            axes_of(planner, ["continuity=1", "continuity=2"])
        with pytest.raises(SweepError, match="at least one"):
            axes_of(planner, [])
        with pytest.raises(PolicyError, match="max_accounts"):
            axes_of(planner, ["max_accounts.mode=hard", "max_accounts.limit=-5"])


def test_a_setting_of_a_rule_that_is_off_is_refused_with_the_cure(tmp_path: Path) -> None:
    with opened(tmp_path, SMALL, Policy().with_rule("max_accounts", mode="off")) as planner:
        for others in ([], ["max_accounts.mode=off"]):
            with pytest.raises(
                SweepError, match=r"is off, so .* would change nothing; let max_accounts\.mode=hard"
            ):
                axes_of(planner, ["max_accounts.limit=8,9", *others])
        assert len(axes_of(planner, ["max_accounts.limit=8,9", "max_accounts.mode=hard"])) == 2
        for _, vary in offers(planner.state.policy).values():
            assert axes_of(planner, vary)
    with opened(tmp_path / "on", SMALL, Policy().with_rule("max_accounts", mode="soft")) as planner:
        assert axes_of(planner, ["max_accounts.limit=8,9"])


def test_a_careful_curve_is_another_solve_and_no_worse(tmp_path: Path) -> None:
    with opened(tmp_path, SMALL, sample_policy(SMALL)) as planner:
        folder = str(planner.workspace.folder)
    quick, careful = (
        json.loads(
            CliRunner().invoke(commands, ["curve", "-w", folder, "--processes", "1", "--json", *more]).stdout
        )["steps"]
        for more in ([], ["--careful"])
    )
    assert [one["limit"] for one in quick] == [one["limit"] for one in careful]
    assert [one["bound"] for one in quick] != [one["bound"] for one in careful]
    proven, points = (
        [sum(one[name] for one in made) for made in (quick, careful)] for name in ("bound", "points")
    )
    assert proven[1] >= 0.999 * proven[0]
    assert points[1] <= 1.001 * points[0]


def test_the_command_writes_every_scenario_with_its_exact_figures(tmp_path: Path) -> None:
    with opened(tmp_path, SMALL, Policy()) as planner:
        folder = str(planner.workspace.folder)
    ran = CliRunner().invoke(
        commands,
        ["sweep", "-w", folder, "--vary", "continuity=5,40", "--processes", "1", "--out", str(tmp_path / "o"),
         "--json"],
    )  # fmt: skip
    assert ran.exit_code == 0, ran.output
    printed = json.loads(ran.stdout)
    lines = (tmp_path / "o" / "sweep.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("scenario,continuity,points,proven_gap,figure_moves")
    assert [float(line.split(",")[2]) for line in lines[1:]] == [
        one["points"] for one in printed["scenarios"]
    ]
    assert printed["combinations"] == printed["asked"] == 2
