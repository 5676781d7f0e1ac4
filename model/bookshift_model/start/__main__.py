"""Compile the start engine ahead, once on a machine: `python -m bookshift_model.start`."""

from __future__ import annotations

import sys

from bookshift_model.readying import USUAL_SECONDS, Readying


def main() -> None:
    """Have it ready, and say so only where that takes long; ends with a sentence where there is no engine."""
    readying, told = Readying(), False

    def look() -> bool:
        nonlocal told
        if readying.compiles and not told:
            told = True
            sys.stderr.write(f"Compiling the engine, once for each version: about {USUAL_SECONDS} s …\n")
        return False

    if not readying.wait(look):
        sys.exit(readying.trouble)


if __name__ == "__main__":
    main()
