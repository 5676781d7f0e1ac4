"""Workbooks and JSON files built to do harm are refused in time, and the program lives on."""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from xlsx import MAIN, Maker, Sheet, book
from xlsx import archive as packed

from bookshift_io.intake.findings import IntakeError
from bookshift_io.intake.progress import Cancelled
from bookshift_io.intake.read import read_portfolio
from bookshift_io.intake.sheets import reader as reading
from bookshift_io.intake.sheets.archive import Archive
from bookshift_io.intake.sheets.book import read_book, read_strings
from bookshift_io.intake.sheets.grid import Grid
from bookshift_io.intake.sheets.reader import Reader

ROSTER = b"csm_id,name\nC1,Ada\n"
ROWS = [["account_id", "name", "arr"], ["A1", "Acme", 5]]
SHEET = "xl/worksheets/sheet1.xml"
HEAD = f'<worksheet xmlns="{MAIN}">'
DAMAGED = "the workbook is damaged"


def with_sheet(part: str | bytes) -> bytes:
    return book(ROWS, parts={SHEET: part})


def zip_bomb() -> bytes:
    return with_sheet(HEAD + "<sheetData>" + " " * 30_000_000)


def many_megabytes() -> bytes:
    """Six parts of noise, so that no ratio gives them away, that say that they are 100 MB each."""
    data = packed({f"xl/{i}.xml": os.urandom(600_000 + i) for i in range(6)} | {"xl/workbook.xml": ""})
    for i in range(6):
        data = data.replace((600_000 + i).to_bytes(4, "little"), (100_000_000).to_bytes(4, "little"))
    return data


def many_entries() -> bytes:
    return packed({f"xl/{i}": "" for i in range(10_001)})


def lies_about_its_size() -> bytes:
    data = bytearray(with_sheet(HEAD + "<sheetData/>" + " " * 100_000 + "</worksheet>"))
    with zipfile.ZipFile(BytesIO(bytes(data))) as file:
        size = file.getinfo(SHEET).file_size.to_bytes(4, "little")
    return bytes(data.replace(size, (500).to_bytes(4, "little")))


def overlapping() -> bytes:
    """Two entries of the list that both point to one part."""
    data = packed({"xl/a.xml": os.urandom(2_000), "xl/b.xml": ""})
    with zipfile.ZipFile(BytesIO(data)) as file:
        one, other = file.infolist()
    first = one.compress_size.to_bytes(4, "little") + one.file_size.to_bytes(4, "little")
    second = other.compress_size.to_bytes(4, "little") + other.file_size.to_bytes(4, "little")
    at = data.rfind(second)
    return data[:at] + first + data[at + len(first) :]


def dimension() -> bytes:
    return with_sheet(
        HEAD + '<dimension ref="A1:XFD1048576"/><sheetData><row r="1"><c r="A1" t="str"><v>id</v></c></row>'
        '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
    )


def wide_rows() -> bytes:
    row = '<row r="{}"><c r="ALL{}"><v>1</v></c></row>'
    return with_sheet(
        HEAD
        + "<sheetData>"
        + "".join(row.format(i, i) for i in range(1, 20_000))
        + "</sheetData></worksheet>"
    )


def deep() -> bytes:
    return with_sheet(HEAD + "<a>" * 500_000)


def billion_laughs() -> bytes:
    entities = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 10))
    return with_sheet(
        f'<?xml version="1.0"?><!DOCTYPE worksheet [<!ENTITY l0 "lol">{entities}]>{HEAD}&l9;</worksheet>'
    )


def external_entity() -> bytes:
    return with_sheet(
        f'<!DOCTYPE worksheet [<!ENTITY x SYSTEM "file:///etc/passwd">]>{HEAD}<sheetData><row r="1">'
        '<c r="A1" t="str"><v>&x;</v></c></row></sheetData></worksheet>'
    )


def one_text_in_every_cell() -> bytes:
    text = os.urandom(16_000).hex()
    cells = "".join(f'<row r="{i}"><c r="A{i}" t="s"><v>0</v></c></row>' for i in range(1, 20_000))
    return book(
        ROWS,
        parts={
            SHEET: f"{HEAD}<sheetData>{cells}</sheetData></worksheet>",
            "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}"><si><t>{text}</t></si></sst>',
        },
    )


def one_huge_text() -> bytes:
    text = f'<sst xmlns="{MAIN}"><si><t>{"x" * 1_000_001}</t></si></sst>'
    return book(ROWS, parts={"xl/sharedStrings.xml": text})


