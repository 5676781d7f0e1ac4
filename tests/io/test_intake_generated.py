"""Two thousand files as CRMs, reports and spreadsheets write them: every row and amount is accounted for.

Each file is made from its number alone: `generate(731)` is the same file for ever.
"""

from __future__ import annotations

import csv
import io
import random
import string
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from bookshift_io.export.records import account_columns, csm_columns
from bookshift_io.export.sheets import Sheet
from bookshift_io.intake.intake import Intake
from bookshift_io.intake.read import read_portfolio
from bookshift_io.intake.text import clean
from bookshift_model.portfolio import Portfolio

FILES, BATCHES = 2_000, 8
AS_OF = date(2026, 6, 1)
CSMS = b"csm_id,name\nC1,Ada\nC2,Bo\nC3,Cleo\n"
NAMES = {
    "id": ("account_id", "Account ID", "Record ID", "AccountId", "ACCOUNT_ID"),
    "name": ("name", "Account Name", "Company Name", "account name"),
    "arr": ("arr", "ARR", "Annual Recurring Revenue", "Current ARR"),
    "owner": ("owner_id", "CSM ID", "CSM"),
    "renewal": ("renewal_date", "Renewal Date", "RenewalDate", "Renewal_Date__c"),
    "health": ("health_score", "Health Score", "Health"),
}
HOSTILE = (
    "ACME [EU]", "Oops [/] closing", "A\x1b[2JB", "N\nO", "Q\tR", "acct\u202egnp.exe", "Ac\u200bme", "NA",
    "null", "nan", "true", '=HYPERLINK("http://x","y")', "+1 555", "@SUM(A1)", "-rf", "'quoted'",
    'The "Best" Inc', "O'Brien & Söhne",
    "  padded  ", "1e5", "00123", "e\u0301cole", "no\u00a0break", "a;b|c,d\te", "Total",
    "Grand Totals (3 records)", "\u6771\u4eac KK", "", '"', '""', ",", "x" * 300, "Ñandú", "account_id",
    "12/31/2026",
)  # fmt: skip
PREAMBLE = ("Accounts by CSM", "Generated for planning", "Filtered by: ARR > 0; Status = Active", "Run 2026")
FOOTER = (
    "Grand Totals ({} records)", "Confidential Information - Do Not Distribute",
    "Copyright (c) 2000-2026 example.com, inc. All rights reserved.", "Page 1 of 1", "{} records",
)  # fmt: skip


@dataclass(frozen=True)
class Record:
    id: str
    name: str
    arr: Decimal
    owner: str
    renewal: date
    health: int
    extra: str


@dataclass(frozen=True)
class File:
    data: bytes
    records: tuple[Record, ...]
    ragged: int
    blank: int
    answers: dict[str, str]


