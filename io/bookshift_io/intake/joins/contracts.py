"""Contracts and subscriptions to ARR and the next renewal of each account, nothing counted twice."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from bookshift_io.intake.joins.contract_rows import Contract, Key, contracts_of
from bookshift_io.intake.joins.step import Step


@dataclass(slots=True)
class Result:
    """Contracts by account."""

    arr: dict[int, float] = field(default_factory=dict)
    """Yearly amount of the live contracts, 0 where all have ended."""
    renewal: dict[int, date] = field(default_factory=dict)
    live: list[Contract] = field(default_factory=list)
    """The rows that count."""

    def of(self, step: Step) -> list[tuple[int | None, float]]:
        """Return account (position) and yearly amount of each row of one file that counts."""
        return [(one.account, one.annual) for one in self.live if one.step is step]


def sum_up(steps: Sequence[Step], as_of: date) -> Result:
    """Return ARR and next renewal of each account from the live contracts of all files together."""
    found = [one for step in steps for one in contracts_of(step)]
    found = _once(found)
    _follow(found, as_of)
    result = Result()
    renewals: dict[int, list[date]] = {}
    for one in found:
        _judge(one, as_of)
        if one.account is not None:
            result.arr.setdefault(one.account, 0.0)
        signed = one.account is not None and not one.dead and one.start is not None and one.start > as_of
        due = one.renewal or one.end
        counts = (one.live and not one.followed) or signed
        if counts and not one.auto and due is not None and due >= as_of and one.account is not None:
            renewals.setdefault(one.account, []).append(due)
    amounts: dict[int, list[float]] = {}
    result.live = [one for one in found if one.live]
    for one in result.live:
        if one.account is not None:
            amounts.setdefault(one.account, []).append(one.annual)
    result.arr |= {at: math.fsum(parts) for at, parts in amounts.items()}
    result.renewal = {at: min(days) for at, days in renewals.items()}
    return result


def _once(found: Iterable[Contract]) -> list[Contract]:
    """Return each row of a contract once; rows of one id that differ are its lines or its versions: asked."""
    groups: dict[tuple[Key, str], list[Contract]] = {}
    kept: list[Contract] = []
    for one in found:
        if one.id:
            groups.setdefault((one.key, one.line), []).append(one)
        else:
            kept.append(one)
    several: list[list[Contract]] = []
    for same in groups.values():
        first: dict[tuple[object, ...], Contract] = {}
        for one in same:
            if first.setdefault(one.content, one) is not one:
                line = first[one.content].step.table.lines[first[one.content].row]
                said = f"it repeats contract {one.id!r} of row {line}"
                one.step.leave_out(one.row, said, "it repeats a contract")
        if len(first) == 1:
            kept += first.values()
        else:
            several.append(list(first.values()))
    return kept + _versions(several)


def _versions(several: Sequence[Sequence[Contract]]) -> list[Contract]:
    if not several:
        return []
    samples = tuple(
        f"{same[0].id}: {', '.join(f'{one.annual:,.2f}' for one in same[:4])}" for same in several[:5]
    )
    answer = several[0][0].step.log.ask(
        "repeated",
        f"{len(several)} contract ids stand in several rows that differ: are these lines of one contract, "
        "which add up, or versions of it, of which the last counts?",
        ("lines", "versions"),
        samples,
    )
    if answer != "versions":
        return [one for same in several for one in same]
    for *older, last in several:
        for one in older:
            said = f"a later row of contract {last.id!r} counts"
            one.step.leave_out(one.row, said, "a later row of the contract counts")
    return [same[-1] for same in several]


def _follow(found: Sequence[Contract], as_of: date) -> None:
    """Take out what a renewal has replaced, and mark what one that is signed will replace."""
    ids = {one.key for one in found if one.id}
    links: dict[Key, set[Key]] = {}
    for one in found:
        replaced, successor = one.other("replaces"), one.other("replaced_by")
        if one.id and replaced in ids and replaced != one.key and not one.dead:
            links.setdefault(replaced, set()).add(one.key)
        if one.id and successor in ids and successor != one.key:
            links.setdefault(one.key, set()).add(successor)
    rows: dict[Key, list[Contract]] = {}
    for one in found:
        rows.setdefault(one.key, []).append(one)
    circles = _in_circles(links)
    for old, successors in links.items():
        if old in circles:
            for one in rows[old]:
                one.step.log.add(
                    "warning",
                    f"contract {one.id!r} and its successors name each other; it is counted as it stands",
                    row=one.step.table.lines[one.row],
                    kind="contracts that replace each other",
                )
            continue
        signed = [one for name in successors for one in rows[name] if not one.dead]
        begun = [one for one in signed if one.start is None or one.start <= as_of]
        for one in rows[old]:
            one.followed = bool(signed)
            if begun:
                said = f"contract {begun[0].id!r} has replaced it"
                one.step.leave_out(one.row, said, "another contract has replaced it")


def _in_circles(links: Mapping[Key, set[Key]]) -> set[Key]:
    """Return the contracts that replace themselves through others: what is left when each end is cut off."""
    left = set(links)
    for way in (links, _turned(links)):
        open_ = {one: len(way.get(one, set()) & left) for one in left}
        ends = [one for one, number in open_.items() if not number]
        back = _turned(way)
        while ends:
            end = ends.pop()
            left.discard(end)
            for one in back.get(end, set()) & left:
                open_[one] -= 1
                if not open_[one]:
                    ends.append(one)
    return left


def _turned(links: Mapping[Key, set[Key]]) -> dict[Key, set[Key]]:
    found: dict[Key, set[Key]] = {}
    for one, others in links.items():
        for other in others:
            found.setdefault(other, set()).add(one)
    return found


def _judge(one: Contract, as_of: date) -> None:
    if one.row in one.step.left_out:
        return
    if one.dead:
        one.step.leave_out(one.row, "it has ended or is not in force")
    elif one.start is not None and one.start > as_of:
        one.step.leave_out(one.row, f"it begins after {as_of}")
    elif one.end is not None and one.end < as_of and not (one.auto and not one.followed):
        one.step.leave_out(one.row, f"it ended before {as_of}")
    else:
        one.live = True
