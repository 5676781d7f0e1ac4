"""What it takes to have the loops ready."""

from __future__ import annotations

import importlib
import os
import pkgutil
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np

from bookshift_model import start
from bookshift_model.data import Data
from bookshift_model.problem import build
from bookshift_model.sample import sample
from bookshift_model.sample_policy import sample_policy
from bookshift_model.start.engine import first_plan, repair
from bookshift_model.start.warmup import warm_up

READY = """
import sys
from bookshift_model.start.warmup import warm_up
warm_up()
print("scipy.linalg" in sys.modules)
import scipy.linalg
print(scipy.linalg.norm([3.0, 4.0]))
"""


def test_all_loops_are_ready_for_many_csms_too() -> None:
    warm_up()
    ready = {name: len(loop.signatures) for name, loop in _loops()}
    portfolio = sample(300, 102, 1)
    policy = sample_policy(portfolio)
    problem = build(Data(portfolio, policy.formulas), policy)
    found = first_plan(problem, seed=1, start=problem.baseline, effort="standard")
    repair(problem, found.assignment, found.prices, np.array([0]))
    assert {name: len(loop.signatures) for name, loop in _loops()} == ready
    assert len(ready) > 10


def _loops() -> Iterator[tuple[str, Any]]:
    for module in pkgutil.iter_modules(start.__path__, f"{start.__name__}."):
        for name, one in vars(importlib.import_module(module.name)).items():
            if hasattr(one, "signatures"):
                yield f"{module.name}.{name}", one


def test_the_loops_load_no_linear_algebra_and_leave_it_to_others() -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    said = subprocess.run(
        [sys.executable, "-c", READY], capture_output=True, text=True, check=True, env=environment
    ).stdout
    assert said.split() == ["False", "5.0"]
