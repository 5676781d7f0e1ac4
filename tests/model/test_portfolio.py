"""What cannot form a portfolio is refused with the record and the cure."""

from __future__ import annotations

import math
from datetime import date
from typing import Any

import pytest

from bookshift_model.portfolio import Account, Csm, Portfolio, PortfolioError

DAY = date(2026, 1, 5)


def account(**fields: Any) -> Account:
    return Account(**{"id": "A0", "name": "Acme", "arr": 1.0, **fields})


def csm(**fields: Any) -> Csm:
    return Csm(**{"id": "C0", "name": "Ada", **fields})


@pytest.mark.parametrize(
    ("make", "field", "value", "said"),
    [
        (account, "arr", -1, "account A0: ARR -1 is below 0; correct it in the file"),
        (account, "arr", math.nan, "account A0: ARR nan is no number; correct it in the file"),
        (account, "health", 101, "account A0: health 101 is outside 0 to 100; correct it in the file"),
        (account, "churn_probability", 1.5, "churn probability 1.5 is outside 0 to 1"),
        (account, "complexity", 6, "complexity 6 is outside 1 to 5"),
        (account, "open_tickets", -2, "open tickets -2 is below 0"),
        (account, "health_trend", math.inf, "health trend inf is no number"),
        (account, "usage_growth", math.nan, "usage growth nan is no number"),
        (account, "timezone", math.nan, "timezone nan is no number"),
        (csm, "fte", 1.6, "CSM C0: FTE 1.6 is outside 0 to 1.5; correct it in the file"),
        (csm, "timezone", math.nan, "CSM C0: timezone nan is no number"),
        (csm, "max_accounts", -1, "maximum of accounts -1 is below 0"),
        (csm, "max_arr", math.inf, "maximum ARR inf is no number"),
        (csm, "renewals_won", -1, "renewals won -1 is below 0"),
    ],
)
def test_an_impossible_number_names_record_field_and_cure(
    make: Any, field: str, value: float, said: str
) -> None:
    with pytest.raises(PortfolioError) as error:
        make(**{field: value})
    assert said in str(error.value)


def test_the_ends_of_every_range_are_inside() -> None:
    account(arr=0, health=0, churn_probability=1, complexity=5, open_tickets=0)
    account(health=100, churn_probability=0, complexity=1)
    csm(fte=0, max_accounts=0)
    csm(fte=1.5)


def test_ids_are_there_and_unique() -> None:
    with pytest.raises(PortfolioError, match="account 'Acme' has no id; give every account an id"):
        account(id="")
    with pytest.raises(PortfolioError, match="CSM 'Ada' has no id"):
        csm(id="")
    with pytest.raises(PortfolioError, match="account id 'A0' appears twice; keep one of the rows"):
        Portfolio((account(), account(name="Bolt")), (csm(),), DAY)
    with pytest.raises(PortfolioError, match="CSM id 'C0' appears twice"):
        Portfolio((account(),), (csm(), csm()), DAY)
    with pytest.raises(PortfolioError, match="the roster has no CSM; import at least one"):
        Portfolio((account(),), (), DAY)


def test_records_are_found_by_id_whatever_their_case() -> None:
    found = Portfolio((account(arr=0.1), account(id="a0", arr=0.2)), (csm(), csm(id="c0")), DAY)
    assert (found.account_index["A0"], found.account_index["a0"], found.csm_index["c0"]) == (0, 1, 1)
    assert found.total_arr == math.fsum([0.1, 0.2])
    assert Portfolio((), (csm(),), DAY).total_arr == 0
