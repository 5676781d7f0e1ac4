"""The two files that a CRM loads: the changed accounts with their new owners, and with today's."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from bookshift_io.export.held import held_today, left_out
from bookshift_io.export.people import People, cell, chosen
from bookshift_io.export.sheets import Column, Sheet
from bookshift_io.export.writing import ExportError
from bookshift_io.intake.vocabulary import normal
from bookshift_model.explain.words import count

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bookshift_io.export.crm import Crm, CrmOptions
    from bookshift_model.portfolio import Account
    from bookshift_model.problem import Problem
    from bookshift_model.terms import Indices

DO_NOT_MODIFY: Final = "(Do Not Modify) "
"""How Dynamics begins the columns by which it knows its own export again."""

_CHECKED: Final = ("row checksum", "modified on")


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteBack:
    """Update and rollback of one CRM, and what to know before loading them: a sentence each."""

    update: Sheet
    rollback: Sheet
    warnings: tuple[str, ...]


def write_back(
    problem: Problem,
    assignment: Indices,
    crm: Crm,
    options: CrmOptions,
    columns: Mapping[str, str] | None = None,
) -> WriteBack:
    """Make both files of a CRM, whose options are already in `crm` but for where ids and owners are read.

    `columns` are those of the accounts file by header, with the field that each was read as.
    Raises `ExportError` where an account or its new owner is unknown to the CRM: a file that it would refuse,
    or load in part, is not written.
    """
    data = problem.data
    moved = np.flatnonzero(assignment != problem.baseline)
    accounts = [data.accounts[i] for i in moved]
    keys = _keys(accounts, crm, options)
    people = People(data.csms, crm, options)
    after = [data.csms[j] if j >= 0 else None for j in assignment[moved].tolist()]
    people.refuse_unknown([one for one in after if one is not None])
    new = [crm.clear if one is None else people.text(one) for one in after]
    held = held_today(accounts, crm, people, columns or {})
    echoed = _echoed(accounts, crm)
    gone = [one.name for one, owner in zip(accounts, new, strict=True) if not owner]
    them = "it" if len(gone) == 1 else "them"
    nobody = f"nobody owns {them} in the plan, and {crm.name} cannot be told so by a file"
    warnings = [
        *held.remarks,
        *([left_out("update", gone, len(accounts), nobody)] if gone else []),
        *_remarks(crm, held.values, moved=len(moved)),
    ]

    def sheet(what: str, owners: Sequence[str]) -> Sheet:
        rows = [k for k, one in enumerate(owners) if one]
        columns = (
            Column(crm.key if not echoed else echoed[0].header, [keys[k] for k in rows]),
            *(Column(one.header, [one.cells[k] for k in rows]) for one in echoed[1:]),
            Column(crm.target, [owners[k] for k in rows]),
        )
        arr = math.fsum(accounts[k].arr for k in rows)
        return Sheet(stem=f"{crm.id}_{what}", columns=columns, arr=arr)

    return WriteBack(
        update=sheet("update", new), rollback=sheet("rollback", held.values), warnings=tuple(warnings)
    )


def _keys(accounts: Sequence[Account], crm: Crm, options: CrmOptions) -> list[str]:
    """The CRM's id of each account, from the first column where all have one."""
    sources = (":id", *crm.keys)
    if options.key_from:
        sources = (chosen(options.key_from, accounts, "accounts", "--key-from"),) if accounts else ()
    best: list[str] = []
    for source in sources:
        found = [crm.record.read(cell(one, source).strip()) or "" for one in accounts]
        if all(found):
            return _distinct(found, crm)
        best = best or found
    without = [one for one, key in zip(accounts, best, strict=True) if not key]
    flaws = [
        flaw
        for one in without
        if (flaw := next(filter(None, (crm.record.flaw(cell(one, name).strip()) for name in sources)), ""))
    ]
    if flaws:
        others = f", and so with {count(len(flaws) - 1, 'more account')}" if len(flaws) > 1 else ""
        raise ExportError(
            f"{flaws[0]}{others}; export the accounts from {crm.name} again with ids as text, or say which "
            "column holds them (--key-from)"
        )
    others = f" and {count(len(without) - 1, 'more account', 'more accounts')}" if len(without) > 1 else ""
    verb = "have" if len(without) > 1 else "has"
    raise ExportError(
        f"{without[0].id}{others} {verb} no {crm.record.says} for {crm.key}; import the accounts with the "
        f"column in which {crm.name} exports it, or say which column holds it (--key-from)"
    )


def _distinct(found: list[str], crm: Crm) -> list[str]:
    twice = [one for one, number in Counter(found).items() if number > 1]
    if twice:
        raise ExportError(
            f"{twice[0]!r} is the {crm.key} of two accounts; name a column that differs (--key-from)"
        )
    return found


def _echoed(accounts: Sequence[Account], crm: Crm) -> list[Column]:
    """The columns that go back as they came, the record's own first; none where the CRM has none."""
    if not crm.echo:
        return []
    headers = dict.fromkeys(h for one in accounts for h in one.extra if h.startswith(DO_NOT_MODIFY))
    found = {normal(h.removeprefix(DO_NOT_MODIFY)): h for h in headers}
    own = [h for name, h in found.items() if name not in _CHECKED]
    checked = [found[name] for name in _CHECKED if name in found]
    rows = [[one.extra.get(h, "") for one in accounts] for h in checked]
    if accounts and (len(checked) < len(_CHECKED) or not all(all(cells) for cells in rows)):
        raise ExportError(
            f"the accounts lack {DO_NOT_MODIFY}Row Checksum or {DO_NOT_MODIFY}Modified On, without which "
            f"{crm.name} takes nothing back; export them there as a static worksheet, save it as CSV with "
            "its hidden columns, and import that"
        )
    record = Column(own[0] if own else crm.key, ())
    return [record, *(Column(h, cells) for h, cells in zip(checked, rows, strict=True))]


def _remarks(crm: Crm, old: Sequence[str], *, moved: int) -> list[str]:
    if not moved:
        return [f"no account changes its owner, so there is nothing for {crm.name} to load"]
    found = []
    if crm.clear and crm.clear in old:
        found.append(
            f"the rollback empties {crm.target} with {crm.clear} where nobody was, which "
            "Bulk API loads understand and others do not"
        )
    if crm.echo:
        found.append(
            "the rollback's checksums are refused once the update is loaded; to go back, export the "
            "accounts there again, import that here, and write the way back from it"
        )
    return found
