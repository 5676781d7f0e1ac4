"""Files that are no CSV at all, told by their first bytes, with what to do instead."""

from __future__ import annotations

from typing import Final

_AS_CSV: Final = "save it as CSV (UTF-8) and import that"
_FROM_SOURCE: Final = "export the table behind it as CSV (UTF-8) and import that"

_ZIP: Final = b"PK\x03\x04"
_PARTS: Final = (
    (b"xl/", f"this is an Excel workbook; {_AS_CSV}"),
    (b"opendocument.spreadsheet", f"this is an OpenDocument spreadsheet; {_AS_CSV}"),
    (b"Index/Document.iwa", f"this is a Numbers spreadsheet; {_AS_CSV}"),
    (b"word/", f"this is a Word document; {_FROM_SOURCE}"),
)
"""Names that files inside an archive have, which are never compressed."""
_STARTS: Final = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", f"this is an old Excel workbook; {_AS_CSV}"),
    (b"%PDF", f"this is a PDF; {_FROM_SOURCE}"),
    (b"\x89PNG", f"this is an image; {_FROM_SOURCE}"),
    (b"\xff\xd8\xff", f"this is an image; {_FROM_SOURCE}"),
    (b"GIF8", f"this is an image; {_FROM_SOURCE}"),
    (b"\x1f\x8b", "this is a compressed file; unpack it and import the CSV file in it"),
)


def foreign_kind(data: bytes) -> str | None:
    """Return what a file is and what to do, as one sentence, or ``None`` for what may be a CSV file."""
    if data.startswith(_ZIP):
        return next(
            (said for part, said in _PARTS if part in data),
            "this is a ZIP archive; unpack it and import the CSV file in it",
        )
    return next((said for start, said in _STARTS if data.startswith(start)), None)
