"""The move-limit curve: what it makes of the scenarios under each limit."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from plan_rig import opened
from typer.testing import CliRunner

from bookshift.cli.root import commands
from bookshift.curves import curve, of_record, record, steps, told
from bookshift.sweeps import Swept, axes_of, run
from bookshift.sweeps import told as told_of_sweep
from bookshift_model.policy import Policy
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
        soft_points=soft, bound=points - 1, gap=0.01, figures={"moves": float(moves)}, broken=broken or {},
        notes=(),
    )  # fmt: skip


def swept(*outcomes: Outcome) -> Swept:
    return Swept(axes=(), outcomes=outcomes, asked=len(outcomes), total=len(outcomes), seed=1)


def test_shares_are_of_what_the_best_plan_gains_over_today() -> None:
    made = steps(swept(found(0, 100, 100, 0), found(5, 70, 70, 5), found(40, 60, 60, 12)), today=100)
    assert [one.captured for one in made] == [0, 0.75, 1]
    assert [one.moves for one in made] == [0, 5, 12]


def test_more_moves_allowed_never_bring_less() -> None:
    made = steps(swept(found(0, 100, 100, 0), found(5, 70, 70, 5), found(9, 72, 72, 8)), today=100)
    assert [one.moves for one in made] == [0, 5, 5]
    assert made[-1].captured == 1
    assert made[-1].gap == pytest.approx(0)  # what was proven for 71 holds for 70


def test_too_few_moves_for_the_hard_rules_have_no_share() -> None:
    broken = found(0, 1100, 90, 3, {"ARR band": 1})
    made = steps(swept(broken, found(8, 80, 80, 8)), today=100)
    assert [one.captured for one in made] == [None, 1]
    assert made[0].broken == {"ARR band": 1}


def test_the_curve_of_a_real_scenario_ends_at_all_of_it(tmp_path: Path) -> None:
    with opened(tmp_path, SMALL, sample_policy(SMALL)) as planner:
        made = curve(planner, processes=2)
        assert made[-1].limit == 40
        assert made[-1].captured == pytest.approx(1)
        shares = [one.captured for one in made if one.captured is not None]
        assert shares == sorted(shares)
        for one in made:
            assert one.moves <= one.limit or one.broken
            assert one.gap >= 0
        assert of_record(json.loads(json.dumps(record(made)))) == made
        assert "of the improvement" in told(made)


def test_a_sweep_changes_nothing_and_tells_the_trade_off(tmp_path: Path) -> None:
    with opened(tmp_path, SMALL) as planner:
        before = planner.scenario
        axes = axes_of(planner, ["continuity=5,40", "leaves=nobody,C-002"])
        made = run(planner, axes, processes=1)
        assert [one.choice["leaves"] for one in made.outcomes] == ["nobody", "C-002"] * 2
        assert planner.workspace.scenario(before.id) == before
        assert "4 scenarios; seed 1" in told_of_sweep(made, planner.portfolio, "moves", "workload_balance")


def test_what_varies_twice_or_nothing_is_refused(tmp_path: Path) -> None:
    with opened(tmp_path, SMALL) as planner:
        with pytest.raises(SweepError, match="varies twice"):
            axes_of(planner, ["continuity=1", "continuity=2"])
        with pytest.raises(SweepError, match="at least one"):
            axes_of(planner, [])


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
