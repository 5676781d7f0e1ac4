"""`python -m bookshift.docs` renews the made parts of the documentation; `--picture` the picture as well."""

from __future__ import annotations

import argparse

from bookshift.docs.pages import PAGES, ROOT, renewed


def main() -> None:
    """Renew what has changed and name it."""
    parser = argparse.ArgumentParser(prog="python -m bookshift.docs", description=__doc__)
    parser.add_argument("--picture", action="store_true", help="draw the Plan screen too")
    asked = parser.parse_args()
    for name, parts in PAGES.items():
        page = ROOT / name
        old = page.read_text("utf-8")
        new = renewed(old, parts)
        if new != old:
            page.write_text(new, "utf-8")
            print(f"renewed {name}")  # noqa: T201  (what a generator says)
    if asked.picture:
        from bookshift.docs.picture import draw  # noqa: PLC0415  (opens the whole application)

        print(f"drew {draw(ROOT / 'docs').relative_to(ROOT)}")  # noqa: T201


main()
