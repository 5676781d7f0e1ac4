"""What a fresh export changes, item by item: for the screen, for reading on the command line, and as JSON."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from bookshift.reimport import arr_total, changed, drift_sentence
from bookshift_io.intake.vocabulary import label
from bookshift_model.explain.words import money

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bookshift.reimport import Preview, Void
    from bookshift_io.workspace import Absence
    from bookshift_model.changes import Changed, Drift, FieldChange, OwnerMove
    from bookshift_model.portfolio import Account, Portfolio

_SHOWN: Final = 10
"""Items of one kind that are printed."""


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the list of changes."""

    group: str
    """new, gone, back, owner, changed, drift, CSM, void."""
    account: str
    """Id of the account or CSM."""
    name: str
    field: str
    old: str
    new: str


def items(seen: Preview) -> list[Item]:
    """Everything that differs, a line each: what is gone first, then owners, values, the plan and CSMs."""
    found = seen.changes
    names = names_of(found.before) | names_of(found.after)
    back = {one.account: one for one in seen.back}
    day = found.before.as_of
    lines = [
        Item("gone", one.id, one.name, "", f"{_account(one, names)}, last seen {day}", "archived")
        for one in found.gone
    ]
    lines += [
        Item("back", one.id, one.name, "", f"last seen {back[one.id].last_seen}", _account(one, names))
        for one in found.new
        if one.id in back
    ]
    lines += [
        Item("new", one.id, one.name, "", "", _account(one, names)) for one in found.new if one.id not in back
    ]
    lines += [
        Item("owner", one.id, one.name, "owner", *_values(change, names))
        for one in found.changed
        if (change := one.of("owner"))
    ]
    lines += [
        Item("changed", one.id, one.name, label(change.field), *_values(change, names))
        for one in found.changed
        for change in one.fields
        if change.field != "owner"
    ]
    if seen.drift is not None:
        for group, moved in (("elsewhere", seen.drift.elsewhere), ("outside", seen.drift.outside)):
            lines += [_moved(group, one, names) for one in moved]
    lines += [Item("CSM", one.id, one.name, "", "", "new") for one in found.new_csms]
    lines += [Item("CSM", one.id, one.name, "", "gone", "") for one in found.gone_csms]
    lines += [
        Item("CSM", one.id, one.name, label(change.field), *_values(change, names))
        for one in found.changed_csms
        for change in one.fields
    ]
    for each in seen.void:
        lines += void_items(each, names)
    return lines


def names_of(portfolio: Portfolio) -> dict[str, str]:
    """What the CSMs are called, by id."""
    return {one.id: name for one, name in zip(portfolio.csms, portfolio.csm_names, strict=True)}


def void_items(void: Void, names: Mapping[str, str]) -> list[Item]:
    """The moves that a draft loses to new data, those that nothing replaces first; `names` of CSMs by id."""
    return [
        Item("void", move.account, void.scenario, "move", f"to {names.get(move.csm, move.csm)}", move.reason)
        for move in sorted(void.moves, key=lambda one: one.reason == "already there")
    ]


def lines(seen: Preview) -> list[str]:
    """What a fresh export changes, for reading: a summary, and the first few of each kind."""
    over = seen.over
    says = [f"against data set {over.id} of {over.as_of}: {changed(seen.changes)}"]
    if seen.changes.before.total_arr != seen.changes.after.total_arr:
        says.append(f"ARR total {arr_total(seen.changes)}")
    groups: dict[str, list[Item]] = {}
    for one in items(seen):
        groups.setdefault(one.group, []).append(one)
    for found in groups.values():
        says += first_lines(found)
    if seen.drift is not None:
        says.append(drift_sentence(seen.plan, seen.drift))
    return [*says, *(str(one) for one in seen.void if one.moves or one.decisions)]


def first_lines(found: Sequence[Item]) -> list[str]:
    """The first few items of one kind, for reading, and how many there are more."""
    says = [f"  {one.group}: {_line(one)}" for one in found[:_SHOWN]]
    if len(found) > _SHOWN:
        says.append(f"  {found[0].group}: … and {len(found) - _SHOWN} more; --json lists all")
    return says


