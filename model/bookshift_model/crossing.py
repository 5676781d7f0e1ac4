"""Two plans made one: each book as it is in the plan where it is better.

Most of what is open is in few books, those where a limit is met with great loss, and every search ends with
other ones. What a book costs beyond the bound of prices is told book by book (`around.beyond`). So the books
that are better in another plan are taken from there, with all their units; their units here go to where they
are there. What does not fit any more is little, and a short search mends it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bookshift_model.around import beyond

if TYPE_CHECKING:
    from bookshift_model.guide import Guide
    from bookshift_model.terms import Indices
    from bookshift_model.units import Units


def crossed(units: Units, guide: Guide, choice: Indices, other: Indices, apart: float) -> Indices | None:
    """(k,) a choice with the books of another that cost less there, by more than `apart` points.

    ``None`` where there are none. Both are on eligible pairs, so it is, too.
    """
    better = beyond(units, guide, choice) - beyond(units, guide, other) > apart
    if not better.any():
        return None
    return np.where(better[choice] | better[other], other, choice)
