"""The filter of the account list: words, ``field=value``, ``field!=value``, ``field>number``."""

from __future__ import annotations

import operator
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from bookshift.panes.fields import BY_KEY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy import bool_
    from numpy.typing import NDArray

    from bookshift.panes.view import View

_TERM: Final = re.compile(
    r"""(?:(?P<field>[^\s=!<>"]+|"[^"]*")(?P<op>!=|>=|<=|=|>|<))?(?P<value>"(?:[^"]|"")*"?|[^\s"]+)?""",
    re.VERBOSE,
)
_NUMBER: Final = re.compile(r"(?P<figure>-?[0-9]+(?:[.,][0-9]+)?)(?P<unit>[kKmMbB%]?)")
_UNITS: Final = {"": 1.0, "k": 1e3, "m": 1e6, "b": 1e9, "%": 0.01}
_ATTRIBUTES: Final = ("id", "parent", "language", "location", "strategic", "escalation")


class QueryError(ValueError):
    """A filter that says nothing that can be looked for; the message says what to type."""


@dataclass(frozen=True, slots=True)
class Term:
    """One condition; `field` is empty for words anywhere."""

    field: str
    op: str
    value: str


def parse(text: str) -> tuple[Term, ...]:
    """The terms of a filter as it was typed; values with blanks stand in double quotes, quotes twice."""
    terms = []
    for found in _TERM.finditer(text):
        field, op, value = (found.group(name) or "" for name in ("field", "op", "value"))
        if field and op:
            terms.append(Term(field.strip('"'), op, _unquoted(value)))
        elif wanted := _unquoted(value):
            terms.append(Term("", "", wanted))
    return tuple(terms)


def written(field: str, value: str) -> str:
    """The term for one value of a field, as it would be typed."""
    if not value or re.search(r'[\s"]', value):
        value = '"' + value.replace('"', '""') + '"'
    return f"{field}={value}"


def _unquoted(text: str) -> str:
    if not text.startswith('"'):
        return text
    inner = text[1:-1] if len(text) > 1 and text.endswith('"') else text[1:]
    return inner.replace('""', '"')


def matches(view: View, terms: Sequence[Term]) -> NDArray[bool_]:
    """(n,) which accounts fulfil every term; raises `QueryError` where a term names no field."""
    found = np.ones(len(view.portfolio.accounts), dtype=np.bool_)
    for term in terms:
        found &= _field(view, term) if term.field else _anywhere(view, term.value)
    return found


def _anywhere(view: View, text: str) -> NDArray[bool_]:
    wanted = text.casefold()
    found = np.array([wanted in one for one in view.table.everything], dtype=np.bool_)
    named = np.array([wanted in csm.name.casefold() for csm in view.portfolio.csms] + [False])
    return np.asarray(found | named[view.problem.baseline] | named[view.assignment])


def _field(view: View, term: Term) -> NDArray[bool_]:
    values = _values(view, term.field)
    if isinstance(values, np.ndarray):
        return _compared(values, term)
    wanted = term.value.casefold()
    folded = [value.casefold() for value in values]
    if term.op in {"=", "!="}:
        found = np.array([value == wanted for value in folded], dtype=np.bool_)
        if not found.any() and wanted:
            found = np.array([value.startswith(wanted) for value in folded], dtype=np.bool_)
        return ~found if term.op == "!=" else found
    # Dates are written so that their order is that of the alphabet.
    compare = {">": operator.gt, ">=": operator.ge, "<": operator.lt, "<=": operator.le}[term.op]
    return np.array([bool(value and compare(value, wanted)) for value in folded], dtype=np.bool_)


def _compared(values: NDArray[np.float64], term: Term) -> NDArray[bool_]:
    if not term.value:
        unknown = np.isnan(values)
        return np.asarray(~unknown if term.op == "!=" else unknown)
    written_number = _NUMBER.fullmatch(term.value)
    if written_number is None:
        raise QueryError(f"{term.field} is a number; type for example {term.field}>50")
    figure = float(written_number["figure"].replace(",", ".")) * _UNITS[written_number["unit"].lower()]
    close = np.isclose(values, figure, rtol=0.005 if written_number["unit"] else 1e-9)
    return np.asarray(
        {
            "=": close,
            "!=": ~close,
            ">": values > figure,
            ">=": values >= figure,
            "<": values < figure,
            "<=": values <= figure,
        }[term.op]
    )


def _values(view: View, name: str) -> Sequence[str] | NDArray[np.float64]:
    """The values of the field that a person means by a name or its beginning."""
    wanted = name.casefold()
    further = view.table.further
    known = {key.casefold(): key for key in (*further, *_ATTRIBUTES, *BY_KEY)}
    titles = {field.column.title.casefold(): field.key for field in BY_KEY.values()}
    key = known.get(wanted) or titles.get(wanted)
    if key is None:
        likely = [one for folded, one in known.items() if folded.startswith(wanted)]
        if len(likely) != 1:
            names = ", ".join((*BY_KEY, *_ATTRIBUTES, *further))
            problem = "could be " + " or ".join(likely) if likely else "is no field"
            raise QueryError(f"{name} {problem}; the fields are {names}")
        key = likely[0]
    if key in BY_KEY:
        return BY_KEY[key].raw(view)
    return view.table.texts(key)
