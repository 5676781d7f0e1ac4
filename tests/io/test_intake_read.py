from __future__ import annotations

from datetime import date

from bookshift_io.intake.read import read_portfolio

ACCOUNTS = b"""account_id,name,owner_id,arr,health_score,risk,renewal_date,strategic,touch_level,\
required_skills,Nickname
A1,Acme,C1,1200.5,88,low,2026-12-31,true,high,api;sso,the big one
A2,Beta,ada@example.com,99,12,high,,,,,
"""
CSMS = b"""csm_id,name,email,languages,touch_levels,fte,leave,level
C1,Ada,ada@example.com,en;de,high;mid,0.8,2026-12-01/2026-12-31,senior
"""


def test_clean_files_become_a_portfolio() -> None:
    intake = read_portfolio(ACCOUNTS, CSMS, as_of=date(2026, 6, 1), currency="EUR")

    assert intake.portfolio is not None
    acme, beta = intake.portfolio.accounts
    assert (acme.id, acme.name, acme.owner, acme.arr) == ("A1", "Acme", "C1", 1200.5)
    assert (acme.health, acme.risk, acme.renewal, acme.strategic) == (88, "low", date(2026, 12, 31), True)
    assert (acme.touch, acme.required_skills) == ("high", ("api", "sso"))
    assert acme.extra == {"Nickname": "the big one"}
    assert (beta.owner, beta.renewal, beta.strategic, beta.required_skills) == ("C1", None, False, ())
    ada = intake.portfolio.csms[0]
    assert (ada.languages, ada.touch_levels) == (("en", "de"), ("high", "mid"))
    assert (ada.fte, ada.level) == (0.8, "senior")
        ("en", "de"),
        ("high", "mid"),
        0.8,
        "senior",
    )
    assert ada.leave == ((date(2026, 12, 1), date(2026, 12, 31)),)
    assert (intake.portfolio.as_of, intake.portfolio.currency) == (date(2026, 6, 1), "EUR")
    assert intake.findings == ()
    assert (intake.accounts.rows_read, intake.accounts.accepted, intake.accounts.arr_read) == (2, 2, 1299.5)
