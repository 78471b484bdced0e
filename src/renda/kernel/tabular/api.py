"""The door of tabular: spreadsheets in and out.

A room declares its tables in ``imports.py`` and registers them::

    tabular.api.register(
        Table(
            kind="people.organisations",
            label="机构名录",
            key=("name",),
            policy="people.import",
            columns=[
                Column("name", "机构名称", aliases=["单位名称", "全称"], required=True, max_length=120),
                Column("parent", "上级机构", kind="organ", lookup=organisations_by_name),
                Column("since", "成立日期", kind="date"),
            ],
            apply=apply_organisations,  # (rows, context) -> Applied, inside the import's transaction
            undo=undo_organisations,  # (items, context) -> None
        )
    )
"""

from __future__ import annotations

from renda.kernel.tabular.schema import (
    Ambiguous,
    Applied,
    AppliedItem,
    CellError,
    Column,
    Context,
    FileRefused,
    Item,
    Refused,
    Row,
    Table,
    TabularError,
    forget_table,
    register,
    table,
    tables,
)

__all__ = [
    "Ambiguous",
    "Applied",
    "AppliedItem",
    "CellError",
    "Column",
    "Context",
    "FileRefused",
    "Item",
    "Refused",
    "Row",
    "Table",
    "TabularError",
    "forget_table",
    "register",
    "table",
    "tables",
]
