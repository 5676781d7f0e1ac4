"""What an account asks for against what a CSM offers."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from bookshift_model.ax import DEFAULT, touch_places
from bookshift_model.columns import plain
from bookshift_model.portfolio import TOUCH_LEVELS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bookshift_model.ax import Ax
    from bookshift_model.portfolio import Account, Csm, Portfolio

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Matches:
    """Whether CSM j offers what account i asks for, (n, m) booleans.

    An account that asks for nothing is matched by everyone; `known_*` (n,) says where the account
    asks for something and at least one CSM states what they offer, so that the match means anything.
    """

    industry: NDArray[np.bool_]
    region: NDArray[np.bool_]
    touch: NDArray[np.bool_]
    language: NDArray[np.bool_]
    skills: NDArray[np.bool_]
    known_industry: NDArray[np.bool_]
    known_region: NDArray[np.bool_]
    known_touch: NDArray[np.bool_]
    known_language: NDArray[np.bool_]
    known_skills: NDArray[np.bool_]


def matches(portfolio: Portfolio, ax: Ax = DEFAULT, touch_known: NDArray[np.intp] | None = None) -> Matches:
    """Compare every account with every CSM, ignoring case and surrounding blanks.

    A CSM who states nothing about an attribute does not match a stated wish, except for touch levels,
    where nothing stated means all of them. If no CSM states anything, the attribute is not judged: all match.
    `touch_known` (n,) as by `touch_places`, where that was done.
    """
    industry, known_industry = industry_match(portfolio)
    places = (touch_places(portfolio.accounts, ax) if touch_known is None else touch_known).tolist()
    levels = {one.id: TOUCH_LEVELS[at] for one, at in zip(portfolio.accounts, places, strict=True)}
    region, known_region = _compare(
        portfolio,
        lambda a: plain(a.region),
        lambda c: _plain_set([c.region]),
        lambda one, offer: one in offer,
    )
    touch, known_touch = _compare(
        portfolio,
        lambda a: levels[a.id],
        lambda c: frozenset(c.touch_levels),
        lambda one, offer: not offer or one in offer,
    )
    language, known_language = _compare(
        portfolio,
        lambda a: plain(a.language),
        lambda c: _plain_set(c.languages),
        lambda one, offer: one in offer,
    )
    skills, known_skills = _compare(
        portfolio,
        lambda a: _plain_set(a.required_skills),
        lambda c: _plain_set(c.skills),
        lambda wanted, offer: wanted <= offer,
    )
    return Matches(
        industry, region, touch, language, skills,
        known_industry, known_region, known_touch, known_language, known_skills,
    )  # fmt: skip


def industry_match(portfolio: Portfolio) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """(n, m) does the CSM know the account's industry, and (n,) is there anything to compare."""
    return _compare(
        portfolio,
        lambda a: plain(a.industry),
        lambda c: _plain_set(c.industries),
        lambda one, offer: one in offer,
    )


def _plain_set(texts: Iterable[str]) -> frozenset[str]:
    """Bring texts into the form in which they are compared, without empty ones."""
    return frozenset(filter(None, map(plain, texts)))


def _compare(
    portfolio: Portfolio,
    wish: Callable[[Account], Key],
    offer: Callable[[Csm], frozenset[str]],
    fits: Callable[[Key, frozenset[str]], bool],
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    # Accounts share few distinct wishes: compare those with the roster, then spread by integer code.
    codes: dict[Key, int] = {}
    code = np.array([codes.setdefault(wish(a), len(codes)) for a in portfolio.accounts], dtype=np.intp)
    offers = [offer(c) for c in portfolio.csms]
    judged = any(offers)
    stated = np.array([judged and bool(one) for one in codes], dtype=np.bool_)
    table = np.array(
        [[not known or fits(one, has) for has in offers] for one, known in zip(codes, stated, strict=True)],
        dtype=np.bool_,
    ).reshape(len(codes), len(offers))
    return table[code], stated[code]
