from __future__ import annotations

import csv
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bookshift_io.export.crm import CRMS
from bookshift_io.export.marker import PEOPLE_MARKER, PLAN_COLUMNS
from bookshift_io.export.plan import ExportScenario, prepare_plan
from bookshift_io.export.records import ACCOUNT_HEADERS, CSM_HEADERS
from bookshift_io.intake.vocabulary import Field, normal
from bookshift_io.intake.vocabulary_accounts import ACCOUNT_FIELDS
from bookshift_io.intake.vocabulary_csms import CSM_FIELDS
from bookshift_model.data import Data
from bookshift_model.policy import Policy
from bookshift_model.problem import build
from bookshift_model.sample import sample

PAGE = (Path(__file__).parents[2] / "docs" / "files.md").read_text(encoding="utf-8")


def part(title: str) -> str:
    """What stands under a heading, up to the next."""
    return re.split(r"^#+ ", PAGE.split(f" {title}\n", 1)[1], maxsplit=1, flags=re.MULTILINE)[0]


@pytest.mark.parametrize(
    ("title", "headers", "fields"),
    [("Accounts", ACCOUNT_HEADERS, ACCOUNT_FIELDS), ("CSMs", CSM_HEADERS, CSM_FIELDS)],
)
def test_the_page_names_every_field_and_only_names_that_are_recognised(
    title: str, headers: dict[str, str], fields: tuple[Field, ...]
) -> None:
    known = {one.name: one.names for one in fields}
    rows = re.findall(r"^\| `(\w+)` \| (.*?) \|", part(title), flags=re.MULTILINE)
    assert [column for column, _ in rows] == list(headers.values())
    for (name, column), (_, others) in zip(headers.items(), rows, strict=True):
        for alias in (column, *re.findall(r"`(.+?)`", others)):
            assert normal(alias) in known[name] or normal(re.sub(r"\(.*\)", "", alias)) in known[name], alias


def test_the_page_names_every_column_that_is_written(tmp_path: Path) -> None:
    policy = Policy()
    problem = build(Data(sample(20, 3, 1), policy.formulas), policy)
    scenario = ExportScenario(
        name="x", version=1, fairness="x", app_version="0", at=datetime(2026, 1, 5, tzinfo=UTC)
    )
    for profile in ("system", "people"):
        prepare_plan(
            problem=problem,
            assignment=problem.baseline,
            scenario=scenario,
            reasons={},
            profiles=[profile],
        ).write(tmp_path)
    for path in tmp_path.glob("*.csv"):
        stem = path.stem.removesuffix("-draft").removesuffix("-people")
        with path.open(encoding="utf-8-sig", newline="") as file:
            headers = next(csv.reader(file))
        named = set(re.findall(r"`([^`]+)`", part(f"{stem}.csv") + part("Accounts"))) | {PEOPLE_MARKER}
        numbered = {f"renewals_q{number}" for number in range(1, 5)}
        assert {re.sub(r"_(today|plan)$", "", one) for one in headers} - numbered <= named
    assert set(PLAN_COLUMNS) <= set(re.findall(r"`([^`]+)`", part("plan.csv")))
    assert f"`{PEOPLE_MARKER}`" in PAGE


def test_the_page_names_the_columns_of_each_crm() -> None:
    for one in CRMS.values():
        assert f"| `{one.id}` | `{one.key}`, " in PAGE
        assert f"`{one.target}` |" in PAGE
