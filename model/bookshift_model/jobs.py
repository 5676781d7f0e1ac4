"""What the solver child does for its parent: keep a portfolio, solve problems on it, tell the news."""

from __future__ import annotations

import contextlib
import gc
import importlib
import math
import time
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from bookshift_model.asking import AHEAD, Questions, Stopped
from bookshift_model.best import Change, Progress
from bookshift_model.certificate import Certificate, lower_bound
from bookshift_model.data import Data
from bookshift_model.decisions import Decisions, decision_from_record
from bookshift_model.optimise import Result, optimise
from bookshift_model.policy import Policy
from bookshift_model.portfolio import Portfolio
from bookshift_model.problem import Problem, build
from bookshift_model.proven import prices_of
from bookshift_model.readying import USUAL_SECONDS, Readying
from bookshift_model.records import from_record
from bookshift_model.value import Tally, value
from bookshift_model.violations import violations_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bookshift_model.formulas import Formulas
    from bookshift_model.terms import Indices

    Emit = Callable[[dict[str, Any]], None]

_BOUND_EVERY: Final = 0.25
"""Seconds between news of the bound alone."""
_MANY: Final = 200_000
"""Pairs beyond which prices take time, so that a repair begins with those of an earlier solve."""


class JobError(ValueError):
    """A request that cannot be served; the message says why and what to do."""


@dataclass
class Jobs:
    """The portfolio at hand and what was made of it, so that the next solve starts at once."""

    emit: Emit
    readying: Readying = field(default_factory=Readying)
    portfolio: Portfolio | None = None
    _policy: tuple[dict[str, Any], Policy] | None = None
    _data: tuple[Formulas, Data] | None = None
    _problem: tuple[Policy, Problem] | None = None
    _prices: tuple[Policy, Certificate] | None = None
    _questions: Questions = field(init=False)

    def __post_init__(self) -> None:
        self._questions = Questions(self.emit)

    def take_portfolio(self, record: Mapping[str, Any]) -> None:
        """Replace the portfolio; everything made of the last one goes.

        Rows are taken by id: the order in which a file names them must not decide between equal plans.
        """
        gc.unfreeze()
        self.portfolio = from_record(Portfolio, record).by_id()
        self._data = self._problem = self._prices = None
        self._questions.forget()
        gc.collect()
        gc.freeze()  # or a solve stops for a fifth of a second while the collector looks at 50,000 accounts

    def solve(self, request: Mapping[str, Any], cancelled: Callable[[], bool]) -> None:
        """Serve one request to solve: `started`, then news, then `finished`."""
        if self.portfolio is None:
            raise JobError("no portfolio was sent before the request to solve; send it first")
        number, policy = request["id"], self._policy_of(request["policy"])
        decisions = Decisions(decision_from_record(one) for one in request.get("decisions", ()))
        problem = self._problem_of(policy, decisions)
        start = _assignment(problem, request.get("moves", {}))
        seed = policy.seed if request.get("seed") is None else int(request["seed"])
        gap = policy.gap if request.get("gap") is None else float(request["gap"])
        started = {
            "event": "started", "id": number, "accounts": problem.data.n, "csms": problem.data.m,
            "points_now": value(problem, start), "points_baseline": value(problem, problem.baseline),
        }  # fmt: skip
        self.emit(started)
        if self._waited(number, cancelled):
            # The clock of the solve begins now.
            self.emit(started)
        change = self._change(problem, request.get("repair"))
        news = _News(self.emit, number, problem, None if change is None else start)
        result = optimise(
            problem, start, gap=gap, seconds=request.get("seconds"), seed=seed, cancelled=cancelled,
            on_event=news, known_bound=request.get("known"), change=change, readying=self.readying,
        )  # fmt: skip
        scope = "whole" if change is None else "repair"
        self.emit({
            "event": "finished", "id": number, **_finished(problem, result), "seed": seed, "scope": scope,
        })  # fmt: skip
        if problem.eligible.size <= AHEAD and self.readying.ended and not self.readying.trouble:
            self._prices_of(problem)
        if change is None:
            # Models of many pairs are made of rings of objects, and wait for the collector otherwise.
            gc.collect()

    def probe(self, request: Mapping[str, Any], stop: Callable[[], bool]) -> None:
        """Answer a question between solves: `prices` where none came with it, `probed` for an account.

        Where something more urgent comes, less is answered.
        """
        policy = self._policy_of(request["policy"])
        decisions = Decisions(decision_from_record(one) for one in request.get("decisions", ()))
        problem = self._problem_of(policy, decisions)
        if stop():
            return
        if request.get("certificate") is not None:
            certificate = Certificate.from_record(request["certificate"])
        else:
            found = self._prices_ahead(problem, policy.seed, stop)
            if found is None:
                return
            certificate = found
            self.emit({"event": "prices", "id": request["id"], "certificate": certificate.to_record()})
        if request.get("account") is None:
            return
        # The engine is loaded within a second; only for the compiler nobody can wait here.
        if self.readying.wait(lambda: stop() or self.readying.compiles):
            start = _assignment(problem, request.get("moves", {}))
            with contextlib.suppress(Stopped):
                self._questions.probe(request, problem, certificate, start, seed=policy.seed, stop=stop)

    def _prices_ahead(self, problem: Problem, seed: int, stop: Callable[[], bool]) -> Certificate | None:
        """Prices from the engine, or from the relaxation as long as there is none."""
        if self.readying.ended and not self.readying.trouble:
            made = self._prices_of(problem, stop) if problem.eligible.size <= AHEAD else None
            return None if stop() else made
        return self._questions.relaxed(problem, seed=seed, stop=stop)

    def _waited(self, number: Any, cancelled: Callable[[], bool]) -> bool:
        """Wait for the engine; whether that was for the compiler, which is told."""
        told = False

        def look() -> bool:
            nonlocal told
            if self.readying.compiles and not told:
                told = True
                self.emit({"event": "preparing", "id": number, "seconds": USUAL_SECONDS})
            return cancelled()

        self.readying.wait(look)
        return told

    def _change(self, problem: Problem, record: Mapping[str, Any] | None) -> Change | None:
        """What was changed, as positions; with prices, unless the engine cannot be had.

        Those of an earlier solve depend on how far it went, and the plan would, too: where there are few
        pairs prices are made as if nothing had been solved.
        """
        if record is None:
            return None
        index = problem.data.portfolio.account_index
        accounts, held = (
            np.array([index[one] for one in record[part] if one in index], dtype=np.int64)
            for part in ("accounts", "held")
        )
        prices: Certificate | None = None
        if record.get("certificate") is not None and problem.eligible.size > _MANY:
            prices = Certificate.from_record(record["certificate"])
        elif self.readying.ended and not self.readying.trouble:
            prices = self._prices_of(problem)
        return Change(accounts=accounts, held=held, most=int(record["most"]), prices=prices)

    def _prices_of(self, problem: Problem, stop: Callable[[], bool] = lambda: False) -> Certificate:
        """Prices of the portfolio under the policy without decisions: the same whatever was solved before.

        Where `stop` said so they are unfinished, and not kept.
        """
        if self._prices is None or self._prices[0] != problem.policy:
            made = prices_of(problem.with_decisions(Decisions()), stop)
            if stop():
                return made
            self._prices = (problem.policy, made)
        return self._prices[1]

    def _policy_of(self, record: dict[str, Any]) -> Policy:
        """The policy of a record: to check it takes a tenth of what a pin takes."""
        if self._policy is None or self._policy[0] != record:
            self._policy = (record, Policy.from_record(record))
        return self._policy[1]

    def _problem_of(self, policy: Policy, decisions: Decisions) -> Problem:
        """The problem, made from the last one where only decisions differ."""
        if self._problem is None or self._problem[0] != policy:
            data = self._data_of(policy.formulas).with_decisions(decisions)
            self._problem = (policy, build(data, policy))
            return self._problem[1]
        return self._problem[1].with_decisions(decisions)

    def _data_of(self, formulas: Formulas) -> Data:
        if self._data is None or self._data[0] != formulas:
            if self.portfolio is None:
                raise JobError("no portfolio was sent before the request to solve; send it first")
            self._data = (formulas, Data(self.portfolio, formulas))
        return self._data[1]


