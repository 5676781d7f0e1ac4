"""What a planner has decided about a file: columns, values, units, rates, answers; saved as TOML."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from bookshift_io.intake.findings import IntakeError
from bookshift_io.intake.joins.declared import Join, joins_from
from bookshift_io.intake.meanings import NO_VALUE, meanings
from bookshift_io.intake.vocabulary_accounts import ACCOUNT_FIELDS
from bookshift_io.intake.vocabulary_csms import CSM_FIELDS

IGNORE: Final = "ignore"
"""In place of a field: the column is not read at all."""
EXTRA: Final = "extra"
"""In place of a field: the column is kept as a further column."""
MAX_TOML: Final = 1_000_000
CURRENCY: Final = "accounts.currency"
"""Key of the answer that says which currency the plan is made in."""
TABLES: Final = ("accounts", "csms")

_FIELDS: Final = {"accounts": ACCOUNT_FIELDS, "csms": CSM_FIELDS}
_KINDS: Final = {one.name: one.kind for fields in (CSM_FIELDS, ACCOUNT_FIELDS) for one in fields}
_LITERAL: Final = ("id", "name")
"""Fields whose cells are never translated."""
_PARTS: Final = ("nulls", *TABLES, "values", "units", "rates", "answers", "join")
_UNIT: Final = re.compile(r"times ([0-9]{1,9}(?:\.[0-9]{1,9})?)")
CODE: Final = re.compile(r"[A-Z]{3}")
"""How any currency is written, the rarest, too."""
_VALUE_KEY: Final = re.compile(r"(?:accounts|csms)\.value\.(\w+)\.(.+)", re.DOTALL)
_RATE_KEY: Final = re.compile(r"(?:accounts|csms)\.rate\.([A-Z]{3})")


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnMapping:
    """Column headers to field names for both files, with what counts as empty and answers given before."""

    accounts: Mapping[str, str] = field(default_factory=dict)
    csms: Mapping[str, str] = field(default_factory=dict)
    nulls: tuple[str, ...] = ()
    """Cell texts that mean "no value", besides the empty cell; never applied to ids and names."""
    answers: Mapping[str, str] = field(default_factory=dict)
    """Answers to questions by key, such as ``accounts.dates = "day-first"``."""
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """By field, what a text in a cell means: ``values["touch"]["Tier 1"]`` is ``strategic``."""
    units: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """By table and header, what the figures in a column are multiplied by: ``times 12``."""
    rates: Mapping[str, float] = field(default_factory=dict)
    """By currency, what one of it is worth in the portfolio's currency."""

    joins: tuple[Join, ...] = ()
    """Further files, and how each is joined to the accounts."""

    def of(self, table: str) -> Mapping[str, str]:
        """Return the columns of ``accounts`` or ``csms``."""
        return self.accounts if table == "accounts" else self.csms

    def factor(self, table: str, header: str) -> float | None:
        """Return what the figures of a column are multiplied by, or ``None`` where nothing is said."""
        unit = self.units.get(table, {}).get(header)
        return None if unit is None else factor(unit)

    def with_column(self, table: str, header: str, meaning: str) -> ColumnMapping:
        """Return the mapping with one column read as a field; no other column is read as that any more."""
        others = {
            other: name
            for other, name in self.of(table).items()
            if other != header and (name != meaning or name in (EXTRA, IGNORE))
        }
        return self._with(table, {**others, header: meaning})

    def with_unit(self, table: str, header: str, unit: str) -> ColumnMapping:
        """Return the mapping with the figures of a column multiplied; an empty unit takes that back."""
        units = {name: one for name, one in self.units.get(table, {}).items() if name != header}
        if unit:
            factor(unit)
            units[header] = unit
        return replace(self, units={**self.units, table: units})

    def over(self, base: ColumnMapping) -> ColumnMapping:
        """Return this mapping with what another one adds to it; where both speak, this one counts."""
        both = self
        names = {one.name for one in self.joins}
        for table in TABLES:
            own = self.of(table)
            taken = set(own.values()) - {EXTRA, IGNORE}
            added = {
                one: name for one, name in base.of(table).items() if one not in own and name not in taken
            }
            both = both._with(table, {**added, **own})
        return replace(
            both,
            nulls=self.nulls or base.nulls,
            answers={**base.answers, **self.answers},
            values=_joined(base.values, self.values),
            units=_joined(base.units, self.units),
            rates={**base.rates, **self.rates},
            joins=(*self.joins, *(one for one in base.joins if one.name not in names)),
        )

    def into(self, currency: str | None) -> ColumnMapping:
        """Return the mapping without its rates where these are known to be into another currency."""
        was = self.answers.get(CURRENCY)
        return self if currency is None or was in {None, currency} else replace(self, rates={})

    def _with(self, table: str, columns: Mapping[str, str]) -> ColumnMapping:
        return replace(self, accounts=columns) if table == "accounts" else replace(self, csms=columns)

    def with_answers(self, used: Mapping[str, str]) -> ColumnMapping:
        """Return the mapping with answers added, those about values and rates in their own parts."""
        values = {name: dict(texts) for name, texts in self.values.items()}
        rates, answers = dict(self.rates), dict(self.answers)
        for key, answer in used.items():
            value, rate = _VALUE_KEY.fullmatch(key), _RATE_KEY.fullmatch(key)
            if value:
                values.setdefault(value[1], {})[value[2]] = answer
            elif rate:
                rates[rate[1]] = float(answer)
            if value or rate:
                answers.pop(key, None)
            else:
                answers[key] = answer
        return replace(self, values=values, rates=rates, answers=answers)

    def to_toml(self) -> str:
        """Return the mapping as a TOML document that `from_toml` reads back equal."""
        lines = [
            "# Which column is read as which field.",
            f'# A column may also be "{EXTRA}" (kept as it is) or "{IGNORE}" (not read).',
            "# Texts that mean no value, besides the empty cell; ids and names are never among them:",
            f"nulls = [{', '.join(_quoted(one) for one in self.nulls)}]",
        ]
        parts: list[tuple[str, Mapping[str, str | float]]] = [
            ("accounts", self.accounts),
            ("csms", self.csms),
            *((f"values.{name}", texts) for name, texts in self.values.items()),
            *((f"units.{name}", units) for name, units in self.units.items()),
            *([("rates", self.rates)] if self.rates else []),
            ("answers", self.answers),
        ]
        for name, entries in parts:
            lines += ["", f"[{name}]"]
            lines += [
                f"{_quoted(key)} = {_quoted(value) if isinstance(value, str) else repr(value)}"
                for key, value in entries.items()
            ]
        lines += [line for one in self.joins for line in one.to_toml()]
        return "\n".join(lines) + "\n"


