"""A solve waits for the engine, does without where there is none, and plans are the same however it came."""

from __future__ import annotations

import os
import subprocess
import sys
import threading

from bookshift_model.data import Data
from bookshift_model.optimise import optimise
from bookshift_model.problem import build
from bookshift_model.readying import Readying
from bookshift_model.sample import sample
from bookshift_model.sample_policy import sample_policy

FAKE = """
import sys
sys.modules["numba"] = None
from bookshift_model.readying import Readying
one = Readying()
print(one.wait(lambda: False), one.trouble)
"""


def never() -> bool:
    return False


class Broken(Readying):
    """A machine on which nothing can be compiled."""

    def __init__(self) -> None:
        super().__init__()
        self.trouble = "The start engine cannot be used here (it is a test), so solving takes longer."
        self._ended.set()


class Busy(Readying):
    """A compiler that does not come to an end."""

    def begin(self) -> None:
        self.compiles = True


def test_without_the_engine_there_is_a_plan_a_proof_and_a_note() -> None:
    portfolio = sample(60, 5, 1)
    policy = sample_policy(portfolio)
    problem = build(Data(portfolio, policy.formulas), policy)
    found = optimise(problem, problem.baseline, gap=0.02, readying=Broken())
    assert found.gap <= 0.02
    assert "cannot be used here" in found.note
    usual = optimise(problem, problem.baseline, gap=0.02)
    assert usual.note == ""
    assert abs(usual.points - found.points) <= 0.04 * usual.points


def test_a_cancel_ends_the_wait_with_the_plan_at_hand() -> None:
    portfolio = sample(20, 3, 1)
    policy = sample_policy(portfolio)
    problem = build(Data(portfolio, policy.formulas), policy)
    asked = threading.Event()
    threading.Timer(0.1, asked.set).start()
    found = optimise(problem, problem.baseline, gap=0.0, cancelled=asked.is_set, readying=Busy())
    assert found.status == "stopped"
    assert (found.assignment == problem.baseline).all()


def test_a_machine_without_the_compiler_is_told_in_a_sentence() -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    said = subprocess.run(
        [sys.executable, "-c", FAKE], capture_output=True, text=True, check=True, env=environment
    ).stdout
    assert said.startswith("False The start engine cannot be used here")
    assert said.strip().endswith("so solving takes longer.")
