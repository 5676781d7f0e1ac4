"""The rejected rows of an import, kept in its workspace until the next."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from bookshift_io.export.writing import ExportError, remove_files, write_files
from bookshift_io.intake.rejects import is_rejects

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from bookshift_io.intake.intake import Intake
    from bookshift_io.workspace import Workspace


def keep_rejects(workspace: Workspace, intake: Intake) -> list[str]:
    """Write the rejected rows of an import that is kept; a sentence for each file, also where it failed.

    The data is stored by then, so that a failure is no more than a remark.
    """
    said = []
    for table, (_, rejected) in intake.rejects.items():
        if not rejected:
            continue
        file = "rejects.csv" if table == "accounts" else f"rejects-{table}.csv"
        try:
            write_files(workspace.folder, {file: intake.rejects_csv(table).encode()}, overwrite=True)
        except ExportError as error:
            said.append(f"the data is kept, but its rejected rows could not be written: {error}")
        else:
            said.append(
                f"{workspace.folder / file} says which rows were rejected and why; "
                "correct them in your own file and import that again"
            )
    return said


def drop_rejects(workspace: Workspace, read: Iterable[Path]) -> None:
    """Take the rejected rows of older imports away, unless a file that was `read` is one of them."""
    kept = {one.resolve() for one in read}
    old = [
        one.name
        for one in workspace.folder.glob("rejects*.csv")
        if one.is_file() and one.resolve() not in kept and is_rejects(one)
    ]
    if old:
        with suppress(ExportError):
            remove_files(workspace.folder, old)