def _joined(
    base: Mapping[str, Mapping[str, str]], own: Mapping[str, Mapping[str, str]]
) -> dict[str, Mapping[str, str]]:
    return {name: {**base.get(name, {}), **own.get(name, {})} for name in {**base, **own}}


def factor(unit: str) -> float:
    """Return the number in ``times 12``; raises `ValueError` for anything else."""
    found = _UNIT.fullmatch(unit)
    if found is None or float(found[1]) == 0:
        raise ValueError(unit)
    return float(found[1])


def from_toml(text: str) -> ColumnMapping:
    """Read a mapping document.

    Raises:
        IntakeError: not TOML, too large, or an entry that means nothing; the message names it.

    """
    if len(text) > MAX_TOML:
        raise IntakeError("the mapping is larger than 1 MB; it needs one line a column")
    try:
        document = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # not TOML, a number of thousands of digits, or too deep
        raise IntakeError(f"the mapping is not TOML ({error}); correct that line") from error
    return from_document(document, text)


def from_document(document: dict[str, Any], text: str) -> ColumnMapping:
    """Read the parts of a mapping document; raises `IntakeError`, with its line in `text` if known."""
    unknown = set(document) - set(_PARTS)
    if unknown:
        *most, last = _PARTS
        raise IntakeError(f"the mapping has a part {min(unknown)!r}; use {', '.join(most)} or {last}")
    nulls = document.get("nulls", [])
    if not isinstance(nulls, list) or not all(isinstance(one, str) for one in nulls):
        raise IntakeError('nulls in the mapping must be a list of texts, such as ["n/a", "-"]')
    columns = {name: _texts(document, name) for name in (*TABLES, "answers")}
    for table, fields in _FIELDS.items():
        allowed = {one.name for one in fields} | {IGNORE, EXTRA}
        for column, meaning in columns[table].items():
            if meaning not in allowed:
                named = ", ".join(sorted(allowed - {IGNORE, EXTRA}))
                raise IntakeError(
                    f"the mapping reads column {column!r} of {table} as {meaning!r}, which is no field; "
                    f"use {EXTRA}, {IGNORE} or one of {named}",
                    row=_line(text, column),
                )
    return ColumnMapping(
        accounts=columns["accounts"],
        csms=columns["csms"],
        nulls=tuple(nulls),
        answers=columns["answers"],
        joins=joins_from(document),
        values=_values(document, text),
        units=_units(document, text),
        rates=_rates(document, text),
    )


