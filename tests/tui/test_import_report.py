"""What an import prints for people to read and to paste."""

from __future__ import annotations

import shlex

import pytest

from bookshift.cli.intake import answers, intake_record, report
from bookshift_io.intake.read import read_portfolio

CSMS = b"csm_id,name\nC1,Ada\n"


def test_a_printed_answer_can_be_pasted_into_a_shell() -> None:
    asked = read_portfolio(b"id,name,Net Value (m$)\nA1,Acme,5\n", CSMS)
    [line, *_] = [line for line in report(asked).splitlines() if "--answer" in line]

    option, pasted = shlex.split(line)
    assert option == "--answer"
    assert answers([pasted]) == {"accounts.column.arr": "Net Value (m$)"}


@pytest.mark.parametrize("repeated", [14, 150])
def test_what_is_wrong_all_the_way_down_takes_four_lines_and_what_is_rare_comes_first(repeated: int) -> None:
    rows = [f"A{i},Acme,5,grade {i},2026-12-31,Ada" for i in range(repeated)]
    rows += ["B1,Beta,5,low,2026-02-31,Ada", "B2,Gamma,5,low,2026-12-31,Nobody", "B3,Delta,x,low,,Ada"]
    data = "\n".join(["id,name,arr,risk,renewal,owner", *rows]).encode()
    intake = read_portfolio(data, b"csm_id,name,fte\nC1,Ada,1\n", currency="EUR")

    lines = report(intake).splitlines()
    at = next(i for i, line in enumerate(lines) if line.startswith("findings: "))
    assert lines[at] == f"findings: 1 error, {repeated + 2} warnings, 0 remarks"
    wrong, *warnings = lines[at + 1 :]
    assert "'x' row rejected" in wrong
    assert {one for one in ("Nobody", "2026-02-31") for line in warnings[:2] if one in line} == {
        "Nobody",
        "2026-02-31",
    }
    assert [f"'grade {i}'" in line for i, line in enumerate(warnings[2:5])] == [True] * 3
    assert warnings[5:] == [f"  … and {repeated - 3} more like this"]
    listed = [one["value"] for one in intake_record(intake)["findings"] if one["column"] == "risk"]
    assert [f"grade {i}" for i in range(min(repeated, 100))] == [one for one in listed if one]
