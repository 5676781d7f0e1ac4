"""Export options of a workspace, kept in a file beside its database so that everybody gets them next time."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Final

from bookshift_io.export.crm import CRMS, MAX_NAME, CrmOptions
from bookshift_io.export.plan import ExportOptions
from bookshift_io.export.sheets import FOR_PEOPLE
from bookshift_io.export.writing import ExportError, write_files

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

NAME: Final = "export-options.json"
MAX_BYTES: Final = 20_000


def keep_options(workspace: Path, options: ExportOptions) -> None:
    """Have `kept_options` find them; where the file cannot be written, the next export only asks again."""
    merged = ExportOptions(separator=options.separator, crm={**kept_options(workspace).crm, **options.crm})
    if merged == kept_options(workspace):
        return
    try:
        text = json.dumps(asdict(merged), indent=2) + "\n"
        write_files(workspace, {NAME: text.encode("ascii")}, overwrite=True)
    except ExportError:
        return


def kept_options(workspace: Path) -> ExportOptions:
    """The options of the workspace's last export; the usual ones where there are none, or none to be read."""
    try:
        handle = os.open(workspace / NAME, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
        with os.fdopen(handle, "rb") as file:
            record = json.loads(file.read(MAX_BYTES))
    except (OSError, ValueError, RecursionError):
        return ExportOptions()
    if not isinstance(record, dict):
        return ExportOptions()
    separator, crm = record.get("separator"), record.get("crm")
    return ExportOptions(
        separator=separator if isinstance(separator, str) and separator in FOR_PEOPLE else "comma",
        crm={
            name: _options(one)
            for name, one in (crm if isinstance(crm, dict) else {}).items()
            if name in CRMS
        },
    )


def _options(record: Any) -> CrmOptions:
    """What of a record is options; the rest is as if it were not there."""
    found = record if isinstance(record, dict) else {}
    texts = {one.name: found.get(one.name) for one in fields(CrmOptions)}
    return CrmOptions(**{k: v for k, v in texts.items() if isinstance(v, str) and len(v) <= MAX_NAME})
