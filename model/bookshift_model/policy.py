"""A policy: weights, rules, limits and formulas; read from and written to TOML."""

from __future__ import annotations

import tomllib
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_serializer, field_validator

from bookshift_model.formulas import Formulas
from bookshift_model.goals import GOALS
from bookshift_model.rules import RULES, CustomRule, Rule, Settings

MAX_TEXT: Final = 1_000_000
"""Characters of a policy file; one that sets everything has about 10,000."""


class PolicyError(ValueError):
    """A policy file that cannot be used; the message names the entry and the cure."""


class _EntryError(ValueError):
    """What is wrong with an entry further down; `where` is its path."""

    def __init__(self, where: str, message: str) -> None:
        super().__init__(message)
        self.where = where


_SHOWN: Final = 40


class Policy(BaseModel):
    """What the optimiser follows. Every entry has a default, so an empty file is a policy."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    name: str = Field("Fewest moves", min_length=1, max_length=80)
    weights: dict[str, float] = Field(
        default_factory=lambda: dict(PRESETS["fewest_moves"]), validate_default=True
    )
    """Goal id to weight ≥ 0; only their proportions matter."""
    dead_band: float = Field(0.02, ge=0, le=0.5)
    """Share of a target within which being off target costs nothing."""
    rules: dict[str, Settings] = Field(default_factory=dict)
    """Rule id to its settings; every rule is present after validation."""
    custom: tuple[CustomRule, ...] = Field((), max_length=100)
    formulas: Formulas = Formulas()
    gap: float = Field(0.005, ge=0, le=0.5)
    """Proven gap at which a solve stops, share of the plan's score."""
    seed: int = Field(1, ge=0, le=2**31 - 1)

    @field_validator("weights")
    @classmethod
    def _known_goals(cls, weights: dict[str, float]) -> dict[str, float]:
        for name, weight in weights.items():
            if name not in GOALS:
                msg = f"there is no goal {name!r}; the goals are {', '.join(GOALS)}"
                raise ValueError(msg)
            if not 0 <= weight <= 1e6:  # noqa: PLR2004  (as the sentence says)
                msg = f"the weight is {weight:g}; give a number from 0 to 1000000"
                raise _EntryError(name, msg)
        if sum(weights.values()) < 1e-6:  # noqa: PLR2004  (proportions of less drown in rounding)
            msg = "every weight is 0; give at least one goal a weight"
            raise ValueError(msg)
        return {name: float(weights.get(name, 0)) for name in GOALS}

    @field_validator("rules", mode="before")
    @classmethod
    def _known_rules(cls, given: Any) -> dict[str, Settings]:
        if not isinstance(given, dict):
            msg = "rules is a table with one entry a rule"
            raise ValueError(msg)  # noqa: TRY004  (pydantic reports ValueErrors)
        for name in given:
            if name not in RULES:
                msg = f"there is no rule {name!r}; the rules are {', '.join(RULES)}"
                raise ValueError(msg)
        return {name: _settings(rule, given.get(name, {})) for name, rule in RULES.items()}

    @field_validator("custom")
    @classmethod
    def _distinct(cls, custom: tuple[CustomRule, ...]) -> tuple[CustomRule, ...]:
        names = [one.name for one in custom]
        if len(set(names)) < len(names):
            msg = "two of your own rules have the same name; give each its own"
            raise ValueError(msg)
        for one in custom:
            if (one.at_most is None) == (not one.csm_column):
                msg = f"the rule {one.name!r} needs either at_most or csm_column; for both, write two rules"
                raise ValueError(msg)
        return custom

    @field_serializer("rules")
    def _rules_as_records(self, rules: dict[str, Settings]) -> dict[str, Any]:
        return {name: one.model_dump(mode="json") for name, one in rules.items()}

    def model_post_init(self, _: Any, /) -> None:
        """Fill in the rules that were not given (the validator does not run on the default)."""
        if not self.rules:
            self.rules.update({name: rule.default for name, rule in RULES.items()})

    @classmethod
    def preset(cls, name: str) -> Policy:
        """One of `PRESETS` by name; raises `PolicyError` for an unknown one."""
        if name not in PRESETS:
            msg = f"there is no preset {name!r}; the presets are {', '.join(PRESETS)}"
            raise PolicyError(msg)
        return cls(name=PRESET_NAMES[name], weights=dict(PRESETS[name]))

    def active(self) -> list[tuple[Rule, Settings]]:
        """The rules that are on, with their settings, in the order of the registry."""
        built_in = [(rule, self.rules[name]) for name, rule in RULES.items()]
        own = [(one.as_rule(), one) for one in self.custom]
        return [(rule, settings) for rule, settings in (*built_in, *own) if settings.mode != "off"]

    def shares(self) -> dict[str, float]:
        """Each goal's share of importance, summing to 1."""
        total = sum(self.weights.values())
        return {name: weight / total for name, weight in self.weights.items()}

    def with_weight(self, goal: str, weight: float) -> Policy:
        """The policy with one weight changed; raises `PolicyError` where that makes no policy."""
        return self.with_record({**self.to_record(), "weights": {**self.weights, goal: weight}})

    def with_rule(self, rule: str, **settings: Any) -> Policy:
        """The policy with some settings of one rule changed; raises `PolicyError` on bad ones."""
        record = self.to_record()
        rules = record["rules"]
        rules[rule] = {**rules.get(rule, {}), **settings}
        return self.with_record(record)

    @classmethod
    def with_record(cls, record: dict[str, Any]) -> Policy:
        """Validate plain values; raises `PolicyError` with one sentence for a planner."""
        try:
            return cls.model_validate(record)
        except ValidationError as error:
            raise PolicyError(": ".join(_fault(error))) from error

    def to_record(self) -> dict[str, Any]:
        """JSON values of the policy."""
        return self.model_dump(mode="json")

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> Policy:
        """Rebuild what `to_record` made."""
        return cls.with_record(record)

    @classmethod
    def from_toml(cls, text: str) -> Policy:
        """Read a policy file; raises `PolicyError` with the line or entry that is wrong."""
        if len(text) > MAX_TEXT:
            msg = f"the policy file has more than {MAX_TEXT:,} characters; name another file"
            raise PolicyError(msg)
        try:
            record = tomllib.loads(text)
        except RecursionError as error:
            msg = "the policy file nests tables or lists too deeply; write it with fewer levels"
            raise PolicyError(msg) from error
        except tomllib.TOMLDecodeError as error:
            msg = f"the policy file is not TOML: {error}; correct it there"
            raise PolicyError(msg) from error
        except ValueError as error:
            msg = "the policy file holds a number with thousands of digits; shorten it"
            raise PolicyError(msg) from error
        return cls.with_record(record)

    def to_toml(self) -> str:
        """Write what differs from the defaults, and every weight."""
        import tomlkit  # noqa: PLC0415 - slow to load, and only what writes a file needs it

        document = tomlkit.document()
        document.add("name", tomlkit.item(self.name))
        default = Policy()
        for key in ("dead_band", "gap", "seed"):
            if getattr(self, key) != getattr(default, key):
                document.add(key, tomlkit.item(getattr(self, key)))
        document.add("weights", tomlkit.item({k: v for k, v in self.weights.items() if v}))
        changed = {
            name: _difference(one.model_dump(), RULES[name].default.model_dump())
            for name, one in self.rules.items()
            if one != RULES[name].default
        }
        if changed:
            document.add("rules", tomlkit.item(changed))
        formulas = _difference(self.formulas.model_dump(mode="json"), Formulas().model_dump(mode="json"))
        if formulas:
            document.add("formulas", tomlkit.item(formulas))
        if self.custom:
            own = [one.model_dump(exclude_defaults=True) for one in self.custom]
            document.add("custom", tomlkit.item(own))
        return tomlkit.dumps(document)


