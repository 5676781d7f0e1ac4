"""What a sweep varies, one axis each: a goal's weight, a setting of a rule, who leaves, who joins."""

from __future__ import annotations

import math
import random
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bookshift_model.goals import GOALS
from bookshift_model.rules import RULES

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Mapping, Sequence

    from bookshift_model.portfolio import Portfolio

LEAVES: Final = "leaves"
"""The axis of CSMs who leave the roster."""
JOINS: Final = "joins"
"""The axis of new hires, each with the profile of a CSM on the roster."""
NOBODY: Final = "nobody"
ANY: Final = "any"
TOGETHER: Final = "+"
"""Between CSMs who leave or join in the same scenario."""
MOST_VALUES: Final = 1_000
_ALIKE: Final = 4
"""Most CSMs named as perhaps meant."""
_NUMBER: Final = r"[0-9]{1,15}(?:\.[0-9]{1,9})?"
_RANGE: Final = re.compile(rf"({_NUMBER})\.\.({_NUMBER})(?:/([0-9]{{1,4}}))?")


class SweepError(ValueError):
    """A sweep that cannot be run; the message says which axis or value is wrong and the cure."""


@dataclass(frozen=True, slots=True)
class Axis:
    """One thing that varies, and the values it takes, as texts."""

    key: str
    """A goal (`continuity`), a rule's setting (`max_accounts.limit`), `leaves` or `joins`."""
    values: tuple[str, ...]


def read_axis(text: str, portfolio: Portfolio) -> Axis:
    """Read `KEY=VALUE,VALUE,…`; a value `A..B` stands for whole numbers, `A..B/N` for N numbers evenly apart.

    CSMs are named by id, or by a name that only one has: `leaves=any`, `leaves=nobody,c3,c5+c6`,
    `joins=nobody,c3` (a new hire with the profile of c3). In whatever order they stand, the value is the
    same; who is named twice leaves once, and joins twice. Raises `SweepError`.
    """
    key, equals, rest = text.partition("=")
    key = key.strip()
    if not equals or not rest.strip():
        msg = f"{text!r} varies nothing; write it as KEY=VALUE,VALUE, such as continuity=10,20,40"
        raise SweepError(msg)
    if key in {LEAVES, JOINS}:
        values = _csms(key, rest, portfolio)
    else:
        _check_key(key)
        values = [value for part in rest.split(",") for value in _numbers(key, part.strip())]
    distinct = tuple(dict.fromkeys(values))
    if len(distinct) > MOST_VALUES:
        msg = f"{key} takes {len(distinct):,} values; give at most {MOST_VALUES:,}"
        raise SweepError(msg)
    return Axis(key, distinct)


def _check_key(key: str) -> None:
    rule, dot, setting = key.partition(".")
    if dot and rule in RULES:
        settings = type(RULES[rule].default).model_fields
        if setting in settings:
            return
        msg = f"the rule {rule} has no setting {setting!r}; it has {', '.join(settings)}"
        raise SweepError(msg)
    if key not in GOALS:
        msg = (
            f"{key!r} is no goal and no setting of a rule; use one of {', '.join(GOALS)}, "
            f"a rule's setting such as max_accounts.limit, {LEAVES} or {JOINS}"
        )
        raise SweepError(msg)


def _numbers(key: str, part: str) -> list[str]:
    found = _RANGE.fullmatch(part)
    if found is None:
        if not part:
            msg = f"{key} has an empty value; write it as {key}=1,2,3"
            raise SweepError(msg)
        return [part]
    low, high = float(found[1]), float(found[2])
    many = int(found[3]) if found[3] else math.floor(high - low) + 1
    if high <= low:
        msg = f"{key}={part} is no range; write the smaller number first"
        raise SweepError(msg)
    if many > MOST_VALUES:
        some = f"{key}={found[1]}..{found[2]}/20"
        msg = f"{key}={part} takes {many:,} values, more than {MOST_VALUES:,}; {some} takes 20 of them"
        raise SweepError(msg)
    if many < 2:  # noqa: PLR2004
        msg = f"{key}={part} is a range of one value; give /2 or more, or the value alone"
        raise SweepError(msg)
    step = (high - low) / (many - 1) if found[3] else 1.0
    return [f"{low + at * step:.9g}" for at in range(many)]


