"""The columns of a portfolio as the account list sorts, searches and filters them; each made once."""

from __future__ import annotations

import math
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray

    from bookshift_model.portfolio import Portfolio

    Ranks = NDArray[np.float64]


class Table:
    """One portfolio by columns, n accounts long; what does not change with the plan."""

    def __init__(self, portfolio: Portfolio) -> None:
        self.portfolio = portfolio
        self._texts: dict[str, tuple[str, ...]] = {}
        self._ranks: dict[str, Ranks] = {}

    def texts(self, name: str) -> tuple[str, ...]:
        """(n,) an attribute or a further column as text, empty where unknown."""
        if name not in self._texts:
            accounts = self.portfolio.accounts
            self._texts[name] = (
                tuple(account.extra.get(name, "") for account in accounts)
                if name in self.further
                else tuple("" if (v := getattr(a, name)) is None else str(v) for a in accounts)
            )
        return self._texts[name]

    @cached_property
    def further(self) -> tuple[str, ...]:
        """The columns of the import that Bookshift has no meaning for."""
        return tuple(dict.fromkeys(name for account in self.portfolio.accounts for name in account.extra))

    @cached_property
    def health(self) -> Ranks:
        """(n,) health, NaN where unknown."""
        return np.array([math.nan if a.health is None else a.health for a in self.portfolio.accounts])

    @cached_property
    def everything(self) -> tuple[str, ...]:
        """(n,) all that is written about each account, but for owners, casefolded."""
        return tuple(
            "\n".join(
                (
                    a.id, a.name, a.industry, a.region, a.segment, a.touch or "", a.risk or "", a.parent,
                    a.renewal.isoformat() if a.renewal else "", *a.extra.values(),
                )
            ).casefold()
            for a in self.portfolio.accounts
        )  # fmt: skip

    @cached_property
    def name_ranks(self) -> Ranks:
        """(m + 1,) rank of each CSM's name, NaN for nobody, who is at −1."""
        return np.append(text_ranks(self.portfolio.csm_names), math.nan)

    def ranks(self, name: str, make: Callable[[Sequence[str]], Ranks]) -> Ranks:
        """(n,) ranks of a column's texts, made by `make` the first time."""
        if name not in self._ranks:
            self._ranks[name] = make(self.texts(name))
        return self._ranks[name]


def text_ranks(texts: Iterable[str]) -> Ranks:
    """(n,) place of each text in the alphabet, NaN where empty."""
    texts = tuple(texts)
    place = {text: float(rank) for rank, text in enumerate(sorted(set(texts), key=str.casefold))}
    return np.array([place[text] if text else math.nan for text in texts], dtype=np.float64)


def scale_ranks(scale: Sequence[str]) -> Callable[[Sequence[str]], Ranks]:
    """Ranks by a scale of words, such as low, medium, high."""
    place = {word: float(rank) for rank, word in enumerate(scale)}
    return lambda texts: np.array([place.get(text, math.nan) for text in texts], dtype=np.float64)
