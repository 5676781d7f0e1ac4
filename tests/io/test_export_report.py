"""The report and the workbook: safe to open, stable, and saying what the plan says."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from bookshift_io.export.document import Bar, Chart
from bookshift_io.export.marker import PEOPLE_MARKER, WORKBOOK_KEYWORD
from bookshift_io.export.plan import ExportScenario, prepare_plan
from bookshift_io.export.policy_words import goal_words, rule_words
from bookshift_io.export.report import MOST_MOVES, report
from bookshift_io.export.report_charts import MOST_BARS, charts
from bookshift_io.export.report_markdown import escaped
from bookshift_io.workspace.approvals import Approval
from bookshift_model.data import Data
from bookshift_model.explain.diff import diff
from bookshift_model.policy import Policy
from bookshift_model.portfolio import Account, Csm, Portfolio
from bookshift_model.problem import Problem, build
from bookshift_model.sample import sample

if TYPE_CHECKING:
    from collections.abc import Sequence

HOSTILE = '<script>alert(1)</script> & "Söhne" \u202egpj.exe'
FORMULA = '=HYPERLINK("http://evil","x")'
NOW = datetime(2026, 1, 6, 9, 30, tzinfo=UTC)
DRAFT = ExportScenario(
    name=HOSTILE, version=7, fairness="Equal hours.", app_version="0.1.0", at=NOW,
    proof="The plan is proven within 0.4 % of the best possible.",
    findings=({"severity": "warning", "file": "a.csv", "row": 3, "column": "ARR", "value": FORMULA,
               "message": "no ARR is given"},),
)  # fmt: skip
APPROVED = replace(
    DRAFT,
    approval=Approval(
        scenario_id=3, version=7, sha256="ab" * 32, author="ann", uid=1001, at=NOW,
        rationale="Evens out the load", seq=40, content={"moves": {"A1": "C2", "A3": "C2"}},
    ),
)  # fmt: skip


def problem_of(portfolio: Portfolio, policy: Policy | None = None) -> Problem:
    policy = policy or Policy()
    return build(Data(portfolio, policy.formulas), policy)


def small() -> Problem:
    accounts = (
        Account(id="A1", name=HOSTILE, arr=100_000.0, owner="C1", industry="Energy", health=40.0,
                owner_since=date(2019, 1, 1)),
        Account(id="A2", name=FORMULA, arr=500.0, owner="C1", imputed=frozenset({"arr"})),
        Account(id="A3", name="Gone", arr=20.0, owner="C9"),
    )  # fmt: skip
    csms = (
        Csm(id="C1", name="Ada <b>", industries=("Energy",)),
        Csm(id="C2", name="@Bob", industries=("Retail",)),
    )
    return problem_of(Portfolio(accounts, csms, date(2026, 1, 5), "EUR"))


def made(
    profile: str,
    scenario: ExportScenario = DRAFT,
    problem: Problem | None = None,
    plan: Sequence[int] = (1, 0, 1),
) -> dict[str, bytes]:
    prepared = prepare_plan(
        problem=problem or small(), assignment=np.array(plan), scenario=scenario, profiles=[profile]
    )
    return dict(prepared.files)


class Page(HTMLParser):
    """Tags and text of a page."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(content.decode("utf-8"))

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data + "\n"

    def count(self, tag: str) -> int:
        return sum(name == tag for name, _ in self.tags)


def test_the_page_runs_and_loads_nothing_and_every_name_is_text() -> None:
    page = Page(made("report")["report-draft.html"])
    assert (
        page.count("script")
        == page.count("b")
        == page.count("a")
        == page.count("img")
        == page.count("link")
        == 0
    )
    assert not [
        key for _, attributes in page.tags for key in attributes if key in {"href", "src"} or key[:2] == "on"
    ]
    assert '<script>alert(1)</script> & "Söhne" \N{REPLACEMENT CHARACTER}gpj.exe' in page.text
    assert "\u202e" not in page.text
    assert "Ada <b>" in page.text
    (policy,) = [
        one["content"] for tag, one in page.tags if one.get("http-equiv") == "Content-Security-Policy"
    ]
    assert policy == "default-src 'none'; style-src 'unsafe-inline'"


def test_tables_have_captions_and_headers_and_charts_are_named() -> None:
    page = Page(made("report")["report-draft.html"])
    assert page.count("table") == page.count("caption") > 5
    assert {one["scope"] for tag, one in page.tags if tag == "th"} == {"col", "row"}
    images = [one for tag, one in page.tags if tag == "svg"]
    assert len(images) == 4
    assert all(one["role"] == "img" and one["aria-label"] for one in images)
    assert "prefers-color-scheme: dark" in page.text
    assert "@media print" in page.text


