"""The vault's only ways in: by id, by blind index, by subject, by key, by the day to delete.

Everything else raises, so that nobody writes a page that walks through people's numbers.
"""

from __future__ import annotations

from typing import Any, Self

from django.db import models

_ALLOWED = frozenset(
    {
        "id",
        "pk",
        "id__in",
        "pk__in",
        "kind",
        "index",
        "index__in",
        "subject_kind",
        "subject_id",
        "key",
        "key_id",
        "delete_after__lt",
        "pending_since__lt",
    }
)
# A kind alone (all citizen IDs) would be a walk through the vault.
_KEYED = _ALLOWED - {"kind", "subject_kind"}


class VaultAccess(RuntimeError):
    """A query of the vault by anything but its look-ups."""


def _refuse(what: str) -> VaultAccess:
    return VaultAccess(f"保险库只能按编号、盲索引、对象查找，不能{what}")


class VaultQuerySet(models.QuerySet[Any]):
    """A query set that answers only when it was asked by a key."""

    _keyed = False

    def _clone(self) -> Self:
        clone: Self = super()._clone()  # type: ignore[misc]
        clone._keyed = self._keyed
        return clone

    def _filter_or_exclude_inplace(self, negate: bool, args: Any, kwargs: dict[str, Any]) -> None:
        if negate or args:
            raise _refuse("用排除或组合条件")
        strange = set(kwargs) - _ALLOWED
        if strange:
            raise _refuse(f"按 {'、'.join(sorted(strange))} 筛选")
        self._keyed = self._keyed or bool(set(kwargs) & _KEYED)
        super()._filter_or_exclude_inplace(negate, args, kwargs)  # type: ignore[misc]

    def _fetch_all(self) -> None:
        self._need_key()
        super()._fetch_all()

    def _need_key(self) -> None:
        if not self._keyed:
            raise _refuse("整表读取")

    def iterator(self, *args: Any, **kwargs: Any) -> Any:
        self._need_key()
        return super().iterator(*args, **kwargs)

    def values(self, *fields: Any, **expressions: Any) -> Any:
        if not fields or expressions or not set(fields) <= {"id", "pk", "kind", "subject_kind", "subject_id"}:
            raise _refuse("取出密文列")
        return super().values(*fields)

    def values_list(self, *fields: Any, flat: bool = False, named: bool = False) -> Any:
        if not fields or not set(fields) <= {"id", "pk", "kind", "subject_kind", "subject_id"}:
            raise _refuse("取出密文列")
        return super().values_list(*fields, flat=flat, named=named)

    def annotate(self, *args: Any, **kwargs: Any) -> Any:
        raise _refuse("加算列")

    def alias(self, *args: Any, **kwargs: Any) -> Any:
        raise _refuse("加算列")

    def extra(self, *args: Any, **kwargs: Any) -> Any:
        raise _refuse("附加 SQL")

    def raw(self, *args: Any, **kwargs: Any) -> Any:
        raise _refuse("执行 SQL")

    def order_by(self, *field_names: Any) -> Self:
        if not set(field_names) <= {"id", "pk"}:
            raise _refuse("按内容排序")
        return super().order_by(*field_names)

    def aggregate(self, *args: Any, **kwargs: Any) -> Any:
        raise _refuse("汇总")

    def __or__(self, other: Any) -> Any:
        raise _refuse("合并查询")

    __and__ = __xor__ = __or__

    def union(self, *args: Any, **kwargs: Any) -> Any:
        raise _refuse("合并查询")

    def delete(self) -> tuple[int, dict[str, int]]:
        self._need_key()
        return super().delete()

    def update(self, **kwargs: Any) -> int:
        self._need_key()
        return super().update(**kwargs)


VaultManager = models.Manager.from_queryset(VaultQuerySet)
