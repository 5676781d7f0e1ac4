from __future__ import annotations

import time
from datetime import date

import numpy as np

from bookshift_model.matching import matches
from bookshift_model.portfolio import Account, Csm, Portfolio
from bookshift_model.sample import sample

TODAY = date(2026, 1, 5)


def portfolio(accounts: list[Account], csms: list[Csm]) -> Portfolio:
    return Portfolio(tuple(accounts), tuple(csms), TODAY)


def test_texts_match_whatever_their_case_and_blanks() -> None:
    found = matches(
        portfolio(
            [Account(id="a", name="A", arr=1, industry=" RETAIL", region="emea ", language="GERMAN")],
            [
                Csm(id="x", name="X", industries=("Energy", "Retail "), region="EMEA", languages=("German",)),
                Csm(id="y", name="Y", industries=("Retailing",), region="EMEA 2", languages=("Dutch",)),
            ],
        )
    )
    for judged in (found.industry, found.region, found.language):
        assert judged.tolist() == [[True, False]]
    assert found.known_industry.all()


def test_every_required_skill_counts() -> None:
    found = matches(
        portfolio(
            [Account(id="a", name="A", arr=1, required_skills=("sql", "API"))],
            [Csm(id="x", name="X", skills=("SQL", "api", "x")), Csm(id="y", name="Y", skills=("SQL",))],
        )
    )
    assert found.skills.tolist() == [[True, False]]


def test_who_asks_for_nothing_is_matched_by_everyone_but_proves_nothing() -> None:
    found = matches(
        portfolio(
            [Account(id="a", name="A", arr=1, industry=" ")], [Csm(id="x", name="X", industries=("Retail",))]
        )
    )
    assert found.industry.all()
    assert not found.known_industry.any()
    assert found.skills.all()
    assert not found.known_skills.any()


def test_an_attribute_that_no_csm_states_is_not_judged() -> None:
    accounts = [Account(id="a", name="A", arr=1, industry="Retail", touch="tech")]
    silent = matches(portfolio(accounts, [Csm(id="x", name="X"), Csm(id="y", name="Y")]))
    assert silent.industry.all()
    assert not silent.known_industry.any()
    one_speaks = matches(
        portfolio(accounts, [Csm(id="x", name="X", industries=("Energy",)), Csm(id="y", name="Y")])
    )
    assert one_speaks.industry.tolist() == [[False, False]]


def test_a_csm_who_names_no_touch_level_serves_all() -> None:
    found = matches(
        portfolio(
            [
                Account(id="a", name="A", arr=1, touch="tech"),
                Account(id="b", name="B", arr=1, strategic=True),
            ],
            [Csm(id="x", name="X"), Csm(id="y", name="Y", touch_levels=("strategic", "high"))],
        )
    )
    assert found.touch.tolist() == [[True, False], [True, True]]


def test_matches_agree_with_a_pair_by_pair_comparison_and_scale() -> None:
    p = sample(2000, 50, 4)
    start = time.process_time()
    found = matches(p)
    assert time.process_time() - start < 1
    rng = np.random.default_rng(0)
    for i, j in zip(rng.integers(2000, size=300), rng.integers(50, size=300), strict=True):
        a, c = p.accounts[i], p.csms[j]
        assert found.industry[i, j] == (a.industry in c.industries)
        assert found.region[i, j] == (a.region == c.region)
        assert found.language[i, j] == (a.language in c.languages)
        assert found.touch[i, j] == (a.touch in c.touch_levels)
        assert found.skills[i, j] == (set(a.required_skills) <= set(c.skills))
