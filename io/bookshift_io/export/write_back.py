"""The two files that a CRM loads: the changed accounts with their new owners, and with today's."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from bookshift_io.export.marker import SOURCE
from bookshift_io.export.sheets import Column, Sheet
from bookshift_io.export.writing import ExportError
from bookshift_io.intake.vocabulary import normal
from bookshift_model.explain.words import count, listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bookshift_io.export.crm import Crm, CrmOptions
    from bookshift_model.portfolio import Account, Csm
    from bookshift_model.problem import Problem
    from bookshift_model.terms import Indices

DO_NOT_MODIFY: Final = "(Do Not Modify) "
"""How Dynamics begins the columns by which it knows its own export again."""

_FIELDS: Final = frozenset({"id", "name", "email"})
_CHECKED: Final = ("row checksum", "modified on")


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteBack:
    """Update and rollback of one CRM, and what to know before loading them: a sentence each."""

    update: Sheet
    rollback: Sheet
    warnings: tuple[str, ...]


def write_back(problem: Problem, assignment: Indices, crm: Crm, options: CrmOptions) -> WriteBack:
    """Make both files of a CRM, whose options are already in `crm` but for where ids and owners are read.

    Raises `ExportError` where an account or its new owner is unknown to the CRM: a file that it would refuse,
    or load in part, is not written.
    """
    data = problem.data
    moved = np.flatnonzero(assignment != problem.baseline)
    accounts = [data.accounts[i] for i in moved]
    keys = _keys(accounts, crm, options)
    people = _People(data.csms, crm, options)
    after = [data.csms[j] if j >= 0 else None for j in assignment[moved].tolist()]
    people.refuse_unknown([one for one in after if one is not None])
    new = [crm.clear if one is None else people.text(one) for one in after]
    old = [_before(one, crm, people) for one in accounts]
    echoed = _echoed(accounts, crm)
    nobody = f"no owner in the plan, and {crm.name} cannot be told so by a file"
    free = [one.owner is not None or bool(owner) for one, owner in zip(accounts, old, strict=True)]
    known = [one.owner is None or bool(owner) for one, owner in zip(accounts, old, strict=True)]
    warnings = [
        *_foreign(accounts, crm, people),
        *_left_out(accounts, [bool(one) for one in new], nobody, "update"),
        *_left_out(accounts, free, nobody.replace("in the plan", "today"), "rollback"),
        *_left_out(accounts, known, "an owner of today whom the CSMs file does not name", "rollback"),
        *_remarks(crm, old, moved=len(moved)),
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

    return WriteBack(update=sheet("update", new), rollback=sheet("rollback", old), warnings=tuple(warnings))


class _People:
    """What the CRM calls each CSM."""

    def __init__(self, csms: Sequence[Csm], crm: Crm, options: CrmOptions) -> None:
        self._crm = crm
        self._sources = tuple(crm.owners)
        if options.owner_from:
            self._sources = (_chosen(options.owner_from, csms, "CSMs", "--owner-from"),)
        self._known = {one.id: self._find(one) for one in csms}

    def text(self, csm: Csm) -> str:
        """The value for a CSM; empty where there is none."""
        return self._known[csm.id]

    def of_id(self, csm: str) -> str | None:
        """The value for the CSM of an id; ``None`` where nobody on the roster has it."""
        return self._known.get(csm)

    def read(self, text: str) -> str:
        """A text of the accounts file as a value; empty where the CRM would refuse it."""
        return self._crm.owner.read(text.strip()) or ""

    def refuse_unknown(self, needed: Iterable[Csm]) -> None:
        """Raise `ExportError` where somebody who receives accounts has no value of their own."""
        receiving = list({one.id: one for one in needed}.values())
        crm, missing = self._crm, [one.name for one in receiving if not self._known[one.id]]
        if missing:
            self._refuse_flawed([one for one in receiving if not self._known[one.id]])
            verb = "receives accounts and has" if len(missing) == 1 else "receive accounts and have"
            raise ExportError(
                f"{listed(missing, 2)} {verb} no {crm.owner.says} for {crm.target}; "
                f"{_cure(self._sources)}, or say which column holds it (--owner-from)"
            )
        shared = Counter(self._known[one.id] for one in receiving)
        twice = [one for one, number in shared.items() if number > 1]
        if twice:
            names = [one.name for one in receiving if self._known[one.id] == twice[0]]
            raise ExportError(
                f"{listed(names)} would both be {twice[0]!r} in {crm.target}, and {crm.name} could not tell "
                "them apart; name a column that differs (--owner-from)"
            )

    def _refuse_flawed(self, missing: Sequence[Csm]) -> None:
        """Raise `ExportError` where somebody has an id that is wrong by a few characters."""
        for csm in missing:
            for source in self._sources:
                if flaw := self._crm.owner.flaw(_cell(csm, source).strip()):
                    raise ExportError(
                        f"{csm.name} receives accounts, but {flaw}; correct that {self._crm.name} id in your "
                        "CSMs file, or say which column holds it (--owner-from)"
                    )

    def _find(self, csm: Csm) -> str:
        for source in self._sources:
            text = _cell(csm, source)
            # A name that was missing is the id, put there by the import.
            unnamed = source == ":name" and csm.name == csm.id and any(one.isdigit() for one in csm.id)
            found = None if unnamed else self._crm.owner.read(text.strip())
            if found:
                return found
        return ""


def _cell(record: Account | Csm, source: str) -> str:
    """The text of a field (``:id``) or of the further column whose normal name is `source`."""
    if source.startswith(":"):
        return str(getattr(record, source[1:], ""))
    wanted = normal(source)
    return next((text for header, text in record.extra.items() if _same(header, wanted) and text.strip()), "")


def _same(header: str, wanted: str) -> bool:
    return normal(header.removeprefix(SOURCE)) == wanted


def _chosen(name: str, records: Sequence[Account | Csm], what: str, option: str) -> str:
    """The source that a planner names; raises `ExportError` where the file has no such column."""
    if name in _FIELDS:
        return f":{name}"
    if not any(_cell(one, name) for one in records):
        columns = dict.fromkeys(header for one in records for header in one.extra if ":" not in header)
        known = listed(["id", "name", *(["email"] if what == "CSMs" else []), *columns], 8)
        raise ExportError(
            f"your {what} have no column {name!r} with anything in it; give {option} one of {known}"
        )
    return name


def _keys(accounts: Sequence[Account], crm: Crm, options: CrmOptions) -> list[str]:
    """The CRM's id of each account, from the first column where all have one."""
    sources = (":id", *crm.keys)
    if options.key_from:
        sources = (_chosen(options.key_from, accounts, "accounts", "--key-from"),) if accounts else ()
    best: list[str] = []
    for source in sources:
        found = [crm.record.read(_cell(one, source).strip()) or "" for one in accounts]
        if all(found):
            return _distinct(found, crm)
        best = best or found
    without = [one for one, key in zip(accounts, best, strict=True) if not key]
    flaws = [
        flaw
        for one in without
        if (flaw := next(filter(None, (crm.record.flaw(_cell(one, name).strip()) for name in sources)), ""))
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


def _before(account: Account, crm: Crm, people: _People) -> str:
    """Who is in the target today: its own cell of the source, else what the CRM calls today's owner."""
    original = _cell(account, crm.target)
    if original and people.read(original):
        return people.read(original)
    if account.owner is None:
        return crm.clear
    known = people.of_id(account.owner)
    return people.read(account.owner) if known is None else known


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


def _foreign(accounts: Sequence[Account], crm: Crm, people: _People) -> list[str]:
    """A remark where the target holds people other than the CSMs that the plan moves accounts from."""
    different = filled = 0
    for one in accounts:
        original = _cell(one, crm.target)
        if original:
            filled += 1
            mine = people.of_id(one.owner) if one.owner else None
            different += people.read(original) != mine
    if not different:
        return []
    said = (
        f"in {different:,} of {filled:,} changed accounts {crm.target} holds somebody else than the CSM from "
        f"whom the plan moves them; make sure that {crm.target} is where {crm.name} keeps the CSM (--target)"
    )
    return [said]


def _left_out(accounts: Sequence[Account], kept: Sequence[bool], why: str, file: str) -> list[str]:
    gone = [one.name for one, keep in zip(accounts, kept, strict=True) if not keep]
    if not gone:
        return []
    verb = "has" if len(gone) == 1 else "have"
    return [f"{listed(gone)} {verb} {why}: left out of the {file}, so see to {_it(gone)} by hand"]


def _it(names: Sequence[str]) -> str:
    return "it" if len(names) == 1 else "them"


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


def _cure(sources: Sequence[str]) -> str:
    if sources == (":name",):
        return "add their names to the CSMs file and import it again"
    column = (
        "email" if ":email" in sources else "crm_id" if len(sources) > 1 else sources[0].removeprefix(":")
    )
    return f"add a column {column} with it to the CSMs file and import that again"
