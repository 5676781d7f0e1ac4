"""What is said of a fresh export: accounts that are new, gone and changed, decisions that became void."""

from __future__ import annotations

from dataclasses import replace

from bookshift.reimport import changed, orphans
from bookshift_model.changes import compare
from bookshift_model.decisions import Decisions, Lock, Pin
from bookshift_model.sample import sample

BEFORE = sample(150, 8, 1)
FIRST, *REST = BEFORE.accounts


def test_every_kind_of_change_is_counted_and_none_that_is_not_there() -> None:
    assert changed(compare(BEFORE, BEFORE)) == "accounts and CSMs are as before"
    after = replace(BEFORE, accounts=(replace(FIRST, arr=FIRST.arr + 1, owner=None), *REST[1:]))
    assert changed(compare(BEFORE, after)) == "accounts 1 gone, 1 with new ARR, 1 with new owner"
    assert changed(compare(after, BEFORE)) == "accounts 1 new, 1 with new ARR, 1 with new owner"


def test_decisions_about_accounts_and_csms_that_are_gone_are_counted() -> None:
    csm = next(one for one in BEFORE.csms if one.id != FIRST.owner)
    made = Decisions(
        (Lock(account=FIRST.id, author="ada"), Pin(account=REST[0].id, csm=csm.id, author="ada"))
    )
    assert orphans(made, BEFORE) == 0
    assert orphans(made, replace(BEFORE, accounts=tuple(REST))) == 1
    without = tuple(one if one.owner != csm.id else replace(one, owner=None) for one in BEFORE.accounts)
    staff = tuple(one for one in BEFORE.csms if one != csm)
    assert orphans(made, replace(BEFORE, accounts=without, csms=staff)) == 1
