"""Commands about the quality of the data: check, correct, accept-finding, take-back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from bookshift.cli.options import (
    JsonOption,
    ReasonOption,
    RequestOption,
    ScenarioOption,
    WorkspaceOption,
    opened,
)
from bookshift.cli.output import Output
from bookshift.quality import CORRECTED, examined
from bookshift.reimport import drift_sentence, planned_drift
from bookshift.reports import books_table, card_record, goals_table, violations_list
from bookshift_model.correctable import FIELDS
from bookshift_model.corrections import left_over, saying
from bookshift_model.decisions import AcceptFinding, Correct
from bookshift_model.edits import EditError
from bookshift_model.explain.words import count

if TYPE_CHECKING:
    from bookshift.planner import Planner
    from bookshift.quality import Entry, Item, Quality
    from bookshift_model.quality.group import Severity
    from bookshift_model.quality.readiness import Readiness
    from bookshift_model.session import Entry as Change

commands = typer.Typer()

_ALIKE: Final = 3
_WORDS: Final[dict[Severity, str]] = {"error": "error", "warning": "warning", "info": "remark"}

FindingOption = Annotated[
    str | None, typer.Option("--finding", "-f", help="List every row of this finding, named by its id.")
]
AccountsOption = Annotated[
    list[str] | None, typer.Option("--account", "-a", help="Account id; may be repeated; all if left out.")
]
FieldOption = Annotated[str, typer.Option("--field", help=f"One of {', '.join(FIELDS)}.")]


@commands.command()
def check(
    workspace: WorkspaceOption,
    scenario: ScenarioOption = None,
    finding: FindingOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what is wrong with the data and with today's books, and how ready the data is."""
    planner = opened(workspace, scenario)
    found = examined(planner)
    output = Output(as_json=as_json)
    if finding is not None:
        entry = _entry(found, finding)
        items = found.items(entry)
        output.result(
            {**_entry_record(entry), "rows": [_item_record(one) for one in items]},
            "\n".join([*_head(entry), *(f"  {line}" for one in items for line in _item_lines(one))]),
        )
        return
    card = planner.baseline_card
    plan, drifted = planned_drift(planner.workspace, planner.portfolio)
    text = "\n".join(
        [
            *_summary(found),
            *(line for entry in found.entries for line in _entry_lines(found, entry)),
            *([] if drifted is None else ["", "The approved plan", drift_sentence(plan, drifted)]),
            "",
            "Today's books",
            books_table([card]),
            "",
            goals_table([card]),
            "",
            f"Rules broken today ({len(card.broken)} hard)",
            violations_list(card),
        ]
    )
    record = {
        "readiness": readiness_record(found.ready),
        "drift": found.drifted,
        "findings": [
            {**_entry_record(entry), "rows": [_item_record(one) for one in found.items(entry)]}
            for entry in found.entries
        ],
        "baseline": card_record(card),
    }
    output.result(record, text)


