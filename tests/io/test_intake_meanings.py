"""Words, units and thousands that a file does not explain: asked, answered once, kept with the mapping."""

from __future__ import annotations

from datetime import date

import pytest

from bookshift_io.intake.findings import IntakeError
from bookshift_io.intake.intake import Intake
from bookshift_io.intake.mapping import ColumnMapping, from_toml
from bookshift_io.intake.read import read_portfolio

CSMS = b"csm_id,name\nC1,Ada\n"


def read(header: str, *rows: str, mapping: ColumnMapping | None = None, **answers: str) -> Intake:
    data = "\n".join([header, *rows]).encode()
    return read_portfolio(data, CSMS, mapping=mapping, answers=answers, currency="EUR")


TIERS = (
    "id,name,arr,Coverage Model",
    "1,Acme,5,Tier 1",
    "2,Beta,5,Tier 2",
    "3,Coil,5,Tier 1",
    "4,Dyn,5,High",
)
TOLD = {
    "accounts.value.touch.Tier 1": "strategic",
    "accounts.value.touch.Tier 2": "none",
}


def test_words_that_are_not_understood_are_asked_with_counts_and_rows_instead_of_dropped() -> None:
    asked = read(*TIERS)
    assert asked.portfolio is None
    assert [(one.key, one.samples) for one in asked.questions] == [
        ("accounts.value.touch.Tier 1", ("row 2", "row 4")),
        ("accounts.value.touch.Tier 2", ("row 3",)),
    ]
    assert "'Tier 1' in 2 rows is no known touch; what does it mean?" in asked.questions[0].text
    assert asked.questions[0].choices == ("strategic", "high", "mid", "low", "tech", "none")
    assert not any(one.column == "Coverage Model" for one in asked.findings), "asked, and not dropped as well"


def test_an_answered_word_is_read_and_kept_for_the_next_file() -> None:
    first = read(*TIERS, **TOLD)
    assert first.portfolio is not None
    assert [one.touch for one in first.portfolio.accounts] == ["strategic", None, "strategic", "high"]
    assert first.mapping.values == {"touch": {"Tier 1": "strategic", "Tier 2": "none"}}
    assert not any("value" in key for key in first.mapping.answers)
    saved = from_toml(first.mapping.to_toml())
    assert saved == first.mapping
    again = read(*TIERS, mapping=saved)
    assert again.portfolio == first.portfolio
    assert again.questions == ()


def test_one_slip_of_the_pen_and_free_text_are_findings_not_questions() -> None:
    slip = read("id,name,arr,risk", "1,A,5,low", "2,B,5,high", "3,C,5,hgih")
    assert slip.portfolio is not None
    assert [one.value for one in slip.findings if one.column == "risk"] == ["hgih"]
    free = read("id,name,arr,risk", *(f"{i},A,5,note {i // 2}" for i in range(40)))
    assert free.portfolio is not None


def test_words_are_translated_whatever_their_case_and_items_of_a_list_one_by_one() -> None:
    mapping = from_toml(
        '[values.touch]\n"TIER  one" = "mid"\n[values.region]\n"Nordics" = "EMEA"\n'
        '[values.required_skills]\n"REST" = "api"\n'
    )
    intake = read(
        "id,name,arr,touch,region,required_skills",
        "1,A,5,Tier One,Nordics,REST;sso",
        "2,B,5,low,APAC,sso",
        mapping=mapping,
    )
    assert intake.portfolio is not None
    one, other = intake.portfolio.accounts
    assert (one.touch, one.region, one.required_skills) == ("mid", "EMEA", ("api", "sso"))
    assert (other.touch, other.region) == ("low", "APAC")


def test_a_monthly_column_is_asked_and_taken_twelve_times() -> None:
    rows = ("id,name,MRR,Annual Revenue", "1,Acme,100,9000000", "2,Beta,250.5,1")
    [question] = read(*rows).questions
    assert question.choices == ("MRR", "Annual Revenue", "MRR times 12", "none")
    first = read(*rows, **{"accounts.column.arr": "MRR times 12"})
    assert first.portfolio is not None
    assert [one.arr for one in first.portfolio.accounts] == [1200, 3006]
    assert first.portfolio.accounts[0].extra == {"Annual Revenue": "9000000"}
    assert first.mapping.units == {"accounts": {"MRR": "times 12"}}
    again = read(*rows, mapping=from_toml(first.mapping.to_toml()))
    assert again.portfolio == first.portfolio


