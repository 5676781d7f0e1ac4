"""`python -m bookshift.docs` renews the made parts of README.md and docs/."""

from __future__ import annotations

from bookshift.docs.pages import PAGES, ROOT, renewed


def main() -> None:
    """Renew what has changed and name it."""
    for name, parts in PAGES.items():
        page = ROOT / name
        old = page.read_text("utf-8")
        new = renewed(old, parts)
        if new != old:
            page.write_text(new, "utf-8")
            print(f"renewed {name}")  # noqa: T201  (what a generator says)


main()
