"""What commands that read files share: their options, and what is said of what was read."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from itertools import groupby
from pathlib import Path
from typing import Annotated, Any

import typer

from bookshift.became import became_record
from bookshift.cli.codes import BAD_INPUT, NEEDS_ANSWER
from bookshift.imports import (
    arr_line,
    day_line,
    finding_record,
    joined_lines,
)
from bookshift_io.intake.findings import Question
from bookshift_io.intake.intake import Intake
from bookshift_io.intake.mapping import CODE
from bookshift_model.explain.words import count as numbered

_SHOWN = 40
_ALIKE = 3

AnswerOption = Annotated[
    list[str] | None,
    typer.Option("--answer", metavar="KEY=VALUE", help="Answer to a question of the import."),
]
MappingOption = Annotated[
    Path | None, typer.Option("--mapping", help="TOML file that names columns and answers.")
]
AlsoOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--also",
        metavar="FILE",
        help="Contracts, tickets, usage, opportunities or contacts, joined to the accounts; may be repeated.",
    ),
]
AsOfOption = Annotated[
    str | None, typer.Option("--as-of", metavar="YYYY-MM-DD", help="Day of the data; today, or asked.")
]
CurrencyOption = Annotated[
    str | None,
    typer.Option(
        "--currency", help="Three letters, such as EUR.", callback=lambda text: text and _currency(text)
    ),
]


def _currency(text: str) -> str:
    if not CODE.fullmatch(text.upper()):
        raise typer.BadParameter(f"{text!r} is no currency; write three letters such as EUR")
    return text.upper()


def answers(given: list[str] | None) -> dict[str, str]:
    """Read ``--answer KEY=VALUE`` options."""
    found: dict[str, str] = {}
    for one in given or ():
        key, equals, value = one.partition("=")
        if not equals:
            raise typer.BadParameter(f"{one!r} is no answer; write KEY=VALUE as in the question")
        found[key] = value
    return found


def stop_unless_read(intake: Intake) -> None:
    """End with the exit code that says why nothing was read."""
    if intake.portfolio is None:
        raise typer.Exit(NEEDS_ANSWER if intake.questions and not intake.refused else BAD_INPUT)


def intake_record(intake: Intake) -> dict[str, Any]:
    """The result of reading files, as JSON values; rows and ARR are the accounts'."""
    counts = intake.accounts
    return {
        "rows_read": counts.rows_read,
        "accepted": counts.accepted,
        "rejected": counts.rejected,
        "blank": counts.blank,
        "totals": counts.totals,
        "arr_read": counts.arr_read,
        "arr_accepted": counts.arr_accepted,
        "arr_unread": counts.arr_unread,
        "as_of": intake.as_of.isoformat(),
        "csms_read": intake.csms.rows_read,
        "csms_accepted": intake.csms.accepted,
        "joins": [asdict(one) for one in intake.joins],
        "findings": [finding_record(one) for one in intake.findings],
        "mapping": {table: [became_record(one) for one in found] for table, found in intake.columns.items()},
        "questions": question_records(intake.questions),
    }


def question_records(asked: Iterable[Question]) -> list[dict[str, Any]]:
    """Open questions as JSON values."""
    return [
        {
            "key": one.key,
            "text": one.text,
            "choices": list(one.choices),
            "form": one.form,
            "samples": list(one.samples),
        }
        for one in asked
    ]


def question_lines(asked: Iterable[Question]) -> list[str]:
    """Open questions for reading, each with the options that answer it."""
    lines: list[str] = []
    for one in asked:
        samples = f" (such as {', '.join(one.samples[:3])})" if one.samples else ""
        lines.append(f"question: {one.text}{samples}")
        lines += [f"  --answer {shlex.quote(f'{one.key}={choice}')}" for choice in one.choices]
        if one.form:
            lines.append(f"  --answer {shlex.quote(one.key)}=… ({one.form})")
    return lines


def report(intake: Intake) -> str:
    """The conservation report, the questions and the findings, for reading."""
    lines = [
        f"{name}: {c.rows_read} rows read = {c.accepted} accepted + {c.rejected} rejected + {c.blank} blank"
        + (f" + {numbered(c.totals, 'row')} of totals" if c.totals else "")
        for name, c in (("accounts", intake.accounts), ("CSMs", intake.csms))
    ]
    lines.append(arr_line(intake.accounts, "{:,.2f}".format))
    lines.append(day_line(intake))
    lines += joined_lines(intake)
    kinds: Counter[str] = Counter()
    for one in intake.findings:
        kinds[one.severity] += one.count
    words = {"error": "error", "warning": "warning", "info": "remark"}
    lines.append("findings: " + ", ".join(numbered(kinds[kind], word) for kind, word in words.items()))
    found = _finding_lines(intake)
    lines += found[:_SHOWN]
    if len(found) > _SHOWN:
        lines.append(f"  … and {len(found) - _SHOWN} more lines; --json lists all")
    return "\n".join([*lines, *question_lines(intake.questions)])


def _finding_lines(intake: Intake) -> list[str]:
    """The findings, of which one kind in one column takes a few lines however often it stands there."""
    lines: list[str] = []
    for _, alike in groupby(intake.findings, key=lambda one: one.group):
        same = list(alike)
        lines += [f"  {one.severity}: {one}" for one in same[:_ALIKE]]
        more = sum(one.count for one in same[_ALIKE:])
        if more:
            lines.append(f"  … and {more} more like this")
    return lines