class Generator:
    """Writes one file in a dialect, an encoding and conventions of its own."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        pick = self.random.choice
        self.delimiter = pick(",;\t|")
        self.ending = pick(("\r\n", "\n", "\r"))
        self.encoding = pick(("utf-8", "utf-8", "utf-8-sig", "utf-16", "cp1252"))
        self.quoting = pick((csv.QUOTE_MINIMAL, csv.QUOTE_ALL))
        if self.ending == "\r":  # Python's writer leaves a cell with another line end unquoted
            self.quoting = csv.QUOTE_ALL
        self.comma = pick((False, True))
        self.grouped = pick((False, True))
        self.sign = pick(("", "", "$", "€ ", "EUR"))
        self.dates = pick(("%Y-%m-%d", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%d-%b-%Y"))
        self.columns = ["id", "name", "arr", "owner", "renewal", "health", "extra"]
        self.random.shuffle(self.columns)
        self.headers = [pick(NAMES[one]) if one in NAMES else "Free Text" for one in self.columns]

    def file(self) -> File:
        records = tuple(self.record(i) for i in range(self.random.randint(1, 12)))
        width = len(self.columns)
        rows: list[list[str]] = [[one] for one in self.random.sample(PREAMBLE, self.random.randint(0, 3))]
        if self.random.random() < 0.3:  # rows as wide as the table, as spreadsheets save them
            rows = [row + [""] * (width - 1) for row in rows]
        if rows and self.random.random() < 0.5:
            rows.append([])
        rows.append(self.headers)
        ragged = blank = 0
        for record in records:
            kind = self.random.random()
            if kind < 0.05:
                rows.append([] if self.random.random() < 0.5 else [""] * width)
                blank += 1
            elif kind < 0.08:
                rows.append(self.headers)
                blank += 1
            elif kind < 0.12 and record is not records[0]:
                rows.append(
                    self.cells(record)[: width - 2] if kind < 0.1 else [*self.cells(record), "too", "many"]
                )
                ragged += 1
            rows.append(self.cells(record))
        footers = [one.format(len(records)) for one in self.random.sample(FOOTER, self.random.randint(0, 2))]
        rows += [[one, *[""] * (width - 1)] for one in footers]
        return File(self.encoded(rows), records, ragged, blank, self.answers())

    def record(self, i: int) -> Record:
        digits = "".join(self.random.choices(string.ascii_letters + string.digits, k=6))
        cents = Decimal(self.random.randint(0, 10 ** self.random.randint(3, 9))) / 100
        return Record(
            id=f"{i:03d}{digits}",
            name=self.name(i),
            arr=cents,
            owner=self.random.choice(("C1", "C2", "C3")),
            renewal=date(2026, 1, 13) + timedelta(days=self.random.randrange(700)),
            health=self.random.randint(11, 100),
            extra=self.random.choice(("", "note", "a\nb", self.random.choice(HOSTILE))),
        )

    def name(self, i: int) -> str:
        name = self.random.choice(HOSTILE) if self.random.random() < 0.4 else f"Company {i}"
        name = f"{name} {i}" if not name.strip() or i else name
        if self.encoding == "cp1252":
            name = name.encode("cp1252", "replace").decode("cp1252")
        return name

    def cells(self, record: Record) -> list[str]:
        texts = {
            "id": record.id,
            "name": record.name,
            "arr": self.money(record.arr),
            "owner": record.owner,
            "renewal": record.renewal.strftime(self.dates),
            "health": str(record.health),
            "extra": record.extra,
        }
        return [texts[one] for one in self.columns]

    def money(self, value: Decimal) -> str:
        text = f"{value:,.2f}" if self.grouped else f"{value:.2f}"
        if self.comma:
            text = text.replace(",", " ").replace(".", ",").replace(" ", ".")
        return self.sign + text

    def encoded(self, rows: list[list[str]]) -> bytes:
        out = io.StringIO(newline="")
        csv.writer(out, delimiter=self.delimiter, lineterminator=self.ending, quoting=self.quoting).writerows(
            rows
        )
        text = out.getvalue()
        return text.encode(self.encoding, "replace" if self.encoding == "cp1252" else "strict")

    def answers(self) -> dict[str, str]:
        """What a person knows who made the file, should they be asked."""
        named = {
            value: name for name, value in (("comma", ","), ("semicolon", ";"), ("tab", "\t"), ("pipe", "|"))
        }
        return {
            "accounts.delimiter": named[self.delimiter],
            "accounts.encoding": "cp1252" if self.encoding == "cp1252" else "utf-8",
            "accounts.decimal": "comma" if self.comma else "point",
            "accounts.dates": "month-first" if self.dates.startswith("%m") else "day-first",
            "accounts.scale.health": "0-100",
        }


def generate(seed: int) -> File:
    return Generator(seed).file()


def read(data: bytes, answers: dict[str, str], csms: bytes = CSMS) -> Intake:
    return read_portfolio(data, csms, answers=answers, as_of=AS_OF)


def assert_conserved(seed: int, file: File, intake: Intake) -> Portfolio:
    assert intake.portfolio is not None, (seed, intake.questions, intake.findings)
    counts = intake.accounts
    assert counts.rows_read == counts.accepted + counts.rejected + counts.blank, seed
    assert (counts.accepted, counts.rejected) == (len(file.records), file.ragged), (seed, intake.findings)
    assert counts.arr_read == pytest.approx(float(sum(one.arr for one in file.records)), rel=1e-12), seed
    assert counts.arr_accepted == counts.arr_read, seed
    return intake.portfolio


@pytest.mark.parametrize("batch", range(BATCHES))
def test_rows_amounts_names_and_dates_of_any_file_are_conserved(batch: int) -> None:
    for seed in range(batch, FILES, BATCHES):
        file = generate(seed)
        portfolio = assert_conserved(seed, file, read(file.data, file.answers))
        for account, record in zip(portfolio.accounts, file.records, strict=True):
            assert account.id == record.id, seed
            assert account.name == clean(record.name), seed
            assert account.arr == float(record.arr), seed
            assert (account.owner, account.renewal, account.health) == (
                record.owner, record.renewal, record.health,
            ), seed  # fmt: skip


@pytest.mark.parametrize("batch", range(BATCHES))
def test_what_was_read_is_written_and_read_again_the_same(batch: int) -> None:
    for seed in range(batch, FILES, BATCHES * 4):
        file = generate(seed)
        portfolio = assert_conserved(seed, file, read(file.data, file.answers))
        owners = [one.owner for one in portfolio.accounts]
        accounts = Sheet(
            stem="accounts", columns=account_columns(portfolio, owners, "system"), arr=portfolio.total_arr
        )
        csms = Sheet(stem="csms", columns=csm_columns(portfolio, "system"), arr=0.0)
        again = read(accounts.to_csv(), {"accounts.scale.health": "0-100"}, csms.to_csv())

        assert again.portfolio is not None, (seed, again.questions, again.findings)
        assert again.portfolio.accounts == tuple(
            replace(one, extra=two.extra)
            for one, two in zip(portfolio.accounts, again.portfolio.accounts, strict=True)
        ), seed
        for one, two in zip(portfolio.accounts, again.portfolio.accounts, strict=True):
            assert one.extra.get("Free Text", "") == two.extra.get("Free Text", ""), seed


def test_a_file_is_made_from_its_number_alone() -> None:
    assert generate(731) == generate(731)
