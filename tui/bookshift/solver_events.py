"""What the solver child reports, as frozen values; one JSON line each on its pipe."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Final, Literal, TypeAlias

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError, with_config

Status = Literal["optimal", "gap_reached", "repaired", "stalled", "stopped", "time"]
"""`repaired`: only what a change touches was planned anew, and the gap asked for takes more."""

_CHECKED: Final = ConfigDict(strict=True, allow_inf_nan=False)


@with_config(_CHECKED)
@dataclass(frozen=True, slots=True)
class Ready:
    """The child has loaded its libraries."""

    versions: Mapping[str, str]
    event: Literal["ready"] = "ready"


@with_config(_CHECKED)
@dataclass(frozen=True, slots=True)
class Started:
    """The problem is built; `points_now` is the score of the plan that was shown, lower is better."""

    id: int
    accounts: int
    csms: int
    points_now: float
    points_baseline: float
    event: Literal["started"] = "started"


@with_config(_CHECKED)
@dataclass(frozen=True, slots=True)
class Preparing:
    """The solve waits for a compiler, once for each version; `Started` comes again when its clock begins."""

    id: int
    seconds: int
    """How long that takes, as a rule."""
    event: Literal["preparing"] = "preparing"

    @property
    def words(self) -> str:
        """What is going on, for a planner."""
        return f"preparing the engine, this once (about {self.seconds} s)"


@with_config(_CHECKED)
@dataclass(frozen=True, slots=True)
class Bound:
    """No plan scores below `bound`; ``None`` while nothing is proven. `seconds` since the start."""

    id: int
    bound: float | None
    gap: float | None
    seconds: float
    phase: str
    unavoidable: float = 0.0
    event: Literal["bound"] = "bound"


@with_config(_CHECKED)
@dataclass(frozen=True, slots=True)
class Incumbent:
    """A better plan: account id → CSM id where that differs from today's owner."""

    id: int
    moves: Mapping[str, str]
    points: float
    bound: float | None
    gap: float | None
    broken: int
    """Rules that the plan breaks."""
    seconds: float
    unavoidable: float = 0.0
    event: Literal["incumbent"] = "incumbent"


@with_config(_CHECKED)
@dataclass(frozen=True, slots=True)
class Finished:
    """The solve ended with a plan."""

    id: int
    status: Status
    moves: Mapping[str, str]
    points: float
    bound: float | None
    gap: float | None
    """(points − bound) / (points − unavoidable)."""
    improvement_gap: float | None
    """Share of the possible improvement still open: (points − bound) / (baseline − bound)."""
    points_baseline: float
    seconds: float
    cpu_seconds: float | None
    """``None`` where the child did not live to say."""
    seed: int
    note: str = ""
    """One sentence where the solve ended otherwise than asked."""
    scope: Literal["whole", "repair"] = "whole"
    """Whether all accounts were planned, or only what a change touches."""
    unavoidable: float = 0.0
    """Points of hard rules that perhaps no plan can spare: a gap would look small because of them."""
    certificate: Mapping[str, Any] | None = None
    """Prices that anybody can check: `bookshift_model.certificate`."""
    certified: float | None = None
    """The bound that they prove by themselves; the rest of `bound` is the solver's word."""
    event: Literal["finished"] = "finished"


@with_config(_CHECKED)
@dataclass(frozen=True, slots=True)
class Failed:
    """The solve ended without a plan; `error` is one sentence for a planner."""

    id: int | None
    """``None`` from the child where the data is at fault; in the application always the solve's."""
    error: str
    event: Literal["failed"] = "failed"


@with_config(_CHECKED)
@dataclass(frozen=True, slots=True)
class Prices:
    """Prices for the policy of a question: `bookshift_model.certificate`."""

    id: int
    certificate: Mapping[str, Any]
    event: Literal["prices"] = "prices"


@with_config(_CHECKED)
@dataclass(frozen=True, slots=True)
class Probed:
    """What was found with an account at each CSM, by CSM id, as far as was looked by then."""

    id: int
    account: str
    base: float
    """Points of the plan at hand, or of the best that is known with it where it is, hard rules aside."""
    reached: Mapping[str, float]
    """Points of the best plan found, hard rules aside."""
    least: Mapping[str, float]
    """No plan that breaks hard rules no more than the one at hand has fewer; none for a CSM with which no
    such plan was found."""
    rough: list[str]
    """CSMs that got no more than a first look."""
    last: bool
    """Whether nothing follows."""
    event: Literal["probed"] = "probed"


@with_config(_CHECKED)
@dataclass(frozen=True, slots=True)
class Answered:
    """A question ended, with an answer or because something more urgent came."""

    id: int
    event: Literal["answered"] = "answered"


Answer: TypeAlias = Prices | Probed | Answered
Progress: TypeAlias = Started | Preparing | Bound | Incumbent
End: TypeAlias = Finished | Failed
Event: TypeAlias = Ready | Started | Preparing | Bound | Incumbent | Finished | Failed | Answer


@cache
def _adapter() -> TypeAdapter[Event]:
    """Made when the first line comes: it takes as long as a tenth of the application's start."""
    return TypeAdapter(Annotated[Event, Field(discriminator="event")])


class GarbageError(ValueError):
    """A line that is no event."""


def parse(line: bytes) -> Event:
    """Read one line of the child; raises `GarbageError` on anything but a complete event."""
    try:
        return _adapter().validate_json(line)
    except ValidationError as error:
        # Where and why, never the value: it may be a customer's name.
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        raise GarbageError(f"{len(line)} bytes are no event: {first['type']}") from None
