"""Bytes to text: by byte order mark, else UTF-8, else Windows-1252 with a word about it."""

from __future__ import annotations

import codecs
import re
from typing import Final

from bookshift_io.intake.findings import IntakeError, Log
from bookshift_io.intake.foreign import foreign_kind

MAX_BYTES: Final = 256_000_000

_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_MULTIBYTE: Final = re.compile(rb"[\xc3-\xf4][\x80-\xbf]+")


def check(data: bytes) -> None:
    """Look at a file before it is read.

    Raises:
        IntakeError: it is empty, too large, or of a kind that is not read.

    """
    if not data.strip():
        raise IntakeError("the file is empty; export it again")
    if len(data) > MAX_BYTES:
        raise IntakeError(
            f"the file is larger than {MAX_BYTES // 1_000_000} MB; export fewer columns or rows"
        )
    foreign = foreign_kind(data)
    if foreign is not None:
        raise IntakeError(foreign)


def decode(data: bytes, log: Log) -> str | None:
    """Return the text of a file, or ``None`` while a question about its encoding is open.

    Raises:
        IntakeError: it holds NUL characters, or is in no supported encoding.

    """
    if not data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) and b"\0" in data:
        # Before a question about the encoding, which a picture or an archive would raise too.
        raise _damaged(data.count(b"\n", 0, data.index(b"\0")) + 1)
    text = _decode(data, log)
    if text is not None and "\0" in text:
        raise _damaged(_line(text, text.index("\0")))
    return text


def _damaged(row: int) -> IntakeError:
    return IntakeError(
        "a NUL character: the file is damaged or not a text file; export it again as CSV in UTF-8", row=row
    )


def _decode(data: bytes, log: Log) -> str | None:
    encoding = next((name for bom, name in _BOMS if data.startswith(bom)), "utf-8")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        row = data.count(b"\n", 0, error.start) + 1
        if encoding != "utf-8":
            raise IntakeError(
                f"the byte order mark says {encoding} but the bytes are not; export it again in UTF-8",
                row=row,
            ) from error
    both = any(map(_is_utf8, _MULTIBYTE.finditer(data)))
    choice = "cp1252"
    if both:
        answer = log.ask(
            "encoding",
            f"some bytes are UTF-8 and some are not (first at row {row}); which encoding is the file in?",
            ("utf-8", "cp1252"),
            tuple(_samples(data)),
        )
        if answer is None:
            return None
        choice = answer
    try:
        text = data.decode(choice, errors="replace" if choice == "utf-8" else "strict")
    except UnicodeDecodeError as error:
        raise IntakeError(
            "the file is neither UTF-8 nor Windows-1252; export it again as CSV in UTF-8",
            row=data.count(b"\n", 0, error.start) + 1,
        ) from error
    log.add("warning", f"the file is not UTF-8; it was read as {choice}: check accented names", row=row)
    return text


def _is_utf8(match: re.Match[bytes]) -> bool:
    try:
        return bool(match.group().decode())
    except UnicodeDecodeError:
        return False


def _samples(data: bytes) -> list[str]:
    found = []
    for line in data.splitlines():
        try:
            line.decode()
        except UnicodeDecodeError:
            found.append(line[:80].decode("cp1252", errors="replace"))
    return found[:3]


def _line(text: str, position: int) -> int:
    return len(text[:position].splitlines() or [""])
