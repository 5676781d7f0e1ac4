"""Limits of a book: accounts, ARR, hours, and bands around the target."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bookshift_model.amounts import Amounts
from bookshift_model.quarters import QUARTERS
from bookshift_model.rules.record import Band, BookLimit, Ceiling, Range, Share, rule
from bookshift_model.terms import Book, Pair

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bookshift_model.data import Data
    from bookshift_model.terms import Floats, Term


def for_each(data: Data, settings: BookLimit) -> Floats:
    """(m,) The policy's limit, scaled by FTE if asked."""
    return settings.limit * (data.fte_share if settings.per_fte else np.ones(data.m))


def _own_or(limit: Floats, own: Iterable[float | None]) -> Floats:
    """(m,) The CSM's own limit, where there is none the policy's."""
    stated = np.array([np.nan if one is None else one for one in own])
    return np.where(np.isnan(stated), limit, stated)


@rule(
    "Maximum accounts",
    unit="accounts",
    family="book limits",
    default=BookLimit(limit=25),
    says="{csm} has {total:.0f} accounts, {amount:g} more than the cap of {limit:g}",
    relax="raise {csm}'s cap from {limit:g} to {total:.0f} accounts",
)
def max_accounts(data: Data, settings: BookLimit) -> Iterator[Term]:
    """`Σ_i x[i,j] ≤ cap_j` for every CSM j, cap_j the policy's or the CSM's own, whichever is less."""
    cap = for_each(data, settings)
    yield Book(data.quantity("accounts"), np.minimum(cap, _own_or(cap, (c.max_accounts for c in data.csms))))


@rule(
    "Minimum ARR",
    unit="% of the minimum",
    family="book limits",
    default=BookLimit(limit=1_500_000),
    hard_price=20.0,
    says="{csm} has {total:,.0f} ARR, {amount:,.0f} less than the minimum of {limit:,.0f}",
    relax="lower {csm}'s minimum from {limit:,.0f} to {total:,.0f}",
)
def min_arr(data: Data, settings: BookLimit) -> Iterator[Term]:
    """`Σ_i arr_i x[i,j] ≥ min_j` for every CSM j, min_j the CSM's own or else the policy's."""
    floor = _own_or(for_each(data, settings), (c.min_arr for c in data.csms))
    yield Book(data.quantity("arr"), floor, under=True, grain=percent(floor))


@rule(
    "Maximum ARR",
    unit="% of the maximum",
    family="book limits",
    default=BookLimit(limit=5_000_000),
    hard_price=20.0,
    says="{csm} has {total:,.0f} ARR, {amount:,.0f} more than the maximum of {limit:,.0f}",
    relax="raise {csm}'s maximum from {limit:,.0f} to {total:,.0f}",
)
def max_arr(data: Data, settings: BookLimit) -> Iterator[Term]:
    """`Σ_i arr_i x[i,j] ≤ max_j` for every CSM j, max_j the CSM's own or else the policy's."""
    cap = _own_or(for_each(data, settings), (c.max_arr for c in data.csms))
    yield Book(data.quantity("arr"), cap, grain=percent(cap))


def _band(data: Data, quantity: str, tolerance: float) -> Iterator[Term]:
    """Terms of `(1 − tol) T_j ≤ load_j ≤ (1 + tol) T_j`; one unit is one per cent of the target."""
    target = data.target(quantity)
    grain = percent(target)
    yield Book(data.quantity(quantity), (1 + tolerance) * target, grain=grain)
    yield Book(data.quantity(quantity), (1 - tolerance) * target, under=True, grain=grain)


@rule(
    "ARR band",
    unit="% of target",
    family="bands",
    default=Band(tolerance=0.15),
    hard_price=20.0,
    says="{csm}'s ARR {total:,.0f} is {amount:,.0f} outside the band (limit {limit:,.0f})",
    relax="widen the ARR band for {csm} to {total:,.0f}",
)
def arr_band(data: Data, settings: Band) -> Iterator[Term]:
    """`|Σ_i arr_i x[i,j] − T_j| ≤ tol · T_j`, T_j the capacity share of j times all ARR."""
    yield from _band(data, "arr", settings.tolerance)


