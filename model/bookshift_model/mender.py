"""Changes that say what data is to be taken for: corrections, findings that are left, and both taken back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bookshift_model.correctable import FIELDS, OWNER, parse, written
from bookshift_model.corrections import said
from bookshift_model.decisions import AcceptFinding, Correct
from bookshift_model.edits import EditError, csm_named
from bookshift_model.session import Change

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from bookshift_model.decisions import Decision
    from bookshift_model.portfolio import Account, Portfolio
    from bookshift_model.session import State


@dataclass(frozen=True)
class Mender:
    """Makes changes that say what data is to be taken for, in the name of one person at one moment."""

    portfolio: Portfolio
    """As imported, without corrections."""
    state: State
    author: str
    at: datetime

    def correct(self, values: Sequence[tuple[str, str, str]], reason: str = "") -> Change:
        """Take values as others than the source says: (account, field, text)."""
        made: list[Decision] = []
        dropped: list[str] = []
        meant = {(field, text): self._value(field, text) for field, text in {one[1:] for one in values}}
        for key, field, text in values:
            account, value = self._account(key), meant[field, text]
            if value == said(account, field):
                # Back to what the source says: the correction goes.
                if (known := self.state.decisions.correction(key, field)) is not None:
                    dropped.append(known.key)
                continue
            made.append(
                Correct(
                    account=key, field=field, was=said(account, field), value=value,
                    author=self.author, at=self.at, reason=reason,
                )
            )  # fmt: skip
        label = self._label(values, set(meant.values()))
        return self._change(label, made, dropped, self._already_there(made))

    def accept(self, findings: Sequence[tuple[str, str, str]], what: str, reason: str = "") -> Change:
        """See findings and leave them: (group, about, value); `what` names them in the journal."""
        made: list[Decision] = [
            AcceptFinding(
                finding=group, about=about, value=value, author=self.author, at=self.at, reason=reason
            )
            for group, about, value in findings
        ]
        return self._change(f"accepted {what}", made, [])

    def take_back(self, keys: Sequence[str], what: str) -> Change:
        """Drop corrections and acceptances by their keys."""
        return self._change(f"took back {what}", [], [key for key in keys if self.state.decisions.get(key)])

    def _account(self, key: str) -> Account:
        i = self.portfolio.account_index.get(key)
        if i is None:
            raise EditError(f"there is no account {key!r}; give an account id as in the file")
        return self.portfolio.accounts[i]

    def _value(self, field: str, text: str) -> str:
        value = written(parse(field, text, self.portfolio.currency))
        return csm_named(self.portfolio, value) if field == OWNER else value

    def _label(self, values: Sequence[tuple[str, str, str]], now: set[str]) -> str:
        """`corrected Acme: health 870 → 87`, `corrected owner of 12 accounts: S. Berg → Sara Berg`."""
        fields = {field for _, field, _ in values}
        if len(fields) != 1:
            return f"corrected {len(values)} values"
        field = fields.pop()
        accounts = [self._account(key) for key, _, _ in values]
        was = {said(one, field) for one in accounts}
        if len(was) != 1 or len(now) != 1:
            return f"corrected {FIELDS[field].name} of {len(values)} accounts"
        before, after = *was, *now
        what = f"{self._shown(field, before) or 'unknown'} → {self._shown(field, after) or 'unknown'}"
        if before == after:
            what = f"{self._shown(field, before) or 'unknown'} as the source says"
        if len(accounts) == 1:
            return f"corrected {accounts[0].name}: {FIELDS[field].name} {what}"
        return f"corrected {FIELDS[field].name} of {len(accounts)} accounts: {what}"

    def _shown(self, field: str, value: str) -> str:
        return self.portfolio.whom(value) if field == OWNER and value else value

    def _already_there(self, made: Iterable[Decision]) -> tuple[tuple[str, str | None, str | None], ...]:
        """Planned moves to the CSM who is now known to have the account."""
        return tuple(
            (one.account, one.value, None)
            for one in made
            if isinstance(one, Correct)
            and one.field == OWNER
            and self.state.moves.get(one.account) == one.value
        )

    def _change(
        self,
        label: str,
        made: Iterable[Decision],
        dropped: Iterable[str],
        moves: tuple[tuple[str, str | None, str | None], ...] = (),
    ) -> Change:
        known = self.state.decisions
        return Change(
            label=label,
            decisions=(
                *((one.key, known.get(one.key), one) for one in made if not _same(known.get(one.key), one)),
                *((key, known.get(key), None) for key in dropped),
            ),
            moves=moves,
        )


def _same(before: Decision | None, after: Decision) -> bool:
    names = ("was", "value", "reason")
    return before is not None and all(getattr(before, n, None) == getattr(after, n, None) for n in names)
