"""JSON of a CRM's command line as a table: nested records become columns such as ``Owner.Email``.

What `sf data query --json` and `sf data export tree` write is read, and any list of flat or nested objects.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from bookshift_io.intake.findings import IntakeError
from bookshift_io.intake.sheets.formats import plain
from bookshift_io.intake.sheets.limits import MAX_CELL, MAX_COLUMNS, Budget

MAX_BYTES: Final = 64_000_000
MAX_DEPTH: Final = 8
"""Relationships inside relationships."""
_REFERENCE: Final = "referenceId"
_DIGITS: Final = 400
_NO_RECORDS: Final = (
    "no list of records was found in this JSON file; export it with `sf data query --json` or as CSV (UTF-8)"
)


class Records:
    """The records of one JSON file."""

    def __init__(self, data: bytes) -> None:
        if len(data) > MAX_BYTES:
            raise IntakeError(
                f"the JSON file is larger than {MAX_BYTES // 1_000_000} MB; export it as CSV (UTF-8)"
            )
        try:
            document = json.loads(
                data.decode(json.detect_encoding(data)),
                parse_int=_whole,
                parse_float=plain,
                parse_constant=_no_number,
            )
        except RecursionError as error:
            raise IntakeError("the JSON file is nested too deeply; export it as CSV (UTF-8)") from error
        except UnicodeDecodeError as error:
            raise IntakeError("the JSON file is not UTF-8; export it again in UTF-8") from error
        except json.JSONDecodeError as error:
            raise IntakeError(
                "the JSON file is damaged or cut off here; export it again", row=error.lineno
            ) from error
        self.complete = True
        """Whether the query that made the file said that it was finished."""
        self.children: dict[str, int] = {}
        """Lists of child records, which are not read, with how many records have one."""
        self._records = self._find(document)
        self._names: dict[str, int] = {}

    def rows(self) -> Iterator[list[tuple[int, list[str]]]]:
        """Return the column names as row 0, then the records, numbered from 1.

        Raises:
            IntakeError: a record is no object, is nested too deeply, or the table would be too large.

        """
        budget = Budget()
        flat = [self._flat(number, one) for number, one in enumerate(self._records, 1)]
        names = list(self._names)
        yield [(0, names)]
        for number, one in enumerate(flat, 1):
            cells = [one.get(name, "") for name in names]
            budget.spend(number, cells)
            yield [(number, cells)]

    def _find(self, document: Any) -> list[Any]:
        """Return the list of records: the document itself, its ``records``, or its ``result.records``."""
        if isinstance(document, dict) and isinstance(document.get("result"), dict | list):
            document = document["result"]
        if isinstance(document, dict):
            self.complete = document.get("done") is not False
            document = document.get("records")
        if not isinstance(document, list):
            raise IntakeError(_NO_RECORDS)
        if any(isinstance(one, dict) and "sobject" in one and "files" in one for one in document):
            raise IntakeError("this is the plan of an export; give one of the files that it names")
        if not document:
            raise IntakeError("the JSON file holds no records; export it again")
        return document

    def _flat(self, number: int, record: Any) -> dict[str, str]:
        """Return one record's cells by column name."""
        if not isinstance(record, dict):
            raise IntakeError(_NO_RECORDS, row=number)
        cells: dict[str, str] = {}
        reference = record.get("attributes")
        if isinstance(reference, dict) and isinstance(reference.get(_REFERENCE), str):
            # The only identifier that a tree export has: it leaves the ids out.
            cells[_REFERENCE] = reference[_REFERENCE]
        self._gather("", record, number, 0, cells)
        for name in cells:
            self._names.setdefault(name, len(self._names))
        if len(self._names) > MAX_COLUMNS:
            raise IntakeError(f"the records have more than {MAX_COLUMNS:,} columns; export fewer", row=number)
        return cells

    def _gather(
        self, prefix: str, record: dict[str, Any], number: int, depth: int, cells: dict[str, str]
    ) -> None:
        if depth > MAX_DEPTH:
            raise IntakeError(
                f"a record is nested more than {MAX_DEPTH} deep; export fewer columns", row=number
            )
        for key, value in record.items():
            name = prefix + key
            if not isinstance(value, dict):
                cells[name] = self._cell(name, value, number)
            elif "records" in value:
                self.children[name] = self.children.get(name, 0) + 1
            elif key != "attributes":
                self._gather(f"{name}.", value, number, depth + 1, cells)

    def _cell(self, name: str, value: Any, number: int) -> str:
        if value is None:
            return ""
        if isinstance(value, bool):
            return "TRUE" if value else "FALSE"
        if isinstance(value, list):
            if all(isinstance(one, str) for one in value):
                return ";".join(value)
            self.children[name] = self.children.get(name, 0) + 1
            return ""
        if len(value) > MAX_CELL:
            raise IntakeError(f"a value is longer than {MAX_CELL:,} characters; shorten it", row=number)
        return str(value)


def _whole(text: str) -> str:
    """Return a whole number as it stands, whatever its length."""
    if len(text) > _DIGITS:
        raise IntakeError(f"a number has more than {_DIGITS} digits; export the table as CSV (UTF-8)")
    return text


def _no_number(text: str) -> str:
    raise IntakeError(f"the JSON file holds {text}, which is no JSON; export it again")
