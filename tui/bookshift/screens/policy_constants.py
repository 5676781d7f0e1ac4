"""The lines of the policy screen for the constants of the formulas, and for how a solve runs."""

from __future__ import annotations

import inspect
import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from bookshift.panes.sheet import Row, Span, heading, row
from bookshift.screens.policy_entry import Edit, Entry, low
from bookshift.screens.policy_numbers import Kind, ends, read, within, written
from bookshift.text import count
from bookshift.widgets.grid import Cell
from bookshift_model.ax import Ax, words
from bookshift_model.formulas import Formulas
from bookshift_model.policy import Policy

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bookshift.screens.policy_figures import Figures

_UNITS: Final = "hours|months|points|share|log-odds|probability|currency|per "
_DESCRIBED: Final = re.compile(
    rf"(?P<name>.*?)(?:, (?P<unit>(?:{_UNITS})[^,]*?))?\. \((?P<origin>[HMLA])(?: to [HML])?\)"
)
ORIGINS: Final = {
    "H": ("H proven", "peer-reviewed, or several independent sources"),
    "M": ("M published", "one credible source, or several that agree"),
    "L": ("L assumed", "our own assumption"),
    "A": ("A assumed", "our own assumption"),
}


class Place(NamedTuple):
    """Where a constant is: its part and field, and its position in a list of constants or None."""

    part: str
    field: str
    at: int | None = None


class ConstantEntry(Entry):
    """One constant of the formulas; `part` is empty for those of the whole."""

    edits = "setting"

    def __init__(self, place: Place) -> None:
        super().__init__("formula " + " ".join(str(one) for one in place if one not in {"", None}))
        self._place = place
        described = _DESCRIBED.fullmatch(self._info.description or "")
        self.name = (described["name"] if described else place.field.replace("_", " ")) + (
            "" if place.at is None else f" ({place.at + 1})"
        )
        self._unit = (described["unit"] if described else "") or ""
        self._origin = described["origin"] if described else ""

    def cells(self, policy: Policy, figures: Figures | None) -> Sequence[Cell | str]:
        """Value, and where it comes from."""
        ours, default = self.value(policy.formulas), self.value(Formulas())
        own = ours != default
        return [
            f"  {self.name}",
            Cell(written(ours, "number"), "new" if own else ""),
            Cell(
                "yours" if own else ORIGINS[self._origin][0] if self._origin else "", "new" if own else "dim"
            ),
            "",
            "",
            Cell(f"was {written(default, 'number')}" if own else self._unit, "dim"),
        ]

    def about(self, policy: Policy, figures: Figures | None) -> list[Row]:
        """Description, range, default and origin."""
        rows = [heading(self.name), row(self._info.description or "")]
        if self._origin:
            rows.append(row(f"Origin {self._origin}: {ORIGINS[self._origin][1]}."))
        rows.append(row(f"The default is {written(self.value(Formulas()), 'number')}{self._range()}."))
        if self.value(policy.formulas) != self.value(Formulas()):
            rows.append(row(Span(f"Yours is {self.written(policy)}.", "new")))
        return rows

    def written(self, policy: Policy) -> str:
        """The number."""
        return written(self.value(policy.formulas), "number")

    def typed(self, policy: Policy, text: str) -> Edit | None:
        """Another number."""
        number = within(self.name, read(text, "number"), "number", self._one)
        record = policy.to_record()
        holder = record["formulas"][self._place.part] if self._place.part else record["formulas"]
        if self._place.at is not None:
            holder[self._place.field] = [
                number if at == self._place.at else one for at, one in enumerate(holder[self._place.field])
            ]
        else:
            holder[self._place.field] = int(number) if self._info.annotation is int else number
        label = f"{low(self.name)} {self.written(policy)} → {written(number, 'number')}"
        return Edit(Policy.with_record(record), label)

    def value(self, formulas: Formulas) -> float:
        """The constant in some formulas."""
        part: Any = getattr(formulas, self._place.part) if self._place.part else formulas
        found = getattr(part, self._place.field)
        return float(found if self._place.at is None else found[self._place.at])

    @property
    def _info(self) -> Any:
        part = type(getattr(Formulas(), self._place.part)) if self._place.part else Formulas
        return part.model_fields[self._place.field]

    @property
    def _one(self) -> Any:
        """The field, or what each member of a list is one of."""
        members = get_args(self._info.annotation)
        kind = () if self._place.at is None else get_args(members[0])
        return self._info if not kind else next(one for one in kind if isinstance(one, FieldInfo))

    def _range(self) -> str:
        found = ends(self._one)
        low, high = found.get("ge", found.get("gt")), found.get("le", found.get("lt"))
        return "" if low is None or high is None else f"; it may be from {low:g} to {high:g}"


