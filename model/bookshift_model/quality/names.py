"""Accounts that are probably one customer: names that read the same, or nearly so with other facts agreeing.

Precision before recall: a wrong pair costs a planner trust, a missed one costs a second look. Names are
compared without legal forms, accents, punctuation and case; nearly the same is one letter in one long word,
and only counts where the web domain or four other facts agree and none contradicts.
"""

# ruff: noqa: RUF001 - letters of other alphabets are the point
from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from itertools import combinations
from typing import TYPE_CHECKING, Final, NamedTuple

from rapidfuzz.distance import OSA

from bookshift_model.columns import plain
from bookshift_model.quality.domains import domain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from bookshift_model.portfolio import Account

_LEGAL: Final = frozenset({
    "ab", "ag", "ao", "aps", "as", "asa", "bhd", "bv", "co", "company", "corp", "corporation", "doo", "eood",
    "gmbh", "inc", "incorporated", "kabushiki", "kaisha", "kft", "kg", "kgaa", "kk", "limited", "llc", "llp",
    "lp", "ltd", "ltda", "mbh", "nv", "oao", "ohg", "ooo", "oy", "oyj", "plc", "pte", "pty", "sa", "sarl",
    "sas", "sdn", "se", "sl", "spa", "spzoo", "srl", "sro", "ug", "zao", "zoo", "zrt",
})  # fmt: skip
_AND: Final = frozenset({"and", "und", "et", "y", "e"})
_LETTERS: Final = str.maketrans(
    {
        "ø": "o", "æ": "a", "œ": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "&": " and ",
        "’": "", "'": "", ".": "",
        **dict(zip("абвгдезийклмнопрстуфхцыэ", "abvgdeziiklmnoprstufhcye", strict=True)),
        "ё": "e", "ж": "zh", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ь": "", "ю": "yu", "я": "ya",
        "і": "i", "ї": "i", "є": "e", "ґ": "g",
        **dict(zip("αβγδεζηικλμνξοπρστυφω", "abgdeziiklmnxoprstyfo", strict=True)),
        "ς": "s", "θ": "th", "χ": "ch", "ψ": "ps",
    }
)  # fmt: skip
_WORD: Final = re.compile(r"[^\W_]+")
_UMLAUT: Final = re.compile(r"([aou])e(?=[b-df-hj-np-tv-z])")
_LONG: Final = 6
"""Letters from which one of them may differ; shorter words are other words."""
_AGREE: Final = 4
"""Facts that must agree before a letter is taken for a slip; a web domain alone will do."""
_MOST_ALIKE: Final = 30
"""Accounts under one word key above which it is a common word and not one customer."""


class Pair(NamedTuple):
    """Two accounts that are probably one: positions, and whether the names are the same but for form."""

    a: int
    b: int
    same: bool


def words(name: str) -> tuple[str, ...]:
    """The words of a name that tell customers apart, in plain letters."""
    found = plain_words(name)
    if len(found) > 1 and found[0] == "the":
        found = found[1:]
    while len(found) > 1 and (found[-1] in _LEGAL or found[-1] in _AND):
        found.pop()
    return tuple(found)


def plain_words(text: str) -> list[str]:
    """All words of a text in plain letters, without accents."""
    text = text.casefold().translate(_LETTERS)
    if not text.isascii():
        text = "".join(
            one for one in unicodedata.normalize("NFKD", text) if not unicodedata.combining(one)
        ).translate(_LETTERS)
    return _WORD.findall(text)


def without_umlauts(text: str) -> str:
    """Plain letters of which ae, oe and ue are one: mueller, as Müller is written, is muller."""
    return _UMLAUT.sub(r"\1", text)


def key(name: str) -> str:
    """The name without blanks, legal form, accents; Müller and Mueller are one."""
    return without_umlauts("".join(words(name)))


def pairs(accounts: Sequence[Account]) -> list[Pair]:
    """The pairs, each account with the first one that is like it."""
    keys = [key(one.name) for one in accounts]
    same: dict[str, list[int]] = defaultdict(list)
    for i, one in enumerate(keys):
        if one:
            same[one].append(i)
    found = [
        Pair(group[0], i, same=True)
        for group in same.values()
        if 1 < len(group) <= _MOST_ALIKE
        for i in group[1:]
        if not _apart(accounts[group[0]], accounts[i])
    ]
    firsts = {text: group[0] for text, group in same.items()}
    for i, j in _nearly(firsts, accounts):
        agree, contradict = _compare(accounts[i], accounts[j])
        if not contradict and (agree >= _AGREE or domain(accounts[i]) == domain(accounts[j]) != ""):
            found.append(Pair(i, j, same=False))
    return sorted(set(found))


def _nearly(firsts: dict[str, int], accounts: Sequence[Account]) -> Iterator[tuple[int, int]]:
    """Pairs of names with one long word one letter apart and all other words the same.

    Names share a bucket where they are the same without one letter of one word, so that nobody compares all
    pairs: fifty thousand names make about a million small keys. A slip of the pen stands once; two words that
    both stand elsewhere are two words.
    """
    frequent = Counter(part for i in firsts.values() for part in words(accounts[i].name))
    seen: set[tuple[int, int]] = set()
    for names in _buckets(firsts.values(), accounts).values():
        for (left, i), (right, j) in combinations(names, 2) if len(names) <= _MOST_ALIKE else ():
            pair = (min(i, j), max(i, j))
            if i == j or pair in seen:
                continue
            seen.add(pair)
            if min(frequent[left], frequent[right]) == 1 and OSA.distance(left, right, score_cutoff=1) == 1:
                yield pair


def _buckets(chosen: Iterable[int], accounts: Sequence[Account]) -> dict[int, list[tuple[str, int]]]:
    buckets: dict[int, list[tuple[str, int]]] = defaultdict(list)
    for i in chosen:
        parts = words(accounts[i].name)
        for at, part in enumerate(parts):
            if len(part) >= _LONG and part.isalpha():
                rest = hash((at, parts[:at], parts[at + 1 :]))
                for cut in {part, *(part[:k] + part[k + 1 :] for k in range(1, len(part)))}:
                    buckets[hash((rest, cut))].append((part, i))
    return buckets


def _apart(one: Account, other: Account) -> bool:
    """Whether two accounts of one name are said to be different: sites of one family, in other places."""
    elsewhere = _differ(one.location, other.location) or _differ(one.region, other.region)
    family = bool(one.parent) and plain(one.parent) == plain(other.parent)
    return elsewhere and (family or one.parent == other.id or other.parent == one.id)


def _compare(one: Account, other: Account) -> tuple[int, int]:
    """How many of the facts that both state agree, and how many contradict."""
    facts = [
        (getattr(one, name), getattr(other, name))
        for name in ("industry", "region", "segment", "location", "language", "parent")
    ]
    facts.append((domain(one), domain(other)))
    stated = [(plain(a), plain(b)) for a, b in facts if a and b]
    agree = sum(a == b for a, b in stated)
    return agree, len(stated) - agree


def _differ(a: str, b: str) -> bool:
    return bool(a and b) and plain(a) != plain(b)
