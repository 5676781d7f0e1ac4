"""Every CSM for one or several accounts, with what it would cost to send them there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bookshift.points import of_effects
from bookshift_model.explain.choices import choices_at
from bookshift_model.explain.words import in_unit

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bookshift.panes.view import View
    from bookshift_model.explain.standing import Effect

_NAMED_EFFECTS = 2
_NOISE = 1e-9


@dataclass(frozen=True, slots=True)
class Candidate:
    """One CSM for the chosen accounts."""

    csm: int
    """Position of the CSM."""
    name: str
    points: float
    """Change in points as in `bookshift.points`; below zero is better."""
    eases: int
    """Hard rules that would be less broken than now."""
    breaks: int
    """Hard rules that would be broken, or more than now."""
    excluded: bool
    here: bool
    """Has all the accounts in what is shown."""
    today: bool
    """Owns all the accounts today."""
    utilisation: tuple[float, float]
    """Now, and with the accounts."""
    words: str
    """What stands against it, or else the weightiest effects."""

    @property
    def rules(self) -> tuple[str, str]:
        """What it means for hard rules and decisions, in two words, and a tone."""
        if self.excluded:
            return (f"✗ breaks {self.breaks}" if self.breaks else "✗ barred"), "bad"
        return (f"eases {self.eases}", "good") if self.eases else ("", "")


def rank(view: View, accounts: Sequence[int]) -> list[Candidate]:
    """Every CSM for the accounts at these positions, in the order of what is said of each.

    First those that nothing excludes, then by hard rules broken (fewest first), hard rules eased (most
    first) and the points that it costs; of equals, first who has the accounts.
    """
    found = _of_one(view, accounts[0]) if len(accounts) == 1 else _of_many(view, accounts)
    return sorted(
        found, key=lambda one: (one.excluded, one.breaks, -one.eases, round(one.points, 9), not one.here)
    )


def effect_words(effects: Iterable[Effect]) -> str:
    """The weightiest effects, each in its own unit."""
    named = [one for one in effects if one.points][:_NAMED_EFFECTS]
    return ", ".join(in_unit(one.change, one.unit) for one in named)


def _of_one(view: View, account: int) -> list[Candidate]:
    found = []
    for one in choices_at(view.standing, account):
        effects = one.effects
        points, eases, breaks = of_effects(effects)
        found.append(
            Candidate(
                csm=one.csm,
                name=one.name,
                points=points,
                eases=eases,
                breaks=breaks,
                excluded=one.excluded,
                here=one.current,
                today=one.today,
                utilisation=one.utilisation,
                words=one.obstacle or effect_words(effects),
            )
        )
    return found


def _of_many(view: View, accounts: Sequence[int]) -> list[Candidate]:
    """Exact for accounts of one book; the books that give are added up one by one."""
    problem, data = view.problem, view.problem.data
    chosen = np.array(accounts, dtype=np.int64)
    owners = view.assignment[chosen]
    sets = [(chosen[owners == owner], np.arange(data.m)) for owner in np.unique(owners)]
    changes = view.standing.changes(sets)
    by_csm = changes.points.reshape(len(changes.sources), len(sets), data.m).sum(axis=1)
    hard = np.array([one.hard for one in changes.sources])
    points = by_csm[~hard].sum(axis=0)
    eases, breaks = ((by_csm[hard] < -_NOISE).sum(axis=0), (by_csm[hard] > _NOISE).sum(axis=0))
    barred = (~problem.eligible[chosen]).sum(axis=0)
    load = view.standing.load(data.quantity("hours"))
    joins = owners[:, None] != np.arange(data.m)[None, :]
    more = np.where(joins, data.hours[chosen], 0.0).sum(axis=0)
    capacity = np.where(data.capacity > 0, data.capacity, np.nan)
    today = problem.baseline[chosen]
    return [
        Candidate(
            csm=j,
            name=data.csm_names[j],
            points=float(points[j]),
            eases=int(eases[j]),
            breaks=int(breaks[j]),
            excluded=bool(barred[j]) or bool(breaks[j]),
            here=bool((owners == j).all()),
            today=bool((today == j).all()),
            utilisation=(float(load[j] / capacity[j]), float((load[j] + more[j]) / capacity[j])),
            words=f"a decision or rule stands against {barred[j]} of {len(chosen)}" if barred[j] else "",
        )
        for j in range(data.m)
    ]
