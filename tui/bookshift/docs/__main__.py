"""`python -m bookshift.docs` renews the made parts of docs/; `--picture` README.md and its picture too."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from bookshift.docs.pages import PAGES, PICTURE, README, ROOT, renewed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def main() -> None:
    """Renew what has changed and name it."""
    parser = argparse.ArgumentParser(prog="python -m bookshift.docs", description=__doc__)
    parser.add_argument("--picture", action="store_true", help="solve the sample and draw the Plan screen")
    asked = parser.parse_args()
    for name, parts in PAGES.items():
        _renew(name, parts)
    if asked.picture:
        from bookshift.docs.picture import show  # noqa: PLC0415  (opens the whole application)

        shown = show()
        _write(PICTURE, shown.svg)
        _renew(README, {"figures": lambda: shown.figures})


def _renew(name: str, parts: Mapping[str, Callable[[], str]]) -> None:
    _write(name, renewed((ROOT / name).read_text("utf-8"), parts))


def _write(name: str, text: str) -> None:
    path = ROOT / name
    if not path.exists() or path.read_text("utf-8") != text:
        path.write_text(text, "utf-8")
        print(f"renewed {name}")  # noqa: T201  (what a generator says)


main()
