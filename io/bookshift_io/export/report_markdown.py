"""A report as Markdown: readable as it stands, and where it is rendered."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from bookshift_io.export.cells import visible
from bookshift_io.export.document import Bullets, Chart, Heading, Paragraph, Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bookshift_io.export.document import Block, Document

# What Markdown or the HTML inside it would take for a mark, wherever it stands in a line.
_MARKS: Final = re.compile(r"([\\`*_\[\]<>|~#!&$])")
# What it would take for a list or a rule under a heading where a line begins; a figure such as 1.93M is none.
_STARTS: Final = re.compile(r"^(\s*)(\d{1,9}(?=[.)](?:\s|$))|(?=[-+](?:\s|$)|-+\s*$|=))")
_LINKS: Final = re.compile(r"(?i)\b(https?|ftp|www)([:.])")


def to_markdown(document: Document) -> bytes:
    """The report in UTF-8; charts are tables of the same figures, which stand elsewhere, and left out."""
    lines = [
        f"# {escaped(document.title)}",
        "",
        escaped(document.about),
        "",
        f"**{escaped(document.status)}**",
    ]
    for one in document.blocks:
        lines += ["", *_lines(one)] if not isinstance(one, Chart) else []
    return ("\n".join(lines) + "\n").encode("utf-8", errors="replace")


def escaped(text: str) -> str:
    """Text of which nothing is taken for a mark, a link, or HTML."""
    text = _MARKS.sub(r"\\\1", visible(text))
    text = _STARTS.sub(r"\1\2\\", text)
    # A backslash before a colon is a colon, and no address begins with it.
    return _LINKS.sub(r"\1\\\2", text)


def _lines(block: Block) -> Iterator[str]:
    match block:
        case Heading(text):
            yield f"## {escaped(text)}"
        case Paragraph(text):
            yield escaped(text)
        case Bullets(items):
            yield from (f"- {escaped(one)}" for one in items)
        case Table():
            yield f"**{escaped(block.caption)}**"
            yield ""
            yield _row(block.head)
            yield _row(["--:" if k in block.numbers else "---" for k in range(len(block.head))], plain=True)
            yield from map(_row, block.rows)


def _row(cells: Sequence[str], *, plain: bool = False) -> str:
    return "| " + " | ".join(cells if plain else map(escaped, cells)) + " |"
