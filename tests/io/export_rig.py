"""Small plans, exported as a person does it, and their tables."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np

from bookshift_io.export.manifest import Manifest
from bookshift_io.export.plan import ExportScenario, prepare_plan
from bookshift_model.data import Data
from bookshift_model.decisions import Decisions, Forbid, Lock, Pin
from bookshift_model.policy import Policy
from bookshift_model.portfolio import Account, Csm, Portfolio
from bookshift_model.problem import Problem, build

NOW = datetime(2026, 1, 6, 9, 30, tzinfo=UTC)
DRAFT = ExportScenario(
    name="Q1 rebalancing", version=7, fairness="Equal hours for equal capacity.", app_version="0.1.0", at=NOW
)
HOSTILE = 'Zoë, "the\r\nbest" =1+1'


def problem_of(portfolio: Portfolio, decisions: Decisions | None = None) -> Problem:
    policy = Policy()
    return build(Data(portfolio, policy.formulas, decisions), policy)


def small() -> Problem:
    """Four accounts: one healthy, one with a hostile name, one of a CSM who left, one without owner."""
    accounts = (
        Account(id="A1", name="Acme", arr=1000.5, owner="C1", health=81.0, renewal=date(2026, 5, 1)),
        Account(id="A2", name=HOSTILE, arr=500.0, owner="C1", extra={"Nickname": "=cmd", "CSM Name": "Ada"}),
        Account(id="A3", name="Gone", arr=20.0, owner="C9", risk="high"),
        Account(id="A4", name="New", arr=7.0, open_tickets=3, required_skills=("api", "sso")),
    )
    csms = (Csm(id="C1", name="Ada", email="ada@example.com"), Csm(id="C2", name="@Bob"))
    decisions = Decisions((Lock(account="A1"), Forbid(account="A2", csm="C1"), Pin(account="A3", csm="C2")))
    return problem_of(Portfolio(accounts, csms, date(2026, 1, 5), "EUR"), decisions)


SMALL_PLAN = np.array([0, 1, 1, 0])
SMALL_REASONS = {1: "Ada is over capacity", 2: "The owner left"}


def export_plan(folder: Path, *, overwrite: bool = False, **arguments: Any) -> Manifest:
    return prepare_plan(**arguments).write(folder, overwrite=overwrite)


def export_small(folder: Path, **changes: Any) -> None:
    arguments: dict[str, Any] = {
        "problem": small(),
        "assignment": SMALL_PLAN,
        "scenario": DRAFT,
        "reasons": SMALL_REASONS,
    }
    export_plan(folder, **arguments | changes)


def table(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline=""), strict=True))


# The way out and in again