def _values(document: dict[str, Any], text: str) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for name in _part(document, "values", '[values.touch] with lines such as "Tier 1" = "strategic"'):
        if name not in _KINDS or name in _LITERAL:
            known = ", ".join(sorted(set(_KINDS) - set(_LITERAL)))
            raise IntakeError(f"[values.{name}] in the mapping is about no field; use one of {known}")
        found[name] = _texts(document["values"], name, f"values.{name}")
        allowed = meanings(_KINDS[name])
        for cell, meaning in found[name].items():
            if allowed and meaning not in (*allowed, NO_VALUE):
                raise IntakeError(
                    f"[values.{name}] in the mapping takes {cell!r} for {meaning!r}; "
                    f"use {', '.join(allowed)} or {NO_VALUE}",
                    row=_line(text, cell),
                )
    return found


def _units(document: dict[str, Any], text: str) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for table in _part(document, "units", '[units.accounts] with lines such as "MRR" = "times 12"'):
        if table not in TABLES:
            raise IntakeError(f"[units.{table}] in the mapping is about no file; use accounts or csms")
        found[table] = _texts(document["units"], table, f"units.{table}")
        for column, unit in found[table].items():
            try:
                factor(unit)
            except ValueError:
                raise IntakeError(
                    f"[units.{table}] in the mapping takes column {column!r} {unit!r}; "
                    'write what to multiply it by, such as "times 12"',
                    row=_line(text, column),
                ) from None
    return found


def _rates(document: dict[str, Any], text: str) -> dict[str, float]:
    rates = _part(document, "rates", "lines such as EUR = 1.08")
    for code, rate in rates.items():
        number = isinstance(rate, int | float) and not isinstance(rate, bool)
        if not CODE.fullmatch(code) or not number or not 0 < rate < 1e9:  # noqa: PLR2004 - no currency is that small
            raise IntakeError(
                f"[rates] in the mapping says {code!r} = {rate!r}; write a currency's three letters and what "
                "one of it is worth in the currency of the plan, such as EUR = 1.08",
                row=_line(text, code),
            )
    return {code: float(rate) for code, rate in rates.items()}


def _part(document: dict[str, Any], name: str, expected: str) -> dict[str, Any]:
    part = document.get(name, {})
    if not isinstance(part, dict):
        raise IntakeError(f"[{name}] in the mapping must hold {expected}")
    return part


def _texts(document: dict[str, Any], name: str, title: str | None = None) -> dict[str, str]:
    part = document.get(name, {})
    if not isinstance(part, dict) or not all(isinstance(one, str) for one in part.values()):
        raise IntakeError(f'[{title or name}] in the mapping must hold lines such as "Column" = "text"')
    return part


def _line(text: str, key: str) -> int | None:
    """Return the line that an entry begins, where it can be told."""
    begins = tuple(f"{one}" for one in (_quoted(key), f"'{key}'", key))
    lines = enumerate(text.splitlines(), 1)
    return next((number for number, line in lines if line.lstrip().startswith(begins)), None)


def _quoted(text: str) -> str:
    # JSON's escapes are TOML's, but for DEL, which TOML wants escaped too.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
