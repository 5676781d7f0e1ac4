"""Points as people see them agree with the score, and with what a move really changes."""

from __future__ import annotations

import re
from functools import reduce

import pytest

from bookshift.points import change, compared, of_effects, points_of, rules_compared
from bookshift_model.data import Data
from bookshift_model.explain.choices import choices
from bookshift_model.explain.why_not import why_not
from bookshift_model.problem import Problem, build
from bookshift_model.sample import sample
from bookshift_model.sample_policy import sample_policy
from bookshift_model.score import score

PORTFOLIO = sample(60, 5, 3)
POLICY = sample_policy(PORTFOLIO)
PROBLEM = build(Data(PORTFOLIO, POLICY.formulas), POLICY)
TODAY = score(PROBLEM, PROBLEM.baseline)
FREE = build(
    Data(PORTFOLIO, POLICY.formulas), reduce(lambda p, r: p.with_rule(r, mode="off"), POLICY.rules, POLICY)
)
"""The same portfolio without any rule."""


def test_they_are_those_of_goals_and_soft_rules_alone() -> None:
    soft = sum(one.points for one in TODAY.violations if not one.hard)
    assert TODAY.broken, "the sample breaks hard rules today"
    assert points_of(TODAY) == pytest.approx(sum(one.points for one in TODAY.goals) + soft)
    assert points_of(TODAY) < 10 * len(PORTFOLIO.accounts) < TODAY.points


@pytest.mark.parametrize("account", [0, 7, 31])
def test_a_csm_is_said_to_change_what_the_score_then_shows(account: int) -> None:
    for one in choices(PROBLEM, PROBLEM.baseline, account):
        moved = PROBLEM.baseline.copy()
        moved[one.standing.company(account)] = one.csm
        after = score(PROBLEM, moved)
        points, eases, breaks = of_effects(one.effects)
        assert points == pytest.approx(points_of(after) - points_of(TODAY), abs=1e-6)
        hard = {
            rule: sum(v.points for v in after.broken if v.rule == rule)
            - sum(v.points for v in TODAY.broken if v.rule == rule)
            for rule in {v.rule for v in (*after.broken, *TODAY.broken)}
        }
        assert eases == sum(value < -1e-6 for value in hard.values())
        assert breaks == sum(value > 1e-6 for value in hard.values())


def test_they_are_written_with_the_hard_rules_beside_them() -> None:
    kept = score(FREE, FREE.baseline)
    broken = len(TODAY.broken)
    assert rules_compared(TODAY, kept) == f"hard rules broken {broken} → 0"
    assert rules_compared(TODAY, TODAY) == f"hard rules broken {broken}"
    assert rules_compared(kept, kept) == "every hard rule kept"
    assert compared(kept, kept).endswith(" points, every hard rule kept")
    assert "→" not in compared(kept, kept)
    assert [change(one) for one in (-2.34, 0.04, 12.0)] == ["−2.3", "0", "+12.0"]


def reasons(problem: Problem) -> str:
    """Why accounts are not with other CSMs, spelled out."""
    pairs = [(account, csm) for account in range(0, 60, 6) for csm in range(5)]
    return " ".join(s for one in pairs for s in why_not(problem, problem.baseline, *one).sentences)


def test_reasons_give_no_size_to_a_hard_rule_either() -> None:
    assert "All told, far worse" in reasons(PROBLEM)
    assert not re.search(r"\d points (better|worse)", reasons(PROBLEM))
    assert re.search(r"\d points (better|worse)", reasons(FREE))
    assert "far" not in reasons(FREE).split()
