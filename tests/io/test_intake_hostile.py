"""Names that attack terminals, markup, spreadsheets, file names and parsers come in as data and stay data."""

from __future__ import annotations

import csv
import io
import unicodedata

import pytest
from intake_rig import column

from bookshift_io.intake.dates import read_dates
from bookshift_io.intake.leave import read_leave
from bookshift_io.intake.numbers import read_money
from bookshift_io.intake.read import read_portfolio
from bookshift_io.intake.text import clean, id_key, resembles_18, salesforce_18
from bookshift_io.intake.words import read_timezones

CSMS = b"csm_id,name\nC1,Ada\n"
HOSTILE = [
    "ACME [bold]Corp[/bold] [EU]",
    "Oops [/] closing",
    "[@click=app.quit]Acme[/]",
    "A\x1b[2JB",
    "B\x1b]52;c;cm0gLXJmIH4=\x07C",
    "D\x1b]0;pwned\x07E",
    "F\x1b]8;;http://evil\x1b\\click\x1b]8;;\x1b\\G",
    "H\x9b31mI",
    "J\x07\x08\x08K",
    "L\rM",
    "N\nO",
    "Q\tR",
    "U\x7fV",
    "acct\u202egnp.exe",
    "Ac\u200bme",
    "Z" + "\u0335" * 1000,
    "東京 KK",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467 Fam",
    "NA",
    "null",
    "nan",
    "true",
    '=HYPERLINK("http://x","y")',
    "+1 555",
    "@SUM(A1)",
    "\t=1+1",
    "../../etc/cron.d/x",
    "-rf",
    "x" * 4000,
    "'; DROP TABLE accounts;--",
    "O'Brien & Söhne",
    "  padded  ",
    "1e5",
    "00123",
    "e\u0301cole",
    "no\u00a0break",
    "fill\u3164er",
]


def read(names: list[str]) -> list[tuple[str, str | None]]:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(["Account ID", "Account Name", "ARR"])
    writer.writerows([f"A{i}", name, str(1000 + i)] for i, name in enumerate(names))
    intake = read_portfolio(out.getvalue().encode(), CSMS)
    assert intake.portfolio is not None
    assert [one.id for one in intake.portfolio.accounts] == [f"A{i}" for i in range(len(names))]
    assert [one.arr for one in intake.portfolio.accounts] == [1000 + i for i in range(len(names))]
    return [(one.name, one.extra.get("bookshift:name")) for one in intake.portfolio.accounts]


def test_every_hostile_name_comes_in_harmless_and_its_original_is_kept() -> None:
    for given, (name, original) in zip(HOSTILE, read(HOSTILE), strict=True):
        assert not any(unicodedata.category(one) in {"Cc", "Cf", "Zl", "Zp"} for one in name)
        assert 0 < len(name) <= 255
        assert original == (None if name == given else given)


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("A\x1b[2JB", "A␛[2JB"),
        ("N\nO", "N␊O"),
        ("U\x7fV", "U␡V"),
        ("acct\u202egnp.exe", "acct\N{REPLACEMENT CHARACTER}gnp.exe"),
        ("fill\u3164er", "fill\N{REPLACEMENT CHARACTER}er"),
        ("e\u0301cole", "école"),
        ("no\u00a0break", "no break"),
        ("  padded  ", "padded"),
        ("NA", "NA"),
        ("x" * 300, "x" * 254 + "…"),
    ],
)
def test_what_is_shown(given: str, shown: str) -> None:
    assert clean(given) == shown


def test_an_id_with_control_characters_is_rejected_not_repaired() -> None:
    intake = read_portfolio(b"id,name,arr\nA\x1b[2J,Acme,5\nA2,Beta,6\n", CSMS)

    assert intake.portfolio is not None
    assert [one.id for one in intake.portfolio.accounts] == ["A2"]


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("001D000000IqhSL", "001D000000IqhSLIAZ"),
        ("00Dd0000000dsiI", "00Dd0000000dsiIEAQ"),
        ("001000000000000", "001000000000000AAA"),
    ],
)
def test_the_two_forms_of_a_salesforce_id(short: str, long: str) -> None:
    assert salesforce_18(short) == long
    assert id_key(long) == id_key(short) == short
    assert id_key(short.swapcase()) != id_key(short) or short.isdigit()
    assert resembles_18(short + "ZZZ", short)
    assert not resembles_18(long, short)
    assert salesforce_18(long) is None


@pytest.mark.parametrize("text", [" " * 5 + "1 " * 400_000, "(" * 100_000, "1" + " " * 900_000 + "x"])
def test_a_huge_cell_costs_no_time(text: str) -> None:
    for read in (read_money, read_dates, read_timezones, read_leave):
        assert text in read(column(text)).bad
