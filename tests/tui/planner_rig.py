"""A small team, and what every planner must show after whatever was done."""

from __future__ import annotations

from datetime import date

import pytest

from bookshift.planner import Planner
from bookshift_io.workspace import Person
from bookshift_model.data import Data
from bookshift_model.portfolio import Account, Csm, Portfolio
from bookshift_model.problem import build
from bookshift_model.score import score

ADA, BO = Person(uid=1001, name="ada"), Person(uid=1002, name="bo")


TEAM = Portfolio(
    tuple(
        Account(id=f"A{i}", name=f"Acme {i}", arr=100.0 * (i + 1), owner=f"C{i % 3}", touch="mid")
        for i in range(9)
    ),
    tuple(Csm(id=f"C{j}", name=f"Csm {j}") for j in range(3)),
    date(2026, 1, 5),
)


def as_afresh(planner: Planner) -> None:
    """What is shown is what a planner who opens the scenario now would see."""
    other = Planner(planner.workspace, planner.scenario.id)
    assert planner.state == other.state
    assert planner.scenario == other.scenario
    assert planner.session.history == other.session.history
    data = Data(planner.portfolio, planner.state.policy.formulas, planner.state.decisions)
    afresh = build(data, planner.state.policy)
    assert (planner.problem.allowed == afresh.allowed).all()
    assert (planner.problem.units == afresh.units).all()
    assert planner.card.points == pytest.approx(score(afresh, planner.assignment).points, abs=1e-9)
