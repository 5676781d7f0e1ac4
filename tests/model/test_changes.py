"""What a later portfolio changes, field by field, and what became of a plan in it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookshift_model.changes import FieldChange, compare, drift
from bookshift_model.portfolio import Account, Csm, Portfolio
from bookshift_model.sample import sample

BEFORE = sample(30, 4, 1)
ANYBODY = st.sampled_from([None, *(one.id for one in BEFORE.csms)])


def test_every_value_that_differs_is_named_with_old_and_new() -> None:
    first, *rest = BEFORE.accounts
    changed = replace(first, arr=first.arr + 1, extra={"Colour": "red"}, imputed=frozenset({"arr"}))
    found = compare(BEFORE, replace(BEFORE, accounts=(changed, *rest)))
    (one,) = found.changed
    assert one.fields == (FieldChange("arr", first.arr, first.arr + 1), FieldChange("Colour", "", "red"))
    assert compare(BEFORE, BEFORE).nothing


@given(kept=st.sets(st.integers(0, 29)), owners=st.lists(ANYBODY, min_size=30, max_size=30))
def test_accounts_and_approved_moves_are_all_accounted_for(kept: set[int], owners: list[str | None]) -> None:
    accounts = tuple(
        replace(one, owner=owner)
        for i, (one, owner) in enumerate(zip(BEFORE.accounts, owners, strict=True))
        if i in kept
    )
    after = Portfolio(accounts=accounts, csms=BEFORE.csms, as_of=BEFORE.as_of)
    found = compare(BEFORE, after)
    assert len(found.before.accounts) - len(found.gone) + len(found.new) == len(after.accounts)
    moves = {one.id: next(c.id for c in BEFORE.csms if c.id != one.owner) for one in BEFORE.accounts[:12]}
    left = drift(moves, BEFORE, after)
    assert left.planned == len(moves)
    moved = {one.account for one in (*left.done, *left.elsewhere, *left.outside)}
    assert moved == {one.id for one in found.with_field("owner")}


TOM, MARIA, ANN = (
    Csm(id="C1", name="Tom O'Brien", email="tom.obrien@acme.io"),
    Csm(id="C2", name="Maria Silva", email="maria@acme.io"),
    Csm(id="C3", name="Ann Lee", email="ann@acme.io"),
)


def book(csms: tuple[Csm, ...], **owners: str | None) -> Portfolio:
    accounts = tuple(Account(id=key, name=key, arr=1.0, owner=owner) for key, owner in owners.items())
    return Portfolio(accounts=accounts, csms=csms, as_of=BEFORE.as_of)


@pytest.mark.parametrize("written", ["C1", "tom.obrien@acme.io", "TOM O'BRIEN"])
def test_whoever_leaves_the_roster_still_owns_what_the_file_says(written: str) -> None:
    then = book((TOM, MARIA, ANN), untouched="C1", planned="C1", taken="C2", done="C2", other="C3")
    now = book((MARIA, ANN), untouched=written, planned=written, taken=written, done=written, other=written)
    found = drift({"planned": "C2", "taken": "C3", "done": "C1"}, then, now)
    assert [one.account for one in found.waiting] == ["planned"]
    assert [one.account for one in found.done] == ["done"]
    assert [(one.account, one.was, one.now) for one in found.elsewhere] == [("taken", "C2", "C1")]
    assert [(one.account, one.was, one.now) for one in found.outside] == [("other", "C3", "C1")]
    changes = compare(then, now)
    assert [one.id for one in changes.with_field("owner")] == ["taken", "done", "other"]
    assert changes.changed[0].fields == (FieldChange("owner", "C2", "C1"),)
    assert [one.id for one in changes.gone_csms] == ["C1"]


def test_whoever_joins_the_roster_owned_what_the_file_said_before() -> None:
    then = book((MARIA, ANN), theirs="tom.obrien@acme.io")
    now = book((TOM, MARIA, ANN), theirs="C1")
    assert compare(then, now).changed == ()
    assert drift({}, then, now).outside == ()


def test_a_name_of_two_is_nobody_in_particular() -> None:
    namesake = replace(TOM, id="C9", email="tom.two@acme.io")
    then = book((TOM, namesake, MARIA), theirs="C1")
    now = book((MARIA,), theirs="Tom O'Brien")
    assert [one.of("owner") for one in compare(then, now).changed] == [
        FieldChange("owner", "C1", "Tom O'Brien")
    ]
    assert [one.now for one in drift({}, then, now).outside] == ["Tom O'Brien"]
