"""A report as one HTML file: no script, nothing loaded, for screen and paper, in light and dark."""

from __future__ import annotations

from html import escape
from importlib.resources import files
from itertools import groupby
from typing import TYPE_CHECKING, Final

from bookshift_io.export.cells import visible
from bookshift_io.export.document import TONES, Bullets, Chart, Heading, Paragraph, Table
from bookshift_io.export.marker import WORKBOOK_KEYWORD

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bookshift_io.export.document import Bar, Block, Document

_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'"
_WIDTH, _NAME, _VALUE = 480, 112, 112
_ROW, _BAR = 30, 10
_TOP, _FOOT = 24, 4
_LETTERS: Final = 17
_SHORT: Final = 22
"""Letters of a cell that is kept on one line."""


def to_html(document: Document) -> bytes:
    """The report in UTF-8; every text is escaped."""
    style = files("bookshift_io.export").joinpath("report.css").read_text("utf-8")
    state = "approved" if document.approved else "draft"
    parts = [
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="color-scheme" content="light dark">',
        f'<meta name="generator" content="{WORKBOOK_KEYWORD}">',
        f"<title>{_text(document.title)}</title>\n<style>\n{style}</style>\n</head>\n<body>\n<main>",
        f'<header>\n<h1>{_text(document.title)}</h1>\n<p class="about">{_text(document.about)}</p>',
        f'<p class="status {state}">{_text(document.status)}</p>\n</header>',
        *_blocks(document.blocks),
        "</main>\n</body>\n</html>\n",
    ]
    return "\n".join(parts).encode("utf-8", errors="replace")


def _blocks(blocks: Sequence[Block]) -> Iterator[str]:
    """Each block, and charts that follow one another side by side."""
    for charts, group in groupby(blocks, key=lambda one: isinstance(one, Chart)):
        made = map(_block, group)
        yield f'<div class="charts">\n{chr(10).join(made)}\n</div>' if charts else "\n".join(made)


def _text(text: str) -> str:
    return escape(visible(text))


def _block(block: Block) -> str:
    match block:
        case Heading(text):
            return f"<h2>{_text(text)}</h2>"
        case Paragraph(text, tone):
            return f'<p class="{tone}">{_text(text)}</p>' if tone else f"<p>{_text(text)}</p>"
        case Bullets(items):
            return "<ul>\n" + "\n".join(f"<li>{_text(one)}</li>" for one in items) + "\n</ul>"
        case Table():
            return "\n".join(_table(block))
        case Chart():
            return "\n".join(_chart(block))


def _table(table: Table) -> Iterator[str]:
    yield f'<div class="scroll"><table{" class=" + chr(34) + "wide" + chr(34) if table.wide else ""}>'
    yield f"<caption>{_text(table.caption)}</caption>\n<thead><tr>"
    number = ' class="n"'
    for k, one in enumerate(table.head):
        yield f'<th scope="col"{number if k in table.numbers else ""}>{_text(one)}</th>'
    yield "</tr></thead>\n<tbody>"
    for row in table.rows:
        short = ' class="s"' if len(row[0]) <= _SHORT else ""
        cells = [f'<th scope="row"{short}>{_text(row[0])}</th>']
        for k, one in enumerate(row[1:], 1):
            kind = "n" if k in table.numbers else "s" if len(one) <= _SHORT else ""
            classes = " ".join(filter(None, (kind, TONES.get(one, ""))))
            cells.append(f"<td{f' class={chr(34)}{classes}{chr(34)}' if classes else ''}>{_text(one)}</td>")
        yield f"<tr>{''.join(cells)}</tr>"
    yield "</tbody></table></div>"


def _chart(chart: Chart) -> Iterator[str]:
    """Two bars a row: today pale, the plan strong; the figures stand beside them in words."""
    height = _TOP + _ROW * len(chart.bars) + _FOOT
    room = _WIDTH - _NAME - _VALUE
    yield f"<figure>\n<figcaption>{_text(chart.caption)}"
    first, second = map(_text, chart.key)
    yield f' <span class="key"><span class="today">▭ {first}</span>'
    yield f' <span class="plan">■ {second}</span></span></figcaption>'
    yield f'<svg viewBox="0 0 {_WIDTH} {height}" role="img" aria-label="{_text(chart.caption)}">'
    for share, name in chart.marks:
        x = _NAME + room * share
        yield f'<line class="mark" x1="{x:.1f}" x2="{x:.1f}" y1="{_TOP - 4}" y2="{height - _FOOT}"/>'
        yield f'<text class="mark" x="{x:.1f}" y="{_TOP - 10}" text-anchor="middle">{_text(name)}</text>'
    for k, bar in enumerate(chart.bars):
        yield from _bar(bar, chart.key, _TOP + _ROW * k, room)
    yield "</svg>\n</figure>"


def _bar(bar: Bar, key: tuple[str, str], y: int, room: int) -> Iterator[str]:
    name = bar.name if len(bar.name) <= _LETTERS else bar.name[: _LETTERS - 1] + "…"
    today, plan = (max(0.0, min(1.0, one)) * room for one in (bar.today, bar.plan))
    said = f"{bar.name}: {key[0]} {bar.today_text}, {key[1]} {bar.plan_text}"
    yield f"<g><title>{_text(said)}</title>"
    yield f'<text x="{_NAME - 8}" y="{y + 17}" text-anchor="end">{_text(name)}</text>'
    yield f'<rect class="today" x="{_NAME}" y="{y + 3}" width="{today:.1f}" height="{_BAR}"/>'
    yield f'<rect class="plan" x="{_NAME}" y="{y + 4 + _BAR}" width="{plan:.1f}" height="{_BAR}"/>'
    x = _WIDTH - _VALUE + 10
    between = " → " if key == ("today", "plan") else " / "
    values = _text(f"{bar.today_text}{between}{bar.plan_text}")
    yield f'<text class="value" x="{x}" y="{y + 17}">{values}</text></g>'