def _csms(key: str, rest: str, portfolio: Portfolio) -> list[str]:
    ids = portfolio.csm_index

    def is_named(part: str) -> bool:
        return bool(portfolio.csms_called(part))

    def is_value(part: str) -> bool:
        return part in {ANY, NOBODY} or _cut(part, TOGETHER, is_named) is not None

    def in_ids(part: str) -> str:
        if part == NOBODY:
            return part
        given = csms_named(part, ids) or [one_id(one) for one in _cut(part, TOGETHER, is_named) or ()]
        # In one order, and nobody leaves twice: or one scenario would be solved under several names.
        found = sorted(dict.fromkeys(given) if key == LEAVES else given, key=ids.__getitem__)
        for order in (found, found[::-1]):
            value = TOGETHER.join(order)
            if csms_named(value, ids) == order:
                return value
        msg = (
            f"{key}={part}: the ids, joined by {TOGETHER}, are those of others as well; leave this value out"
        )
        raise SweepError(msg)

    def one_id(part: str) -> str:
        found = [portfolio.csms[j].id for j in portfolio.csms_called(part)]
        if len(found) > 1:
            msg = f"{key}={part}: several CSMs are called {part!r}; give an id: {', '.join(found)}"
            raise SweepError(msg)
        return found[0]

    parts = _cut(rest, ",", is_value)
    if parts is None:
        given = [one.strip() for one in rest.split(",")]
        wrong = next((one for one in given if not is_value(one)), rest)
        strange = next((one for one in map(str.strip, wrong.split(TOGETHER)) if not is_named(one)), wrong)
        alike = [one for one in portfolio.csms if strange and strange.casefold() in one.name.casefold()]
        meant = ", ".join(f"{one.name} ({one.id})" for one in alike[:_ALIKE])
        cure = f"did you mean {meant}?" if meant else f"give the name or id as in the file, or {NOBODY}"
        msg = f"{key}={wrong}: no CSM has the id or name {strange!r}; {cure}"
        raise SweepError(msg)
    return [value for part in parts for value in ([NOBODY, *ids] if part == ANY else [in_ids(part)])]


def csms_named(value: str, ids: Container[str]) -> list[str] | None:
    """The ids that a value of `leaves` or `joins` joins by a plus sign; None where that names somebody else.

    An id may hold plus signs itself: of two ways to read a value, the one with the longer first id counts.
    """
    return [] if value == NOBODY else _cut(value, TOGETHER, ids.__contains__)


def _cut(text: str, separator: str, known: Callable[[str], bool]) -> list[str] | None:
    """Cut a text at some of its separators so that every part is known, the first as long as can be."""
    parts = text.split(separator)
    ways: dict[int, list[str]] = {len(parts): []}
    for begin in reversed(range(len(parts))):
        for end in reversed(range(begin + 1, len(parts) + 1)):
            part = separator.join(parts[begin:end]).strip()
            if end in ways and known(part):
                ways[begin] = [part, *ways[end]]
                break
    return ways.get(0)


def in_words(chosen: Mapping[str, str], portfolio: Portfolio) -> str:
    """A scenario's choice as people say it: "continuity 20, Ada Lovelace leaves"."""
    return ", ".join(_in_words(key, value, portfolio) for key, value in chosen.items())


def _in_words(key: str, value: str, portfolio: Portfolio) -> str:
    if key not in {LEAVES, JOINS}:
        return f"{key} {value}"
    if value == NOBODY:
        return f"nobody {key}"
    ids = csms_named(value, portfolio.csm_index) or [value]
    names = " and ".join(map(portfolio.whom, ids))
    if key == JOINS:
        return f"a new hire like {names}"
    return f"{names} {'leave' if len(ids) > 1 else 'leaves'}"


def combinations(axes: Sequence[Axis]) -> int:
    """How many scenarios the axes span."""
    return math.prod(len(axis.values) for axis in axes)


def drawn(axes: Sequence[Axis], most: int, seed: int) -> list[int]:
    """The numbers of the scenarios to solve: all, or `most` of them drawn by the seed; ascending."""
    total = combinations(axes)
    if total <= most:
        return list(range(total))
    if total >= 2**63:
        msg = f"the axes span {total:.1e} scenarios; leave some values out"
        raise SweepError(msg)
    return sorted(random.Random(seed).sample(range(total), most))  # noqa: S311  (no secret)


def choice(axes: Sequence[Axis], number: int) -> Mapping[str, str]:
    """The value of each axis in one scenario; the last axis changes first."""
    found: dict[str, str] = {}
    for axis in reversed(axes):
        number, at = divmod(number, len(axis.values))
        found[axis.key] = axis.values[at]
    return {axis.key: found[axis.key] for axis in axes}
