"""What two scenarios set differently: policy and decisions, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bookshift_model.ax import words
from bookshift_model.decisions import AcceptFinding, Correct, Forbid, KeepTogether, Lock, Pin
from bookshift_model.explain.obstacles import because
from bookshift_model.explain.words import listed, percent, plain
from bookshift_model.goals import GOALS
from bookshift_model.rules import RULES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bookshift_model.ax import Ax
    from bookshift_model.decisions import Decision, Decisions
    from bookshift_model.policy import Policy
    from bookshift_model.portfolio import Portfolio


def policy_diff(a: Policy, b: Policy) -> list[str]:
    """What policy `b` sets differently from `a`: weights, rules, own rules, formulas, the rest."""
    return [*_weights(a, b), *_rules(a, b), *_custom(a, b), *_formulas(a, b), *_others(a, b)]


def decision_diff(a: Decisions, b: Decisions, portfolio: Portfolio | None = None) -> list[str]:
    """The decisions that `b` adds, drops or changes; with a portfolio in names, without in ids."""
    found = []
    keys = [*(one.key for one in a), *(one.key for one in b if a.get(one.key) is None)]
    for key in keys:
        was, now = a.get(key), b.get(key)
        if was == now:
            continue
        if was is not None and now is not None:
            before, after = _decision(was, portfolio), _decision(now, portfolio)
            found.append(f"Changed: {before} → {after}" if before != after else f"Changed: {after}")
        elif now is not None:
            found.append(f"Added: {_decision(now, portfolio)}")
        elif was is not None:
            found.append(f"Released: {_decision(was, portfolio)}")
    return found


def _weights(a: Policy, b: Policy) -> Iterator[str]:
    shares = a.shares(), b.shares()
    for name, goal in GOALS.items():
        if a.weights[name] != b.weights[name]:
            weights = f"{plain(a.weights[name])} → {plain(b.weights[name])}"
            was, now = (percent(one[name]) for one in shares)
            yield f"{goal.name} {weights} ({was} → {now} of all weight)"


def _rules(a: Policy, b: Policy) -> Iterator[str]:
    for name, rule in RULES.items():
        was, now = a.rules[name].model_dump(), b.rules[name].model_dump()
        yield from _settings(rule.name, was, now)


def _custom(a: Policy, b: Policy) -> Iterator[str]:
    was, now = ({one.name: one.model_dump() for one in side.custom} for side in (a, b))
    for name in was:
        if name not in now:
            yield f"Your rule {name} removed"
        else:
            yield from _settings(f"Your rule {name}", was[name], now[name])
    yield from (f"Your rule {name} added ({now[name]['mode']})" for name in now if name not in was)


def _settings(name: str, was: dict[str, Any], now: dict[str, Any]) -> Iterator[str]:
    """One line a rule; settings of a rule that is off on both sides don't matter."""
    if was == now or was["mode"] == now["mode"] == "off":
        return
    parts = [f"{was['mode']} → {now['mode']}"] if was["mode"] != now["mode"] else []
    for key, value in now.items():
        irrelevant = key == "mode" or (key == "price" and now["mode"] != "soft")
        if value != was[key] and not irrelevant:
            parts.append(f"{key.replace('_', ' ')} {_value(was[key])} → {_value(value)}")
    if parts:
        yield f"{name}: {', '.join(parts)}"


def _formulas(a: Policy, b: Policy) -> Iterator[str]:
    def flat(record: dict[str, Any], path: str = "") -> Iterator[tuple[str, Any]]:
        for key, value in record.items():
            here = f"{path}, {key}" if path else key
            if isinstance(value, dict):
                yield from flat(value, here)
            else:
                yield here.replace("_", " "), value

    yield from _ax(a.formulas.ax, b.formulas.ax)
    was, now = (dict(flat(one.formulas.model_dump(exclude={"ax"}))) for one in (a, b))
    for path, value in now.items():
        if was[path] != value:
            yield f"Formula {path}: {_value(was[path])} → {_value(value)}"


def _ax(a: Ax, b: Ax) -> Iterator[str]:
    """AX rules that came, went or stand elsewhere, and the two settings beside them."""
    was, now = ([words(rule) for rule in one.rules] for one in (a, b))
    yield from (f"AX rule removed: {one}" for one in was if one not in now)
    yield from (f"AX rule added: {one}" for one in now if one not in was)
    if was != now and sorted(was) == sorted(now):
        yield "AX rules in another order"
    if a.stated_first != b.stated_first:
        before, after = _value(a.stated_first), _value(b.stated_first)
        yield f"Stated touch levels go before the AX rules: {before} → {after}"
    if a.otherwise != b.otherwise:
        yield f"Touch level where no AX rule fits: {a.otherwise} → {b.otherwise}"


def _others(a: Policy, b: Policy) -> Iterator[str]:
    for key, name in (
        ("dead_band", "Dead band around targets"),
        ("gap", "Proven gap at which to stop"),
        ("seed", "Seed"),
    ):
        was, now = getattr(a, key), getattr(b, key)
        if was != now:
            yield f"{name}: {_value(was)} → {_value(now)}"


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float)):
        return f"{value:,g}" if abs(value) < 1e6 else f"{value:,.0f}"  # noqa: PLR2004 - longer ones would be 1.2e+06
    if isinstance(value, (tuple, list)):
        return ", ".join(_value(one) for one in value)
    return "nothing" if value in {None, ""} else str(value)


def _decision(one: Decision, portfolio: Portfolio | None) -> str:
    def account(id_: str) -> str:
        place = None if portfolio is None else portfolio.account_index.get(id_)
        return id_ if portfolio is None or place is None else portfolio.accounts[place].name

    def csm(id_: str) -> str:
        return id_ if portfolio is None else portfolio.whom(id_)

    until = f" until {one.expires}" if one.expires else ""
    tail = until + because(one)
    if isinstance(one, Pin):
        return f"{account(one.account)} pinned to {csm(one.csm)}{tail}"
    if isinstance(one, Lock):
        return f"{account(one.account)} locked with its CSM{tail}"
    if isinstance(one, Forbid):
        return f"{account(one.account)} forbidden to {csm(one.csm)}{tail}"
    if isinstance(one, Correct):
        values = f"{one.was or 'unknown'} → {one.value or 'unknown'}"
        return f"{account(one.account)} corrected: {one.field.replace('_', ' ')} {values}{tail}"
    if isinstance(one, AcceptFinding):
        return f"finding about {account(one.about)} accepted{tail}"
    names = listed([account(id_) for id_ in one.accounts])
    return f"{names} kept {'together' if isinstance(one, KeepTogether) else 'apart'}{tail}"
