"""Frozen dataclasses to plain JSON records and back, for the workspace and the solver's pipe."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Callable, Hashable, Mapping
from datetime import date, datetime
from functools import cache
from typing import Any, Final, Literal, TypeAlias, TypeVar, Union

T = TypeVar("T")
_PLAIN: Final = frozenset({bool, float, int, str, type(None)})


def to_record(thing: Any) -> Any:
    """Turn a dataclass (or a container of them) into JSON values; fields at their default are left out."""
    if dataclasses.is_dataclass(thing) and not isinstance(thing, type):
        return {
            name: value if type(value) in _PLAIN else to_record(value)
            for name, default in _fields(type(thing))
            if (value := getattr(thing, name)) is not default and value != default
        }
    if isinstance(thing, Mapping):
        return {str(key): to_record(value) for key, value in thing.items()}
    if isinstance(thing, (frozenset, set)):
        return sorted(thing)
    if isinstance(thing, (tuple, list)):
        return [to_record(value) for value in thing]
    if isinstance(thing, date):
        return thing.isoformat()
    return thing


def from_record(kind: type[T], record: Any) -> T:
    """Rebuild a `kind` from what `to_record` made; raises `TypeError` or `ValueError` on anything else."""
    make = _maker(typing.cast("Hashable", kind))
    return typing.cast("T", record if make is None else make(record))


@cache
def _fields(kind: type) -> tuple[tuple[str, Any], ...]:
    found = []
    for one in dataclasses.fields(kind):
        default = one.default
        if default is dataclasses.MISSING and one.default_factory is not dataclasses.MISSING:
            default = one.default_factory()
        found.append((one.name, default))
    return tuple(found)


Maker: TypeAlias = Callable[[Any], Any]


@cache
def _maker(kind: Any) -> Maker | None:  # noqa: PLR0911 - one return for each kind of type
    """What makes a value of a type from its JSON value; ``None`` where they are the same.

    Types are taken apart once and not for every value: a portfolio has a million of them.
    """
    origin, args = typing.get_origin(kind), typing.get_args(kind)
    if dataclasses.is_dataclass(kind):
        return _dataclass_maker(typing.cast("type", kind))
    if origin in (Union, types.UnionType):
        return _union_maker(args)
    if origin is Literal:
        return _literal_maker(args)
    if origin in (tuple, list):
        return _tuple_maker(args)
    if origin in (Mapping, dict):
        return _mapping_maker(args[1])
    if origin is frozenset:
        return _set_maker(args[0])
    made: dict[Any, Maker] = {
        **{one: _plain_maker(one) for one in (bool, float, int, str)},
        datetime: datetime.fromisoformat, date: date.fromisoformat,
    }  # fmt: skip
    return made.get(kind)


def _dataclass_maker(kind: type) -> Maker:
    makers = {name: _maker(hint) for name, hint in typing.get_type_hints(kind).items()}

    def make(value: Any) -> Any:
        if not isinstance(value, dict):
            msg = f"expected a record for {kind}, found {value!r}"
            raise TypeError(msg)
        if not value.keys() <= makers.keys():
            msg = f"unknown fields {sorted(value.keys() - makers.keys())} for {kind}"
            raise ValueError(msg)
        return kind(
            **{name: one if (make := makers[name]) is None else make(one) for name, one in value.items()}
        )

    return make


def _union_maker(options: tuple[Any, ...]) -> Maker | None:
    """Of a type that may be unknown; any other union is taken as it is."""
    kinds = [one for one in options if one is not type(None)]
    make = _maker(kinds[0]) if len(kinds) == 1 else None
    if make is None or len(kinds) == len(options):
        return make
    return lambda value: None if value is None else make(value)


def _plain_maker(kind: type) -> Maker:
    def make(value: Any) -> Any:
        if type(value) is kind:
            return value
        if kind is float and type(value) is int:
            return float(value)
        msg = f"expected {kind.__name__}, found {value!r}"
        raise TypeError(msg)

    return make


def _literal_maker(words: tuple[Any, ...]) -> Maker:
    known = frozenset(words)

    def make(value: Any) -> Any:
        if not isinstance(value, Hashable) or value not in known:
            msg = f"{value!r} is none of {words}"
            raise ValueError(msg)
        return value

    return make


def _tuple_maker(args: tuple[Any, ...]) -> Maker:
    if len(args) == 2 and args[1] is Ellipsis:  # noqa: PLR2004 - `tuple[int, ...]`
        make = _maker(args[0])
        return lambda values: tuple(_listed(values) if make is None else map(make, _listed(values)))
    makers = [_maker(one) for one in args]
    return lambda values: tuple(
        value if make is None else make(value) for make, value in zip(makers, _listed(values), strict=True)
    )


def _set_maker(of: Any) -> Maker:
    make = _maker(of)
    return lambda values: frozenset(_listed(values) if make is None else map(make, _listed(values)))


def _listed(values: Any) -> Any:
    """The values, unless they are none: a text would fall into its letters."""
    if not isinstance(values, (list, tuple)):
        msg = f"expected a list, found {values!r}"
        raise TypeError(msg)
    return values


def _mapping_maker(of: Any) -> Maker:
    make = _maker(of)

    def build(found: Any) -> dict[str, Any]:
        if not isinstance(found, dict):
            msg = f"expected a record, found {found!r}"
            raise TypeError(msg)
        return {str(key): one if make is None else make(one) for key, one in found.items()}

    return build
