"""Which CSM an owner's name may mean that stands on the roster in another spelling.

A wrong proposal gives a book to somebody else, so that nothing is proposed where two people fit.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from rapidfuzz import fuzz, process

from bookshift_model.quality.names import plain_words, without_umlauts

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bookshift_model.portfolio import Csm

_NEARLY: Final = 90.0
"""Likeness of two people's names, 0 to 100, from which they may be one person: about a letter in twelve."""


def called_nearly(owners: Iterable[str], csms: Sequence[Csm]) -> dict[str, str]:
    """For owners whose name fits one CSM alone, that CSM's name.

    A name fits best where the words are the same but for order, accents and German spelling (Müller,
    Mueller); else where it is nearly the same, or has an initial in place of a first name.
    """
    called = [_words(one.name) for one in csms]
    same: dict[str, list[int]] = defaultdict(list)
    for at, words in enumerate(called):
        same[" ".join(sorted(words))].append(at)
    known = list(same)
    shortened = [at for at, words in enumerate(called) if _initials(words)]
    found = {}
    for owner in owners:
        words = _words(owner)
        fits = same.get(text := " ".join(sorted(words)), [])
        if words and not fits:
            others = range(len(csms)) if _initials(words) else shortened
            near = {at for at in others if _abbreviates(words, called[at])}
            if not _initials(words):  # of which a letter is a person
                hits = process.extract(text, known, scorer=fuzz.ratio, score_cutoff=_NEARLY, limit=None)
                near |= {at for key, _, _ in hits for at in same[key]}
            fits = sorted(near)
        if words and len(fits) == 1:
            found[owner] = csms[fits[0]].name
    return found


def _words(name: str) -> tuple[str, ...]:
    """The words of a person's name, first names first."""
    last, comma, first = name.partition(",")
    text = f"{first} {last}" if comma else name
    return tuple(map(without_umlauts, plain_words(text.replace(".", " "))))


def _initials(words: tuple[str, ...]) -> int:
    """How many words at the beginning are one letter each."""
    return next((at for at, one in enumerate(words) if len(one) > 1), len(words))


def _abbreviates(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Tell whether one of two names is the other with initials in place of first names."""
    return _shortens(one, other) or _shortens(other, one)


def _shortens(short: tuple[str, ...], long: tuple[str, ...]) -> bool:
    at = _initials(short)
    surname = short[at:]
    firsts = long[: len(long) - len(surname)]
    return bool(
        at
        and surname
        and firsts
        and long[len(firsts) :] == surname
        and all(first.startswith(letter) for letter, first in zip(short[:at], firsts, strict=False))
    )
