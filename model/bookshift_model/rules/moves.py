"""Budgets of change: how much may move in all, and in and out of one book."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bookshift_model.rules.limits import for_each
from bookshift_model.rules.record import BookLimit, Limit, Share, rule
from bookshift_model.terms import Book, Plan

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bookshift_model.data import Data
    from bookshift_model.terms import Term


@rule(
    "Move budget",
    unit="accounts",
    family="budgets of change",
    default=Limit(limit=30),
    says="the plan moves {total:.0f} accounts, {amount:g} more than the budget of {limit:g}",
    relax="allow {total:.0f} moves",
)
def move_budget(data: Data, settings: Limit) -> Iterator[Term]:
    """`Σ_i Σ_{j ≠ owner_i} x[i,j] ≤ budget`; accounts without an owner today do not count."""
    yield Plan(data.quantity("received"), settings.limit)


@rule(
    "Budget of moved ARR",
    unit="% of all ARR",
    family="budgets of change",
    default=Share(share=0.25),
    hard_price=20.0,
    says="the plan moves {total:,.0f} ARR, {amount:,.0f} more than the budget of {limit:,.0f}",
    relax="allow {total:,.0f} ARR to move",
)
def moved_arr_budget(data: Data, settings: Share) -> Iterator[Term]:
    """`Σ_i Σ_{j ≠ owner_i} arr_i x[i,j] ≤ share · Σ_i arr_i`."""
    everything = float(data.arr.sum())
    yield Plan(data.quantity("received_arr"), settings.share * everything, grain=max(everything, 1e-6) / 100)


@rule(
    "Moves into a book",
    unit="accounts",
    family="budgets of change",
    default=BookLimit(limit=8),
    says="{csm} receives {total:.0f} accounts, {amount:g} more than {limit:g}",
    relax="let {csm} receive {total:.0f} accounts",
)
def moves_in(data: Data, settings: BookLimit) -> Iterator[Term]:
    """`Σ_{i: owner_i ≠ j} x[i,j] ≤ limit` for every CSM j."""
    yield Book(data.quantity("received"), for_each(data, settings))


@rule(
    "Moves out of a book",
    unit="accounts",
    family="budgets of change",
    default=BookLimit(limit=8),
    says="{csm} keeps {total:.0f} of today's accounts, {amount:g} fewer than {limit:g}",
    relax="let {csm} give up {amount:g} accounts more",
)
def moves_out(data: Data, settings: BookLimit) -> Iterator[Term]:
    """`Σ_{i: owner_i = j} x[i,j] ≥ owned_j − limit`: what a book keeps, since leavers are not in it."""
    kept = data.quantity("kept")
    owned = np.bincount(data.owner[data.owner >= 0], minlength=data.m).astype(np.float64)
    yield Book(kept, np.maximum(owned - for_each(data, settings), 0), under=True)