def deep_json() -> bytes:
    return b'[{"Id":' + b'{"a":' * 100_000 + b"1" + b"}" * 100_000 + b"}]"


def nested_json() -> bytes:
    return b'[{"Id":"1",' + b'"Owner":{' * 9 + b'"Email":"x"' + b"}" * 9 + b"}]"


def wide_json() -> bytes:
    return b"[" + b",".join(b'{"k%d":1}' % i for i in range(5_000)) + b"]"


def hungry_json() -> bytes:
    return b'[{"a":[' + b"[],{}," * 7_000_000 + b"[]]}]"


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (zip_bomb, "a part of the workbook is 1,0"),
        (many_megabytes, "the workbook is 600 MB unpacked, more than 512"),
        (many_entries, "the workbook has more than 10,000 parts"),
        (lies_about_its_size, DAMAGED),
        (overlapping, DAMAGED),
        (dimension, "cell XFD1048576 stands beyond the 1,000 columns that are read; delete it"),
        (wide_rows, "the table spans more than 10,000,000 cells"),
        (deep, DAMAGED),
        (billion_laughs, "the workbook declares a document type"),
        (external_entity, "the workbook declares a document type"),
        (one_text_in_every_cell, "the cells hold more than 256,000,000 characters"),
        (one_huge_text, "a cell is longer than 1,000,000 characters"),
        (deep_json, "the JSON file is nested too deeply"),
        (nested_json, "a record is nested more than 8 deep"),
        (wide_json, "the records have more than 1,000 columns"),
        (hungry_json, "reading it takes more than 1024 MB of memory"),
    ],
)
def test_a_bomb_is_refused_in_one_sentence_within_seconds(make: Callable[[], bytes], said: str) -> None:
    data = make()
    started = time.monotonic()
    intake = read_portfolio(data, ROSTER)

    assert time.monotonic() - started < 120
    [finding] = [one for one in intake.findings if one.severity == "error"]
    assert finding.message.startswith(said)
    assert intake.portfolio is None
    # The largest child of this process so far, in kB.
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss < 1_200_000


def test_damaged_workbooks_are_refused_or_read_and_never_fail() -> None:
    whole = book(ROWS)
    for at in range(0, len(whole), 3):
        data = bytearray(whole)
        data[at] ^= 0x55
        with contextlib.suppress(IntakeError):
            archive = Archive(bytes(data))
            made = read_book(archive)
            texts = read_strings(archive, made.strings_part)
            for sheet in made.sheets:
                list(Grid(texts, made.renders).rows(archive, sheet.part))


@pytest.mark.parametrize("number", [signal.SIGABRT, signal.SIGSEGV, signal.SIGKILL])
def test_a_child_that_dies_is_a_sentence(number: signal.Signals) -> None:
    with Reader("workbook", book(ROWS)) as reader:
        answers = reader.answers()
        next(answers)
        os.kill(reader.pid, number)
        with pytest.raises(IntakeError, match="reading it failed; save the table as CSV"):
            list(answers)


def test_a_child_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "WALL_SECONDS", 0.0)
    with (
        Reader("workbook", book(ROWS)) as reader,
        pytest.raises(IntakeError, match="took more than 0 seconds"),
    ):
        list(reader.answers())
    assert not Path(f"/proc/{reader.pid}").exists()


def test_calling_it_off_ends_the_child_and_keeps_nothing() -> None:
    seen: list[str] = []

    def heard(file: str, rows: int) -> None:
        seen.append(f"{file} {rows}")
        raise Cancelled

    with pytest.raises(Cancelled):
        read_portfolio(Maker().make({"A": Sheet(ROWS)}), ROSTER, progress=heard)
    assert seen == ["accounts.csv 0"]
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


PARENT = """
import sys
from bookshift_io.intake.sheets.reader import Reader
with Reader("workbook", open(sys.argv[1], "rb").read()) as reader:
    next(reader.answers())
    print(reader.pid, flush=True)
    sys.stdin.read()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of its parent's death")
def test_the_child_dies_with_its_parent(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(book(ROWS))
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert Path(f"/proc/{child}").exists()
        parent.kill()
    deadline = time.monotonic() + 60
    while not is_gone(child) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert is_gone(child)


def is_gone(pid: int) -> bool:
    try:
        return "\nState:\tZ" in Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return True
