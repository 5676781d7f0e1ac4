"""One scenario of a sweep: the portfolio and the policy that a choice of values makes of the open ones."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from bookshift_model.decisions import Decisions, decision_from_record, decision_to_record
from bookshift_model.policy import Policy
from bookshift_model.portfolio import Portfolio
from bookshift_model.records import from_record, to_record
from bookshift_model.rules import RULES
from bookshift_model.sweep.axes import JOINS, LEAVES, NOBODY, SweepError, csms_named

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bookshift_model.sweep.axes import Axis

_NUMBER: Final = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,9})?")
_SWITCH: Final = {"true": True, "false": False}


@dataclass(frozen=True, kw_only=True)
class Base:
    """What a sweep starts from."""

    portfolio: Portfolio
    """Rows by id: the order in which a file names them must not decide between equal plans."""
    policy: Policy
    decisions: Decisions

    def __post_init__(self) -> None:
        object.__setattr__(self, "portfolio", self.portfolio.by_id())

    def to_json(self) -> str:
        """The base as text, which every worker can take."""
        return json.dumps(
            {
                "portfolio": to_record(self.portfolio),
                "policy": self.policy.to_record(),
                "decisions": [decision_to_record(one) for one in self.decisions],
            }
        )

    @classmethod
    def from_json(cls, text: str) -> Base:
        """Rebuild what `to_json` made."""
        record = json.loads(text)
        return cls(
            portfolio=from_record(Portfolio, record["portfolio"]),
            policy=Policy.from_record(record["policy"]),
            decisions=Decisions(decision_from_record(one) for one in record["decisions"]),
        )


def varied_policy(policy: Policy, choice: Mapping[str, str]) -> Policy:
    """The policy with the chosen weights and settings; raises `PolicyError` where that makes no policy."""
    weights, settings = dict(policy.weights), dict[str, dict[str, Any]]()
    for key, text in choice.items():
        if key in {LEAVES, JOINS}:
            continue
        rule, dot, setting = key.partition(".")
        if dot:
            settings.setdefault(rule, policy.rules[rule].model_dump())[setting] = _value(text)
        else:
            weights[key] = _weight(key, text)
    return Policy.with_record({**dict(policy), "weights": weights, "rules": {**policy.rules, **settings}})


def check_effect(policy: Policy, axes: Sequence[Axis]) -> None:
    """Raise `SweepError` for settings of a rule that is off in all that varies: they would change nothing."""
    modes = {axis.key.removesuffix(".mode"): axis.values for axis in axes if axis.key.endswith(".mode")}
    for axis in axes:
        rule, dot, setting = axis.key.partition(".")
        if not dot or setting == "mode":
            continue
        if set(modes.get(rule, (policy.rules[rule].mode,))) == {"off"}:
            msg = (
                f"the rule {RULES[rule].name} is off, so {axis.key} would change nothing; "
                f"let {rule}.mode=hard (or soft) vary as well"
            )
            raise SweepError(msg)


def varied_roster(portfolio: Portfolio, choice: Mapping[str, str]) -> Portfolio:
    """The portfolio without the CSMs who leave and with those who join.

    Accounts of a CSM who leaves have nobody on the roster and count as moved. A new hire starts on the day
    of the data, so that the ramp applies, with all that the CSM has who is named as the profile, but for that
    one's own limits, leave and record.
    """
    leaving = set(_named(LEAVES, choice, portfolio))
    joining = _named(JOINS, choice, portfolio)
    if not leaving and not joining:
        return portfolio
    stay = [one for one in portfolio.csms if one.id not in leaving]
    hires = [
        replace(
            portfolio.csms[portfolio.csm_index[like]],
            id=f"hire-{place}:{like}",
            name=f"New hire {place}",
            email="",
            fte=1.0,
            start=portfolio.as_of,
            leave=(),
            max_accounts=None,
            min_arr=None,
            max_arr=None,
            renewals_handled=None,
            renewals_won=None,
            expansion_influenced=None,
            extra={},
        )
        for place, like in enumerate(joining, 1)
    ]
    if not stay and not hires:
        msg = f"leaves={choice[LEAVES]} leaves nobody on the roster; let somebody stay"
        raise SweepError(msg)
    return replace(portfolio, csms=(*stay, *hires))


def _named(key: str, choice: Mapping[str, str], portfolio: Portfolio) -> list[str]:
    value = choice.get(key, NOBODY)
    named = csms_named(value, portfolio.csm_index)
    if named is None:
        msg = f"{key}={value} names somebody who is not on the roster; give ids as in the file"
        raise SweepError(msg)
    return named


def _weight(key: str, text: str) -> float:
    if not _NUMBER.fullmatch(text):
        msg = f"{key}={text} is no weight; give a number such as 20"
        raise SweepError(msg)
    return float(text)


def _value(text: str) -> Any:
    """A setting's value as its kind of JSON value; what is neither number nor switch is a word."""
    if _NUMBER.fullmatch(text):
        return float(text)
    return _SWITCH.get(text, text)
