"""Words by which a cell says that a value is not known, where people did not leave it empty."""

from __future__ import annotations

from typing import Final

_ANYWHERE: Final = frozenset(
    {
        "tbd", "tba", "tbc", "t.b.d", "to be determined", "to be defined", "to be confirmed",
        "n/a", "#n/a", "n.a", "not available", "not applicable", "not known", "unknown", "undefined",
        "not set", "null", "#null", "nan", "-", "--", "---", "–", "—", "?", "??", "???",
        "k.a", "k. a", "keine angabe", "unbekannt", "nicht bekannt", "n.v", "n.b", "inconnu", "inconnue",
        "à définir", "non communiqué", "desconocido", "por definir", "sin datos", "sconosciuto",
        "da definire", "onbekend", "brak",
    }
)  # fmt: skip
_CODES: Final = frozenset({"na", "ka", "nc", "n.c", "nd", "n.d"})
"""Which may be a region, a state or a language: North America, North Dakota, Georgian."""
_NOUGHT: Final = frozenset({"none", "nil"})
"""Which may be the lowest of some levels: a risk of none, low, medium or high."""
_PENDING: Final = frozenset(
    {"unclear", "open", "pending", "missing", "offen", "noch offen", "unklar", "fehlt", "folgt", "pendiente"}
)
"""Which are a state of their own where a column holds words: an escalation that is open."""

_TEXTS: Final = frozenset({"text", "list", "languages", "owner"})
_LITERAL: Final = frozenset({"id"})
_LEVELS: Final = frozenset({"grade", "risk", "expansion", "touch", "touches", "level"})
_STATES: Final = _LEVELS | {"flag"}


def says_nothing(text: str, kind: str) -> bool:
    """Tell whether a text in a column of a kind says that there is no value: ``tbd``, ``n/a``, ``k.A.``.

    The words are the same for all columns, less those that may be a value there: ``NA`` is a region, an
    escalation may be ``open``, and a risk ``none``. An id says what it says. `kind` is that of a field, such
    as ``text``, ``money`` or ``risk``.
    """
    word = " ".join(text.casefold().split()).rstrip(".:!*")
    if word in _ANYWHERE:
        return kind not in _LITERAL
    if word in _NOUGHT:
        return kind not in _LEVELS | _LITERAL
    if word in _CODES:
        return kind not in _TEXTS | _LITERAL
    return word in _PENDING and kind not in _TEXTS | _LITERAL | _STATES
