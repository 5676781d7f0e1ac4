"""ARR that cannot be what it says: nothing, or a hundred or a thousand times too much or too little."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from bookshift_model.correctable import typed, written
from bookshift_model.explain.words import money
from bookshift_model.quality.group import Detail, Group, by_value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bookshift_model.quality.group import Ground

_MANY: Final = 20
_FENCE: Final = 3.0
"""Interquartile ranges of log ARR beyond the quartiles from which a value is out of all proportion."""
_LEAST: Final = 30.0
"""Times the median that a value must at least be away."""
_UNITS: Final = ((100.0, "cents"), (1000.0, "thousandths"))


def checks(ground: Ground) -> Iterator[Group]:
    """Findings about ARR."""
    zero = ground.where(lambda a: a.arr == 0 and "arr" not in a.imputed)
    if zero:
        yield Group(
            "arr_zero", "warning", "ARR of 0", "arr",
            "These accounts count as worth nothing: no goal about ARR or churn sees them.",
            "Correct the amount; accept it for a customer who pays nothing.",
            zero, lambda _: Detail("0", "an account under contract without revenue"),
        )  # fmt: skip
    meant = dict(_out_of_scale(ground))
    if meant:

        def detail(i: int) -> Detail:
            typical, guess, unit = meant[i]
            says = f"the middle ARR here is {money(typical)}"
            return Detail(
                written(ground.accounts[i].arr),
                f"{says}; entered in {unit}?" if unit else f"{says}; far out of proportion",
                typed(guess) if guess else "",
            )

        yield Group(
            "arr_scale", "warning", "ARR out of all proportion", "arr",
            "One such amount decides every balance of ARR by itself.",
            "Take what is proposed where the unit is wrong; accept it where the amount is right.",
            tuple(sorted(meant)), detail,
        )  # fmt: skip


def _out_of_scale(ground: Ground) -> Iterator[tuple[int, tuple[float, float, str]]]:
    """Position, the middle ARR of its segment, and what was probably meant (0 for no idea) with its unit."""
    usable = ~np.isnan(ground.arr) & (ground.arr > 0)
    segments = by_value([one.segment for one in ground.accounts])
    large = [np.array(own) for own in segments.values() if usable[own].sum() >= _MANY]
    covered = np.zeros(len(usable), dtype=bool)
    for own in large:
        covered[own] = True
    for members in (*large, np.flatnonzero(~covered)):
        own = members[usable[members]]
        everyone = own if covered[own].all() else np.flatnonzero(usable)
        if len(everyone) < _MANY:
            continue
        logs = np.log10(ground.arr[everyone])
        low, middle, high = (float(one) for one in np.quantile(logs, [0.25, 0.5, 0.75]))
        fence = max(_FENCE * (high - low), np.log10(_LEAST))
        for i in own:
            value = float(np.log10(ground.arr[i]))
            if value > max(high, middle) + fence:
                yield int(i), (10**middle, *_meant(float(ground.arr[i]), low - fence, high, down=True))
            elif value < min(low, middle) - fence:
                yield int(i), (10**middle, *_meant(float(ground.arr[i]), low, high + fence, down=False))


def _meant(arr: float, low: float, high: float, *, down: bool) -> tuple[float, str]:
    """The amount in another unit that would be in proportion, and how it was entered; 0 for none."""
    if not down:
        return (arr * 1000, "thousands") if low - 0.5 <= np.log10(arr * 1000) <= high else (0.0, "")
    for factor, unit in _UNITS:
        if low <= np.log10(arr / factor) <= high + 0.5:
            return arr / factor, unit
    return 0.0, ""
