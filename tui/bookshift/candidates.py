"""Plans to be compared: the scenarios of a workspace by one yardstick, or those of a sweep."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from bookshift.planner import Planner
from bookshift.proof import proof_of
from bookshift.taking import Point
from bookshift.text import count, hours, money, percent
from bookshift_model.explain.words import count as numbered
from bookshift_model.score import score, score_today
from bookshift_model.sweep.axes import in_words
from bookshift_model.sweep.outcome import FIGURES, broken_rules, front

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bookshift_model.portfolio import Portfolio
    from bookshift_model.score import Scorecard

TODAY: Final = "today"


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One plan of a comparison."""

    key: str
    name: str
    """Of a scenario, or what a sweep has varied."""
    says: str
    """The state of a scenario, or its number in the sweep."""
    figures: Mapping[str, float]
    """By id of `FIGURES`."""
    broken: Mapping[str, int]
    """Hard rules broken, and how often."""
    gap: float | None = None
    """Proven, under the plan's own policy; None where nothing was proven for this plan."""
    choice: Mapping[str, str] = field(default_factory=dict)
    """What a sweep has varied, axis to value."""
    point: Point | None = None
    """The plan of a sweep's scenario, to be taken."""


def of_workspace(planner: Planner) -> Iterator[Candidate]:
    """Today's books and every scenario on the same data, one with each step, by the open policy.

    What was proven of a plan is about the scenario's own policy, and shown with it.
    """
    problem = planner.problem
    yield _candidate(TODAY, "Today's books", "as imported", score_today(problem))
    workspace = planner.workspace
    for one in workspace.scenarios():
        if one.dataset_id != planner.scenario.dataset_id:
            continue
        state = workspace.state(one.id)
        here = problem.with_decisions(state.decisions)
        card = score(here, planner.assignment_of(state.moves))
        says = f"{one.status}, policy {state.policy.name}"
        yield _candidate(str(one.id), one.name, says, card, _proven(planner, one.id))


def _proven(planner: Planner, scenario: int) -> float | None:
    kept = planner.workspace.proposal(scenario)
    if kept is None or kept.content.get("certificate") is None:
        return None
    proof = proof_of(planner if scenario == planner.scenario.id else Planner(planner.workspace, scenario))
    return None if proof is None else proof.gap


def _candidate(key: str, name: str, says: str, card: Scorecard, gap: float | None = None) -> Candidate:
    figures = {figure.id: figure.of(card) for figure in FIGURES.values()}
    return Candidate(key=key, name=name, says=says, figures=figures, broken=broken_rules(card), gap=gap)


def of_sweep(record: Mapping[str, Any], portfolio: Portfolio) -> list[Candidate]:
    """The scenarios of a sweep, from what the command prints."""
    return [
        Candidate(
            key=str(one["number"]),
            name=in_words(one["choice"], portfolio),
            says=f"scenario {one['number']}",
            figures={
                name: float("inf") if value is None else float(value)
                for name, value in one["figures"].items()
            },
            broken=one["broken"],
            gap=one["gap"],
            choice=one["choice"],
            point=Point(
                **{name: one[name] for name in ("points", "moves", "bound", "unavoidable", "certificate")},
                origin=record["origin"],
            ),
        )
        for one in record["scenarios"]
    ]


def best_of(candidates: Sequence[Candidate], x: str, y: str) -> list[str]:
    """Keys of those that no other beats in both figures, see `front`."""
    return [one.key for one in front(candidates, x, y)]


def written(figure: str, value: float) -> str:
    """A figure in few characters, by its unit."""
    unit = FIGURES[figure].unit
    if unit == "share of capacity":
        return percent(value)
    if "ARR" in unit:
        return money(value)
    if unit in {"accounts", "times"} and float(value).is_integer():
        return count(value)
    return hours(value)


def rules_told(one: Candidate) -> str:
    """Which hard rules a plan breaks, in words."""
    if not one.broken:
        return "every hard rule kept"
    times = sum(one.broken.values())
    return f"hard rules broken {numbered(times, 'time')}: " + ", ".join(
        f"{name} ×{often}" for name, often in one.broken.items()
    )
