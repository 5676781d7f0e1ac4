"""Exports and single columns, read as the import reads them."""

from __future__ import annotations

from datetime import date

from bookshift_io.intake.findings import Log
from bookshift_io.intake.intake import Intake
from bookshift_io.intake.read import read_portfolio
from bookshift_io.intake.readings import Column

CSMS = b"""csm_id,name,email,languages,touch_levels,fte,leave,level
C1,Ada,ada@example.com,en;de,high;mid,0.8,2026-12-01/2026-12-31,senior
"""


def read(accounts: bytes, csms: bytes = CSMS, answers: dict[str, str] | None = None) -> Intake:
    return read_portfolio(accounts, csms, answers=answers, as_of=date(2026, 6, 1), currency="EUR")


def conserves(intake: Intake) -> bool:
    return all(
        one.rows_read == one.accepted + one.rejected + one.blank + one.totals
        for one in (intake.accounts, intake.csms)
    )


def column(*texts: str, **answers: str) -> Column:
    log = Log("accounts", "accounts.csv", {f"accounts.{key}.field": value for key, value in answers.items()})
    return Column("field", "Field", texts, log, date(2026, 1, 15))


def asked(one: Column) -> list[str]:
    return [question.key for question in one.log.questions]
