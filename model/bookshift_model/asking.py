"""Questions between solves: prices ahead of time, and what a pin would cost; anything urgent ends them."""

from __future__ import annotations

import importlib
import time
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from bookshift_model.adapting import Tariffs
from bookshift_model.gaps import EQUAL
from bookshift_model.units import Units

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bookshift_model.certificate import Certificate, Priced
    from bookshift_model.probes import Found, Probes
    from bookshift_model.problem import Problem
    from bookshift_model.terms import Indices

    Emit = Callable[[dict[str, Any]], None]

AHEAD: Final = 1_000_000
"""Pairs up to which prices are made before anybody asks for them."""
EVERYONE: Final = 120_000
"""Pairs up to which every CSM is looked at, and the relaxation has prices where there is no engine;"""
SEARCHED: Final = 2_500_000
"""and up to which those that are nearest at prices are looked at."""
_TELL: Final = 0.1
"""Seconds after which what was found by then is told."""


class Stopped(Exception):  # noqa: N818  (not an error: somebody has something more urgent)
    """It was told to stop."""


class Questions:
    """Answers about one problem after the other; what was made for the latest plan at hand is kept."""

    def __init__(self, emit: Emit) -> None:
        self._emit = emit
        self._kept: tuple[Problem, Certificate, Indices, Probes] | None = None

    def forget(self) -> None:
        """Drop what was made of the last portfolio."""
        self._kept = None

    def probe(
        self,
        request: Mapping[str, Any],
        problem: Problem,
        certificate: Certificate,
        start: Indices,
        *,
        seed: int,
        stop: Callable[[], bool],
    ) -> None:
        """Say what plans were found with an account at each CSM, again whenever there is more to say.

        `start` (n,) is the plan at hand. First looks at all CSMs, of many at the `most` that are nearest at
        prices; then longer ones at the `most` that are cheapest by then, for as many `seconds` as are asked
        for. Points are without those of hard rules; `least` is proven of plans that break hard rules no more
        than the one at hand, and not said of a CSM with which none of them was found. Raises `Stopped` where
        it was told to stop. Beyond `SEARCHED` pairs nothing is said.
        """
        if problem.eligible.size > SEARCHED or request["account"] not in problem.data.portfolio.account_index:
            return
        account = problem.data.portfolio.account_index[request["account"]]
        unit = int(Units.of_problem(problem).of[account])
        here = problem.data.portfolio.csm_index.get(request.get("here") or "", -1)
        # A pair that decisions exclude has a price, too, and may be asked for.
        order = np.argsort(Tariffs.of(problem, certificate).rises(account), kind="stable").tolist()
        csms = [*([here] if here >= 0 else []), *(j for j in order if j != here)]
        if stop():
            raise Stopped
        probes = self._probes_of(problem, certificate, start, seed)
        found: dict[int, Found] = {}
        rough: set[int] = set()
        told = time.monotonic()

        def tell(*, last: bool) -> None:
            names = [one.id for one in problem.data.csms]
            points, hard = probes.points(unit, here), probes.hard(unit, here)
            shown = {j: one.points - one.hard for j, one in found.items()}
            # A bound on both parts is none on one, but for plans that break no more than the one at hand: and
            # where none of them was found, there may be none to speak of.
            least = {j: one.least - hard for j, one in found.items() if one.hard < hard + EQUAL}
            self._emit({
                "event": "probed", "id": request["id"], "account": request["account"],
                "base": points - hard, "last": last, "rough": [names[j] for j in sorted(rough)],
                "reached": {names[j]: one for j, one in shown.items()},
                "least": {names[j]: one for j, one in least.items()},
            })  # fmt: skip

        for csm in csms if problem.eligible.size <= EVERYONE else csms[: int(request["most"])]:
            if stop():
                raise Stopped
            found[csm] = probes.look(unit, csm)
            rough.add(csm)
            if time.monotonic() - told >= _TELL:
                tell(last=False)
                told = time.monotonic()
        tell(last=False)
        until = time.monotonic() + float(request["seconds"])
        cheapest = sorted(found, key=lambda j: (j != here, found[j].points))
        for csm in cheapest[: int(request["most"])]:
            if stop():
                raise Stopped
            if time.monotonic() >= until:
                break
            found[csm] = probes.longer(unit, csm)
            rough.discard(csm)
        tell(last=True)

    @staticmethod
    def relaxed(problem: Problem, *, seed: int, stop: Callable[[], bool]) -> Certificate | None:
        """Prices of the linear relaxation, without the engine; none beyond `EVERYONE` pairs."""
        if problem.eligible.size > EVERYONE:
            return None
        made = importlib.import_module("bookshift_model.relax")  # loads Pyomo and HiGHS
        found: Priced | None = made.relax(Units.of_problem(problem), stop, seed=seed)
        return None if found is None else found.certificate

    def _probes_of(self, problem: Problem, certificate: Certificate, start: Indices, seed: int) -> Probes:
        """What is kept of a plan at hand, under its decisions and prices."""
        if self._kept is None or not _same(self._kept, problem, certificate, start):
            made = importlib.import_module("bookshift_model.probes")  # loads the engine
            found = made.Probes(Units.of_problem(problem), certificate, start, seed=seed)
            self._kept = problem, certificate, start, found
        return self._kept[3]


def _same(
    kept: tuple[Problem, Certificate, Indices, Probes],
    problem: Problem,
    certificate: Certificate,
    start: Indices,
) -> bool:
    known = kept[0]
    return (
        known.policy == problem.policy
        and known.data.decisions == problem.data.decisions
        and kept[1] == certificate
        and np.array_equal(kept[2], start)
    )
