"""Namesakes on a roster: no two CSMs are shown alike, and whoever is meant is found."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from bookshift_model.data import Data
from bookshift_model.edits import EditError, Editor, csm_named
from bookshift_model.explain.choices import choices
from bookshift_model.explain.diff import diff
from bookshift_model.explain.why import why
from bookshift_model.policy import Policy
from bookshift_model.portfolio import Csm, Portfolio
from bookshift_model.problem import build
from bookshift_model.roster import distinct_names
from bookshift_model.sample import sample
from bookshift_model.score import score
from bookshift_model.session import State
from bookshift_model.sweep.axes import in_words

KIMS = (
    Csm(id="C01", name="Alex Kim", email="alex.kim@acme.io"),
    Csm(id="C02", name="alex  kim ", email="alex.kim.uk@acme.io"),
    Csm(id="C03", name="Maria García", email="maria@acme.io"),
)


def team(csms: tuple[Csm, ...] = KIMS) -> Portfolio:
    return replace(sample(30, 3, 1), csms=csms)


def test_only_namesakes_carry_their_id() -> None:
    assert distinct_names(KIMS) == ("Alex Kim (C01)", "alex  kim (C02)", "Maria García")


@pytest.mark.parametrize(
    "other", ["\N{FULLWIDTH LATIN CAPITAL LETTER A}lex Kim", "ALEX\N{NO-BREAK SPACE}KIM", "alex\tkim"]
)
def test_names_that_read_the_same_are_the_same(other: str) -> None:
    names = distinct_names((KIMS[0], Csm(id="C9", name=other)))
    assert names == ("Alex Kim (C01)", f"{other} (C9)")


def test_who_is_called_like_a_namesake_with_an_id_gets_one_as_well() -> None:
    names = distinct_names((*KIMS[:2], Csm(id="C9", name="Alex Kim (C01)")))
    assert len(set(names)) == 3
    assert names[2] == "Alex Kim (C01) (C9)"


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("C02", "C02"),
        ("Alex Kim (C02)", "C02"),
        ("alex kim (c01)", "C01"),
        ("ALEX.KIM.UK@acme.io", "C02"),
        ("maria  garcía", "C03"),
    ],
)
def test_a_csm_is_found_by_id_shown_name_address_or_a_name_of_its_own(given: str, meant: str) -> None:
    assert csm_named(team(), given) == meant


def test_a_name_that_several_have_is_refused_with_the_names_that_tell_them_apart() -> None:
    with pytest.raises(
        EditError, match=r"2 CSMs are called 'Alex Kim'.*Alex Kim \(C01\) or alex  kim \(C02\)"
    ):
        csm_named(team(), "Alex Kim")
    for nobody in ("", "Alex", "C1"):
        with pytest.raises(EditError, match="no CSM has the id, name or e-mail"):
            csm_named(team(), nobody)


def test_an_id_means_its_csm_whoever_is_called_so() -> None:
    here = team((Csm(id="Ben", name="Ann"), Csm(id="Ann", name="Ben")))
    assert (csm_named(here, "Ben"), csm_named(here, "Ann")) == ("Ben", "Ann")


def test_whom_an_owner_means_for_people() -> None:
    here = team()
    told = [here.whom(one) for one in ("C01", "Alex Kim", "Maria García", "Rachel Green", "", None)]
    assert told == ["Alex Kim (C01)", "Alex Kim?", "Maria García", "Rachel Green", "nobody", "nobody"]


def test_no_sentence_calls_two_csms_the_same() -> None:
    """Everybody is called Alex Kim: the bare name would be somebody, nobody could say who."""
    base = sample(60, 5, 2)
    here = replace(base, csms=tuple(replace(one, name="Alex Kim") for one in base.csms))
    problem = build(Data(here, Policy().formulas), Policy())
    plan = (problem.baseline + 1) % 5
    told = diff(problem, problem.baseline, plan)
    said = [str(told), repr(told)]
    for account in range(0, 60, 5):
        said += why(problem, plan, account).sentences
        said += [f"{one.name}: {one.obstacle}" for one in choices(problem, plan, account)]
    said += [repr(score(problem, plan).violations), repr(score(problem, plan).books)]
    ids = [one.id for one in here.csms]
    said.append(in_words({"leaves": "+".join(ids[:2]), "joins": ids[2]}, here))
    edit = Editor(here, State(policy=Policy()), "ann", datetime(2026, 1, 5, tzinfo=UTC))
    account = here.accounts[int(np.flatnonzero(problem.baseline != 1)[0])].id
    said += [edit.move([account], ids[1]).label, edit.pin([account], ids[1]).label]
    text = "\n".join(said)
    assert len(re.findall(r"Alex Kim \(", text)) > 100
    assert not re.findall(r".{0,40}Alex Kim(?! \()", text)
