"""The records of a JSON file as rows, read in a process of its own."""

from __future__ import annotations

from bookshift_io.intake.findings import Log
from bookshift_io.intake.progress import Progress
from bookshift_io.intake.scan import Row
from bookshift_io.intake.sheets.reader import Reader


def read_records(data: bytes, log: Log, progress: Progress) -> list[Row]:
    """Return the column names as row 0, then the records, numbered from 1.

    Raises:
        IntakeError: the file cannot be read.

    """
    rows: list[Row] = []
    with Reader("records", data, lambda: progress(log.file, len(rows))) as reader:
        for answer in reader.answers():
            if "rows" in answer:
                rows += [Row(line, cells, spans=False) for line, cells in answer["rows"]]
                continue
            if not answer["complete"]:
                log.add("warning", "the query that made this file was not finished; export all records")
            for name, count in answer["children"].items():
                log.add(
                    "info",
                    f"{count} records have lists of further records, which are not read",
                    column=name,
                    kind="lists of further records are not read",
                )
    return rows
