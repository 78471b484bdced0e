"""Fields of an entry to JSON and back, by their declared types.

What is stored must hash to the same bytes on any database and after any number of round trips; so there are
no floats (a fraction or a decimal is text), no naive moments, no characters that a database would drop.
"""

from __future__ import annotations

import types
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from renda.kernel.record.errors import BadEntry

_PLAIN: dict[type, Any] = {
    Decimal: Decimal,
    Fraction: Fraction,
    UUID: UUID,
    date: date.fromisoformat,
}


def stamp(moment: datetime) -> str:
    """A moment as the record writes it: UTC, microseconds, ``2026-03-05T01:02:03.000000Z``."""
    if moment.tzinfo is None:
        raise BadEntry("时间没有时区：请用 renda.kernel.clock 取得时间。")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _text(value: str) -> str:
    if "\x00" in value:
        raise BadEntry("文字中有空字符（NUL），无法存入记录。")
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise BadEntry("文字中有不成对的代理字符，无法存入记录。") from error
    return value


def to_json(value: Any) -> Any:
    """A field's value as JSON: text, whole numbers, booleans, null, lists, objects.

    Raises:
        BadEntry: for floats, naive moments and anything else that has no exact form.
    """
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, int):
        return int(value)
    if isinstance(value, datetime):
        return stamp(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (Decimal, Fraction, UUID)):
        return str(value)
    if is_dataclass(value) and not isinstance(value, type):
        return {part.name: to_json(getattr(value, part.name)) for part in fields(value)}
    if isinstance(value, dict):
        return {_key(key): to_json(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [to_json(inner) for inner in value]
    if isinstance(value, (set, frozenset)):
        return sorted(to_json(inner) for inner in value)
    raise BadEntry(
        f"记录的字段不能是 {type(value).__name__}：只能用文字、整数、日期、小数（Decimal）、分数等。"
    )


def _key(key: Any) -> str:
    if not isinstance(key, str):
        raise BadEntry("记录中对象的键必须是文字。")
    return _text(key)


def check_type(hint: Any, where: str) -> None:
    """Refuse a declared type that could not be stored and read back exactly.

    Raises:
        BadEntry: at class definition, naming the field.
    """
    origin = get_origin(hint)
    if origin in (Union, types.UnionType, list, tuple, set, frozenset):
        for inner in get_args(hint):
            if inner is not type(None) and inner is not Ellipsis:
                check_type(inner, where)
    elif origin is dict:
        key, inner = get_args(hint)
        if key is not str:
            raise BadEntry(f"{where}：对象的键必须声明为 str。")
        check_type(inner, where)
    elif origin is Literal:
        for choice in get_args(hint):
            check_type(type(choice), where)
    elif isinstance(hint, type) and is_dataclass(hint):
        for name, inner in get_type_hints(hint).items():
            check_type(inner, f"{where}.{name}")
    elif hint not in (str, int, bool, datetime, dict, Any, *_PLAIN):
        raise BadEntry(f"{where}：不支持的类型 {hint!r}。")


def from_json(hint: Any, value: Any) -> Any:
    """A stored JSON value as the declared type.

    Raises:
        BadEntry: where the value does not fit.
    """
    origin = get_origin(hint)
    if hint is Any or origin is Literal:
        return value
    if origin in (Union, types.UnionType):
        return _one_of(get_args(hint), value)
    if origin in (list, set, frozenset):
        return origin(from_json(get_args(hint)[0], inner) for inner in _as(list, value))
    if origin is tuple:
        parts = get_args(hint)
        items = _as(list, value)
        if len(parts) == 2 and parts[1] is Ellipsis:
            return tuple(from_json(parts[0], inner) for inner in items)
        return tuple(from_json(part, inner) for part, inner in zip(parts, items, strict=True))
    if origin is dict:
        return {key: from_json(get_args(hint)[1], inner) for key, inner in _as(dict, value).items()}
    if is_dataclass(hint) and isinstance(hint, type):
        return build(hint, _as(dict, value))
    if hint is datetime:
        return datetime.fromisoformat(_as(str, value))
    if hint in _PLAIN:
        return _PLAIN[hint](_as(str, value))
    return _as(hint, value)


def _one_of(hints: tuple[Any, ...], value: Any) -> Any:
    if value is None and type(None) in hints:
        return None
    for hint in hints:
        if hint is type(None):
            continue
        try:
            return from_json(hint, value)
        except (BadEntry, ValueError, TypeError):
            continue
    raise BadEntry(f"记录的内容 {value!r} 不合声明的类型 {hints!r}。")


def _as(wanted: type, value: Any) -> Any:
    if not isinstance(value, wanted) or (wanted is int and isinstance(value, bool)):
        raise BadEntry(f"记录的内容应为 {wanted.__name__}，实为 {type(value).__name__}。")
    return value


def _optional(part: Field[Any]) -> bool:
    return part.default is not MISSING or part.default_factory is not MISSING


@cache
def _shape(cls: type) -> tuple[dict[str, Any], dict[str, Field[Any]]]:
    """Types and fields of a dataclass: looked up once, a timeline builds hundreds."""
    return get_type_hints(cls), {part.name: part for part in fields(cls)}


def build(cls: type, payload: dict[str, Any], retired: frozenset[str] = frozenset()) -> Any:
    """A dataclass from its stored fields.

    Args:
        cls: the dataclass.
        payload: the stored object.
        retired: names that former versions of the class had and that are no longer read.

    Raises:
        BadEntry: unknown or missing fields; a field added later needs a default.
    """
    hints, known = _shape(cls)
    unknown = payload.keys() - known.keys() - retired
    if unknown:
        raise BadEntry(f"{cls.__name__} 没有字段 {'、'.join(sorted(unknown))}；已停用的字段请列入 RETIRED。")
    missing = [name for name, part in known.items() if name not in payload and not _optional(part)]
    if missing:
        raise BadEntry(f"{cls.__name__} 缺少字段 {'、'.join(missing)}；后加的字段必须有默认值。")
    return cls(**{name: from_json(hints[name], payload[name]) for name in known if name in payload})
