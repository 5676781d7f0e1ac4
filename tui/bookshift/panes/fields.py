"""The fields of an account: how each is written, sorted and filtered, in one table."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from bookshift.panes.table import scale_ranks, text_ranks
from bookshift.text import UNKNOWN, hours, money
from bookshift.widgets.columns import Column
from bookshift.widgets.rows import Cell
from bookshift_model.portfolio import GRADES, TOUCH_LEVELS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from bookshift.panes.view import View
    from bookshift_model.portfolio import Account

IMPUTED: Final = "~"
"""Written after a value that the importer filled in or a rule gave."""
CORRECTED: Final = "*"
"""Written after a value that a planner has corrected."""
_RED, _AMBER = 50, 70


@dataclass(frozen=True)
class Field:
    """One column of the account list.

    `raw` is the value for filters and sorting, (n,) texts or numbers (NaN where unknown).
    """

    column: Column
    raw: Callable[[View], Sequence[str] | NDArray[np.float64]]
    cell: Callable[[View, int], Cell | str]
    number: bool = False

    @property
    def key(self) -> str:
        """Its name in filters."""
        return self.column.key


def _text(name: str, title: str, width: int, *, share: int = 0, priority: int = 5) -> Field:
    def cell(view: View, i: int) -> Cell | str:
        account = view.portfolio.accounts[i]
        return marked(account, name, str(getattr(account, name) or ""))

    return Field(
        Column(name, title, width, share=share, priority=priority),
        lambda view: view.table.texts(name),
        cell,
    )


def marked(account: Account, name: str, text: str, tone: str = "") -> Cell | str:
    """The text, with a mark where the importer filled it in or a planner corrected it."""
    if name in account.corrected:
        return Cell((text or UNKNOWN) + CORRECTED, tone or "new")
    if name in account.imputed:
        return Cell((text or UNKNOWN) + IMPUTED, tone or "dim")
    return Cell(text or UNKNOWN, tone) if tone or not text else text


def _plan_cell(view: View, i: int) -> Cell | str:
    today, shown = view.owners(i)
    return "" if today == shown else Cell(f"→ {view.csm_name(shown)}", "new")


def _hours(view: View) -> NDArray[np.float64]:
    found = view.problem.data.hours[np.arange(len(view.assignment)), np.maximum(view.assignment, 0)]
    return np.asarray(np.where(view.assignment >= 0, found, math.nan))


def _health_cell(view: View, i: int) -> Cell | str:
    account = view.portfolio.accounts[i]
    if account.health is None:
        return marked(account, "health", "", "dim")
    tone = "bad" if account.health < _RED else "warn" if account.health < _AMBER else ""
    return marked(account, "health", f"{account.health:.0f}", tone)


def _risks(view: View) -> list[str]:
    """(n,) the grade as it is shown: what is known of an account may make it high-risk without a label."""
    high = view.problem.data.high_risk.tolist()
    return [a.risk or ("high" if one else "") for a, one in zip(view.portfolio.accounts, high, strict=True)]


def _risk_cell(view: View, i: int) -> Cell | str:
    account = view.portfolio.accounts[i]
    high = bool(view.problem.data.high_risk[i])
    return marked(account, "risk", account.risk or ("high" if high else ""), "bad" if high else "")


def _touch_cell(view: View, i: int) -> Cell | str:
    """The level in force: what the file says, or what an AX rule makes of the account."""
    data = view.problem.data
    if data.derived[i]:
        return Cell(data.touch[i] + IMPUTED, "dim")
    return marked(_account(view, i), "touch", data.touch[i])


def _account(view: View, i: int) -> Any:
    return view.portfolio.accounts[i]


FIELDS: Final[tuple[Field, ...]] = (
    Field(
        Column("name", "Account", 18, share=3, priority=0),
        lambda view: view.table.texts("name"),
        lambda view, i: marked(_account(view, i), "name", _account(view, i).name),
    ),
    Field(
        Column("held", "Hold", 4, priority=2, tone="warn"),
        lambda view: [view.held.get(account.id, "") for account in view.portfolio.accounts],
        lambda view, i: view.held.get(_account(view, i).id, ""),
    ),
    Field(
        Column("arr", "ARR", 6, align="right", priority=1),
        lambda view: view.problem.data.arr,
        lambda view, i: marked(_account(view, i), "arr", money(_account(view, i).arr)),
        number=True,
    ),
    Field(
        Column("owner", "Owner", 12, share=1, priority=3),
        lambda view: [
            view.csm_name(j) if j >= 0 else view.owner_name(i)
            for i, j in enumerate(view.problem.baseline.tolist())
        ],
        lambda view, i: marked(_account(view, i), "owner", view.owner_name(i)),
    ),
    Field(
        Column("plan", "Plan", 14, share=1, priority=1),
        lambda view: [view.csm_name(j) for j in view.assignment.tolist()],
        _plan_cell,
    ),
    Field(
        Column("health", "Hlth", 4, align="right", priority=4),
        lambda view: view.table.health,
        _health_cell,
        number=True,
    ),
    Field(
        Column("risk", "Risk", 7, priority=6),
        _risks,
        _risk_cell,
    ),
    Field(
        Column("renewal", "Renewal", 11, priority=5),
        lambda view: view.table.texts("renewal"),
        lambda view, i: marked(
            _account(view, i), "renewal", r.isoformat() if (r := _account(view, i).renewal) else ""
        ),
    ),
    Field(
        Column("hours", "Hrs", 5, align="right", priority=7),
        _hours,
        lambda view, i: (
            hours(float(view.problem.data.hours[i, view.owners(i)[1]])) if view.owners(i)[1] >= 0 else UNKNOWN
        ),
        number=True,
    ),
    Field(
        Column("touch", "Touch", 10, priority=8),
        lambda view: view.problem.data.touch,
        _touch_cell,
    ),
    _text("segment", "Segment", 10, priority=9),
    _text("industry", "Industry", 12, share=1, priority=9),
    _text("region", "Region", 8, priority=10),
)

BY_KEY: Final = {field.key: field for field in FIELDS}
COLUMNS: Final = tuple(field.column for field in FIELDS)

_SCALES: Final[dict[str, tuple[str, ...]]] = {"touch": TOUCH_LEVELS, "risk": GRADES}


def order_by(view: View, key: str, *, descending: bool) -> NDArray[np.int64]:
    """(n,) positions in the order of a field, unknown values last, ties as in the file."""
    field = BY_KEY[key]
    if key in _SCALES:
        ranks = scale_ranks(_SCALES[key])([str(one) for one in field.raw(view)])
    elif key in {"owner", "plan"}:
        ranks = view.table.name_ranks[view.problem.baseline if key == "owner" else view.assignment]
    elif field.number:
        ranks = np.asarray(field.raw(view), dtype=np.float64)
    elif key == "held":
        ranks = text_ranks([str(one) for one in field.raw(view)])
    else:
        ranks = view.table.ranks(key, text_ranks)
    return np.asarray(np.argsort(-ranks if descending else ranks, kind="stable"), dtype=np.int64)