def test_the_report_says_what_was_asked_who_loses_and_what_is_proven() -> None:
    page = Page(made("report")["report-draft.html"]).text
    for said in (
        "2 accounts of 3 change their CSM", "Equal hours.",
        "raises the churn risk by 0.5 percentage points or more,", "proven within 0.4 % of the best possible",
        "does not know Energy", "7 years with Ada <b> ends", "had no owner on the roster", "no ARR is given",
        "Filled in by the import, because the files leave it open: ARR of 1 account", "DRAFT: not approved",
    ):  # fmt: skip
        assert said in page, said
    parts = (
        "In short", "What was asked", "Today and the plan", "Who is worse off",
        "What each CSM gains and gives", "Every move, with its reason", "What is proven", "Data quality",
        "What was assumed", "Approval",
    )  # fmt: skip
    order = [page.index(f"\n{one}\n") for one in parts]
    assert order == sorted(order)


def test_an_approved_report_names_approver_and_reason() -> None:
    found = made("report", APPROVED)
    assert sorted(found) == ["report.html", "report.md"]
    page = Page(found["report.html"]).text
    for said in ("APPROVED by ann on 6 January 2026", "Evens out the load", "ab" * 32, "Unix user 1001"):
        assert said in page
    assert "DRAFT" not in page


def test_without_a_proof_the_report_says_that_nothing_is_proven() -> None:
    page = Page(made("report", replace(DRAFT, proof=""))["report-draft.html"]).text
    assert "Nothing is proven about this plan" in page


def test_a_plan_without_moves_says_so() -> None:
    problem = small()
    page = Page(made("report", problem=problem, plan=(0, 0, -1))["report-draft.html"]).text
    assert "No account changes its owner: the plan is today's books." in page
    assert "Nobody is worse off by this plan." in page


def test_markdown_has_the_same_words_and_no_marks_from_names() -> None:
    text = made("report")["report-draft.md"].decode()
    assert "\\<script\\>alert(1)\\</script\\>" in text
    assert "<script" not in text.replace("\\<script", "")
    assert "proven within 0.4 % of the best possible" in text
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    tables = re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE)
    assert len(rows) > 20
    for one in tables:
        assert len({len(re.findall(r"(?<!\\)\|", line)) for line in one.splitlines()}) == 1


@pytest.mark.parametrize(
    ("text", "shown"),
    [("- a", "\\- a"), ("1. a", "\\1. a"), ("a|b", "a\\|b"), ("# x", "\\# x"),
     ("[x](http://e)", "\\[x\\](http\\://e)"),
     ("![i](x)", "\\!\\[i\\](x)"), ("a\nb", "a b"), ("`x` &amp;", "\\`x\\` \\&amp;"),
     ("plain text.", "plain text.")],
)  # fmt: skip
def test_marks_of_markdown_are_escaped(text: str, shown: str) -> None:
    assert escaped(text) == shown


def test_the_same_plan_gives_the_same_bytes_whenever_it_is_exported() -> None:
    later = replace(DRAFT, at=datetime(2027, 5, 5, tzinfo=UTC))
    for profile in ("report", "workbook"):
        assert made(profile) == made(profile, later)


def test_long_lists_are_cut_and_say_so() -> None:
    problem = problem_of(sample(1_300, 40, 1))
    told = diff(problem, problem.baseline, (problem.baseline + 1) % 40)
    document = report(problem, told, DRAFT)
    assert len(told.moves) > MOST_MOVES
    said = " ".join(getattr(one, "text", "") for one in document.blocks)
    assert f"and {len(told.moves) - MOST_MOVES} more moves" in said
    shown = list(charts(told))
    assert all(len(one.bars) == MOST_BARS for one in shown)
    assert all(f"the {MOST_BARS} of 40 that change most" in one.caption for one in shown)
    assert all(0 <= share <= 1 for one in shown for bar in one.bars for share in (bar.today, bar.plan))
    assert isinstance(shown[0], Chart)
    assert isinstance(shown[0].bars[0], Bar)


