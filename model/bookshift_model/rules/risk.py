"""Rules that keep high-risk accounts from piling up in one book."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bookshift_model.rules.limits import for_each, percent
from bookshift_model.rules.record import BookLimit, Share, rule
from bookshift_model.terms import Book, Quantity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bookshift_model.data import Data
    from bookshift_model.terms import Term


@rule(
    "High-risk accounts",
    unit="accounts",
    family="risk",
    default=BookLimit(limit=6),
    says="{csm} has {total:.0f} high-risk accounts, {amount:g} more than the cap of {limit:g}",
    relax="raise {csm}'s cap of high-risk accounts from {limit:g} to {total:.0f}",
)
def high_risk_cap(data: Data, settings: BookLimit) -> Iterator[Term]:
    """`Σ_i high_i x[i,j] ≤ cap_j` for every CSM j."""
    yield Book(data.quantity("high_risk"), for_each(data, settings))


@rule(
    "High-risk share",
    unit="% of target ARR",
    family="risk",
    default=Share(share=0.35),
    hard_price=20.0,
    says="{csm}'s high-risk ARR is {amount:,.0f} above the allowed share of the book",
    relax="accept {amount:,.0f} more high-risk ARR for {csm}",
)
def high_risk_share(data: Data, settings: Share) -> Iterator[Term]:
    """`Σ_i high_i arr_i x[i,j] ≤ share · Σ_i arr_i x[i,j]`, stated as one sum over the book."""
    surplus = Quantity(
        "high_risk_surplus",
        "high-risk ARR above its share",
        "ARR",
        data.arr * (data.high_risk - settings.share),
    )
    yield Book(surplus, np.zeros(data.m), grain=percent(data.target("arr")))
