"""Questions between solves: prices ahead of time, and what a pin would cost; anything urgent ends them."""

from __future__ import annotations

import importlib
import time
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from bookshift_model.adapting import Tariffs
from bookshift_model.certificate import Certificate, price
from bookshift_model.decisions import Decisions, KeepApart, KeepTogether
from bookshift_model.units import Units

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bookshift_model.certificate import Priced
    from bookshift_model.probes import Probes
    from bookshift_model.problem import Problem

    Emit = Callable[[dict[str, Any]], None]

AHEAD: Final = 1_000_000
"""Pairs up to which prices are made before anybody asks for them."""
PROBED: Final = 120_000
"""Pairs up to which the relaxation is kept for probes; beyond, prices say the same to a hundredth."""


class Stopped(Exception):  # noqa: N818  (not an error: somebody has something more urgent)
    """It was told to stop before there was anything to say."""


class Questions:
    """Answers about one problem after the other; the relaxation of the latest is kept."""

    def __init__(self, emit: Emit) -> None:
        self._emit = emit
        self._probes: tuple[str, Probes] | None = None

    def forget(self) -> None:
        """Drop what was made of the last portfolio."""
        self._probes = None

    def probe(
        self,
        request: Mapping[str, Any],
        problem: Problem,
        certificate: Certificate,
        *,
        seed: int,
        stop: Callable[[], bool],
    ) -> None:
        """Say what is proven with an account pinned to each of the CSMs that are nearest at prices.

        Raises `Stopped` where it was told to stop. Beyond `PROBED` pairs nothing is said.
        """
        if problem.eligible.size > PROBED or request["account"] not in problem.data.portfolio.account_index:
            return
        account = problem.data.portfolio.account_index[request["account"]]
        units = Units.of_problem(problem)
        unit = int(units.of[account])
        near = price(units, certificate)
        # A pair that decisions exclude has no price there, but may be asked for.
        rises = Tariffs.of(problem, certificate).rises(account)
        csms = [int(j) for j in np.argsort(rises, kind="stable")[: int(request["most"])]]
        here = problem.data.portfolio.csm_index.get(request.get("here", ""), -1)
        csms = [here, *(j for j in csms if j != here)] if here >= 0 else csms
        probes = self._probes_of(problem, near, seed, stop)
        until = time.monotonic() + float(request["seconds"])
        found = probes.probe(units.eligible, unit, csms, stop=stop, enough=lambda: time.monotonic() >= until)
        names = [one.id for one in problem.data.csms]
        bounds = {names[j]: max(bound, near.bound + float(rises[j])) for j, bound in found.bounds.items()}
        self._emit({
            "event": "probed", "id": request["id"], "account": request["account"],
            "base": max(found.base, near.bound), "bounds": bounds,
        })  # fmt: skip

    @staticmethod
    def relaxed(problem: Problem, *, seed: int, stop: Callable[[], bool]) -> Certificate | None:
        """Prices of the linear relaxation, without the engine; none beyond `PROBED` pairs."""
        if problem.eligible.size > PROBED:
            return None
        made = importlib.import_module("bookshift_model.relax")  # loads Pyomo and HiGHS
        found: Priced | None = made.relax(Units.of_problem(problem), stop, seed=seed)
        return None if found is None else found.certificate

    def _probes_of(self, problem: Problem, near: Priced, seed: int, stop: Callable[[], bool]) -> Probes:
        """The relaxation of the problem without its pins, locks and forbids, which are bounds of it."""
        groups = [one for one in problem.data.decisions if isinstance(one, (KeepTogether, KeepApart))]
        key = f"{seed} {problem.policy.model_dump_json()} {groups} {problem.units.tobytes()!r}"
        if self._probes is None or self._probes[0] != key:
            made = importlib.import_module("bookshift_model.probes")  # loads Pyomo and HiGHS
            free = Units.of_problem(problem.with_decisions(Decisions(groups)))
            if not np.array_equal(free.of, Units.of_problem(problem).of):
                # Pins part what is to be kept together.
                free = Units.of_problem(problem)
            priced = price(free, near.certificate)
            self._probes = key, made.Probes(free, priced.reduced, seed=seed, stop=stop)
        return self._probes[1]
