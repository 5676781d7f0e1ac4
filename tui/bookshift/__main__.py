"""``python -m bookshift``: the same as the command ``bookshift``."""

from __future__ import annotations

from bookshift.cli import main

if __name__ == "__main__":
    main()
