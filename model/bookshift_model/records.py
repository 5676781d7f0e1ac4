"""Frozen dataclasses to plain JSON records and back, for the workspace and the solver's pipe."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from typing import Any, Literal, TypeVar, Union

T = TypeVar("T")


def to_record(thing: Any) -> Any:
    """Turn a dataclass (or a container of them) into JSON values; fields at their default are left out."""
    if dataclasses.is_dataclass(thing) and not isinstance(thing, type):
        return {
            name: to_record(value)
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
    return typing.cast("T", _build(kind, record))


@cache
def _fields(kind: type) -> tuple[tuple[str, Any], ...]:
    found = []
    for one in dataclasses.fields(kind):
        default = one.default
        if default is dataclasses.MISSING and one.default_factory is not dataclasses.MISSING:
            default = one.default_factory()
        found.append((one.name, default))
    return tuple(found)


@cache
def _hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def _build(kind: Any, value: Any) -> Any:
    origin = typing.get_origin(kind)
    if origin in (Union, types.UnionType):
        return _build_union(typing.get_args(kind), value)
    if origin is Literal:
        if value not in typing.get_args(kind):
            msg = f"{value!r} is none of {typing.get_args(kind)}"
            raise ValueError(msg)
        return value
    if origin in (tuple, list):
        return _build_tuple(typing.get_args(kind), value)
    if origin is frozenset:
        return frozenset(value)
    if origin in (Mapping, dict):
        of = typing.get_args(kind)[1]
        return {str(key): _build(of, one) for key, one in value.items()}
    return _build_plain(kind, value)


def _build_plain(kind: Any, value: Any) -> Any:
    if dataclasses.is_dataclass(kind):
        if not isinstance(value, Mapping):
            msg = f"expected a record for {kind}, found {value!r}"
            raise TypeError(msg)
        hints = _hints(typing.cast("type", kind))
        unknown = set(value) - set(hints)
        if unknown:
            msg = f"unknown fields {sorted(unknown)} for {kind}"
            raise ValueError(msg)
        return typing.cast("type", kind)(**{name: _build(hints[name], one) for name, one in value.items()})
    if kind is datetime:
        return datetime.fromisoformat(value)
    if kind is date:
        return date.fromisoformat(value)
    if kind is float and isinstance(value, int):
        return float(value)
    return value


def _build_union(options: tuple[Any, ...], value: Any) -> Any:
    if value is None and type(None) in options:
        return None
    kinds = [one for one in options if one is not type(None)]
    return _build(kinds[0], value) if len(kinds) == 1 else value


def _build_tuple(args: tuple[Any, ...], value: Any) -> Any:
    if len(args) == 2 and args[1] is Ellipsis:  # noqa: PLR2004
        return tuple(_build(args[0], one) for one in value)
    return tuple(_build(kind, one) for kind, one in zip(args, value, strict=True))
