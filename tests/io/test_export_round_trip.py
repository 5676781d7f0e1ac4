"""What is exported is read back as it was, whatever stands in it."""

import csv
from dataclasses import fields, replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from export_rig import (
    DRAFT,
    export_plan,
    export_small,
    problem_of,
    table,
)

from bookshift_io.export.plan import write_portfolio
from bookshift_io.export.records import ACCOUNT_HEADERS, CSM_HEADERS
from bookshift_io.intake.read import read_portfolio
from bookshift_io.intake.vocabulary_accounts import ACCOUNT_FIELDS
from bookshift_io.intake.vocabulary_csms import CSM_FIELDS
from bookshift_model.portfolio import Account, Csm, Portfolio
from bookshift_model.sample import sample


@pytest.mark.parametrize("seed", [1, 2])
def test_a_portfolio_is_read_back_equal(tmp_path: Path, seed: int) -> None:
    portfolio = sample(150, 8, seed)
    written = write_portfolio(tmp_path, portfolio)
    intake = read_portfolio(tmp_path / "accounts.csv", tmp_path / "csms.csv", as_of=portfolio.as_of)
    assert intake.portfolio == portfolio
    assert (intake.findings, intake.questions) == ((), ())
    assert [(one.name, one.rows, one.arr) for one in written] == [
        ("accounts.csv", 150, portfolio.total_arr),
        ("csms.csv", 8, 0.0),
    ]


def test_a_plan_is_read_back_as_the_same_accounts_with_their_new_owners(tmp_path: Path) -> None:
    problem = problem_of(sample(150, 8, 1))
    portfolio, plan = problem.data.portfolio, np.roll(problem.baseline, 1)
    export_plan(tmp_path, problem=problem, assignment=plan, scenario=DRAFT, reasons={0: "a, b\nc"})
    write_portfolio(tmp_path, portfolio)
    intake = read_portfolio(tmp_path / "plan-draft.csv", tmp_path / "csms.csv", as_of=portfolio.as_of)
    assert intake.questions == ()
    assert intake.portfolio is not None
    assert list(intake.portfolio.accounts) == [
        replace(one, owner=portfolio.csms[j].id) for one, j in zip(portfolio.accounts, plan, strict=True)
    ]


SOURCE = """Account ID,Account Name,CSM ID,ARR,Health Score,Owner,Owner,Renewal Date,Escalated,Notes,moved,ID
A1,"  Ac\u200bme ",C1,1000.5,81,Ada,Ada,2026-05-01,perhaps,"line 1\r\nline 2, ""quoted"" x",yes,x1
A2,"=1+1",C1,,n/k,Al,Bo,sometime,yes,=1+1,,x2
A3,,C9,12.125,7.5,,,2026-12-31,no,'quoted',no,x3
"""
ROSTER = b"""CSM ID,Name,FTE,Start Date,Leave,City,Country
C1,Ada,0.8,soon,2026-12-01/2026-12-31,Oslo,Norway
C2,Bo,much,,,,
"""


def test_originals_unreadable_cells_and_further_columns_survive_any_number_of_rounds(tmp_path: Path) -> None:
    portfolio = read_portfolio(SOURCE.encode(), ROSTER, as_of=date(2026, 1, 5)).portfolio
    assert portfolio is not None
    assert portfolio.accounts[0].extra["bookshift:name"] == "  Ac\u200bme "
    assert portfolio.accounts[1].extra["bookshift:health"] == "n/k"
    rounds = [portfolio]
    for number in range(3):
        folder = tmp_path / str(number)
        problem = problem_of(rounds[-1])
        export_plan(folder, problem=problem, assignment=problem.baseline, scenario=DRAFT, reasons={})
        write_portfolio(folder, rounds[-1])
        intake = read_portfolio(folder / "plan-draft.csv", folder / "csms.csv", as_of=portfolio.as_of)
        assert intake.questions == ()
        assert intake.portfolio is not None
        rounds.append(intake.portfolio)
    renamed = {"Owner": "source: Owner", "Owner (2)": "source: Owner (2)", "ID": "source: ID"}
    expected = replace(
        portfolio,
        accounts=tuple(
            replace(one, extra={renamed.get(key, key): value for key, value in one.extra.items()})
            for one in portfolio.accounts
        ),
    )
    for after in rounds[1:]:
        assert after.accounts == expected.accounts
        assert [replace(one, extra={}) for one in after.csms] == [
            replace(one, extra={}) for one in portfolio.csms
        ]
        assert after.csms[0].extra == {"source: Country": "Norway", "bookshift:start": "soon"}
        assert after.csms[1].extra == {"bookshift:fte": "much"}


