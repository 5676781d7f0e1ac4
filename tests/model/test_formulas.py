from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, get_args, get_origin

import pytest
from pydantic import BaseModel, ValidationError

from bookshift_model.formulas import Formulas

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic.fields import FieldInfo


def constants(kind: type[BaseModel]) -> Iterator[tuple[str, FieldInfo]]:
    for name, field in kind.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from constants(field.annotation)
        else:
            yield f"{kind.__name__}.{name}", field


@pytest.mark.parametrize(("name", "field"), list(constants(Formulas)))
def test_every_constant_says_what_it_is_how_sure_it_is_and_has_limits(name: str, field: FieldInfo) -> None:
    assert re.search(r"\. \((H|M|L|A|M to H)\)$", field.description or ""), name
    inner = [one for arg in get_args(field.annotation) for one in getattr(arg, "__metadata__", ())]
    words = field.annotation is bool or get_origin(field.annotation) is Literal
    assert field.metadata or inner or words, name


def test_formulas_survive_a_trip_through_plain_values() -> None:
    changed = Formulas.model_validate({"touch_hours": {"high": 6}, "capacity": {"ramp": [0.5, 1]}})
    assert changed.touch_hours.high == 6
    assert changed.capacity.ramp == (0.5, 1)
    assert changed.touch_hours.mid == Formulas().touch_hours.mid
    assert Formulas.model_validate(changed.model_dump(mode="json")) == changed


@pytest.mark.parametrize(
    "wrong",
    [
        {"touch_hour": {}},
        {"touch_hours": {"hgih": 5}},
        {"touch_hours": {"high": -1}},
        {"multipliers": {"complexity": [1, 1, 1]}},
        {"move": {"effect": 0.9}},
        {"churn": {"base_small": 0}},
    ],
)
def test_a_typing_mistake_or_an_absurd_number_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Formulas.model_validate(wrong)
