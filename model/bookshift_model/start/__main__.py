"""Compile the start engine ahead, once on a machine: `python -m bookshift_model.start`."""

from __future__ import annotations

from bookshift_model.start.warmup import warm_up

if __name__ == "__main__":
    warm_up()
