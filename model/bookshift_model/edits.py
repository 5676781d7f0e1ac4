"""The gestures of a planner as changes: pin, lock, forbid, release, move, keep together, set the policy."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from bookshift_model.decisions import (
    Decision,
    Decisions,
    Forbid,
    KeepApart,
    KeepTogether,
    Lock,
    Pin,
    about_data,
    accounts_of,
)
from bookshift_model.session import Change, State, moves_between

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date, datetime

    from bookshift_model.policy import Policy
    from bookshift_model.portfolio import Account, Portfolio


class EditError(ValueError):
    """A gesture that cannot be carried out; the message says why and what to do."""


def csm_named(portfolio: Portfolio, given: str) -> str:
    """Id of the CSM that a person means by an id, an e-mail address, or a name that only one CSM has."""
    found = portfolio.csms_called(given)
    if not found:
        raise EditError(f"no CSM has the id, name or e-mail {given!r}; give the id as in the file")
    if len(found) > 1:
        names = " or ".join(portfolio.csm_names[j] for j in found)
        raise EditError(f"{len(found)} CSMs are called {given!r}; give the id, or say {names}")
    return portfolio.csms[found[0]].id


@dataclass(frozen=True)
class Editor:
    """Makes changes to one state of one portfolio, in the name of one person at one moment."""

    portfolio: Portfolio
    state: State
    author: str
    at: datetime

    def pin(self, accounts: Sequence[str], csm: str, reason: str = "", expires: date | None = None) -> Change:
        """These accounts go to this CSM, in the plan at once and in every solve; another pin gives way."""
        self._refuse_past(expires)
        who = self._csm(csm)
        left: set[str] = set()
        for account in self._accounts(accounts):
            hold = self._in_force.hold(account.id)
            if isinstance(hold, Pin) and hold.csm != csm:
                left.add(self._name(hold.csm))
            else:
                self._refuse_if_held(account, csm)
            if self._in_force.forbids(account.id, csm):
                raise EditError(f"{account.name} is forbidden to {who}; release it first")
        decided = [
            Pin(account=a, csm=csm, author=self.author, at=self.at, reason=reason, expires=expires)
            for a in accounts
        ]
        instead = f" instead of {' and '.join(sorted(left))}" if left else ""
        label = f"pinned {self._some(accounts)} to {who}{instead}"
        return self._change(label, decided, dict.fromkeys(accounts, csm))

    def lock(self, accounts: Sequence[str], reason: str = "", expires: date | None = None) -> Change:
        """These existing relationships do not change; planned moves of the accounts are taken back."""
        self._refuse_past(expires)
        owners: dict[str, str | None] = {}
        for account in self._accounts(accounts):
            if account.owner not in self.portfolio.csm_index:
                what = self.portfolio.ownerless(self.portfolio.account_index[account.id])
                raise EditError(f"{account.name} {what}; pin it to somebody instead of locking it")
            if self._in_force.forbids(account.id, account.owner):
                raise EditError(
                    f"{account.name} is forbidden to its owner {self._name(account.owner)}; release it first"
                )
            self._refuse_if_held(account, account.owner)
            owners[account.id] = account.owner
        decided = [
            Lock(account=a, author=self.author, at=self.at, reason=reason, expires=expires) for a in accounts
        ]
        return self._change(f"locked {self._some(accounts)}", decided, owners)

    def forbid(
        self, accounts: Sequence[str], csm: str, reason: str = "", expires: date | None = None
    ) -> Change:
        """These accounts must not go to this CSM; planned moves there are taken back."""
        self._refuse_past(expires)
        who = self._csm(csm)
        back: dict[str, str | None] = {}
        for account in self._accounts(accounts):
            if self._holder(account) == csm:
                self._refuse_if_held(account, None)
            if all(one == csm or self._in_force.forbids(account.id, one) for one in self.portfolio.csm_index):
                raise EditError(
                    f"{account.name} is forbidden to everybody but {who}, and somebody must have it; "
                    "release it first, or pin it to somebody"
                )
            if self.state.moves.get(account.id) == csm:
                back[account.id] = account.owner
        decided = [
            Forbid(account=a, csm=csm, author=self.author, at=self.at, reason=reason, expires=expires)
            for a in accounts
        ]
        return self._change(f"forbade {self._some(accounts)} to {who}", decided, back)

    def keep_together(self, accounts: Sequence[str], reason: str = "", *, apart: bool = False) -> Change:
        """These accounts have one owner, or all different owners where `apart`."""
        members = tuple(sorted({a.id for a in self._accounts(accounts)}))
        word = "apart" if apart else "together"
        if len(members) < 2:  # noqa: PLR2004 - one alone is no group
            raise EditError(f"mark at least two accounts to keep {word}")
        kind = KeepApart if apart else KeepTogether
        made = kind(accounts=members, author=self.author, at=self.at, reason=reason)
        return self._change(f"kept {self._some(accounts)} {word}", [made], {})

    def release(self, accounts: Sequence[str]) -> Change:
        """Drop every pin, lock, forbid and group that names one of these accounts; the plan stays."""
        chosen = {a.id for a in self._accounts(accounts)}
        dropped = [
            one for one in self.state.decisions if not about_data(one) and chosen & set(accounts_of(one))
        ]
        if not dropped:
            raise EditError(f"nothing holds {self._some(accounts)}; there is nothing to release")
        return Change(
            label=f"released {self._some(accounts)}", decisions=tuple((one.key, one, None) for one in dropped)
        )

    def move(self, accounts: Sequence[str], csm: str, reason: str = "") -> Change:
        """Move these accounts by hand; a solve may move them again."""
        who = self._csm(csm)
        for account in self._accounts(accounts):
            self._refuse_if_held(account, csm)
            if self._in_force.forbids(account.id, csm):
                raise EditError(f"{account.name} is forbidden to {who}; release it first")
        left = {self.owner_of(a) for a in accounts}
        source = self._name(next(iter(left))) if len(left) == 1 else f"{len(left)} books"
        label = f"moved {self._some(accounts)} {source} → {who}"
        return replace(self._change(label, [], dict.fromkeys(accounts, csm)), reason=reason)

    def refuse_held(self, accounts: Sequence[str], *, pins: bool) -> None:
        """Raise where a lock, or a pin where `pins`, holds every one of these: there is nobody to choose."""
        found = self._accounts(accounts)
        kinds = (Lock, Pin) if pins else (Lock,)
        if all(isinstance(self._in_force.hold(one.id), kinds) for one in found):
            for one in found:
                self._refuse_if_held(one, None)

    def set_policy(self, policy: Policy, label: str) -> Change:
        """Put another policy in force."""
        if policy == self.state.policy:
            return Change(label=label)
        return Change(label=label, policy=(self.state.policy, policy))

    def accept(self, moves: Mapping[str, str], label: str) -> Change:
        """Take over a solver's plan in one step, except where a decision made since then says otherwise."""
        kept: dict[str, str] = {}
        for account in self.portfolio.accounts:
            planned = moves.get(account.id, account.owner)
            if planned not in self.portfolio.csm_index:
                planned = account.owner
            if not self._permits(account, planned):
                planned = self.owner_of(account.id)
            if planned is not None and planned != account.owner:
                kept[account.id] = planned
        return Change(label=label, moves=moves_between(self.state.moves, kept))

    def take(self, policy: Policy, moves: Mapping[str, str], label: str) -> Change:
        """Put a policy in force together with the plan that was solved under it."""
        other = (self.state.policy, policy) if policy != self.state.policy else None
        return replace(self.accept(moves, label), policy=other)

    def owner_of(self, account: str) -> str | None:
        """Who owns the account in the plan."""
        return self.state.moves.get(
            account, self.portfolio.accounts[self.portfolio.account_index[account]].owner
        )

    @cached_property
    def _in_force(self) -> Decisions:
        """The decisions that have not expired on the day of the data: the same ones that a solve follows."""
        return self.state.decisions.in_force(self.portfolio.as_of)

    def _holder(self, account: Account) -> str | None:
        """The CSM to whom a pin or lock holds the account."""
        hold = self._in_force.hold(account.id)
        return hold.csm if isinstance(hold, Pin) else account.owner if hold else None

    def _refuse_if_held(self, account: Account, csm: str | None) -> None:
        """A pin or lock with another CSM stands until it is released, whatever the gesture."""
        held = self._holder(account)
        if held is not None and held != csm:
            words = "pinned to" if isinstance(self._in_force.hold(account.id), Pin) else "locked with"
            raise EditError(f"{account.name} is {words} {self._name(held)}; release it first")

    def _permits(self, account: Account, csm: str | None) -> bool:
        held = self._holder(account)
        if held is not None and held in self.portfolio.csm_index:
            return csm == held
        return not self._in_force.forbids(account.id, csm)

    def _change(self, label: str, decided: Iterable[Decision], to: Mapping[str, str | None]) -> Change:
        """Make these decisions and give each account its CSM, leaving out what is so already."""
        after = dict(self.state.moves)
        for account, csm in to.items():
            if csm == self.portfolio.accounts[self.portfolio.account_index[account]].owner:
                after.pop(account, None)
            else:
                after[account] = str(csm)
        once = {one.key: one for one in decided}
        made = ((key, self.state.decisions.get(key), one) for key, one in once.items())
        return Change(
            label=label,
            decisions=tuple(entry for entry in made if not _same(entry[1], entry[2])),
            moves=moves_between(self.state.moves, after),
        )

    def _accounts(self, ids: Sequence[str]) -> list[Account]:
        if not ids:
            raise EditError("no account is chosen; put the cursor on one or mark some")
        unknown = [one for one in ids if one not in self.portfolio.account_index]
        if unknown:
            raise EditError(f"there is no account {unknown[0]!r}; give an account id as in the file")
        return [self.portfolio.accounts[self.portfolio.account_index[one]] for one in ids]

    def _refuse_past(self, expires: date | None) -> None:
        """Refuse a decision that ends before the plan begins: it would hold nothing."""
        if expires is not None and expires < self.portfolio.as_of:
            raise EditError(
                f"{expires} is before the day of the data, {self.portfolio.as_of}: it would end before the "
                f"plan begins; give {self.portfolio.as_of} or later, or none to hold until it is released"
            )

    def _csm(self, csm: str) -> str:
        if csm not in self.portfolio.csm_index:
            raise EditError(f"there is no CSM {csm!r} on the roster; give a CSM id as in the file")
        return self._name(csm)

    def _name(self, csm: str | None) -> str:
        return self.portfolio.whom(csm)

    def _some(self, accounts: Sequence[str]) -> str:
        number = len(set(accounts))
        if number == 1:
            return self.portfolio.accounts[self.portfolio.account_index[accounts[0]]].name
        return f"{number} accounts"


def _same(before: Decision | None, after: Decision) -> bool:
    """Whether a decision only repeats one that is there, whoever made it and when."""
    if type(before) is not type(after) or before is None:
        return False
    fields = ("csm", "reason", "expires")
    return all(getattr(before, name, None) == getattr(after, name, None) for name in fields)