@pytest.mark.parametrize(
    ("header", "unit"),
    [("ARR (k€)", "times 1000"), ("ARR in TEUR", "times 1000"), ("ARR (in millions)", "times 1000000")],
)
def test_thousands_in_a_column_name_are_asked_about(header: str, unit: str) -> None:
    rows = (f"id,name,{header}", "1,Acme,250", "2,Beta,12")
    asked = read(*rows)
    questions = [one for one in asked.questions if one.key == "accounts.unit.arr"]
    if not questions:  # the name itself is not known: which column, comes first
        [question] = asked.questions
        assert question.key == "accounts.column.arr"
        asked = read(*rows, **{"accounts.column.arr": header})
        questions = list(asked.questions)
    assert questions[0].choices == (unit, "as written")
    given = {"accounts.column.arr": header, "accounts.unit.arr": unit}
    done = read(*rows, **given)
    assert done.portfolio is not None
    assert done.portfolio.total_arr == 262 * float(unit.removeprefix("times "))
    plain = read(*rows, **given | {"accounts.unit.arr": "as written"})
    assert plain.portfolio is not None
    assert plain.portfolio.total_arr == 262


def test_a_unit_on_a_text_is_said_to_do_nothing() -> None:
    mapping = ColumnMapping(units={"accounts": {"region": "times 12"}})
    intake = read("id,name,arr,region", "1,Acme,5,EMEA", mapping=mapping)
    assert intake.portfolio is not None
    assert any("has no effect" in one.message for one in intake.findings)


@pytest.mark.parametrize(
    ("text", "said", "line"),
    [
        ('[values.touch]\n"Tier 1" = "stratgic"', "takes 'Tier 1' for 'stratgic'; use strategic, high", 2),
        ('[values.name]\n"A" = "B"', "[values.name] in the mapping is about no field", None),
        ("[values]\ntouch = 5", "[values.touch] in the mapping must hold lines", None),
        ('[units.accounts]\n\n"MRR" = "monthly"', "takes column 'MRR' 'monthly'; write what to multiply", 3),
        ('[units.accounts]\n"MRR" = "times 0"', "write what to multiply", 2),
        ('[units.tickets]\n"a" = "times 2"', "is about no file; use accounts or csms", None),
        ("[rates]\nEUR = -1", "'EUR' = -1; write a currency's three letters", 2),
        ('[rates]\nEUR = "1.08"', "write a currency's three letters", 2),
        ("[rates]\neuro = 1.08", "write a currency's three letters", 2),
        ("[rates]\nEUR = nan", "write a currency's three letters", 2),
        ('[accounts]\n"Name" = "name"\n"ARR" = "money"', "column 'ARR' of accounts as 'money'", 3),
        ("units = 5", "[units] in the mapping must hold", None),
    ],
)
def test_an_entry_that_means_nothing_is_named_with_its_line(text: str, said: str, line: int | None) -> None:
    with pytest.raises(IntakeError) as caught:
        from_toml(text)
    assert said in str(caught.value)
    assert caught.value.row == line


@pytest.mark.parametrize("header", ["Stelle %", "Stellenanteil", "Pensum", "Quote %", "Stellenprozent"])
def test_shares_of_a_post_are_read_under_german_names(header: str) -> None:
    csms = f"Personalnummer,Mitarbeiter,{header}\n1,Ada,80%\n2,Bo,100%\n".encode()
    found = read_portfolio(b"Id,Name,ARR\n1,A,5\n", csms, as_of=date(2026, 6, 1))

    assert found.portfolio is not None
    assert [one.fte for one in found.portfolio.csms] == [0.8, 1.0]


def test_a_first_name_that_fits_one_csm_is_asked_about_once_and_kept() -> None:
    accounts = b"Id,Name,ARR,Owner\n1,A,5,David\n2,B,6,david\n3,C,7,Ada\n4,D,8,David\n5,E,9,Zoe\n"
    csms = b"csm_id,name\nC1,David Keller\nC2,Ada King\nC3,Ada Lang\n"
    asked = read_portfolio(accounts, csms, as_of=date(2026, 6, 1))
    assert [(one.key, one.choices) for one in asked.questions] == [
        ("accounts.value.owner.David", ("David Keller", "none")),
        ("accounts.value.owner.david", ("David Keller", "none")),
    ]
    assert "owns 2 accounts; is that David Keller" in asked.questions[0].text

    answers = {one.key: "David Keller" for one in asked.questions}
    found = read_portfolio(accounts, csms, answers=answers, as_of=date(2026, 6, 1))
    again = read_portfolio(accounts, csms, mapping=found.mapping, as_of=date(2026, 6, 1))
    for one in (found, again):
        assert one.portfolio is not None
        assert [each.owner for each in one.portfolio.accounts] == ["C1", "C1", "Ada", "C1", "Zoe"]
    nobody = read_portfolio(
        accounts, csms, answers=dict.fromkeys(answers, "none"), as_of=date(2026, 6, 1)
    ).portfolio
    assert nobody is not None
    assert [each.owner for each in nobody.accounts] == [None, None, "Ada", None, "Zoe"]