def record(seen: Preview) -> dict[str, Any]:
    """What a fresh export changes, as JSON values."""
    found = seen.changes
    return {
        "against": seen.over.id,
        "against_as_of": seen.over.as_of.isoformat(),
        "nothing": found.nothing,
        "arr_before": found.before.total_arr,
        "arr_after": found.after.total_arr,
        "new": [_account_record(one) for one in found.new],
        "gone": [_account_record(one) for one in found.gone],
        "back": [absence_record(one) for one in seen.back],
        "changed": _changed_records(found.changed),
        "csms": {
            "new": [one.id for one in found.new_csms],
            "gone": [one.id for one in found.gone_csms],
            "changed": _changed_records(found.changed_csms),
        },
        "plan": seen.plan or None,
        "drift": None if seen.drift is None else drift_record(seen.drift),
        "void": [void_record(one) for one in seen.void],
    }


def void_record(void: Void) -> dict[str, Any]:
    """What a draft loses to new data, as JSON values."""
    return {
        "scenario": void.scenario,
        "moves": [{"account": one.account, "csm": one.csm, "reason": one.reason} for one in void.moves],
        "decisions": void.decisions,
    }


def drift_record(found: Drift) -> dict[str, Any]:
    """What became of an approved plan, as JSON values."""
    parts = {
        name: [
            {"account": one.account, "was": one.was, "planned": one.planned, "now": one.now} for one in moved
        ]
        for name, moved in (
            ("done", found.done),
            ("waiting", found.waiting),
            ("elsewhere", found.elsewhere),
            ("outside", found.outside),
        )
    }
    return {"planned": found.planned, **parts, "gone": list(found.gone)}


def absence_record(one: Absence) -> dict[str, Any]:
    """An archived account as JSON values."""
    return {
        "account": one.account,
        "name": one.name,
        "arr": one.arr,
        "owner": one.owner,
        "last_seen": one.last_seen.isoformat(),
        "dataset": one.dataset_id,
        "gone_at": one.gone_at.isoformat(),
        "gone_by": one.gone_by,
        "back_at": None if one.back_at is None else one.back_at.isoformat(),
    }


def _account_record(one: Account) -> dict[str, Any]:
    return {"account": one.id, "name": one.name, "arr": one.arr, "owner": one.owner}


def _changed_records(found: Iterable[Changed]) -> list[dict[str, Any]]:
    return [
        {
            "id": one.id,
            "name": one.name,
            "field": change.field,
            "old": _json(change.old),
            "new": _json(change.new),
        }
        for one in found
        for change in one.fields
    ]


def _json(value: Any) -> Any:
    return value if value is None or isinstance(value, (bool, int, float, str)) else _text(value)


def _line(one: Item) -> str:
    who = f"{one.name} ({one.account})"
    field = f"{one.field} " if one.field else ""
    change = " → ".join(filter(None, (one.old, one.new)))
    return f"{who}: {field}{change}"


def _account(one: Account, names: Mapping[str, str]) -> str:
    return f"{money(one.arr)}, {_owner(one.owner, names)}"


def _owner(owner: str | None, names: Mapping[str, str]) -> str:
    return "nobody" if owner is None else names.get(owner, owner)


def _moved(group: str, one: OwnerMove, names: Mapping[str, str]) -> Item:
    planned = f" (planned: {_owner(one.planned, names)})" if one.planned else ""
    return Item(
        group, one.account, one.name, "owner", _owner(one.was, names), f"{_owner(one.now, names)}{planned}"
    )


def _values(change: FieldChange, names: Mapping[str, str]) -> tuple[str, str]:
    if change.field == "owner":
        return _owner(change.old, names), _owner(change.new, names)
    return _text(change.old) or "–", _text(change.new) or "–"


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:,.2f}".removesuffix(".00")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return "; ".join(map(_text, value))
    return str(value)