@dataclass
class _News:
    """Turns the optimiser's progress into events, news of the bound alone not too often."""

    emit: Emit
    number: int
    problem: Problem
    shown: Indices | None = None
    """A plan (n,) that is shown already: that it is the best so far is no news."""
    last: float = -math.inf

    def __call__(self, progress: Progress) -> None:
        common = {
            "id": self.number, "bound": progress.bound, "unavoidable": progress.unavoidable,
            "gap": progress.gap, "seconds": round(progress.seconds, 3),
        }  # fmt: skip
        plan = progress.assignment
        if plan is not None and not (self.shown is not None and np.array_equal(plan, self.shown)):
            broken = sum(one.hard for one in violations_of(Tally(self.problem, plan)))
            self.emit({
                "event": "incumbent", **common, "moves": _moves(self.problem, plan),
                "points": progress.points, "broken": broken,
            })  # fmt: skip
            return
        if progress.bound is not None and time.monotonic() - self.last >= _BOUND_EVERY:
            self.last = time.monotonic()
            self.emit({"event": "bound", **common, "phase": progress.phase})


def versions() -> dict[str, str]:
    """Versions of what decides the result."""
    return {"highs": version("highspy"), "pyomo": version("pyomo")}


def load_ahead(readying: Readying) -> None:
    """Load what a solve may need besides the engine, once that is there."""
    readying.wait(lambda: False)
    importlib.import_module("bookshift_model.relax")


def _assignment(problem: Problem, moves: Mapping[str, str]) -> Indices:
    """(n,) today's assignment with moves; what names nobody is left out."""
    accounts, csms = problem.data.portfolio.account_index, problem.data.portfolio.csm_index
    start = problem.baseline.copy()
    known = {one: csm for one, csm in moves.items() if one in accounts and csm in csms}
    start[[accounts[one] for one in known]] = [csms[one] for one in known.values()]
    return start


def _moves(problem: Problem, assignment: Indices) -> dict[str, str]:
    data = problem.data
    at = np.flatnonzero((assignment != problem.baseline) & (assignment >= 0))
    accounts, csms = data.accounts, [one.id for one in data.csms]
    return {accounts[i].id: csms[j] for i, j in zip(at.tolist(), assignment[at].tolist(), strict=True)}


def _finished(problem: Problem, result: Result) -> dict[str, Any]:
    return {
        "status": result.status, "moves": _moves(problem, result.assignment), "points": result.points,
        "bound": result.bound, "unavoidable": result.unavoidable, "gap": result.gap,
        "improvement_gap": result.improvement_gap, "points_baseline": result.points_baseline,
        "note": result.note, **_certified(problem, result.certificate),
        "seconds": round(result.seconds, 3), "cpu_seconds": round(result.cpu_seconds, 3),
    }  # fmt: skip


def _certified(problem: Problem, certificate: Certificate | None) -> dict[str, Any]:
    """The prices and the bound that they prove by themselves."""
    if certificate is None:
        return {}
    return {"certificate": certificate.to_record(), "certified": lower_bound(problem, certificate)}
