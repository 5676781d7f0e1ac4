"""What it takes to have the loops ready."""

from __future__ import annotations

import os
import subprocess
import sys

READY = """
import sys
from bookshift_model.start.warmup import warm_up
warm_up()
print("scipy.linalg" in sys.modules)
import scipy.linalg
print(scipy.linalg.norm([3.0, 4.0]))
"""


def test_the_loops_load_no_linear_algebra_and_leave_it_to_others() -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    said = subprocess.run(
        [sys.executable, "-c", READY], capture_output=True, text=True, check=True, env=environment
    ).stdout
    assert said.split() == ["False", "5.0"]