class AxEntry(Entry):
    """Leads to the AX rules, which have a screen of their own."""

    def __init__(self) -> None:
        super().__init__("ax rules")

    def cells(self, policy: Policy, figures: Figures | None) -> Sequence[Cell | str]:
        """How many rules there are, and whose."""
        own = policy.formulas.ax != Ax()
        return [
            "  AX rules",
            Cell(count(len(policy.formulas.ax.rules)), "new" if own else ""),
            Cell("yours" if own else ORIGINS["A"][0], "new" if own else "dim"),
            "",
            "",
            Cell("enter opens", "dim"),
        ]

    def about(self, policy: Policy, figures: Figures | None) -> list[Row]:
        """What they are for, and the rules."""
        ax = policy.formulas.ax
        order = "first, then the rules" if ax.stated_first else "where no rule fits"
        return [
            heading("AX rules"),
            row(f"{inspect.getdoc(Ax)} The level that the file states counts {order}. Enter opens them."),
            *(row(f"{at}. {words(one)}", hang=4) for at, one in enumerate(ax.rules, 1)),
            row(f"else {ax.otherwise}"),
        ]


class SolveEntry(Entry):
    """A number of the policy itself."""

    edits = "setting"

    def __init__(self, field: str, kind: Kind, name: str, says: str) -> None:
        super().__init__(f"policy {field}")
        self._field, self._kind, self._name, self._says = field, kind, name, says

    def cells(self, policy: Policy, figures: Figures | None) -> Sequence[Cell | str]:
        """Its value."""
        own = getattr(policy, self._field) != getattr(Policy(), self._field)
        return [f"  {self._name}", Cell(self.written(policy), "new" if own else ""), "", "", "", ""]

    def about(self, policy: Policy, figures: Figures | None) -> list[Row]:
        """What it does."""
        default = written(float(getattr(Policy(), self._field)), self._kind)
        return [heading(self._name), row(self._says), row(f"The default is {default}.")]

    def written(self, policy: Policy) -> str:
        """The number."""
        return written(float(getattr(policy, self._field)), self._kind)

    def typed(self, policy: Policy, text: str) -> Edit | None:
        """Another number."""
        number = within(self._name, read(text, self._kind), self._kind, Policy.model_fields[self._field])
        record = {**policy.to_record(), self._field: int(number) if self._kind == "whole" else number}
        label = f"{low(self._name)} {self.written(policy)} → {written(number, self._kind)}"
        return Edit(Policy.with_record(record), label)


def constants(part: str) -> Iterator[ConstantEntry]:
    """The constants of one part of the formulas, in their order; of the whole for an empty name."""
    holder: Any = getattr(Formulas(), part) if part else Formulas()
    for field in type(holder).model_fields:
        value = getattr(holder, field)
        if isinstance(value, BaseModel):
            continue
        if isinstance(value, tuple):
            yield from (ConstantEntry(Place(part, field, at)) for at in range(len(value)))
        else:
            yield ConstantEntry(Place(part, field))


def formula_parts() -> Iterator[tuple[str, str]]:
    """Name and meaning of each part of the formulas."""
    for field in Formulas.model_fields:
        value = getattr(Formulas(), field)
        if isinstance(value, BaseModel) and not isinstance(value, Ax):
            yield field, type(value).__doc__ or ""
