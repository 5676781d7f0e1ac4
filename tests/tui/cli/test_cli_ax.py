"""The command that shows the AX rules, and puts others in their place."""

from __future__ import annotations

from pathlib import Path

from cli_rig import Run, record
from plan_rig import opened

from bookshift_model.ax import words


def test_the_command_prints_counts_and_replaces_the_rules(run: Run, tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        w = planner.workspace.folder
        code, text, _ = run("ax", "-w", w, "--json")
        assert code == 0
        assert sum(one["accounts"] for one in record(text)["levels"].values()) == 150
        rule = ("--rule", "health < 50 -> high", "--rule", "all -> low")
        assert run("ax", "-w", w, *rule)[0] == 0
        planner.open(planner.scenario.id)
        assert [words(one) for one in planner.state.policy.formulas.ax.rules] == [rule[1], rule[3]]
        code, _, said = run("ax", "-w", w, "--rule", "often -> high")
        assert code == 7
        assert "is no condition" in said
        assert run("undo", "-w", w)[0] == 0


def test_the_command_sets_what_counts_first_and_what_where_no_rule_fits(run: Run, tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        w = planner.workspace.folder
        for asked, first in (("--otherwise", "Low", "--rules-first"), False), (("--stated-first",), True):
            code, text, _ = run("ax", "-w", w, *asked, "--json")
            assert code == 0
            done = record(text)
            assert (done["stated_first"], done["otherwise"]["touch"]) == (first, "low")
        code, _, said = run("ax", "-w", w, "--otherwise", "gold")
        assert code == 7
        assert "strategic, high, mid, low, tech" in said
        assert run("undo", "-w", w)[0] == 0
        planner.open(planner.scenario.id)
        ax = planner.state.policy.formulas.ax
        assert (ax.stated_first, ax.otherwise) == (False, "low")