@commands.command()
def correct(
    workspace: WorkspaceOption,
    field: FieldOption,
    value: Annotated[str, typer.Option("--value", help="What it is; empty for unknown.")],
    account: Annotated[
        list[str] | None, typer.Option("--account", "-a", help="Account id; may be repeated.")
    ] = None,
    was: Annotated[
        str | None, typer.Option("--was", help="Instead of accounts: all those whose source says this.")
    ] = None,
    again: Annotated[
        bool, typer.Option("--again", help="With --was: also accounts that were corrected before.")
    ] = False,
    scenario: ScenarioOption = None,
    reason: ReasonOption = "",
    request_id: RequestOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take a value of accounts as another one than its source says; undo takes it back."""
    if (was is None) == (not account):
        raise typer.BadParameter("give either --account, or --was for all accounts whose source says so")
    if again and was is None:
        raise typer.BadParameter(
            "--again goes with --was; an account that is named is corrected again anyway"
        )
    planner = opened(workspace, scenario)
    alike = account or saying(planner.session.portfolio, field, was or "")
    if not alike:
        raise EditError(f"no account says {was!r} under {FIELDS[field].name}; give the text as in the file")
    # What was said of single accounts is more than what is said of all alike.
    chosen = alike if was is None or again else left_over(planner.state.decisions, alike, field, was)
    entry = planner.correct([(one, field, value) for one in chosen], reason, request=request_id)
    _said(planner, as_json, entry, len(alike) - len(chosen))


@commands.command("accept-finding")
def accept_finding(
    workspace: WorkspaceOption,
    finding: Annotated[str, typer.Argument(help="Id of the finding, as check shows it.")],
    account: AccountsOption = None,
    scenario: ScenarioOption = None,
    reason: ReasonOption = "",
    request_id: RequestOption = None,
    as_json: JsonOption = False,
) -> None:
    """See a finding about the data and leave it as it is."""
    planner = opened(workspace, scenario)
    found = examined(planner)
    entry = _entry(found, finding)
    chosen = [one for one in found.items(entry) if account is None or one.key in account]
    if entry.corrections or not chosen:
        raise EditError(f"nothing of {finding} is to be accepted there; check --finding {finding} lists it")
    subjects = found.subjects(entry, chosen)
    done = planner.accept_findings(subjects, named(entry, len(subjects)), reason, request=request_id)
    _said(planner, as_json, done)


@commands.command("take-back")
def take_back(
    workspace: WorkspaceOption,
    account: Annotated[list[str], typer.Option("--account", "-a", help="Account id; may be repeated.")],
    scenario: ScenarioOption = None,
    request_id: RequestOption = None,
    as_json: JsonOption = False,
) -> None:
    """Drop every correction and acceptance about accounts; the source counts again."""
    planner = opened(workspace, scenario)
    keys = [
        one.key
        for one in planner.state.decisions
        if (isinstance(one, AcceptFinding) and one.about in account)
        or (isinstance(one, Correct) and one.account in account)
    ]
    what = count(len(keys), "correction or acceptance", "corrections and acceptances")
    done = planner.take_back(keys, what, request=request_id)
    _said(planner, as_json, done)


def named(entry: Entry, number: int) -> str:
    """What is accepted, for the journal."""
    return f"{entry.title} ({count(number, 'row')})"


def readiness_record(ready: Readiness) -> dict[str, Any]:
    """The readiness score and its parts as JSON values."""
    return {
        "score": ready.score,
        "fields": [
            {
                "field": one.field,
                "name": one.name,
                "weight": one.weight,
                "known": one.known,
                "missing": one.missing,
                "missing_arr": one.missing_arr,
                "costs": list(one.costs),
            }
            for one in ready.fields
        ],
    }


def _summary(found: Quality) -> list[str]:
    counted = ", ".join(count(found.count(kind), word) for kind, word in _WORDS.items())
    costs = [f"  {cost}" for one in found.ready.fields for cost in one.costs]
    return [
        f"Data: readiness {found.ready.score:.0f} of 100; {counted}",
        *costs,
        *([f"  {found.drifted}"] if found.drifted else []),
        "",
    ]


def _head(entry: Entry) -> list[str]:
    accepted = f", {entry.accepted} accepted" if entry.accepted else ""
    head = f"{_WORDS[entry.severity]}: {entry.title} ({entry.open} open{accepted}) [{entry.short}]"
    return [head, f"  {entry.says} {entry.cure}"]


def _entry_lines(found: Quality, entry: Entry) -> list[str]:
    items = [one for one in found.items(entry)[:_ALIKE] if entry.corrections or not one.decided]
    more = entry.open - len(items)
    return [
        *_head(entry),
        *(f"    {line}" for one in items for line in _item_lines(one)),
        *([f"    … and {more} more: bookshift check --finding {entry.short}"] if more > 0 and items else []),
    ]


def _item_lines(item: Item) -> list[str]:
    where = " ".join(filter(None, (item.account, item.name)))
    place = f"row {item.row}" if item.row is not None else ""
    place = ", ".join(filter(None, (place, f"column {item.column!r}" if item.column else "")))
    value = f"{item.shown!r} " if item.shown else ""
    suggest = f"; {item.suggest}?" if item.suggest else ""
    head = "; ".join(filter(None, (where, place)))
    return [f"{head}: {value}{item.says}{suggest}" + (f" ({item.decided})" if item.decided else "")]


def _entry_record(entry: Entry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "short": entry.short,
        "severity": entry.severity,
        "title": entry.title,
        "file": entry.file,
        "field": entry.field,
        "says": entry.says,
        "cure": entry.cure,
        "open": entry.open,
        "accepted": entry.accepted,
    }


def _item_record(item: Item) -> dict[str, Any]:
    return {
        "account": item.account or None,
        "name": item.name,
        "row": item.row,
        "column": item.column,
        "value": item.value,
        "message": item.says,
        "suggest": item.suggest,
        "decided": item.decided,
    }


def _entry(found: Quality, id_: str) -> Entry:
    entry = found.entry(id_)
    if entry is None:
        known = ", ".join(one.short for one in found.entries if one.id != CORRECTED) or "none"
        raise EditError(f"there is no finding {id_!r}; the findings are {known}")
    return entry


def _said(planner: Planner, as_json: bool, done: Change | None, left: int = 0) -> None:
    """Say what was done; `left` accounts stay as they were corrected before."""
    label = None if done is None else done.change.label
    record = {
        "scenario": planner.scenario.name,
        "version": planner.scenario.version,
        "changed": label is not None,
        "label": label,
        "left": left,
        "readiness": examined(planner).ready.score,
    }
    nothing = "nothing changed" if left else "nothing to do; it is so already"
    text = f"{planner.scenario.name}: {label or nothing}"
    text += f" (readiness {record['readiness']:.0f} of 100)"
    if left:
        verb = "stays" if left == 1 else "stay"
        text += f"\n{count(left, 'account')} corrected before {verb} as corrected; --again takes them too"
    Output(as_json=as_json).result(record, text)