def test_a_further_column_is_never_taken_for_the_new_owner(tmp_path: Path) -> None:
    export_small(tmp_path)
    csms = b"csm_id,name\nC1,Ada\nC2,Bob\n"
    found = read_portfolio(tmp_path / "plan-draft.csv", csms, as_of=date(2026, 1, 5)).portfolio
    assert found is not None
    assert [one.owner for one in found.accounts] == ["C1", "C2", "C2", "C1"]
    assert found.accounts[1].extra["source: CSM Name"] == "Ada"
    assert found.currency == "EUR"


def test_what_an_earlier_plan_said_is_replaced(tmp_path: Path) -> None:
    account = Account(id="A1", name="Acme", arr=1.0, owner="C1", extra={"plan_hours": "99", "Note": "x"})
    problem = problem_of(Portfolio((account,), (Csm(id="C1", name="Ada"),), date(2026, 1, 5)))
    export_small(tmp_path, problem=problem, assignment=problem.baseline, reasons={})
    header, row = csv.reader((tmp_path / "plan-draft.csv").read_text("utf-8").splitlines())
    assert len(header) == len(set(header))
    assert "99" not in row


def test_every_field_has_a_column_that_the_import_knows() -> None:
    known = {one.name for one in ACCOUNT_FIELDS}
    assert set(ACCOUNT_HEADERS) == known
    assert known - {"currency"} == {one.name for one in fields(Account)} - {"imputed", "corrected", "extra"}
    assert set(CSM_HEADERS) == {one.name for one in CSM_FIELDS}
    assert set(CSM_HEADERS) == {one.name for one in fields(Csm)} - {"extra"}


def test_the_industry_fit_is_empty_where_nobody_states_an_industry(tmp_path: Path) -> None:
    accounts = tuple(Account(id=f"A{i}", name=f"Acme {i}", arr=1.0, owner="C1") for i in range(3))
    problem = problem_of(Portfolio(accounts, (Csm(id="C1", name="Ada"),), date(2026, 1, 5)))
    export_plan(tmp_path, problem=problem, assignment=problem.baseline, scenario=DRAFT, reasons={})
    (book,) = table(tmp_path / "books-draft.csv")
    assert (book["accounts_plan"], book["industry_fit_today"], book["industry_fit_plan"]) == ("3", "", "")


def test_imputed_values_are_named_and_left_for_the_next_import_to_impute(tmp_path: Path) -> None:
    portfolio = read_portfolio(SOURCE.encode(), ROSTER, as_of=date(2026, 1, 5)).portfolio
    assert portfolio is not None
    problem = problem_of(portfolio)
    for profile in ("system", "people"):
        export_small(tmp_path, problem=problem, assignment=problem.baseline, reasons={}, profiles=[profile])
    exact, shown = table(tmp_path / "plan-draft.csv"), table(tmp_path / "plan-people-draft.csv")
    assert [row["plan_imputed"] for row in exact] == ["", "arr", "name"]
    assert [(row["name"], row["arr"]) for row in exact[1:]] == [("=1+1", ""), ("", "12.1250")]
    assert [(row["name"], row["arr"]) for row in shown[1:]] == [("'=1+1", "0"), ("A3", "12.1250")]
