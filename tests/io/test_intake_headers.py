"""Header rows of the usual systems: what is in them is recognised, nothing is silently taken for another."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from bookshift_io.intake.columns import recognise
from bookshift_io.intake.findings import Log
from bookshift_io.intake.mapping import EXTRA
from bookshift_io.intake.tables import Table
from bookshift_io.intake.vocabulary_accounts import ACCOUNT_FIELDS
from bookshift_io.intake.vocabulary_csms import CSM_FIELDS

HERE = Path(__file__).parent / "header_rows"
FIELDS = {"accounts": ACCOUNT_FIELDS, "csms": CSM_FIELDS}
REQUIRED = {"accounts": ("id", "name", "arr"), "csms": ("id", "name")}
ASKED = "asked"


def rows(table: str) -> list[Any]:
    found: list[Any] = tomllib.loads((HERE / f"{table}.toml").read_text("utf-8"))["row"]
    return found


ALL = [(table, row) for table in FIELDS for row in rows(table)]


def outcome(table: str, row: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Column, expected and found meaning of each column of a row of headers over three rows of cells."""
    lines = [line.rpartition(" => ") for line in row["columns"].strip().splitlines()]
    headers = tuple(header for header, _, _ in lines)
    cells = tuple(tuple(f"{i}{j}" for j in range(3)) for i in range(len(headers)))
    made = Table("x.csv", headers, headers, cells, (2, 3, 4), (), 0)
    log = Log(table, "x.csv")
    columns = recognise(made, FIELDS[table], REQUIRED[table], {}, log)
    offered = {choice for one in log.questions for choice in one.choices}
    found = columns.effective(made)
    return [
        (header, expected, ASKED if found[header] == EXTRA and header in offered else found[header])
        for header, _, expected in lines
    ]


@pytest.mark.parametrize(("table", "row"), ALL, ids=[row["system"] for _, row in ALL])
def test_no_column_is_silently_taken_for_another_field(table: str, row: dict[str, Any]) -> None:
    wrong = [
        (header, expected, found)
        for header, expected, found in outcome(table, row)
        if found not in (expected, EXTRA, ASKED)
    ]
    assert wrong == []


@pytest.mark.parametrize(("table", "row"), ALL, ids=[row["system"] for _, row in ALL])
def test_what_cannot_be_known_is_asked(table: str, row: dict[str, Any]) -> None:
    assert [one for one in outcome(table, row) if ASKED == one[1] != one[2]] == []


def test_nearly_all_fields_are_recognised_without_help() -> None:
    meant = [one for table, row in ALL for one in outcome(table, row) if one[1] not in (EXTRA, ASKED)]
    missed = [one for one in meant if one[1] != one[2]]
    assert len(meant) > 300
    assert len(missed) <= 0.05 * len(meant), missed


def test_hardly_anything_is_asked_in_vain() -> None:
    idle = [one for table, row in ALL for one in outcome(table, row) if one[1] == EXTRA and one[2] == ASKED]
    assert len(idle) <= 8, idle


def test_a_wide_export_costs_no_time_and_keeps_what_it_does_not_know() -> None:
    """Gainsight's company object takes up to 255 columns."""
    known = next(row for row in rows("accounts") if row["system"] == "Gainsight")
    own = [f"Custom Attribute {i}__gc" for i in range(255 - len(known["columns"].strip().splitlines()))]
    wide = {"columns": known["columns"] + "\n".join(f"{one} => extra" for one in own)}
    assert [one for one in outcome("accounts", wide) if one[1] != one[2]] == []
