"""Names in two columns, first and last, as one column more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bookshift_io.intake.tables import Table
from bookshift_io.intake.vocabulary import means, names, readings_of
from bookshift_io.intake.vocabulary_csms import CSM_FIELDS

_FIRST: Final = names("first name, firstname, given name, forename, vorname, prenom, preferred first name")
_LAST: Final = names("last name, lastname, surname, family name, nachname, familienname, apellido, apellidos")


def with_full_names(table: Table) -> Table:
    """Return a list of people with a column of full names, where it has none but their parts."""
    own = [readings_of(name, account=False) for name in table.repeats]
    first = [i for i, names_ in enumerate(own) if _FIRST & set(names_)]
    last = [i for i, names_ in enumerate(own) if _LAST & set(names_)]
    whole = [one for one in CSM_FIELDS if one.name == "name"]
    if len(first) != 1 or len(last) != 1 or any(means(one, whole, account=False) for one in table.repeats):
        return table
    header = f"{table.headers[first[0]]} + {table.headers[last[0]]}"
    cells = tuple(map(_joined, zip(table.columns[first[0]], table.columns[last[0]], strict=True)))
    return replace(
        table,
        headers=(*table.headers, header),
        repeats=(*table.repeats, "Full Name"),
        columns=(*table.columns, cells),
    )


def _joined(parts: Sequence[str]) -> str:
    return " ".join(part.strip() for part in parts if part.strip())
