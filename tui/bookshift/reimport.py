"""What a fresh export changes for the plans of a workspace, in a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bookshift_model.decisions import accounts_of
from bookshift_model.explain.words import count

if TYPE_CHECKING:
    from bookshift.imports import Imported
    from bookshift_io.workspace import Workspace
    from bookshift_model.decisions import Decisions
    from bookshift_model.portfolio import Portfolio


def told(workspace: Workspace, before: Portfolio, imported: Imported) -> str:
    """What is new, gone and changed against the data set before, and what of the plans became void."""
    after = workspace.portfolio(imported.dataset.id)
    says = f"imported: {changed(before, after)}"
    if not imported.rebased:
        return says
    drafts = [one.scenario for one in imported.rebased]
    moves = sum(len(one.dropped) for one in imported.rebased)
    decisions = sum(orphans(workspace.state(one.id).decisions, after) for one in drafts)
    void = [count(number, what) for number, what in ((moves, "move"), (decisions, "decision")) if number]
    name = drafts[0].name if len(drafts) == 1 else count(len(drafts), "draft")
    return f"{says}; {name}: {' and '.join(void) or 'nothing'} void"


def changed(before: Portfolio, after: Portfolio) -> str:
    """How many accounts are new, gone, and changed in ARR or owner."""
    was = {one.id: one for one in before.accounts}
    now = {one.id: one for one in after.accounts}
    both = [(was[key], now[key]) for key in was.keys() & now.keys()]
    figures = {
        "new": len(now.keys() - was.keys()),
        "gone": len(was.keys() - now.keys()),
        "with new ARR": sum(a.arr != b.arr for a, b in both),
        "with new owner": sum(a.owner != b.owner for a, b in both),
    }
    told_ = [f"{number:,} {what}" for what, number in figures.items() if number]
    if not told_:
        return "accounts, ARR and owners are as before"
    return "accounts " + ", ".join(told_)


def orphans(decisions: Decisions, portfolio: Portfolio) -> int:
    """How many decisions name an account or a CSM that is not in the data."""
    accounts, csms = portfolio.account_index, portfolio.csm_index
    return sum(
        any(key not in accounts for key in accounts_of(one)) or getattr(one, "csm", None) not in {None, *csms}
        for one in decisions
    )
