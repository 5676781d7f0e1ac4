"""The ZIP file that a workbook is: checked before anything in it is unpacked."""

from __future__ import annotations

import io
import posixpath
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import Final

from bookshift_io.intake.findings import IntakeError

MAX_ENTRIES: Final = 10_000
MAX_DIRECTORY: Final = 4_000_000
"""Bytes of the list of entries."""
MAX_UNPACKED: Final = 512_000_000
"""Bytes of all entries together."""
MAX_RATIO: Final = 200
"""Unpacked to packed size of an entry; sheets of real workbooks stay below 60."""
SMALL: Final = 10_000_000
"""Bytes of an entry whose ratio does not matter."""
_CHUNK: Final = 1 << 16
_END, _END_SIZE, _SIZE_AT = b"PK\x05\x06", 22, 12
_NO_SIZE: Final = 0xFFFFFFFF

DAMAGED: Final = "the workbook is damaged; open it in a spreadsheet program, save it again and import that"
_TOO_LARGE: Final = "save the one sheet that is needed as CSV (UTF-8) and import that"


class Archive:
    """The parts of a workbook by name, of which no case is certain."""

    def __init__(self, data: bytes) -> None:
        _check_directory(data)
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, RuntimeError, OSError, struct.error) as error:
            raise IntakeError(DAMAGED) from error
        entries = self._zip.infolist()
        _check_entries(entries, len(data))
        self._entries = {one.filename.replace("\\", "/").lstrip("/").lower(): one for one in entries}

    def __contains__(self, part: str) -> bool:
        return _key(part) in self._entries

    def chunks(self, part: str) -> Iterator[bytes]:
        """Unpack one part, piece by piece.

        Raises:
            IntakeError: the part is missing or damaged.

        """
        try:
            with self._zip.open(self._entries[_key(part)]) as file:
                while chunk := file.read(_CHUNK):
                    yield chunk
        except (
            KeyError, ValueError, zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, OSError,
            struct.error,
        ) as error:  # fmt: skip
            raise IntakeError(DAMAGED) from error


def _key(part: str) -> str:
    return posixpath.normpath(part.replace("\\", "/")).lstrip("/").lower()


def _check_directory(data: bytes) -> None:
    """Look at the size of the list of entries before it is read."""
    at = data.rfind(_END)
    if at < 0 or at + _END_SIZE > len(data):
        raise IntakeError(DAMAGED)
    size = int.from_bytes(data[at + _SIZE_AT : at + _SIZE_AT + 4], "little")
    if MAX_DIRECTORY < size < _NO_SIZE:
        raise IntakeError(f"the workbook has more than {MAX_ENTRIES:,} parts; {_TOO_LARGE}")


def _check_entries(entries: list[zipfile.ZipInfo], packed: int) -> None:
    if len(entries) > MAX_ENTRIES:
        raise IntakeError(f"the workbook has more than {MAX_ENTRIES:,} parts; {_TOO_LARGE}")
    if any(one.flag_bits & 1 for one in entries):
        raise IntakeError("the workbook is encrypted; remove its password and import it again")
    if any(one.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for one in entries):
        raise IntakeError(DAMAGED)
    if sum(one.compress_size for one in entries) > packed:
        raise IntakeError(DAMAGED)  # parts that lie over each other
    total = sum(one.file_size for one in entries)
    if total > MAX_UNPACKED:
        raise IntakeError(
            f"the workbook is {total // 1_000_000:,} MB unpacked, more than {MAX_UNPACKED // 1_000_000}; "
            f"{_TOO_LARGE}"
        )
    for one in entries:
        if one.file_size > SMALL and one.file_size > MAX_RATIO * max(1, one.compress_size):
            raise IntakeError(
                f"a part of the workbook is {one.file_size // max(1, one.compress_size):,} times as large "
                f"unpacked, as no real table is; {_TOO_LARGE}"
            )