@rule(
    "Hours band",
    unit="% of target",
    family="bands",
    default=Band(tolerance=0.20),
    hard_price=20.0,
    says="{csm}'s workload of {total:,.1f} h is {amount:.1f} h outside the band (limit {limit:,.1f})",
    relax="widen the hours band for {csm} to {total:,.1f} h",
)
def hours_band(data: Data, settings: Band) -> Iterator[Term]:
    """`|Σ_i hours[i,j] x[i,j] − T_j| ≤ tol · T_j`, T_j the capacity share of j times today's hours."""
    yield from _band(data, "hours", settings.tolerance)


@rule(
    "Accounts band",
    unit="% of target",
    family="bands",
    default=Band(tolerance=0.25),
    hard_price=20.0,
    says="{csm} has {total:.0f} accounts, {amount:.1f} outside the band (limit {limit:.1f})",
    relax="widen the accounts band for {csm} to {total:.0f}",
)
def accounts_band(data: Data, settings: Band) -> Iterator[Term]:
    """`|Σ_i x[i,j] − T_j| ≤ tol · T_j`, T_j the capacity share of j times all accounts."""
    yield from _band(data, "accounts", settings.tolerance)


@rule(
    "Renewals band",
    unit="% of target",
    family="bands",
    default=Band(tolerance=0.25),
    hard_price=20.0,
    says="{csm}'s {quantity} are {total:,.0f}, {amount:,.0f} over the band's {limit:,.0f}",
    relax="widen the band of {csm}'s {quantity} to {total:,.0f}",
)
def renewals_band(data: Data, settings: Band) -> Iterator[Term]:
    """`Σ_i arr_i [renewal of i in quarter q] x[i,j] ≤ (1 + tol) T_qj` for each of the next four quarters."""
    for quarter in range(QUARTERS):
        quantity = f"renewals_{quarter + 1}"
        target = data.target(quantity)
        yield Book(data.quantity(quantity), (1 + settings.tolerance) * target, grain=percent(target))


@rule(
    "Utilisation band",
    unit="% of capacity",
    family="bands",
    default=Range(low=0.75, high=0.85),
    hard_price=20.0,
    says="{csm}'s workload of {total:,.1f} h is {amount:.1f} h outside the utilisation band ({limit:,.1f} h)",
    relax="let {csm} work {total:,.1f} h a month",
)
def utilisation_band(data: Data, settings: Range) -> Iterator[Term]:
    """`low · C_j ≤ Σ_i hours[i,j] x[i,j] ≤ high · C_j`, C_j the capacity of j in hours a month."""
    hours, grain = data.quantity("hours"), percent(data.capacity)
    yield Book(hours, settings.high * data.capacity, grain=grain)
    yield Book(hours, settings.low * data.capacity, under=True, grain=grain)


@rule(
    "Utilisation ceiling",
    unit="% of capacity",
    family="book limits",
    default=Ceiling(share=1.0),
    hard_price=20.0,
    says="{csm}'s workload of {total:,.1f} h is {amount:.1f} h above the ceiling of {limit:,.1f} h",
    relax="let {csm} work {total:,.1f} h a month",
)
def utilisation_ceiling(data: Data, settings: Ceiling) -> Iterator[Term]:
    """`Σ_i hours[i,j] x[i,j] ≤ share · C_j`, C_j the capacity of j in hours a month."""
    yield Book(data.quantity("hours"), settings.share * data.capacity, grain=percent(data.capacity))


@rule(
    "Share of one account",
    unit="accounts",
    family="book limits",
    default=Share(share=0.3),
    says="{account} alone is more than {limit:.0%} of {csm}'s target ARR",
    relax="let {account} exceed {limit:.0%} of {csm}'s target",
)
def one_account_share(data: Data, settings: Share) -> Iterator[Term]:
    """`arr_i ≤ share · T_j` wherever `x[i,j] = 1`.

    Measured against the CSM's target and not the book at hand, so that whether an account is too big
    for a CSM does not depend on what else happens to be in the book.
    """
    yield Pair(Amounts.of(data.arr[:, None] > settings.share * data.target("arr")[None, :]))


def percent(of: Floats) -> Floats:
    """(m,) One per cent of each number: the unit in which excess is priced.

    Never nothing: at least one per cent of a hundredth of the mean, and one where all numbers are 0, so that
    a limit of 0 has a price that a solver can still calculate with.
    """
    mean = float(np.abs(of).mean())
    return np.maximum(np.abs(of), 0.01 * mean if mean > 0 else 100.0) / 100
