"""Figures as JSON values and as tables on a page."""

from __future__ import annotations

import json
from datetime import date

import numpy as np
from rich.cells import cell_len

from bookshift.points import points_of
from bookshift.reports import (
    books_table,
    card_record,
    goals_table,
    move_records,
    moves_table,
    table,
    violations_list,
)
from bookshift_model.data import Data
from bookshift_model.goals import GOALS
from bookshift_model.policy import Policy
from bookshift_model.portfolio import Account, Csm, Portfolio
from bookshift_model.problem import Problem, build
from bookshift_model.score import Scorecard, score

HOSTILE = "Ac\x1b[31mme {x} [/] 株式"


def problem() -> Problem:
    team = Portfolio(
        (
            Account(id="A0", name=HOSTILE, arr=1_200_000, owner="C0", touch="mid", strategic=True),
            Account(id="A1", name="Bolt", arr=90, owner="left", touch="mid"),
        ),
        (Csm(id="C0", name="Ada"), Csm(id="C1", name="Ben", fte=0)),
        date(2026, 1, 5),
    )
    policy = Policy().with_rule("max_accounts", mode="soft", limit=0)
    return build(Data(team, policy.formulas), policy)


def cards() -> tuple[Scorecard, Scorecard]:
    of = problem()
    return score(of, of.baseline), score(of, np.array([1, -1]))


def test_a_card_is_json_without_endless_numbers() -> None:
    for card in cards():
        record = json.loads(json.dumps(card_record(card), allow_nan=False))
        assert record["objective"] == card.points
        assert record["points"] == points_of(card)
        assert set(record["objectives"]) == set(GOALS)
        assert set(record["books"]) == {"C0", "C1"}
        assert len(record["violations"]) == len(card.violations)
    assert card_record(cards()[1])["books"]["C1"]["utilisation"] is None, "work without capacity has no share"


def test_moves_name_those_who_left_and_nobody() -> None:
    of = problem()
    card = score(of, np.array([1, 0]))
    first, second = move_records(of.data.portfolio, card, ["one", "two"])
    assert (first["from"], first["to"], first["reason"]) == ("C0", "C1", "one")
    assert (second["from"], second["to"], second["arr"]) == ("left", "C0", 90)
    text = moves_table([second, first], of.data.portfolio)
    lines = text.splitlines()
    assert "Ada" in lines[1], "the largest first"
    assert "left" in lines[2]


def test_where_no_industry_is_stated_nobody_is_said_to_know_it() -> None:
    before, after = cards()
    head, ada, ben = books_table([before, after]).splitlines()
    end = head.index("knows industry") + len("knows industry")
    assert ada[:end].endswith(" – → –")
    assert ben[:end].endswith(" – → –")
    assert [one["fit"] for one in card_record(after)["books"].values()] == [None, None]


def test_nothing_that_a_terminal_obeys_is_printed() -> None:
    of = problem()
    before, after = cards()
    text = "\n".join(
        [
            violations_list(after),
            books_table([before, after]),
            goals_table([before, after]),
            moves_table(
                move_records(of.data.portfolio, score(of, np.array([1, 0])), ["a", "b"]), of.data.portfolio
            ),
        ]
    )
    assert "\x1b" not in text
    assert "{x} [/]" in text


def test_columns_stand_under_each_other_whatever_the_script() -> None:
    lines = table(
        ("name", "ARR", "where"), [("株式会社", "1", "x"), ("Acme", "12,000", "y"), ("é́", "–", "z")]
    ).splitlines()
    starts = {
        cell_len(line[: line.index(mark)]) for line, mark in zip(lines, ("where", "x", "y", "z"), strict=True)
    }
    assert len(starts) == 1


def test_numbers_stand_to_the_right_and_names_to_the_left() -> None:
    head, one, two = table(("name", "ARR"), [("Acme", "$1.2M"), ("Bo", "90")]).splitlines()
    assert head.endswith("  ARR")
    assert one == "Acme  $1.2M"
    assert two == "Bo       90"
    assert table(("name", "ARR"), []) == "name  ARR"


def test_rules_that_are_broken_are_listed_hard_ones_first() -> None:
    _, after = cards()
    lines = violations_list(after).splitlines()
    assert lines[0].startswith("  ! ")
    assert lines[-1] == "  - Ben has 1 account, 1 more than the cap of 0"
    marks = [line[2] for line in lines]
    assert marks == sorted(marks)
    empty = build(Data(Portfolio((), problem().data.csms, date(2026, 1, 5)), Policy().formulas), Policy())
    assert violations_list(score(empty, empty.baseline)) == "  none"


def test_only_goals_with_weight_are_in_the_table_and_books_show_no_capacity() -> None:
    text = goals_table(cards())
    assert text.count("\n") == sum(one.share > 0 for one in cards()[0].goals)
    assert "no capacity" in books_table([cards()[1]])
