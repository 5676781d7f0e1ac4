"""What the CSMs of a roster are called: the one place that tells namesakes apart, and finds who is meant."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bookshift_model.portfolio import Csm


def spoken(name: str) -> str:
    """A name as it is compared: the first name first, without regard to case and to what nobody sees.

    That is blanks, and other forms of the same letters.
    """
    last, comma, first = unicodedata.normalize("NFKC", name).partition(",")
    ordered = f"{first} {last}" if comma else last
    return re.sub(r"\s+", " ", ordered).strip().casefold()


def distinct_names(csms: Sequence[Csm]) -> tuple[str, ...]:
    """(m,) the name of each CSM, with the id where others read the same: `Alex Kim (C02)`."""
    plain = Counter(spoken(one.name) for one in csms)
    shown = [one.name if plain[spoken(one.name)] == 1 else _with_id(one) for one in csms]
    # Somebody may be called `Alex Kim (C02)` in the file.
    again = Counter(map(spoken, shown))
    return tuple(
        _with_id(one) if name == one.name and again[spoken(name)] > 1 else name
        for one, name in zip(csms, shown, strict=True)
    )


def called(csms: Sequence[Csm], names: Sequence[str]) -> Mapping[str, tuple[int, ...]]:
    """Positions of the CSMs whom a text may mean, by the text as it is compared; `names` as they are shown.

    A shown name counts before an e-mail address, and that before a name as in the file, which several have.
    """
    found: dict[str, tuple[int, ...]] = {}
    for texts in (names, [one.email for one in csms], [one.name for one in csms]):
        own: dict[str, tuple[int, ...]] = {}
        for j, text in enumerate(texts):
            key = spoken(text)
            own[key] = (*own.get(key, ()), j)
        found = own | found
    found.pop("", None)
    return found


def _with_id(csm: Csm) -> str:
    return f"{csm.name.strip()} ({csm.id})"
