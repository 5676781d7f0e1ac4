"""Stretch accounts: demanding work that helps juniors grow, in measured doses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bookshift_model.rules.limits import for_each
from bookshift_model.rules.record import BookLimit, rule
from bookshift_model.terms import Book

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bookshift_model.data import Data
    from bookshift_model.terms import Term


@rule(
    "Minimum stretch accounts",
    unit="accounts",
    family="development",
    default=BookLimit(limit=1),
    says="{csm} has {total:.0f} stretch accounts, {amount:g} fewer than {limit:g}",
    relax="accept {total:.0f} stretch accounts for {csm}",
)
def stretch_minimum(data: Data, settings: BookLimit) -> Iterator[Term]:
    """`Σ_i stretch_i x[i,j] ≥ limit` for every junior CSM j; stretch: complexity 4 or more, or high touch."""
    yield Book(data.quantity("stretch"), np.where(data.junior, for_each(data, settings), -np.inf), under=True)


@rule(
    "Maximum stretch accounts",
    unit="accounts",
    family="development",
    default=BookLimit(limit=4),
    says="{csm} has {total:.0f} stretch accounts, {amount:g} more than {limit:g}",
    relax="let {csm} have {total:.0f} stretch accounts",
)
def stretch_maximum(data: Data, settings: BookLimit) -> Iterator[Term]:
    """`Σ_i stretch_i x[i,j] ≤ limit` for every junior CSM j."""
    yield Book(data.quantity("stretch"), np.where(data.junior, for_each(data, settings), np.inf))
