"""A scenario on older data than is in force: how far behind it is, who in it is gone, and its copies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bookshift.reimport import Preview, Void, orphans
from bookshift_io.workspace.scenarios import void_moves
from bookshift_model.changes import compare
from bookshift_model.explain.words import count

if TYPE_CHECKING:
    from bookshift_io.workspace import DatasetInfo, Rebased, ScenarioInfo, Workspace


@dataclass(frozen=True, slots=True)
class Older:
    """What there is to know about a scenario that newer data has left behind."""

    dataset: DatasetInfo
    """The scenario's own data."""
    behind: int
    """Imports since that data was in force."""
    gone: int
    """Moves of the plan that name an account or a CSM who is not in the data in force."""

    @property
    def brief(self) -> str:
        """How far behind, and what is gone."""
        if not self.gone:
            return lag(self.behind)
        names = "names" if self.gone == 1 else "name"
        return (
            f"{lag(self.behind)}; {count(self.gone, 'move')} of it {names} people or accounts that are gone"
        )

    def __str__(self) -> str:
        """Return it as one sentence without its subject."""
        at = f"{self.dataset.imported_at.astimezone():%Y-%m-%d %H:%M}"
        return f"on data set {self.dataset.id}, imported {at}, {self.brief}"


def older(workspace: Workspace, scenario: ScenarioInfo) -> Older | None:
    """How a scenario stands to the data in force; ``None`` where it is on that."""
    behind = workspace.behind(scenario.dataset_id)
    newest = workspace.current_dataset()
    if not behind or newest is None:
        return None
    moves = void_moves(workspace.state(scenario.id).moves, workspace.portfolio(newest.id))
    gone = sum(one.reason != "already there" for one in moves)
    return Older(workspace.dataset(scenario.dataset_id), behind, gone)


def lag(behind: int) -> str:
    """How far a scenario is behind, for headers and lists."""
    return f"{count(behind, 'data set')} behind"


def record(found: Older | None) -> dict[str, Any]:
    """How a scenario stands to the data in force, as JSON values."""
    return {
        "data_sets_behind": 0 if found is None else found.behind,
        "moves_gone": 0 if found is None else found.gone,
    }


def losses(workspace: Workspace, scenario: ScenarioInfo) -> Void | None:
    """What a copy of a scenario would lose to the data in force; ``None`` where the scenario is on that."""
    newest = workspace.current_dataset()
    if newest is None or newest.id == scenario.dataset_id:
        return None
    state, portfolio = workspace.state(scenario.id), workspace.portfolio(newest.id)
    return Void(scenario.name, void_moves(state.moves, portfolio), orphans(state.decisions, portfolio))


def said_before(void: Void | None) -> list[str]:
    """What is said before a copy is made; nothing where it is on the newest data anyway."""
    return [] if void is None else [f"The copy goes on with the newest data, which makes {void.lost} void."]


def went_on(workspace: Workspace, made: Rebased) -> Void | None:
    """What a copy has lost to the data in force; ``None`` where it was made of a scenario on that."""
    if made.left is None:
        return None
    scenario = made.scenario
    decisions = workspace.state(scenario.id).decisions
    return Void(scenario.name, made.dropped, orphans(decisions, workspace.portfolio(scenario.dataset_id)))


def seen_by(workspace: Workspace, made: Rebased, void: Void) -> Preview:
    """What the data in force changes against the data that a copy came from."""
    over = workspace.dataset(made.scenario.dataset_id if made.left is None else made.left)
    changes = compare(workspace.portfolio(over.id), workspace.portfolio(made.scenario.dataset_id))
    return Preview(over=over, changes=changes, back=(), plan="", drift=None, void=(void,))


def went_on_sentence(made: Rebased, void: Void) -> str:
    """Where a copy went on, and what it has lost there."""
    name, now = made.scenario.name, made.scenario.dataset_id
    return f"{name} goes on with data set {now}, the newest, no longer {made.left}: {void.lost} void"
