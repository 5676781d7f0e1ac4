"""What says in a cell that there is no value, and where the same word is one."""

from __future__ import annotations

from datetime import date

import pytest

from bookshift_io.intake.read import read_portfolio
from bookshift_model.portfolio import Account


@pytest.mark.parametrize("text", ["n/a", "-", "null", "Unknown", "#N/A", "k.A.", "tbd", "?"])
def test_what_says_that_there_is_no_value_is_an_empty_cell_in_every_column(text: str) -> None:
    fields = "ARR,Health,Renewal Date,Risk,Region,Complexity,Touch Level"
    fields += ",Escalated,Parent Account,Language,Open Cases,CSM"
    rows = [f"A1,Acme{f',{text}' * 12}", "A2,Bolt,100,70,2026-06-30,low,EMEA,3,high,no,A1,de,4,C1"]
    intake = read_portfolio(
        "\n".join((f"Id,Name,{fields}", *rows)).encode(),
        b"id,name,fte\nC1,Ada,1\n",
        as_of=date(2026, 1, 5),
        currency="EUR",
    )
    assert intake.questions == ()
    assert [one.message for one in intake.findings] == ["no ARR is given; 0 was put in its place"]
    assert intake.findings[0].severity == "error"
    assert intake.portfolio is not None
    assert intake.portfolio.accounts[0] == Account(id="A1", name="Acme", arr=0.0, imputed=frozenset({"arr"}))


@pytest.mark.parametrize("text", ["None", "nil"])
def test_none_says_nothing_except_where_it_may_be_the_lowest_of_some_levels(text: str) -> None:
    rows = [f"A{i},Acme,5,{text},{text},{text},{text},{text}" for i in range(2)]
    rows.append("A2,Bolt,5,low,High,mid,EMEA,70")
    data = "\n".join(("Id,Name,ARR,Risk,Expansion Potential,Touch Level,Region,Health", *rows)).encode()
    keys = [f"accounts.value.{field}.{text}" for field in ("risk", "expansion", "touch")]
    assert {one.key for one in read_portfolio(data, CSM, currency="EUR").questions} == set(keys)
    told = dict(zip(keys, ("low", "none", "tech"), strict=True))
    intake = read_portfolio(data, CSM, currency="EUR", answers=told)
    assert intake.portfolio is not None
    first = intake.portfolio.accounts[0]
    assert (first.risk, first.expansion, first.touch) == ("low", None, "tech")
    assert (first.region, first.health) == ("", None)


CSM = b"id,name\nC1,Ada\n"


def test_words_that_may_be_a_value_stay_one_in_their_column() -> None:
    intake = read_portfolio(
        b"Id,Name,ARR,Region,Language,CSM\nA1,n/a,5,NA,nd,TBD\nA2,Bolt,NA,ND,ka,TBD\n",
        b"id,name\nC1,TBD\n",
        as_of=date(2026, 1, 5),
    )
    assert intake.portfolio is not None
    first, second = intake.portfolio.accounts
    assert (first.name, first.region, first.language, first.owner) == ("n/a", "NA", "nd", "C1")
    assert (second.region, second.imputed) == ("ND", {"arr"})
