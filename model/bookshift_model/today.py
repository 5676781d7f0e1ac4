"""Terms in today's assignment: what they come to, and a limit moved to where today is."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from bookshift_model.terms import Book, Group, Pair, Plan

if TYPE_CHECKING:
    from bookshift_model.data import Data
    from bookshift_model.terms import Floats, Term


def amount_today(data: Data, term: Term) -> float:
    """Natural amount of a term (before grains) in today's assignment."""
    match term:
        case Pair():
            return float(data.at_baseline(term.amount).sum())
        case Book():
            over = _today(data, term) - term.threshold
            return float(np.maximum(0, -over if term.under else over).sum())
        case Plan():
            return max(0.0, float(data.at_baseline(term.quantity.load).sum()) - term.threshold)
        case Group():
            return float(term.too_many(data.owner))


def tolerant(data: Data, term: Term) -> Term:
    """The term with its limit moved to where today's assignment is, if that is beyond it."""
    match term:
        case Pair():
            return Pair(term.amount.sparing(data.owner))
        case Book():
            choose = np.minimum if term.under else np.maximum
            return replace(term, threshold=choose(term.threshold, _today(data, term)))
        case Plan():
            return replace(
                term, threshold=max(term.threshold, float(data.at_baseline(term.quantity.load).sum()))
            )
        case Group():
            return replace(term, free=term.too_many(data.owner))


def _today(data: Data, term: Book) -> Floats:
    """(m,) what the books hold of the term's quantity today."""
    owned = data.owner >= 0
    load = data.at_baseline(term.quantity.load)
    return np.bincount(data.owner[owned], weights=load[owned], minlength=data.m).astype(np.float64)
