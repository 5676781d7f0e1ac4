"""The filter of the account list: words, ``field=value``, ``field!=value``, ``field>number``.

What is equal to or other than something goes on over blanks, up to the next field, so that ``name=Delta
Retail`` is what it looks like; words to look for anywhere come before the fields, or stand in quotes.
"""

from __future__ import annotations

import operator
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from bookshift.panes.fields import BY_KEY
from bookshift.panes.figure import figure_of
from bookshift.panes.view import NOBODY

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy import bool_
    from numpy.typing import NDArray

    from bookshift.panes.view import View

_TERM: Final = re.compile(
    r"""
    (?P<field>[^\s=!<>"]+|"[^"]*")?\s*(?P<op>!=|<>|>=|<=|==|=|>|<)
    # After a blank, a word that itself stands before an operator begins the next term.
    (?:(?P<near>"(?:[^"]|"")*"?|[^\s"]+)
    |\s+(?!(?:and|or|not)(?:\s|$)|(?:[^\s=!<>"]+|"[^"]*")\s*(?:!=|[=<>]))(?P<far>"(?:[^"]|"")*"?|[^\s"]+))?
    |(?P<word>"(?:[^"]|"")*"?|[^\s"]+)
    """,
    re.VERBOSE | re.IGNORECASE,
)
_SAME_OP: Final = {"==": "=", "<>": "!="}
_OPERATORS: Final = "=!<>"
_EQUAL: Final = frozenset({"=", "!="})
_JOINING: Final = frozenset({"or", "not"})
_WORDS: Final = _JOINING | {"and"}
_NUMBER_SO_FAR: Final = re.compile(r"[-0-9.,'’]+ (?:[0-9]{3}|[kmb%])", re.IGNORECASE)
_OWNERS: Final = frozenset({"owner", "plan"})
_ATTRIBUTES: Final = ("id", "parent", "language", "location", "strategic", "escalation")


class QueryError(ValueError):
    """A filter that cannot be understood; the message is a sentence that says what to type."""


@dataclass(frozen=True, slots=True)
class Term:
    """One condition; `field` is empty for words anywhere."""

    field: str
    op: str
    value: str


def parse(text: str) -> tuple[Term, ...]:
    """The terms of a filter as it was typed; a quote inside double quotes stands twice.

    All terms hold at once, with or without ``and`` between them. Raises `QueryError` for what makes no term.
    """
    terms: list[Term] = []
    found = list(_TERM.finditer(text))
    goes_on = False
    for at, one in enumerate(found):
        word = one["word"]
        last = at == len(found) - 1
        if word is None:
            terms.append(_condition(one))
            goes_on = terms[-1].op in _EQUAL and not (one["near"] or one["far"] or '"').startswith('"')
        elif word.casefold() == "and" and at and not last and not (goes_on and _is_plain(found[at + 1])):
            continue
        elif word.casefold() in _JOINING:
            raise QueryError(
                f'All terms of a filter hold at once, there is no "{word}"; '
                f"put it in double quotes to look for the word."
            )
        elif goes_on and not word.startswith('"'):
            terms[-1] = replace(terms[-1], value=f"{terms[-1].value} {word}")
        elif at and found[at - 1]["op"] and _NUMBER_SO_FAR.fullmatch(f"{terms[-1].value} {word}"):
            raise QueryError(f"Type the number without blanks: {terms[-1].value}{word}.")
        else:
            goes_on = False
            if wanted := _unquoted(word):
                terms.append(Term("", "", wanted))
    return tuple(terms)


def _is_plain(found: re.Match[str]) -> bool:
    """Whether this is a word that may go on with the value before it: no condition, and not in quotes."""
    return not (found["word"] or '"').startswith('"')


def _condition(found: re.Match[str]) -> Term:
    field, op, value = (found["field"] or "").strip('"'), found["op"], found["near"] or found["far"] or ""
    if not field:
        raise QueryError(f"There is no field before {op}; type for example region{op}EMEA.")
    if value[:1] and value[0] in _OPERATORS:
        raise QueryError(f"{field}{op}{value} has two comparisons; type one, such as {field}>=50.")
    if not value and op[0] in "<>" and op != "<>":
        raise QueryError(f"There is no value after {field}{op}; type for example {field}{op}50.")
    return Term(field, _SAME_OP.get(op, op), _unquoted(value))


def written(field: str, value: str, op: str = "=") -> str:
    """The term for one value of a field, or for words anywhere, as it would be typed without any doubt."""
    if not value or re.search(r'[\s"]', value) or set(_OPERATORS) & set(value) or value.casefold() in _WORDS:
        value = '"' + value.replace('"', '""') + '"'
    return (f'"{field}"' if " " in field else field) + op + value


