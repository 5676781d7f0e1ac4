"""How fast and how good the start engine is: `python benchmarks/start.py`, CPU seconds of one core.

For every size of the sample: the time to a first plan, its proven gap, that gap as a share of all points that
goals and rules count (the score counts from each goal's best, so that its own gap is stricter), then the time
to repair the plan after a large account was pinned to its second-best CSM, and how many other accounts move.
The settings of the engine were tuned on seeds 1 to 5: `--seeds 11 12 13 14 15` are others. `--preset NAME`
takes the weights of a preset, without any limits, in place of the sample's policy.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import time

import numpy as np

from bookshift_model.data import Data
from bookshift_model.decisions import Decisions, Pin
from bookshift_model.policy import PRESETS, Policy
from bookshift_model.problem import Problem, build
from bookshift_model.sample import sample
from bookshift_model.sample_policy import sample_policy
from bookshift_model.start.engine import ProvenPlan, first_plan, repair
from bookshift_model.start.warmup import warm_up
from bookshift_model.value import value

SIZES = ("150x8", "600x20", "2000x50", "10000x200", "50000x500")


def made(accounts: int, csms: int, seed: int, preset: str | None) -> Problem:
    """The sample's problem, by its own policy or by a preset."""
    portfolio = sample(accounts, csms, seed)
    policy = sample_policy(portfolio) if preset is None else Policy.preset(preset)
    return build(Data(portfolio, policy.formulas), policy)


def pinned(problem: Problem, plan: ProvenPlan) -> tuple[Problem, int, int]:
    """The problem with the fifth-largest account that has a choice pinned to its cheapest other CSM."""
    movable = np.flatnonzero(problem.movable & (problem.eligible.sum(axis=1) > problem.data.m // 2))
    i = int(movable[np.argsort(-problem.data.arr[movable])[min(4, len(movable) - 1)]])
    cost = problem.pair_cost[i].copy()
    cost[plan.assignment[i]] = np.inf
    j = int(np.argmin(np.where(problem.eligible[i], cost, np.inf)))
    pin = Pin(account=problem.data.accounts[i].id, csm=problem.data.csms[j].id)
    return problem.with_decisions(Decisions([pin])), i, j


def measure(accounts: int, csms: int, seeds: list[int], preset: str | None) -> None:
    """Measure one size, in a process of its own: memory is the most that it ever held."""
    warm_up()
    for seed in seeds:
        print(row(accounts, csms, seed, preset), flush=True)


def row(accounts: int, csms: int, seed: int, preset: str | None) -> str:
    """Measure one problem; nothing of it is left."""
    problem = made(accounts, csms, seed, preset)
    began = time.process_time()
    quick = first_plan(problem, seed=1)
    between = time.process_time()
    other, i, j = pinned(problem, quick)
    edited = time.process_time()
    after = repair(other, quick.assignment, quick.prices, np.array([i]))
    repaired = time.process_time()
    standard = first_plan(problem, seed=1, effort="standard")
    longer = f"{time.process_time() - repaired:8.3f} {100 * standard.gap:9.3f}"
    forced = quick.assignment.copy()
    forced[i] = j
    points = value(other, forced)
    of_all = (quick.points - quick.bound) / (quick.points + problem.offset)
    return (
        f"{accounts:>6}×{csms:<4} {seed:3} |"
        f" {between - began:7.3f} {100 * quick.gap:8.3f} {100 * of_all:9.4f}"
        f" | {longer} | {1000 * (repaired - edited):6.1f}"
        f" {100 * (points - after.bound) / points:9.3f} {100 * after.gap:10.3f}"
        f" {np.count_nonzero(after.assignment != forced):7d}"
        f" | {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:6.2f}"
    )


def main() -> None:
    """Measure every size, or those asked for."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    asked.add_argument("--sizes", nargs="+", default=SIZES)
    asked.add_argument("--preset", choices=PRESETS)
    options = asked.parse_args()
    print(
        "   size  seed | quick s   gap %  of all % | standard s   gap % | pin ms  forced % repaired % moves"
        " | GB at most",
        flush=True,
    )
    for size in options.sizes:
        accounts, csms = map(int, size.split("x"))
        process = multiprocessing.get_context("spawn").Process(
            target=measure, args=(accounts, csms, options.seeds, options.preset)
        )
        process.start()
        process.join()


if __name__ == "__main__":
    main()
