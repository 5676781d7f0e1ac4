"""Which account a row of a further file is about: by id, by exact name, by family, or by a further column."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from bookshift_io.intake.joins.declared import Match
from bookshift_io.intake.text import clean, id_key
from bookshift_model.portfolio import Account


class Found(NamedTuple):
    """The account that a key means (position), or why it is none."""

    at: int | None
    why_not: str = ""


class Way(NamedTuple):
    """One way to read a key."""

    match: Match
    column: str = ""

    def __str__(self) -> str:
        """Return it for a question."""
        return {"id": "the account's id", "name": "the account's name", "parent": "the account's family"}.get(
            self.match, f"column {self.column!r} of the accounts"
        )


def name_key(text: str) -> str:
    """Return a name as it is compared: normalised, without regard to case and the number of spaces."""
    return re.sub(r"\s+", " ", clean(text)).casefold()


class Keys:
    """Finds accounts by what other systems call them."""

    def __init__(self, accounts: Sequence[Account]) -> None:
        """Index the accounts as they are asked for."""
        self._accounts = accounts
        self._known: dict[Way, Mapping[str, Found]] = {}

    def ways(self) -> list[Way]:
        """Every way that these accounts allow, the surest first."""
        columns = dict.fromkeys(name for one in self._accounts for name in one.extra if ":" not in name)
        own = [Way("column", name) for name in columns if self._is_key(name)]
        return [Way("id"), *own, Way("name"), Way("parent")]

    def find(self, way: Way, texts: Sequence[str]) -> list[Found]:
        """Return by text the account that it means."""
        index = self._known.get(way)
        if index is None:
            index = self._known[way] = self._index(way)
        key = _key_of(way)
        return [
            index.get(key(text), Found(None, f"no account has {text!r}"))
            if text
            else Found(None, "the cell is empty")
            for text in texts
        ]

    def _is_key(self, column: str) -> bool:
        values = [one.extra[column] for one in self._accounts if column in one.extra]
        return len(set(values)) == len(values) > len(self._accounts) // 2

    def _index(self, way: Way) -> Mapping[str, Found]:
        key = _key_of(way)
        named: dict[str, list[int]] = {}
        for at, one in enumerate(self._accounts):
            text = _text_of(way, one)
            if text:
                named.setdefault(key(text), []).append(at)
        found = {text: _one_of(way, at) for text, at in named.items()}
        if way.match == "parent":  # the head of a family stands for it
            for at, one in enumerate(self._accounts):
                for text in (one.id, one.name):
                    if key(text) in found:
                        found[key(text)] = Found(at)
        return found


def _key_of(way: Way) -> Callable[[str], str]:
    if way.match == "parent":  # an id or a name: ids differ by case only
        return lambda text: id_key(re.sub(r"\s+", " ", clean(text)))
    return name_key if way.match == "name" else id_key


def _text_of(way: Way, one: Account) -> str:
    if way.match == "column":
        return one.extra.get(way.column, "")
    return {"id": one.id, "name": one.name, "parent": one.parent}[way.match]


def _one_of(way: Way, at: Sequence[int]) -> Found:
    if len(at) == 1:
        return Found(at[0])
    what = "belong to that family" if way.match == "parent" else f"have that {way.column or way.match}"
    return Found(None, f"{len(at)} accounts {what}, and it would be a guess which is meant")
