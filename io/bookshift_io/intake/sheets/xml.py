"""XML as a stream of elements; no document type, so that nothing in it expands or is fetched."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final
from xml.parsers import expat

from bookshift_io.intake.findings import IntakeError
from bookshift_io.intake.sheets.archive import DAMAGED

MAX_DEPTH: Final = 200
_BUFFER: Final = 1 << 16


def parser(
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None],
    text: Callable[[str], None] | None = None,
) -> expat.XMLParserType:
    """Return a parser that calls back for elements and text, and refuses a document type."""
    made = expat.ParserCreate()
    made.buffer_text = True
    made.buffer_size = _BUFFER
    made.StartElementHandler = start
    made.EndElementHandler = end
    made.CharacterDataHandler = text
    made.StartDoctypeDeclHandler = _refuse
    made.EntityDeclHandler = _refuse
    return made


def feed(made: expat.XMLParserType, chunks: Iterable[bytes]) -> Iterator[None]:
    """Parse piece by piece, giving way after each.

    Raises:
        IntakeError: what is parsed is no XML, or has a document type.

    """
    try:
        for chunk in chunks:
            made.Parse(chunk, False)  # noqa: FBT003  (expat takes it by position only)
            yield
        made.Parse(b"", True)  # noqa: FBT003  (as above)
    except expat.ExpatError as error:
        if error.code == expat.errors.codes[expat.errors.XML_ERROR_NO_MEMORY]:
            raise MemoryError from error
        raise IntakeError(DAMAGED) from error


def elements(chunks: Iterable[bytes]) -> list[tuple[tuple[str, ...], dict[str, str]]]:
    """Return a small document's elements: the path of names without prefixes, and the attributes.

    Raises:
        IntakeError: what is parsed is no XML, or is nested too deeply.

    """
    path: list[str] = []
    found: list[tuple[tuple[str, ...], dict[str, str]]] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        path.append(name.rpartition(":")[2])
        if len(path) > MAX_DEPTH:
            raise IntakeError(DAMAGED)
        found.append((tuple(path), attributes))

    def end(_: str) -> None:
        path.pop()

    for _ in feed(parser(start, end), chunks):
        pass
    return found


def _refuse(*_: Any) -> None:
    raise IntakeError(
        "the workbook declares a document type, as no spreadsheet program does; "
        "open it in one, save it again and import that"
    )
