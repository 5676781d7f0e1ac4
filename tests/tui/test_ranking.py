"""Who could have accounts stands in the order of what is said of each CSM."""

from __future__ import annotations

from pathlib import Path

import pytest
from plan_rig import opened

from bookshift.panes.account_sheet import account_rows
from bookshift.panes.ranking import Candidate, rank
from bookshift.panes.table import Table
from bookshift.panes.view import View
from bookshift_model.explain.choices import choices_at
from bookshift_model.sample import sample
from bookshift_model.sample_policy import sample_policy

STRAINED = sample(60, 5, 3)


def _seen(one: Candidate) -> tuple[bool, int, int, float]:
    return one.excluded, one.breaks, -one.eases, round(one.points, 6)


@pytest.mark.parametrize("several", [False, True])
def test_who_breaks_least_is_first_then_who_costs_least(several: bool, tmp_path: Path) -> None:
    with opened(tmp_path, STRAINED, sample_policy(STRAINED)) as planner:
        view = View.of(planner, Table(planner.portfolio), "plan", None)
        by_price = 0
        for account in range(len(STRAINED.accounts) - 1):
            found = rank(view, [account, account + 1] if several else [account])
            assert sorted(one.csm for one in found) == list(range(5))
            assert [_seen(one) for one in found] == sorted(map(_seen, found)), account
            by_price += [one.csm for one in choices_at(view.standing, account)] != [one.csm for one in found]
        assert by_price, "the solver's prices of hard rules would order some of them otherwise"


def test_the_detail_says_what_comes_first(tmp_path: Path) -> None:
    with opened(tmp_path, STRAINED, sample_policy(STRAINED)) as planner:
        view = View.of(planner, Table(planner.portfolio), "plan", None)
        rows = account_rows(view, STRAINED.accounts[0].id, rank(view, [0]), expanded=False)
        lines = ["".join(span.text for span in one.spans) for one in rows]
        begin = lines.index("Who could have it, in points; who breaks least is first")
        ranked = [one.name for one in rank(view, [0])]
        assert [
            name for line in lines[begin + 2 : begin + 7] for name in ranked if line.startswith(name)
        ] == ranked
