"""What pairs cost at prices, to search by: which are near, and which books cost most."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from bookshift_model.units import cheapest

if TYPE_CHECKING:
    from numpy import bool_, floating
    from numpy.typing import NDArray

    from bookshift_model.certificate import Certificate
    from bookshift_model.terms import Indices


@dataclass(frozen=True, eq=False)
class Guide:
    """Where to look. Nothing is proven with it: `certificate.price` makes what is exact."""

    slack: NDArray[floating[Any]]
    """(k, m) points of a pair beyond the unit's cheapest, in any precision; infinite where not eligible."""
    level: float
    """Points of a choice without slack, about."""
    certificate: Certificate

    def near(self, eligible: NDArray[bool_], width: int) -> tuple[Indices, Indices]:
        """(N,) units and (N,) CSMs: about `width` pairs of each unit, the cheapest of those eligible."""
        unit, csm = np.nonzero(cheapest(self.slack, width) & eligible)
        return unit, csm
