"""A report as headings, paragraphs, tables and charts, before it is HTML, Markdown or a sheet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

Tone: TypeAlias = Literal["", "good", "warn", "bad", "dim"]

BETTER: Final = "▲ better"
WORSE: Final = "▼ worse"
SAME: Final = "= same"
TONES: Final[dict[str, Tone]] = {BETTER: "good", WORSE: "bad", SAME: "dim"}
"""Words that say a change, with their tone: colour never says it alone."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A title of a part."""

    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A few sentences."""

    text: str
    tone: Tone = ""


@dataclass(frozen=True, slots=True)
class Bullets:
    """Short sentences, one below the other."""

    items: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows of text under a caption; `numbers` are the columns to align at the right."""

    caption: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    numbers: frozenset[int] = frozenset()
    wide: bool = False
    """Whether its last column holds sentences."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One row of a chart: a value today and in the plan, as shares of the chart's width, and their labels."""

    name: str
    today: float
    plan: float
    today_text: str
    plan_text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Two bars for each CSM, and lines to compare them with."""

    caption: str
    key: tuple[str, str] = ("today", "plan")
    """What the upper and the lower bar mean."""
    bars: Sequence[Bar]
    marks: Sequence[tuple[float, str]] = ()
    """Lines across all bars: place as a share of the width, and what they mean."""


Block: TypeAlias = Heading | Paragraph | Bullets | Table | Chart


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A report: its title, what it is about in a line, whether it is approved, and its blocks."""

    title: str
    about: str
    approved: bool
    status: str
    blocks: tuple[Block, ...]
