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

See ``docs/tabular.md``.
"""

from __future__ import annotations

from renda.kernel.tabular.cli import cli_import, cli_tables
from renda.kernel.tabular.export import export, export_csv
from renda.kernel.tabular.models import Batch
from renda.kernel.tabular.preview import Group, Preview
from renda.kernel.tabular.roundtrip import (
    BackError,
    BackRow,
    Form,
    OutRow,
    Returned,
    roundtrip_in,
    roundtrip_out,
)
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
from renda.kernel.tabular.services import apply, preview
from renda.kernel.tabular.undoing import close_batch, undo
from renda.kernel.tabular.views import download
from renda.kernel.tabular.workbooks import bad_rows as bad_rows_workbook
from renda.kernel.tabular.workbooks import blank as blank_workbook

__all__ = [
    "Ambiguous",
    "Applied",
    "AppliedItem",
    "BackError",
    "BackRow",
    "Batch",
    "CellError",
    "Column",
    "Context",
    "FileRefused",
    "Form",
    "Group",
    "Item",
    "OutRow",
    "Preview",
    "Refused",
    "Returned",
    "Row",
    "Table",
    "TabularError",
    "apply",
    "bad_rows_workbook",
    "blank_workbook",
    "cli_import",
    "cli_tables",
    "close_batch",
    "download",
    "export",
    "export_csv",
    "forget_table",
    "preview",
    "register",
    "roundtrip_in",
    "roundtrip_out",
    "table",
    "tables",
    "undo",
]
