"""What a solve after a change plans anew: only what the change touches, where there is a plan to keep."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from bookshift.proof import digest, same_prices
from bookshift.solver_job import Repair
from bookshift_model.decisions import accounts_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bookshift.planner import Planner
    from bookshift_model.session import Change

ACCEPTED: Final = "accepted a plan"
"""How the label of a change begins that took a solver's plan over."""
_MOST: Final = 25
"""Other accounts that may move because of a few decisions and moves."""
_NUDGED: Final = 0.1
"""Share of all accounts that may move because the policy changed, if that is more."""
_MANY: Final = 0.25
"""Share of all accounts from which on a change is a new plan."""


def repair_of(planner: Planner) -> Repair | None:
    """What was changed since the plan was made; ``None`` where there is no plan to keep, or no change."""
    changes = [one.change for one in planner.session.history.done]
    taken = [at for at, one in enumerate(changes) if one.label.startswith(ACCEPTED)]
    if not taken and not _had_plan(planner, changes):
        return None
    since = changes[taken[-1] + 1 :] if taken else changes
    touched, held = set[str](), set[str]()
    for change in since:
        moved = {account for account, _, _ in change.moves}
        decided = [one for _, *both in change.decisions for one in both if one is not None]
        touched.update(moved, *(accounts_of(one) for one in decided))
        # What decisions say holds by itself, and what they no longer hold may go.
        held = held | moved if not decided else held - moved
    here = planner.portfolio.account_index
    touched, held = touched & here.keys(), held & here.keys()
    nudged = any(one.policy for one in since)
    if len(touched) > _MANY * len(here) or not (touched or nudged):
        return None
    most = max(_MOST, round(_NUDGED * len(here))) if nudged else _MOST
    return Repair(
        accounts=() if nudged else tuple(sorted(touched)),
        held=tuple(sorted(held)),
        most=most,
        certificate=None if nudged else _prices_of(planner),
    )


def _prices_of(planner: Planner) -> Mapping[str, Any] | None:
    """Prices of the latest solve, if it was under this policy: they are good whatever else has changed."""
    kept = planner.workspace.proposal(planner.scenario.id)
    if kept is None or not same_prices(str(kept.content.get("digest")), digest(planner)):
        return None
    prices = kept.content.get("certificate")
    return prices if isinstance(prices, dict) else None


def _had_plan(planner: Planner, changes: list[Change]) -> bool:
    """Whether the scenario began with a plan, as a copy of another does."""
    moves = dict(planner.state.moves)
    for change in reversed(changes):
        for account, was, _ in change.moves:
            if was is None:
                moves.pop(account, None)
            else:
                moves[account] = was
    return bool(moves)