def _settings(rule: Rule, given: Any) -> Settings:
    kind = type(rule.default)
    if type(given) is kind:
        return given
    if isinstance(given, Settings):
        given = given.model_dump()
    if not isinstance(given, dict):
        msg = 'the entry is no table; write it as { mode = "hard" }'
        raise _EntryError(rule.id, msg)
    try:
        return kind.model_validate({**rule.default.model_dump(), **given})
    except ValidationError as error:
        where, msg = _fault(error)
        raise _EntryError(f"{rule.id}.{where}", msg) from error


def _fault(error: ValidationError) -> tuple[str, str]:
    """The path of the first entry that is wrong, counted from 1 in lists, and what to do, in one sentence."""
    first = error.errors()[0]
    path = [str(part + 1) if isinstance(part, int) else part for part in first["loc"]]
    own = first.get("ctx", {}).get("error")
    if isinstance(own, _EntryError):
        path.append(own.where)
    what = first["msg"].removeprefix("Value error, ")
    if first["type"] == "extra_forbidden":
        what = "there is no such entry; correct its name or remove it"
    elif first["type"] == "missing":
        what = "the entry is missing; add it"
    elif own is None:
        shown = repr(first["input"])
        shown = shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]}…"
        what = f"{what.removeprefix('Input ')}, but is {shown}; correct it"
    return ".".join(path) or "policy", what


def _difference(now: dict[str, Any], default: dict[str, Any]) -> dict[str, Any]:
    """The entries of `now` that differ from `default`, tables compared inside."""
    found: dict[str, Any] = {}
    for key, value in now.items():
        if isinstance(value, dict) and isinstance(default.get(key), dict):
            inner = _difference(value, default[key])
            if inner:
                found[key] = inner
        elif value != default.get(key):
            found[key] = value
    return found


PRESETS: Final[dict[str, dict[str, float]]] = {
    "fewest_moves": {
        "continuity": 40, "workload_balance": 15, "arr_balance": 15, "retention": 15, "fit": 10,
        "risk_concentration": 5,
    },
    "balanced": {
        "workload_balance": 20, "arr_balance": 20, "account_balance": 5, "renewal_balance": 10,
        "risk_concentration": 10, "retention": 15, "fit": 10, "continuity": 10,
    },
    "retention_first": {
        "retention": 40, "workload_balance": 15, "arr_balance": 15, "fit": 20, "expansion": 10,
        "continuity": 10,
    },
    "expansion": {
        "expansion": 40, "retention": 20, "workload_balance": 10, "arr_balance": 10, "fit": 10,
        "continuity": 10,
    },
    "best_fit": {
        "fit": 40, "geography": 15, "retention": 15, "workload_balance": 10, "arr_balance": 10,
        "development": 5, "continuity": 5,
    },
}  # fmt: skip
"""Weights by preset; the first is the default."""

PRESET_NAMES: Final[dict[str, str]] = {
    "fewest_moves": "Fewest moves",
    "balanced": "Balanced",
    "retention_first": "Retention first",
    "expansion": "Expansion",
    "best_fit": "Best fit",
}