def understood(view: View, terms: Iterable[Term]) -> str:
    """What a filter asks for, in words; raises `QueryError` where a term names no field."""
    return " and ".join(_words(view, one) if one.field else f"“{one.value}” anywhere" for one in terms)


def _words(view: View, term: Term) -> str:
    key = _key(view, term.field)
    if term.op not in _EQUAL:
        return f"{key} {term.op} {term.value}"
    term = _of_csm(view, key, term)
    no = " not" if term.op == "!=" else ""
    if not term.value:
        return f"{key} is{no} {NOBODY}" if key in _OWNERS else f"{key} is {'' if no else 'not '}stated"
    values = BY_KEY[key].raw(view) if key in BY_KEY else view.table.texts(key)
    if isinstance(values, np.ndarray) or not _same(values, term.value)[1]:
        return f"{key} is{no} “{term.value}”"
    return f"{key} {'does not begin' if no else 'begins'} with “{term.value}”"


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
    named = np.array([wanted in name.casefold() for name in view.portfolio.csm_names] + [False])
    return np.asarray(found | named[view.problem.baseline] | named[view.assignment])


def _field(view: View, term: Term) -> NDArray[bool_]:
    key = _key(view, term.field)
    values = BY_KEY[key].raw(view) if key in BY_KEY else view.table.texts(key)
    if isinstance(values, np.ndarray):
        return _compared(values, term)
    wanted = _of_csm(view, key, term).value.casefold()
    if not wanted and key in _OWNERS:
        wanted = NOBODY
    if term.op in _EQUAL:
        found, _ = _same(values, wanted)
        return ~found if term.op == "!=" else found
    folded = [value.casefold() for value in values]
    # Dates are written so that their order is that of the alphabet.
    compare = {">": operator.gt, ">=": operator.ge, "<": operator.lt, "<=": operator.le}[term.op]
    return np.array([bool(value and compare(value, wanted)) for value in folded], dtype=np.bool_)


def _of_csm(view: View, key: str, term: Term) -> Term:
    """The term with the name of the CSM meant by name, id or e-mail; raises `QueryError` for several."""
    meant = view.portfolio.csms_called(term.value) if key in _OWNERS and term.op in _EQUAL else ()
    names = [view.portfolio.csm_names[j] for j in meant]
    if len(names) > 1:
        each = " or ".join(written(key, name, term.op) for name in names)
        raise QueryError(f"{len(names)} CSMs are called {term.value}; type {each}.")
    return replace(term, value=names[0]) if names else term


def _same(values: Sequence[str], wanted: str) -> tuple[NDArray[bool_], bool]:
    """(n,) which texts are this one; where none is, which begin with it, and True if any does."""
    wanted = wanted.casefold()
    folded = [value.casefold() for value in values]
    found = np.array([value == wanted for value in folded], dtype=np.bool_)
    if found.any() or not wanted:
        return found, False
    begun = np.array([value.startswith(wanted) for value in folded], dtype=np.bool_)
    return begun, bool(begun.any())


def _compared(values: NDArray[np.float64], term: Term) -> NDArray[bool_]:
    if not term.value:
        unknown = np.isnan(values)
        return np.asarray(~unknown if term.op == "!=" else unknown)
    try:
        figure = figure_of(term.value)
    except ValueError as error:
        raise QueryError(f"{term.field}{term.op}{error}.") from None
    if figure is None and " " in term.value:
        whole = term.value.replace(" ", "")
        raise QueryError(
            f"Type the number without blanks: {whole}."
            if _NUMBER_SO_FAR.fullmatch(term.value)
            else f"{term.field} is a number, and “{term.value}” is none; words anywhere come first."
        )
    if figure is None:
        raise QueryError(
            f"{term.field} is a number, and {term.value} is none; type for example {term.field}>50 or >1,000."
        )
    close = np.isclose(values, figure, rtol=1e-9 if term.value[-1].isdigit() else 0.005)
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


def _key(view: View, name: str) -> str:
    """The key of the field that a person means by its name, its title, or the beginning of its name."""
    wanted = name.casefold()
    further = view.table.further
    known = {key.casefold(): key for key in (*further, *_ATTRIBUTES, *BY_KEY)}
    titles = {field.column.title.casefold(): field.key for field in BY_KEY.values()}
    key = known.get(wanted) or titles.get(wanted)
    if key is not None:
        return key
    likely = [one for folded, one in known.items() if folded.startswith(wanted)]
    if len(likely) != 1:
        names = ", ".join((*BY_KEY, *_ATTRIBUTES, *further))
        problem = "could be " + " or ".join(likely) if likely else "is no field"
        raise QueryError(f"{name} {problem}; the fields are {names}")
    return likely[0]
