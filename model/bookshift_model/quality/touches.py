"""Touch level against ARR: where the service that an account gets is far from what others of its size get.

AX is a property of need, not of spend, so that none of these is wrong by itself: a list to look through.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from bookshift_model.explain.words import money
from bookshift_model.quality.group import Detail, Group, positions

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bookshift_model.quality.group import Ground

_FEW: Final = 5
_SMALL, _LARGE = 0.2, 0.95


def checks(ground: Ground, touch: Sequence[str]) -> Iterator[Group]:
    """Findings about touch levels in force (`touch`, n words) that do not go with ARR.

    Much touch for little: strategic or high below the middle ARR of low and tech accounts, or, where these
    are fewer than five, in the lowest fifth. Little touch for much: low or tech above the middle ARR of
    strategic and high accounts, or in the top twentieth.
    """
    words, arr = np.array(touch), ground.arr
    known = ~np.isnan(arr) & (arr > 0)
    if known.sum() < 2 * _FEW:
        return
    much, little = np.isin(words, ("strategic", "high")) & known, np.isin(words, ("low", "tech")) & known
    floor = float(np.median(arr[little])) if little.sum() >= _FEW else float(np.quantile(arr[known], _SMALL))
    roof = float(np.median(arr[much])) if much.sum() >= _FEW else float(np.quantile(arr[known], _LARGE))
    for id_, found, title, says, cure in (
        (
            "touch_much", positions(much & (arr < floor)), "strategic or high touch for little ARR",
            f"ARR below {money(floor)}",
            "Accept it where the need is real; else lower the touch level, or change the AX rules.",
        ),
        (
            "touch_little", positions(little & (arr > max(roof, floor))), "low or tech touch for much ARR",
            f"ARR above {money(roof)}",
            "Accept it where little is needed; else raise the touch level, or change the AX rules.",
        ),
    ):  # fmt: skip
        if found:
            yield Group(
                id_, "info", title, "touch",
                "Hours follow the touch level: a wrong one makes books look fuller or emptier than they are.",
                cure, found,
                lambda i, says=says: Detail(touch[i], f"{says}: {money(ground.accounts[i].arr)}"),  # type: ignore[misc]  # mypy infers no lambda with a default
            )  # fmt: skip
