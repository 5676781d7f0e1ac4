"""Owner cells that are the name of several CSMs: said apart from owners who are not on the roster."""

from __future__ import annotations

import pytest

from bookshift_io.intake.owners import Roster
from bookshift_io.intake.read import read_portfolio
from bookshift_model.portfolio import Csm

CSMS = b"csm_id,name,email\nC1,Alex Kim,alex@x.io\nC2,Alex Kim,kim@x.io\nC3,Maria Rossi,\n"


def test_a_name_that_several_have_and_one_that_nobody_has_are_two_findings() -> None:
    rows = (
        b"id,name,arr,owner\n1,Acme,5,Alex Kim\n2,Beta,5,Alex Kim\n3,Coil,5,Rachel Green\n"
        b"4,Dyn,5,Maria Rossi\n"
    )
    found = read_portfolio(rows, CSMS, currency="EUR")
    assert found.portfolio is not None
    assert [one.owner for one in found.portfolio.accounts] == ["Alex Kim", "Alex Kim", "Rachel Green", "C3"]
    said = {one.value: one.message for one in found.findings if one.column == "owner"}
    assert said["Alex Kim"].startswith("several CSMs have the name that owns 2 accounts; say who is meant")
    assert said["Rachel Green"].startswith("the owner of 1 account is not in the roster; say who it is")


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Alex Kim", None),
        ("Kim, Alex", None),
        ("Alex Kim (C2)", "C2"),
        ("kim@x.io", "C2"),
        ("ROSSI,  maria", "C3"),
        ("Maria\N{NO-BREAK SPACE}Rossi", "C3"),
    ],
)
def test_who_an_owner_cell_means(text: str, meant: str | None) -> None:
    csms = (
        Csm(id="C1", name="Alex Kim", email="alex@x.io"),
        Csm(id="C2", name="Kim, Alex", email="kim@x.io"),
        Csm(id="C3", name="Maria Rossi"),
    )
    if "(" in text:
        csms = (csms[0], Csm(id="C2", name="Alex Kim"), csms[2])
    assert Roster(csms).find(text) == meant
