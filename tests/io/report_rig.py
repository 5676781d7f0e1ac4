"""A small plan with hostile names, as a report or a workbook."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import numpy as np

from bookshift_io.export.plan import ExportScenario, prepare_plan
from bookshift_io.workspace.approvals import Approval
from bookshift_model.data import Data
from bookshift_model.policy import Policy
from bookshift_model.portfolio import Account, Csm, Portfolio
from bookshift_model.problem import Problem, build

if TYPE_CHECKING:
    from collections.abc import Sequence


HOSTILE = '<script>alert(1)</script> & "Söhne" \u202egpj.exe'


FORMULA = '=HYPERLINK("http://evil","x")'


NOW = datetime(2026, 1, 6, 9, 30, tzinfo=UTC)


DRAFT = ExportScenario(
    name=HOSTILE, version=7, fairness="Equal hours.", app_version="0.1.0", at=NOW,
    proof="The plan is proven within 0.4 % of the best possible.",
    findings=({"severity": "warning", "file": "a.csv", "row": 3, "column": "ARR", "value": FORMULA,
               "message": "no ARR is given"},),
)  # fmt: skip


APPROVED = replace(
    DRAFT,
    approval=Approval(
        scenario_id=3, version=7, sha256="ab" * 32, author="ann", uid=1001, at=NOW,
        rationale="Evens out the load", seq=40, content={"moves": {"A1": "C2", "A3": "C2"}},
    ),
)  # fmt: skip


def problem_of(portfolio: Portfolio, policy: Policy | None = None) -> Problem:
    policy = policy or Policy()
    return build(Data(portfolio, policy.formulas), policy)


def small() -> Problem:
    accounts = (
        Account(id="A1", name=HOSTILE, arr=100_000.0, owner="C1", industry="Energy", health=40.0,
                owner_since=date(2019, 1, 1)),
        Account(id="A2", name=FORMULA, arr=500.0, owner="C1", imputed=frozenset({"arr"})),
        Account(id="A3", name="Gone", arr=20.0, owner="C9"),
    )  # fmt: skip
    csms = (
        Csm(id="C1", name="Ada <b>", industries=("Energy",)),
        Csm(id="C2", name="@Bob", industries=("Retail",)),
    )
    return problem_of(Portfolio(accounts, csms, date(2026, 1, 5), "EUR"))


def made(
    profile: str,
    scenario: ExportScenario = DRAFT,
    problem: Problem | None = None,
    plan: Sequence[int] = (1, 0, 1),
) -> dict[str, bytes]:
    prepared = prepare_plan(
        problem=problem or small(), assignment=np.array(plan), scenario=scenario, profiles=[profile]
    )
    return dict(prepared.files)
