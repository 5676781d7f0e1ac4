"""Pages with made parts: which page holds which, and how they are renewed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from bookshift.docs import files, keys, model

ROOT: Final = Path(__file__).resolve().parents[3]
"""The checkout; the documentation is no part of an installed package."""

README: Final = "README.md"
PICTURE: Final = "docs/plan-screen.svg"

PAGES: Final[Mapping[str, Mapping[str, Callable[[], str]]]] = {
    "docs/model.md": model.PARTS,
    "docs/keys.md": keys.PARTS,
    "docs/files.md": files.PARTS,
}
"""Page to the makers of its parts, by name; those of README.md take a solve and are made with the picture."""

_PART: Final = re.compile(r"^(<!-- made: ([a-z ]+) -->\n).*?(^<!-- end -->$)", re.DOTALL | re.MULTILINE)


def renewed(text: str, parts: Mapping[str, Callable[[], str]]) -> str:
    """Return a page's text with each made part made anew; raises `KeyError` for a part that nobody makes."""
    return _PART.sub(lambda found: f"{found[1]}\n{parts[found[2]]().strip()}\n\n{found[3]}", text)


def parts_of(text: str) -> list[str]:
    """Names of the made parts of a page, in their order."""
    return [found[2] for found in _PART.finditer(text)]
