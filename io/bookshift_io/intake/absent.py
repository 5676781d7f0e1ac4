"""Words by which a cell says that a value is not known, where people did not leave it empty."""

from __future__ import annotations

from typing import Final

_WORDS: Final = frozenset(
    {
        "tbd", "tba", "tbc", "t.b.d", "to be determined", "to be defined", "to be confirmed",
        "n/a", "na",
        "n.a", "not available", "not applicable", "not known", "unknown", "undefined", "unclear", "open",
        "pending", "missing", "none", "null", "nil", "nan", "-", "--", "---", "–", "—", "?", "??", "???",
        "k.a", "k. a", "ka", "keine angabe", "offen", "noch offen", "unbekannt", "unklar", "fehlt", "folgt",
        "nicht bekannt", "n.v", "n.b", "inconnu", "inconnue", "à définir", "non communiqué", "nc", "n.c",
        "nd", "n.d", "desconocido", "por definir", "sin datos", "pendiente", "sconosciuto", "da definire",
        "onbekend", "brak",
    }
)  # fmt: skip


def says_nothing(text: str) -> bool:
    """Tell whether a text says that there is no value: ``tbd``, ``n/a``, ``?``, ``k.A.``, ``offen``."""
    return " ".join(text.casefold().split()).rstrip(".:!*") in _WORDS
