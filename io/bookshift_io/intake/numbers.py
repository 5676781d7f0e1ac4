"""Cells that hold numbers: amounts of money, scores, shares, counts. One decimal convention per column."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bookshift_io.intake.readings import Column, Readings
from bookshift_io.intake.words import grade
from bookshift_model.read_numbers import LARGEST, Number, parse


def read_money(column: Column) -> Readings:
    """Read amounts: ``1,234.56``, ``€ 1.234,56``, ``1.2M``, ``(300)``, ``300-``."""
    parsed = {text: parse(text) for text in column.texts}
    numbers = {text: one for text, one in parsed.items() if one is not None and not one.percent}
    values, convention = _by_convention(column, numbers, -LARGEST, LARGEST)
    bad = {text: _expected(text, parsed) for text in column.texts if text not in values}
    currencies: dict[str, str] = {}
    for text, one in numbers.items():
        if one.currency:
            currencies.setdefault(one.currency, text)
    return Readings(values, bad, currencies, convention)


def _expected(text: str, parsed: Mapping[str, Number | None]) -> str:
    if parsed[text] is None:
        return "expected an amount such as 1234.50; correct the cell"
    return "expected an amount of the same decimal convention as the column, below 10^15; correct the cell"


def read_numbers(column: Column) -> Readings:
    """Read plain numbers of any size and sign."""
    return _plain(column, -LARGEST, LARGEST, "expected a number; correct the cell")


def read_counts(column: Column) -> Readings:
    """Read whole numbers from 0."""
    found = _plain(column, 0, LARGEST, "")
    values = {text: int(value) for text, value in found.values.items() if value == int(value)}
    return Readings(
        values,
        dict.fromkeys((t for t in column.texts if t not in values), "expected a whole number, 0 or more"),
    )


def read_complexity(column: Column) -> Readings:
    """Read whole numbers from 1 to 5."""
    pattern = re.compile(r"([1-5])(\.0+)?")

    def read(text: str) -> int | None:
        found = pattern.fullmatch(text)
        return int(found.group(1)) if found else None

    return column.each(read, "expected a whole number from 1 (simple) to 5 (hard); correct the cell")


def _plain(column: Column, low: float, high: float, expected: str) -> Readings:
    numbers = {
        text: one
        for text in column.texts
        if (one := parse(text)) is not None and one.currency is None and not one.percent
    }
    values, convention = _by_convention(column, numbers, low, high)
    bad = dict.fromkeys((text for text in column.texts if text not in values), expected)
    return Readings(values, bad, convention=convention)


def read_scores(column: Column) -> Readings:
    """Read scores from 0 to 100; a scale that ends at 1, 5 or 10 is asked about, never guessed."""
    numbers = {
        text: one for text in column.texts if (one := parse(text)) is not None and one.currency is None
    }
    values, convention = _by_convention(column, numbers, 0, 100)
    plain = [value for text, value in values.items() if not numbers[text].percent]
    factor, scale = _score_factor(column, plain)
    scaled = {
        text: value if numbers[text].percent else value * factor
        for text, value in values.items()
        if numbers[text].percent or value * factor <= 100  # noqa: PLR2004 - the top of the scale
    }
    expected = "expected a score from 0 to 100; correct the cell"
    bad = dict.fromkeys((text for text in column.texts if text not in scaled), expected)
    return Readings(scaled, bad, convention=scale or convention)


def _score_factor(column: Column, plain: list[float]) -> tuple[float, str]:
    top, few = max(plain, default=100.0), 5
    if not 0 < top <= 10 or (top > 1 and len(plain) < few):  # noqa: PLR2004 - the top of a 0-10 scale
        return 1.0, ""
    factors = {"0-100": 1.0, "0-10": 10.0, "0-5": 20.0, "0-1": 100.0}
    choices = tuple(name for name, factor in factors.items() if top * factor <= 100)  # noqa: PLR2004 - the top of the scale
    answer = column.ask("scale", "on which scale are these scores?", choices, column.texts)
    return (factors[answer], f"scale {answer}, as was answered") if answer else (1.0, "")


def read_probabilities(column: Column) -> Readings:
    """Read probabilities: shares from 0 to 1, or percent."""
    return read_shares(column, 0.0, 1.0)


def read_growth(column: Column) -> Readings:
    """Read relative changes: 0.1 and 10 % are ten per cent more."""
    return read_shares(column, -10.0, 10.0)


def read_fte(column: Column) -> Readings:
    """Read full-time equivalents from 0 to 1.5, or percent."""
    return read_shares(column, 0.0, 1.5)


def read_shares(column: Column, low: float, high: float) -> Readings:
    """Read shares between `low` and `high`; plain numbers above 1.5 may be percent, which is asked."""
    numbers = {
        text: one for text in column.texts if (one := parse(text)) is not None and one.currency is None
    }
    values, convention = _by_convention(column, numbers, low * 100, high * 100)
    plain = [abs(value) for text, value in values.items() if not numbers[text].percent]
    unit = 1.0
    if max(plain, default=0.0) > min(high, 1.5):
        answer = column.ask("scale", "are these shares of 1 or percent?", ("percent", "share"), column.texts)
        unit = 0.01 if answer == "percent" else 1.0
    shares = {
        text: value * (0.01 if numbers[text].percent else unit)
        if unit != 1.0 or numbers[text].percent
        else value
        for text, value in values.items()
    }
    shares = {text: value for text, value in shares.items() if low <= value <= high}
    expected = f"expected a share from {low:g} to {high:g}, or percent; correct the cell"
    bad = dict.fromkeys((text for text in column.texts if text not in shares), expected)
    return Readings(shares, bad, convention=convention)


def read_risk(column: Column) -> Readings:
    """Read low, medium, high (text), a traffic light whose red is high, or a churn probability (number)."""
    return _grades_or(column, "high", "low, medium, high or a probability")


def read_expansion(column: Column) -> Readings:
    """Read low, medium, high (text), or an amount (number)."""
    return _grades_or(column, "low", "low, medium, high or an amount")


def _grades_or(column: Column, red: str, expected: str) -> Readings:
    grades = {text: found for text in column.texts if (found := grade(text, red=red)) is not None}
    rest = Column(
        column.field,
        column.header,
        tuple(text for text in column.texts if text not in grades),
        column.log,
        column.as_of,
        column.native,
    )
    numbers = read_probabilities(rest) if red == "high" else read_money(rest)
    bad = dict.fromkeys(numbers.bad, f"expected {expected}; correct the cell")
    return Readings(grades | dict(numbers.values), bad, numbers.currencies, numbers.convention)


def _by_convention(
    column: Column, numbers: Mapping[str, Number], low: float, high: float
) -> tuple[dict[str, float], str]:
    """Return the values within limits under the convention that the column's cells prove, and the proof."""

    def within(value: float | None) -> float | None:
        return value if value is not None and low <= value <= high else None

    fits = {
        text: Number(within(one.point), within(one.point if text in column.native else one.comma))
        for text, one in numbers.items()
    }
    point = [text for text, one in fits.items() if one.point is not None and one.comma is None]
    comma = [text for text, one in fits.items() if one.comma is not None and one.point is None]
    unsure = [text for text, one in fits.items() if one.ambiguous]
    choice = "point" if point else "comma"
    proof = point or comma
    shown = f"decimal {choice}, as {proof[0]} shows" if proof else ""
    if (point and comma) or (unsure and not point and not comma):
        samples = tuple(point[:2] + comma[:2] + unsure[:3])
        why = (
            "some cells have a decimal point and some a decimal comma"
            if point
            else "nothing proves the decimals"
        )
        answer = column.ask(
            "decimal", f"{why}; which sign is before the decimals?", ("point", "comma"), samples
        )
        choice = answer or "point"
        shown = f"decimal {choice}, as was answered" if answer else ""
    chosen = {text: one.comma if choice == "comma" else one.point for text, one in fits.items()}
    return {text: value for text, value in chosen.items() if value is not None}, shown
