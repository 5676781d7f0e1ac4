"""Files to join, read as a person gives them."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from bookshift_io.intake.intake import Intake
from bookshift_io.intake.read import read_portfolio

AS_OF = date(2026, 11, 1)
CSMS = "csm_id,name,email\nC1,Ada,ada@x.example\nC2,Bo,bo@x.example\n"
ACCOUNTS = "Account ID,Account Name,Owner ID\nA1,Acme,C1\nA2,Bolt,C1\nA3,Coil,C2\n"
WITH_ARR = "Account ID,Account Name,Owner ID,ARR\nA1,Acme,C1,1200\nA2,Bolt,C1,500\nA3,Coil,C2,300\n"
HEAD = "Contract ID,Account ID,Status,Start Date,End Date,Annual Value"


def read(folder: Path, accounts: str = ACCOUNTS, answers: Any = None, **files: str) -> Intake:
    (folder / "accounts.csv").write_text(accounts, "utf-8")
    (folder / "csms.csv").write_text(CSMS, "utf-8")
    also = []
    for name, text in files.items():
        if name != "mapping":
            also.append(folder / f"{name}.csv")
            also[-1].write_text(text, "utf-8")
    known = {f"{name}.kind": name for name in ("contracts", "tickets", "usage", "opportunities", "contacts")}
    return read_portfolio(
        folder / "accounts.csv",
        folder / "csms.csv",
        answers={**known, **(answers or {})},
        as_of=AS_OF,
        also=also,
    )


def account(intake: Intake, key: str) -> Any:
    assert intake.portfolio is not None, (intake.questions, intake.findings)
    return intake.portfolio.accounts[intake.portfolio.account_index[key]]


def said(intake: Intake, text: str) -> list[Any]:
    return [one for one in intake.findings if text in one.message]
