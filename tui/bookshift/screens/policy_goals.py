"""The lines of the policy screen for presets and goals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pydantic import Field

from bookshift.naming import weights_are
from bookshift.panes.sheet import BLANK, Row, Span, heading, row
from bookshift.screens.policy_entry import Edit, Entry, formula, low
from bookshift.screens.policy_numbers import read, within
from bookshift.text import money, percent
from bookshift.widgets.grid import Cell
from bookshift_model.goals import GOALS
from bookshift_model.policy import PRESET_NAMES, PRESETS, Policy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bookshift.screens.policy_figures import Figures
    from bookshift_model.score import GoalValue

_STEP: Final = 5.0
_WEIGHT: Final[Any] = Field(ge=0, le=1e6)
_MONEY_FROM: Final = 10_000


class Preset(Entry):
    """Weights that belong together."""

    def __init__(self, name: str) -> None:
        super().__init__(f"preset {name}")
        self._name = name

    def cells(self, policy: Policy, figures: Figures | None) -> Sequence[Cell | str]:
        """The name, and whether its weights are in force."""
        chosen = self.chosen(policy)
        return [
            Cell(f"  {PRESET_NAMES[self._name]}", "good" if chosen else ""),
            Cell("✓ chosen", "good") if chosen else Cell("", ""),
            "", "", "",
            Cell(self._first(3), "dim"),
        ]  # fmt: skip

    def about(self, policy: Policy, figures: Figures | None) -> list[Row]:
        """Its weights."""
        shares = Policy.preset(self._name).shares()
        return [
            heading(f"Preset {PRESET_NAMES[self._name]}"),
            row("Enter takes these weights; rules and limits stay as they are."),
            BLANK,
            *(
                row(f"{GOALS[one].name:<22}{weight:>5g}  {percent(shares[one]):>5}")
                for one, weight in PRESETS[self._name].items()
            ),
        ]

    def typed(self, policy: Policy, text: str) -> Edit | None:
        """Its weights under its name."""
        record = {
            **policy.to_record(),
            "weights": dict(PRESETS[self._name]),
            "name": PRESET_NAMES[self._name],
        }
        return Edit(Policy.with_record(record), f"preset {PRESET_NAMES[self._name]}")

    def cycled(self, policy: Policy) -> Edit | None:
        """The same as Enter."""
        return self.typed(policy, "")

    def chosen(self, policy: Policy) -> bool:
        """Whether the policy has its weights."""
        return weights_are(policy, self._name)

    def _first(self, most: int) -> str:
        largest = sorted(PRESETS[self._name].items(), key=lambda one: -one[1])[:most]
        return ", ".join(f"{low(GOALS[one].name)} {weight:g}" for one, weight in largest)


class GoalEntry(Entry):
    """One goal with its weight."""

    edits = "setting"

    def __init__(self, goal: str) -> None:
        super().__init__(f"goal {goal}")
        self._goal = goal

    def cells(self, policy: Policy, figures: Figures | None) -> Sequence[Cell | str]:
        """Weight, share, what it counts today and in the plan."""
        weight = policy.weights[self._goal]
        tone = "" if weight else "dim"
        before, after = _goal_values(figures, self._goal)
        return [
            Cell(f"  {GOALS[self._goal].name}", tone),
            Cell(f"{weight:g}", tone),
            Cell(percent(policy.shares()[self._goal]), "dim"),
            Cell(_amount(before), tone),
            Cell(_amount(after), _better(before, after) or tone),
            Cell(GOALS[self._goal].unit, "dim"),
        ]

    def about(self, policy: Policy, figures: Figures | None) -> list[Row]:
        """What it counts, its formula, and how far it could go."""
        goal, weight = GOALS[self._goal], policy.weights[self._goal]
        before, after = _goal_values(figures, self._goal)
        rows = [
            heading(goal.name),
            row(f"Counts {goal.unit}; less is better."),
            row(
                f"Weight {weight:g} of {sum(policy.weights.values()):g} in all: "
                f"{percent(policy.shares()[self._goal], 1)} of what counts."
            ),
        ]
        if before is not None and after is not None:
            best = _number(before.best, before.unit)
            rows.append(row(f"Today {_amount(before)}, plan {_amount(after)}, alone it could reach {best}."))
        return [*rows, BLANK, row(Span(formula(goal.mathematics), "dim"))]

    def written(self, policy: Policy) -> str:
        """The weight."""
        return f"{policy.weights[self._goal]:g}"

    def typed(self, policy: Policy, text: str) -> Edit | None:
        """Another weight."""
        return self._with(policy, within(GOALS[self._goal].name, read(text, "number"), "number", _WEIGHT))

    def stepped(self, policy: Policy, steps: int) -> Edit | None:
        """The weight, 5 up or down."""
        return self._with(policy, max(0.0, policy.weights[self._goal] + steps * _STEP))

    def _with(self, policy: Policy, weight: float) -> Edit:
        label = f"{low(GOALS[self._goal].name)} {policy.weights[self._goal]:g} → {weight:g}"
        return Edit(policy.with_weight(self._goal, weight), label)


def _goal_values(figures: Figures | None, goal: str) -> tuple[GoalValue | None, GoalValue | None]:
    if figures is None:
        return None, None
    before, after = (
        next((one for one in card.goals if one.id == goal), None) for card in (figures.today, figures.plan)
    )
    return before, after


def _amount(value: GoalValue | None) -> str:
    if value is None:
        return "…"
    return _number(value.value, value.unit)


def _number(amount: float, unit: str) -> str:
    return money(amount) if amount >= _MONEY_FROM or "ARR" in unit else f"{amount:,.1f}"


def _better(before: GoalValue | None, after: GoalValue | None) -> str:
    if before is None or after is None or _amount(before) == _amount(after):
        return ""
    return "good" if after.value < before.value else "warn"
