"""What kind of file the bytes are: a table of text, a workbook, JSON records, or none that is read."""

from __future__ import annotations

import re
from typing import Final, Literal

Format = Literal["text", "workbook", "records"]

_AS_TABLE: Final = "save it as .xlsx or as CSV (UTF-8) and import that"
_AS_CSV: Final = "save it as CSV (UTF-8) and import that"
_FROM_SOURCE: Final = "export the table behind it as CSV (UTF-8) and import that"

_ZIP: Final = b"PK\x03\x04"
_PARTS: Final = (
    (b"word/document", f"this is a Word document; {_FROM_SOURCE}"),
    (b"ppt/presentation", f"this is a presentation; {_FROM_SOURCE}"),
    (b"opendocument.spreadsheet", f"this is an OpenDocument spreadsheet; {_AS_TABLE}"),
    (b"Index/Document.iwa", f"this is a Numbers spreadsheet; {_AS_TABLE}"),
    (b"xl/workbook.bin", f"this is a binary Excel workbook (.xlsb); {_AS_TABLE}"),
)
"""Names that files inside an archive have, which are never compressed."""
_WORKBOOK: Final = (b"xl/", b"xl\\")
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_STARTS: Final = (
    (b"%PDF", f"this is a PDF; {_FROM_SOURCE}"),
    (b"\x89PNG", f"this is an image; {_FROM_SOURCE}"),
    (b"\xff\xd8\xff", f"this is an image; {_FROM_SOURCE}"),
    (b"GIF8", f"this is an image; {_FROM_SOURCE}"),
    (b"{\\rtf", f"this is a text document; {_FROM_SOURCE}"),
    (b"\x1f\x8b", "this is a compressed file; unpack it and import the file in it"),
    (b"7z\xbc\xaf", "this is a compressed file; unpack it and import the file in it"),
)
_PARQUET: Final = b"PAR1"
_HEAD: Final = 4_096
_MARKS: Final = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_HTML: Final = re.compile(
    rb"(<!--.*?-->\s*)*<(!doctype html|html|head|meta|body|table|style|div)\b", re.IGNORECASE | re.DOTALL
)
_XML: Final = re.compile(rb"<\?xml\b", re.IGNORECASE)
_SPREADSHEET_XML: Final = b"urn:schemas-microsoft-com:office:spreadsheet"
_JSON: Final = re.compile(rb'\{\s*["}]|\[\s*\{')


def format_of(data: bytes) -> Format:
    """Return how a file that is not foreign is read."""
    if data.startswith(_ZIP):
        return "workbook"
    return "records" if _JSON.match(_head(data)) else "text"


def foreign_kind(data: bytes) -> str | None:
    """Return what a file is and what to do, as one sentence, or ``None`` for what may be a table."""
    if data.startswith(_ZIP):
        return _archive(data)
    if data.startswith(_OLE):
        return _compound(data)
    if data.startswith(_PARQUET) and data.endswith(_PARQUET):
        return f"this is a Parquet file; {_AS_CSV}"
    found = next((said for start, said in _STARTS if data.startswith(start)), None)
    return found or _markup(_head(data))


def _archive(data: bytes) -> str | None:
    found = next((said for part, said in _PARTS if part in data), None)
    if found is None and not any(one in data for one in _WORKBOOK):
        return "this is a ZIP archive; unpack it and import the file in it"
    return found


def _compound(data: bytes) -> str:
    """Tell what a file in the container of old Office files is; its parts have names in UTF-16."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        return "this workbook is protected by a password; save it without one and import that"
    if "WordDocument".encode("utf-16-le") in data:
        return f"this is an old Word document; {_FROM_SOURCE}"
    return f"this is an old Excel workbook (.xls); {_AS_TABLE}"


def _markup(head: bytes) -> str | None:
    if _HTML.match(head):
        return f"this is a web page, whatever its name; open it in a spreadsheet program, {_AS_TABLE}"
    if head.upper().startswith(b"MIME-VERSION:"):
        return f"this is an archived web page; open it in a spreadsheet program, {_AS_TABLE}"
    if _XML.match(head):
        if _SPREADSHEET_XML in head:
            return f"this is an XML spreadsheet of 2003; {_AS_TABLE}"
        html = _HTML.match(head.partition(b"?>")[2].lstrip())
        return f"this is {'a web page' if html else 'an XML file'}; {_FROM_SOURCE}"
    return None


def _head(data: bytes) -> bytes:
    """Return the beginning without byte order mark, blanks, and the zeros of UTF-16."""
    head = data[:_HEAD]
    for mark in _MARKS:
        head = head.removeprefix(mark)
    return head.replace(b"\0", b"").lstrip()
