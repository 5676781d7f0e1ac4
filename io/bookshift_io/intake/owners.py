"""Who an owner cell means: a CSM's id in either form, an e-mail address, or a name."""

from __future__ import annotations

from collections.abc import Sequence

from bookshift_io.intake.text import id_key
from bookshift_model.portfolio import Csm
from bookshift_model.roster import distinct_names, spoken


class Roster:
    """Finds CSMs by what exports call them."""

    def __init__(self, csms: Sequence[Csm]) -> None:
        """Index ids exactly, e-mail addresses and names without regard to case."""
        self._ids = {id_key(one.id): one.id for one in csms}
        self._emails = _unique([(one.email.casefold(), one.id) for one in csms if one.email])
        shown = zip(distinct_names(csms), csms, strict=True)
        self._names = _unique([(spoken(one.name), one.id) for one in csms if one.name])
        self._names |= {spoken(name): one.id for name, one in shown if name}
        self._first = _unique(
            [(parts[0], one.id) for one in csms if len(parts := spoken(one.name).split()) > 1]
        )
        self._called = {one.id: one.name for one in csms}

    def meant_by(self, text: str) -> str | None:
        """Return what names the one CSM of this first name; ``None`` where there is none, or several."""
        found = self._first.get(spoken(text))
        if found is None:
            return None
        name = self._called[found]
        return name if self.find(name) == found else found

    def find(self, text: str) -> str | None:
        """Return the id of the CSM meant, or ``None`` where nobody is, or more than one."""
        return (
            self._ids.get(id_key(text)) or self._emails.get(text.casefold()) or self._names.get(spoken(text))
        )

    def is_shared(self, text: str) -> bool:
        """Whether several CSMs have this name."""
        name = spoken(text)
        return name in self._names and self._names[name] is None


def _unique(pairs: list[tuple[str, str]]) -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    for key, identifier in pairs:
        found[key] = None if key in found and found[key] != identifier else identifier
    return found
