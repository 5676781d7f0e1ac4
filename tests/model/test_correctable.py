"""What may be typed for a field that is corrected, what it means, and what is refused with a better word."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookshift_model.correctable import FIELDS, parse, typed, value_of, written
from bookshift_model.edits import EditError


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        ("health", "87.5", 87.5), ("health", "", None), ("arr", " 12500 ", 12500.0),
        ("renewal", "2026-03-31", date(2026, 3, 31)), ("complexity", "4", 4), ("touch", "HIGH", "high"),
        ("risk", "low", "low"), ("segment", "Mid  Market", "Mid Market"), ("segment", "", ""),
        ("escalation", "Yes", True),
        ("arr", "12.4k", 12400.0), ("arr", "$1.2M", 1_200_000.0), ("arr", "€ 12.400,50", 12400.5),
        ("arr", "1,240,000", 1_240_000.0), ("arr", "12'400", 12400.0), ("arr", "USD 900", 900.0),
        ("arr", "1.234.567", 1_234_567.0), ("arr", "12.3450", 12.345), ("arr", "0.500", 0.5),
        ("arr", "12345e-3", 12.345), ("arr", "1e15", 1e15), ("health", "12.500", 12.5),
        ("arr", "1234,5", 1234.5), ("health", "62,5", 62.5), ("health", "62.500", 62.5),
        ("health", "87%", 87.0), ("churn_probability", "62%", 0.62),
        ("renewal", "31.03.2026", date(2026, 3, 31)), ("renewal", "3/31/27", date(2027, 3, 31)),
        ("renewal", "4.3.2027", date(2027, 3, 4)), ("renewal", "5/5/2027", date(2027, 5, 5)),
        ("renewal", "31 Mar 2027", date(2027, 3, 31)), ("renewal", "March 3, 2027", date(2027, 3, 3)),
    ],
)  # fmt: skip
def test_what_may_be_typed(field: str, text: str, value: object) -> None:
    assert parse(field, text) == value
    assert value_of(field, written(value)) == value


@given(
    st.sampled_from(sorted(FIELDS)),
    st.from_regex(r"\A[0-9]{1,20}([.,' ][0-9]{1,12}){0,3}(e-?[0-9]{1,2})?(k|mio|bn|%)?\Z")
    | st.text()
    | st.dates().map(str),
)
def test_whatever_is_taken_can_be_read_back(field: str, text: str) -> None:
    try:
        value = parse(field, text)
    except EditError:
        return
    again = value_of(field, written(value))
    assert again == (pytest.approx(value, abs=1e-9) if isinstance(value, float) else value)


@given(st.floats(0, 1e15))
def test_a_proposed_amount_can_be_typed(value: float) -> None:
    assert parse("arr", typed(value)) == pytest.approx(value, abs=1e-9)
    assert parse("arr", typed(round(value % 1000, 3))) == round(value % 1000, 3)


@pytest.mark.parametrize(
    ("field", "text", "wanted"),
    [
        ("health", "870", "a number from 0 to 100, such as 62.5"), ("health", "nan", "from 0 to 100"),
        ("health", "\uff11\uff12", "from 0 to 100"), ("arr", "-5", "of 0 or more"),
        ("arr", "", "type a value"), ("arr", "1e400", "of 0 or more"),
        ("renewal", "3/4/27", "'3/4/27' may be 2027-03-04 or 2027-04-03; type which of them is meant"),
        ("arr", "12,400", "'12,400' may be 12.4 or 12400; type which"), ("arr", "$12,400", "12.4 or 12400"),
        ("arr", "5%", "or 12.5k"), ("arr", "12k4", "or 12.5k"), ("arr", "1,24,00", "or 12.5k"),
        ("arr", "9e99bn", "'9e99bn' is above 10\\^15, which no ARR is; type a number of 0"),
        ("arr", "1e30", "above 10\\^15"), ("arr", "2" + "0" * 15, "above 10\\^15"),
        ("arr", "12.500", "'12.500' may be 12.5 or 12500; type which"),
        ("arr", "12.345", "may be 12.3450 or 12345"), ("arr", "12,345", "may be 12.3450 or 12345"),
        ("arr", "-1k", "or 12.5k"), ("arr", "9" * 61, "or 12.5k"), ("health", "$50", "from 0 to 100"),
        ("renewal", "46150", "2026-03-31"), ("renewal", "1" * 70, "2026-03-31"),
        ("renewal", "2026-02-30", "2026-03-31"), ("complexity", "3.5", "a whole number from 1 to 5"),
        ("touch", "huge", "strategic, high, mid, low, tech"), ("escalation", "", "type a value"),
        ("churn_probability", "62", "a number from 0 to 1, such as 0.625"),
        ("name", "Acme", "in the CRM"), ("healt", "87", "no field 'healt'; perhaps health is meant"),
        ("Renewals", "x", "perhaps renewal is meant"), ("zzz", "x", "the fields are owner, arr, health"),
        ("segment", "a\x1bb", "printable"),
    ],
)  # fmt: skip
def test_what_is_refused_and_what_to_type_instead(field: str, text: str, wanted: str) -> None:
    with pytest.raises(EditError, match=wanted):
        parse(field, text)