def test_a_policy_is_told_in_words() -> None:
    policy = Policy.preset("balanced").with_rule("max_accounts", mode="soft", limit=30, per_fte=True)
    policy = policy.with_rule("arr_band", mode="hard", tolerate=True)
    assert goal_words(policy)[0][1] == "20 %"
    words = {one.name: one for one in rule_words(policy)}
    assert words["Maximum accounts"].limit == "30 at full time"
    assert words["Maximum accounts"].how == "kept where it costs little"
    assert words["ARR band"].limit == "±15 %"
    assert words["ARR band"].how == "must be kept; what breaks it today may stay as it is"
    assert words["Renewal freeze"].limit == "60 days"
    assert list(words)[-1] == "Maximum accounts"


# The workbook

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


class Book:
    """Sheets of an XLSX as rows of (text, kind), read from its XML."""

    def __init__(self, content: bytes) -> None:
        self.zip = zipfile.ZipFile(io.BytesIO(content))
        names = ET.fromstring(self.zip.read("xl/workbook.xml")).iter(f"{MAIN}sheet")  # noqa: S314 - our own
        self.sheets = {one.attrib["name"]: k for k, one in enumerate(names, 1)}
        self.core = self.zip.read("docProps/core.xml").decode()

    def xml(self, name: str) -> ET.Element:
        return ET.fromstring(self.zip.read(f"xl/worksheets/sheet{self.sheets[name]}.xml"))  # noqa: S314 - our own

    def rows(self, name: str) -> list[dict[str, tuple[str, str]]]:
        return [
            {
                re.sub(r"\d", "", cell.attrib["r"]): ("".join(cell.itertext()), cell.attrib.get("t", "n"))
                for cell in row
            }
            for row in self.xml(name).iter(f"{MAIN}row")
        ]

    def table(self, name: str) -> list[dict[str, tuple[str, str]]]:
        head, *rows = self.rows(name)
        return [{head[k][0]: value for k, value in one.items() if k in head} for one in rows]


def test_the_workbook_has_six_sheets_marked_as_for_people() -> None:
    book = Book(made("workbook")["workbook-draft.xlsx"])
    assert list(book.sheets) == ["Summary", "Books", "Moves", "Accounts", "Policy and rules", "Findings"]
    assert f"<cp:keywords>{WORKBOOK_KEYWORD}</cp:keywords>" in book.core
    for name in ("Books", "Moves", "Accounts", "Findings"):
        assert PEOPLE_MARKER in [text for text, _ in book.rows(name)[0].values()]
        sheet = book.xml(name)
        (pane,) = sheet.iter(f"{MAIN}pane")
        assert pane.attrib["state"] == "frozen"
        assert sheet.find(f"{MAIN}autoFilter") is not None


def test_no_cell_is_a_formula_a_link_or_a_number_that_was_text() -> None:
    book = Book(made("workbook")["workbook-draft.xlsx"])
    for name in book.sheets:
        assert not list(book.xml(name).iter(f"{MAIN}f"))
        assert book.xml(name).find(f"{MAIN}hyperlinks") is None
    accounts = book.table("Accounts")
    assert accounts[1]["Name"] == (FORMULA, "inlineStr")
    assert accounts[0]["Name"][0] == HOSTILE.replace("\u202e", "\N{REPLACEMENT CHARACTER}")
    assert book.table("Findings")[0]["Value"] == (FORMULA, "inlineStr")


def test_figures_are_numbers_and_words_stand_beside_colours() -> None:
    problem = small()
    book = Book(made("workbook", problem=problem)["workbook-draft.xlsx"])
    accounts = book.table("Accounts")
    assert accounts[0]["ARR"] == ("100000", "n")
    moves = {one["Account id"][0]: one for one in book.table("Moves")}
    assert set(moves) == {"A1", "A3"}
    rise = float(moves["A1"]["Expected churn change"][0])
    churn = problem.data.churn
    assert rise == pytest.approx(100_000 * (churn[0, 1] - churn[0, 0]))
    assert moves["A1"]["Change"][0] == ("worse" if rise > 0 else "better")
    assert all(
        one["Band"][0] in {"idle", "room", "target", "watch", "act", "overload"}
        for one in book.table("Books")
    )
    assert sum(float(one["ARR plan"][0]) for one in book.table("Books")) == 100_520.0


def test_an_approved_workbook_says_so() -> None:
    book = Book(made("workbook", APPROVED)["workbook.xlsx"])
    assert "APPROVED by ann on 6 January 2026" in book.core
    assert ("APPROVED by ann on 6 January 2026", "inlineStr") in [
        cell for row in book.rows("Summary") for cell in row.values()
    ]
