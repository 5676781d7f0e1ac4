"""All findings about the data of one portfolio, worst first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bookshift_model.ax import touch_places
from bookshift_model.correctable import OWNER
from bookshift_model.portfolio import TOUCH_LEVELS
from bookshift_model.quality import amounts, contradictions, gaps, people, scores, touches
from bookshift_model.quality.group import SEVERITIES, Detail, Ground, Group

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bookshift_model.decisions import Correct
    from bookshift_model.formulas import Formulas
    from bookshift_model.portfolio import Portfolio


def examine(portfolio: Portfolio, formulas: Formulas) -> tuple[Group, ...]:
    """Findings by severity, of one severity the rare ones first: what stands once is easily overlooked."""
    ground = Ground(
        portfolio,
        np.array([np.nan if "arr" in a.imputed else a.arr for a in portfolio.accounts], dtype=np.float64),
        np.array([np.nan if a.health is None else a.health for a in portfolio.accounts], dtype=np.float64),
    )
    return ordered(_all(ground, formulas))


def overtaken_group(portfolio: Portfolio, found: list[tuple[int, Correct]]) -> Iterator[Group]:
    """Corrections whose source has changed since: which of the two counts is for a person to say."""
    if found:
        for name in dict.fromkeys(one.field for _, one in found):
            own = {i: one for i, one in found if one.field == name}

            def detail(i: int, own: dict[int, Correct] = own) -> Detail:
                one = own[i]
                now = getattr(portfolio.accounts[i], one.field)
                was, value = (
                    portfolio.whom(text) if text and one.field == OWNER else text or "unknown"
                    for text in (one.was, one.value)
                )
                return Detail(
                    str(now if now is not None else ""),
                    f"{one.author} had corrected {was} to {value}",
                    one.value,
                )

            yield Group(
                f"overtaken:{name}", "warning", "corrected before, but the source has changed since", name,
                "What the source says now counts.",
                "Take the correction again, or accept what the source says.", tuple(sorted(own)), detail,
            )  # fmt: skip


def ordered(groups: Iterator[Group] | tuple[Group, ...]) -> tuple[Group, ...]:
    """Groups worst first, the rare before the frequent."""
    return tuple(sorted(groups, key=lambda one: (SEVERITIES.index(one.severity), len(one.accounts))))


def _all(ground: Ground, formulas: Formulas) -> Iterator[Group]:
    yield from people.checks(ground)
    yield from amounts.checks(ground)
    yield from scores.checks(ground)
    yield from contradictions.checks(ground)
    yield from touches.checks(ground, [TOUCH_LEVELS[k] for k in touch_places(ground.accounts, formulas.ax)])
    yield from gaps.checks(ground)
