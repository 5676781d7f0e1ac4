"""One kind of finding in one place of the data: what is wrong, what to do, and the accounts it is about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from bookshift_model.portfolio import Account, Portfolio

Severity: TypeAlias = Literal["error", "warning", "info"]
SEVERITIES: Final[tuple[Severity, ...]] = ("error", "warning", "info")
"""Worst first: an error makes figures wrong, a warning may, a remark is worth a look."""


class Detail(NamedTuple):
    """What a finding says of one account."""

    value: str
    """What stands in the data."""
    says: str
    """What is wrong with it."""
    suggest: str = ""
    """What probably was meant, as it may be typed; empty where nothing is near."""


@dataclass(frozen=True)
class Group:
    """Findings of one kind; details of an account are worked out when somebody looks."""

    id: str
    """Stays the same from import to import."""
    severity: Severity
    title: str
    """What is wrong, without the count."""
    field: str
    """The field of the account that it stands in; empty where it is not one."""
    says: str
    """What the model makes of it meanwhile: what it assumes, what it leaves out."""
    cure: str
    accounts: tuple[int, ...]
    """Positions in the portfolio."""
    detail: Callable[[int], Detail]


class Ground:
    """A portfolio as checks read it."""

    def __init__(self, portfolio: Portfolio, arr: NDArray[np.float64], health: NDArray[np.float64]) -> None:
        self.portfolio = portfolio
        self.accounts: tuple[Account, ...] = portfolio.accounts
        self.arr = arr
        """(n,) ARR, NaN where the import filled it in."""
        self.health = health
        """(n,) health, NaN where unknown."""

    def where(self, wanted: Callable[[Account], bool]) -> tuple[int, ...]:
        """Positions of the accounts for which something is so."""
        return tuple(i for i, one in enumerate(self.accounts) if wanted(one))


def positions(mask: NDArray[np.bool_]) -> tuple[int, ...]:
    """Positions where a mask is true."""
    return tuple(int(i) for i in mask.nonzero()[0])


def by_value(texts: Sequence[str]) -> dict[str, list[int]]:
    """Positions by text, empty texts left out."""
    found: dict[str, list[int]] = {}
    for i, text in enumerate(texts):
        if text:
            found.setdefault(text, []).append(i)
    return found
