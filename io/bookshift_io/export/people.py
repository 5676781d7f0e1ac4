"""What a CRM calls each CSM: the identity that it accepts, from the column that holds it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from bookshift_io.export.marker import SOURCE
from bookshift_io.export.writing import ExportError
from bookshift_io.intake.owners import Roster
from bookshift_io.intake.vocabulary import normal
from bookshift_model.explain.words import listed
from bookshift_model.roster import distinct_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bookshift_io.export.crm import Crm, CrmOptions
    from bookshift_model.portfolio import Account, Csm

_FIELDS: Final = frozenset({"id", "name", "email"})


class People:
    """What the CRM calls each CSM."""

    def __init__(self, csms: Sequence[Csm], crm: Crm, options: CrmOptions) -> None:
        self.crm = crm
        self._sources = tuple(crm.owners)
        if options.owner_from:
            self._sources = (chosen(options.owner_from, csms, "CSMs", "--owner-from"),)
        self._roster = Roster(csms)
        self._called = dict(zip([one.id for one in csms], distinct_names(csms), strict=True))
        self._names = {one.id: one.name for one in csms}
        self._known = {one.id: self._find(one) for one in csms}

    def text(self, csm: Csm) -> str:
        """The value for a CSM; empty where there is none."""
        return self._known[csm.id]

    def name(self, owner: str) -> str:
        """The name of an account's owner, as a file says it; the owner as it is where that is no CSM."""
        return self._names.get(owner, owner)

    def read(self, text: str) -> str:
        """A text of the accounts file as a value; empty where the CRM would refuse it."""
        return self.crm.owner.read(text) or ""

    def of_text(self, text: str) -> str:
        """The value for the CSM whom a text means by id, e-mail address or name; empty without one."""
        return self._known.get(self._roster.find(text) or "", "")

    def named(self, text: str) -> str:
        """A name as the CRM exports it, where it takes that back; empty where two CSMs have that name."""
        return "" if self._roster.is_shared(text) else self.crm.back(text) or ""

    def is_same(self, text: str, value: str, owner: str | None) -> bool:
        """Whether a text of the accounts file, and its value, mean the owner whom an account has."""
        found = self._roster.find(text)
        return owner is not None and (owner in (text, found) or value == self._known.get(owner))

    def refuse_unknown(self, needed: Iterable[Csm]) -> None:
        """Raise `ExportError` where somebody who receives accounts has no value of their own."""
        receiving = list({one.id: one for one in needed}.values())
        crm, missing = self.crm, [self._called[one.id] for one in receiving if not self._known[one.id]]
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
            names = [self._called[one.id] for one in receiving if self._known[one.id] == twice[0]]
            raise ExportError(
                f"{listed(names)} would both be {twice[0]!r} in {crm.target}, and {crm.name} could not tell "
                "them apart; name a column that differs (--owner-from)"
            )

    def _refuse_flawed(self, missing: Sequence[Csm]) -> None:
        """Raise `ExportError` where somebody has an id that is wrong by a few characters."""
        for csm in missing:
            for source in self._sources:
                if flaw := self.crm.owner.flaw(cell(csm, source).strip()):
                    raise ExportError(
                        f"{self._called[csm.id]} receives accounts, but {flaw}; correct that "
                        f"{self.crm.name} id in your CSMs file, or say which column holds it (--owner-from)"
                    )

    def _find(self, csm: Csm) -> str:
        for source in self._sources:
            text = cell(csm, source)
            # A name that was missing is the id, put there by the import.
            unnamed = source == ":name" and csm.name == csm.id and any(one.isdigit() for one in csm.id)
            found = None if unnamed else self.crm.owner.read(text.strip())
            if found:
                return found
        return ""


def cell(record: Account | Csm, source: str) -> str:
    """The text of a field (``:id``) or of the further column whose normal name is `source`."""
    if source.startswith(":"):
        return str(getattr(record, source[1:], ""))
    wanted = normal(source)
    return next((text for header, text in record.extra.items() if _same(header, wanted) and text.strip()), "")


def _same(header: str, wanted: str) -> bool:
    return normal(header.removeprefix(SOURCE)) == wanted


def chosen(name: str, records: Sequence[Account | Csm], what: str, option: str) -> str:
    """The source that a planner names; raises `ExportError` where the file has no such column."""
    if name in _FIELDS:
        return f":{name}"
    if not any(cell(one, name) for one in records):
        columns = dict.fromkeys(header for one in records for header in one.extra if ":" not in header)
        known = listed(["id", "name", *(["email"] if what == "CSMs" else []), *columns], 8)
        raise ExportError(
            f"your {what} have no column {name!r} with anything in it; give {option} one of {known}"
        )
    return name


def _cure(sources: Sequence[str]) -> str:
    if sources == (":name",):
        return "add their names to the CSMs file and import it again"
    column = (
        "email" if ":email" in sources else "crm_id" if len(sources) > 1 else sources[0].removeprefix(":")
    )
    return f"add a column {column} with it to the CSMs file and import that again"
