"""What an import prints for people to read and to paste."""

from __future__ import annotations

import shlex

from bookshift.cli.data import answers, report
from bookshift_io.intake.read import read_portfolio

CSMS = b"csm_id,name\nC1,Ada\n"


def test_a_printed_answer_can_be_pasted_into_a_shell() -> None:
    asked = read_portfolio(b"id,name,Net Value (m$)\nA1,Acme,5\n", CSMS)
    [line, *_] = [line for line in report(asked).splitlines() if "--answer" in line]

    option, pasted = shlex.split(line)
    assert option == "--answer"
    assert answers([pasted]) == {"accounts.column.arr": "Net Value (m$)"}
