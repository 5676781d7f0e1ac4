"""What a later portfolio changes, field by field, and what became of a plan in it."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bookshift_model.changes import FieldChange, compare, drift
from bookshift_model.portfolio import Portfolio
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
