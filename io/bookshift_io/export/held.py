"""Who is in a CRM's target column today, as the accounts file has it: what a rollback returns.

Only the target's own column says so. What another column holds may be somebody else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bookshift_io.export.crm import ANY, CRMS
from bookshift_io.export.marker import SOURCE
from bookshift_io.intake.mapping import EXTRA
from bookshift_io.intake.vocabulary import normal, readings_of
from bookshift_io.intake.vocabulary_accounts import ACCOUNT_FIELDS
from bookshift_model.explain.words import count, listed
from bookshift_model.portfolio import ORIGINAL

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from bookshift_io.export.crm import Crm
    from bookshift_io.export.people import People
    from bookshift_model.portfolio import Account

_OWNER: Final = next(one for one in ACCOUNT_FIELDS if one.name == "owner")
_CSM: Final = frozenset().union(*_OWNER.tiers[: _OWNER.firm])
"""Names of columns that hold the CSM; the further tiers hold the record's owner, who may be in sales."""


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of the accounts file that is the target."""

    header: str
    is_owner: bool
    """Whether the import has read the owner from it."""
    exact: bool
    """Whether it has the target's very name, and so its values in the CRM's own form."""


@dataclass(frozen=True, slots=True)
class Held:
    """What the target holds for some accounts today."""

    values: tuple[str, ...]
    """By account, what the rollback says; empty where it leaves the account out."""
    remarks: tuple[str, ...]
    """What to know: accounts that are left out and why, and people who are not the CSM of today."""


def held_today(accounts: Sequence[Account], crm: Crm, people: People, columns: Mapping[str, str]) -> Held:
    """Find today's value of the target for each account; nothing is taken from any other column.

    `columns` are those of the accounts file by header, with the field that each was read as; where none are
    known, a further column of the target's name counts, and without one the account's owner.
    """
    if not accounts:
        return Held((), ())
    own = _own(accounts, crm, columns)
    if not own:
        return Held(("",) * len(accounts), (_no_column(crm, columns),))
    values, nobody, unknown, different, filled = [], [], [], 0, 0
    for account in accounts:
        value, text, stranger = _find(account, own, people)
        filled += bool(text)
        different += stranger
        if not text:
            value = crm.clear
            nobody += [] if value else [account.name]
        elif not value:
            unknown.append((account.name, text))
        values.append(value)
    header = own[0].header or crm.target
    remarks = []
    if different:
        remarks.append(
            f"in {different:,} of {filled:,} changed accounts {header} holds somebody else than the CSM from "
            f"whom the plan moves them; make sure that {crm.target} is where {crm.name} keeps the CSM "
            "(--target)"
        )
    if nobody:
        why = f"nobody is in {header} today, and {crm.name} cannot be told so by a file"
        remarks.append(left_out("rollback", nobody, len(accounts), why))
    if unknown:
        sample = unknown[0][1]
        why = (
            f"{header} holds what {crm.name} would not take back or could not tell apart, such as {sample!r}"
        )
        remarks.append(left_out("rollback", [name for name, _ in unknown], len(accounts), why))
    named = [value for value in values if value and crm.back(value) is not None]
    if named:
        remarks.append(
            f"the rollback has {count(len(named), 'owner')} of today by name, such as {named[0]!r}, as "
            f"{header} has them; where two users share a name, {crm.name} may take the wrong one"
        )
    return Held(tuple(values), tuple(remarks))


def left_out(file: str, names: Sequence[str], among: int, why: str) -> str:
    """Say that a file leaves accounts out, how many and which, and why."""
    them = "it" if len(names) == 1 else "them"
    counted = f"{len(names):,} of {count(among, 'account')}"
    return f"the {file} leaves out {counted} ({listed(names)}): {why}; see to {them} by hand"


def _own(accounts: Sequence[Account], crm: Crm, columns: Mapping[str, str]) -> list[_Column]:
    """The columns that are the target, the surest first."""
    known = columns or dict.fromkeys(
        (header for one in accounts for header in one.extra if not header.startswith(ORIGINAL)), EXTRA
    )
    ranked = [
        (rank, _Column(header, meaning == _OWNER.name, exact=rank == 0))
        for header, meaning in known.items()
        if meaning in (EXTRA, _OWNER.name) and (rank := _rank(header, crm)) is not None
    ]
    # Under our own name it is whoever the owner is, whatever the file calls that column.
    ours = crm.id == "generic" and crm.target == CRMS["generic"].target
    whoever = ours or not columns
    own = [one for rank, one in sorted(ranked, key=lambda item: item[0]) if not whoever or rank == 0]
    return own or ([_Column("", is_owner=True, exact=True)] if whoever else [])


def _rank(header: str, crm: Crm) -> int | None:
    """How surely a column is the target: by its name, by what it refers to, or by a name for the same."""
    header, relation = header.removeprefix(SOURCE), crm.target.partition(".")[0]
    if normal(header) == normal(crm.target):
        return 0
    if normal(header) == normal(relation):
        return 1
    meant = {_same_person(crm.target), _same_person(relation)} - {None}
    return 2 if _same_person(header) in meant else None


def _same_person(header: str) -> bool | None:
    """Whether a column of this name holds the CSM, or the record's owner; ``None`` where that is open."""
    own = set(readings_of(header))
    return bool(own & _CSM) if own & _OWNER.names else None


def _find(account: Account, own: Sequence[_Column], people: People) -> tuple[str, str, bool]:
    """What the rollback says, who is there, and whether that is somebody else than the owner."""
    found = ""
    for one in own:
        text = (account.owner or "" if one.is_owner else account.extra.get(one.header, "")).strip()
        if one.exact and not text:  # which says that nobody is there
            break
        found = found or (people.name(text) if one.is_owner else text)
        value = "" if not text else _value(text, one, people)
        if value:
            return value, text, not one.is_owner and not people.is_same(text, value, account.owner)
    return "", found, False if any(one.is_owner for one in own) else bool(found)


def _value(text: str, column: _Column, people: People) -> str:
    ways: list[Callable[[str], str]] = [people.of_text, people.read]
    if column.exact and not column.is_owner:
        ways.reverse()
    elif not column.exact and people.crm.owner is ANY:
        ways = [people.of_text]  # in which form the CRM keeps it is not known
    return next(filter(None, (way(text) for way in ways)), "") or people.named(text)


def _no_column(crm: Crm, columns: Mapping[str, str]) -> str:
    unread = next((one for one in columns if _rank(one, crm) is not None), None)
    owner = next((one for one, meaning in columns.items() if meaning == _OWNER.name), None)
    if unread is not None:
        why = f"your import does not keep {unread}"
        cure = "import the accounts again and keep that column"
    else:
        why = f"your accounts file has no {crm.target}" + (f", only {owner}" if owner else "")
        cure = "import accounts with that column, or name the one where the CRM keeps the CSM (--target)"
    return (
        f"the rollback is empty and nothing undoes the update: {why}, and who is in {crm.target} today is "
        f"not known; {cure}"
    )
