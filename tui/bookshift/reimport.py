"""A fresh export over a living workspace: what it changes, what of the plans becomes void, what is asked."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Final

from bookshift_io.intake.findings import Question
from bookshift_io.workspace.scenarios import void_moves
from bookshift_model.changes import Changes, Drift, compare
from bookshift_model.changes import drift as drift_of
from bookshift_model.decisions import accounts_of
from bookshift_model.explain.words import count, minus
from bookshift_model.portfolio import Account

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bookshift_io.workspace import Absence, DatasetInfo, DroppedMove, Workspace
    from bookshift_model.decisions import Decisions
    from bookshift_model.portfolio import Portfolio

SUSPICIOUS: Final = 0.2
"""Share of accounts archived, or of the ARR total changed, above which an export may be a filtered report."""
YES: Final = "yes"
NO: Final = "no"
GONE: Final = "reimport.gone"
ARR: Final = "reimport.arr"
CURRENCY: Final = "reimport.currency"
LOST: Final = "reimport.lost"
_ACCOUNTS_AND_CSMS: Final = 2
_NEVER_LOST: Final = frozenset({"id", "name", "arr", "imputed", "extra", "corrected"})


@dataclass(frozen=True, slots=True)
class Void:
    """What a draft loses to the new data."""

    scenario: str
    moves: tuple[DroppedMove, ...]
    decisions: int
    """Decisions about accounts or CSMs that are not in the data; they hold again when those come back."""

    @property
    def lost(self) -> str:
        """How many moves and decisions."""
        parts = ((len(self.moves), "move"), (self.decisions, "decision"))
        return " and ".join(count(n, what) for n, what in parts if n) or "nothing"

    def __str__(self) -> str:
        """Return it as one sentence."""
        return f"{self.scenario}: {self.lost} void"


@dataclass(frozen=True, slots=True)
class Preview:
    """A fresh export against the data in force."""

    over: DatasetInfo
    changes: Changes
    back: tuple[Absence, ...]
    """Accounts of the export that had been archived."""
    plan: str
    """Name of the plan approved last; empty where there is none."""
    drift: Drift | None
    """What became of that plan in the export."""
    void: tuple[Void, ...]

    @property
    def questions(self) -> tuple[Question, ...]:
        """What has to be answered with yes before the export is kept."""
        found = self.changes
        asked = []
        if found.gone_share > SUSPICIOUS:
            names = tuple(one.name for one in found.gone[:5])
            text = (
                f"{len(found.gone)} of {len(found.before.accounts)} accounts are not in this export and "
                "would be archived; is it the whole list, and not a filtered report?"
            )
            asked.append(Question(GONE, text, (YES, NO), names))
        if abs(found.arr_change) > SUSPICIOUS:
            text = f"the ARR total would change {arr_total(found)}; is that right?"
            asked.append(Question(ARR, text, (YES, NO)))
        if found.after.currency != found.before.currency:
            text = (
                f"amounts were in {found.before.currency} and are in {found.after.currency} now, "
                "so that no two can be compared; is that right?"
            )
            asked.append(Question(CURRENCY, text, (YES, NO)))
        if lost := _lost(self.over, found):
            text = (
                f"last time {' and '.join(one.name for one in self.over.source.files[_ACCOUNTS_AND_CSMS:])} "
                f"were joined; without them {', '.join(lost)}; shall the import go on like that?"
            )
            asked.append(Question(LOST, text, (YES, NO)))
        return tuple(asked)

    def unanswered(self, answers: Mapping[str, str] | None) -> tuple[Question, ...]:
        """The questions that are not answered with yes."""
        return tuple(one for one in self.questions if (answers or {}).get(one.key) != YES)


def _lost(over: DatasetInfo, found: Changes) -> list[str]:
    """What no account has any more that further files had told, with how many had it."""
    if len(over.source.files) <= _ACCOUNTS_AND_CSMS:
        return []
    said = []
    for one in fields(Account):
        if one.name in _NEVER_LOST or any(_told(each, one.name) for each in found.after.accounts):
            continue
        had = sum(
            _told(each, one.name) for each in found.before.accounts if each.id in found.after.account_index
        )
        if had:
            said.append(f"{count(had, 'account')} lose {one.name.replace('_', ' ')}")
    return said


def _told(account: Account, name: str) -> bool:
    value = getattr(account, name)
    return value is not None and value is not False and value not in ("", ()) and name not in account.imputed


def preview(workspace: Workspace, portfolio: Portfolio) -> Preview | None:
    """What keeping `portfolio` would change; ``None`` where it is the first data of the workspace."""
    over = workspace.current_dataset()
    if over is None:
        return None
    return _seen(workspace, over, portfolio, drafts=True)


def latest(workspace: Workspace) -> Preview | None:
    """What the latest import changed; ``None`` where it was the first. Nothing of it is void any more."""
    current, before = workspace.current_dataset(), workspace.previous_dataset()
    if current is None or before is None:
        return None
    return _seen(workspace, workspace.dataset(before), workspace.portfolio(current.id), drafts=False)


def _seen(workspace: Workspace, over: DatasetInfo, portfolio: Portfolio, *, drafts: bool) -> Preview:
    found = compare(workspace.portfolio(over.id), portfolio)
    new = {one.id for one in found.new}
    plan, drifted = planned_drift(workspace, portfolio)
    states = [
        (one.name, workspace.state(one.id))
        for one in (workspace.scenarios() if drafts else ())
        if one.status == "draft"
    ]
    return Preview(
        over=over,
        changes=found,
        back=tuple(one for one in workspace.absences(ever=not drafts) if one.account in new),
        plan=plan,
        drift=drifted,
        void=tuple(
            Void(name, void_moves(state.moves, portfolio), orphans(state.decisions, portfolio))
            for name, state in states
        ),
    )


def planned_drift(workspace: Workspace, now: Portfolio) -> tuple[str, Drift | None]:
    """Name of the plan approved last, and what became of it in the data of now."""
    approval = workspace.newest_approval()
    if approval is None:
        return "", None
    scenario = workspace.scenario(approval.scenario_id)
    then = workspace.portfolio(scenario.dataset_id)
    return scenario.name, drift_of(approval.content["moves"], then, now)


def told(seen: Preview) -> str:
    """What is new, gone and changed against the data before, and what of the plans became void."""
    says = f"imported: {changed(seen.changes)}"
    if not seen.void:
        return says
    if len(seen.void) == 1:
        return f"{says}; {seen.void[0]}"
    moves = tuple(move for one in seen.void for move in one.moves)
    return f"{says}; {Void(count(len(seen.void), 'draft'), moves, sum(one.decisions for one in seen.void))}"


def changed(found: Changes) -> str:
    """How many accounts are new, gone, and changed in ARR, owner or anything else; and how many CSMs."""
    other = sum(any(one.field not in {"arr", "owner"} for one in each.fields) for each in found.changed)
    accounts = _listed(
        {
            "new": len(found.new),
            "gone": len(found.gone),
            "with new ARR": len(found.with_field("arr")),
            "with new owner": len(found.with_field("owner")),
            "changed otherwise": other,
        }
    )
    csms = _listed(
        {"new": len(found.new_csms), "gone": len(found.gone_csms), "changed": len(found.changed_csms)}
    )
    parts = [f"{what} {says}" for what, says in (("accounts", accounts), ("CSMs", csms)) if says]
    if parts:
        return ", ".join(parts)
    before, after = found.before.as_of, found.after.as_of
    day = "" if after == before else f"; the day of the data is {after}, no longer {before}"
    return f"accounts and CSMs are as before{day}"


def _listed(figures: Mapping[str, int]) -> str:
    return ", ".join(f"{number:,} {what}" for what, number in figures.items() if number)


def drift_sentence(plan: str, found: Drift) -> str:
    """What became of an approved plan."""
    parts = [f"{len(found.done)} of {found.planned} approved moves are in the CRM now"]
    for number, what in (
        (len(found.waiting), "not yet"),
        (len(found.elsewhere), "went elsewhere"),
        (len(found.gone), "whose account is gone"),
    ):
        if number:
            parts.append(f"{number} {what}")
    if found.outside:
        parts.append(f"{count(len(found.outside), 'account')} moved outside the plan")
    return f"{plan}: {', '.join(parts)}"


def orphans(decisions: Decisions, portfolio: Portfolio) -> int:
    """How many decisions name an account or a CSM that is not in the data."""
    accounts, csms = portfolio.account_index, portfolio.csm_index
    return sum(
        any(key not in accounts for key in accounts_of(one)) or getattr(one, "csm", None) not in {None, *csms}
        for one in decisions
    )


def arr_total(found: Changes) -> str:
    """The ARR totals before and after, with the relative change."""
    before, after = found.before.total_arr, found.after.total_arr
    share = f" ({minus(f'{100 * found.arr_change:+.1f} %')})" if before else ""
    return f"from {before:,.0f} to {after:,.0f}{share}"
