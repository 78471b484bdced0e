"""What ``renda import KIND FILE`` does: the same preview and apply as the page, told as data."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from renda.kernel.tabular import schema, services
from renda.kernel.tabular.models import Batch
from renda.kernel.tabular.preview import Preview
from renda.kernel.tabular.schema import FileRefused

_SHOWN = 5  # cells named per group of mistakes


def cli_import(
    kind: str, path: str | Path, *, apply: bool = False, mode: str = "all", year: int | None = None
) -> dict[str, Any]:
    """Read a file, and apply it if asked to.

    Args:
        kind: a registered table.
        path: of the file.
        apply: apply it; otherwise only say what it would do.
        mode: ``all`` or ``good``, as in ``services.apply``.
        year: for dates that carry none.

    Returns:
        ``applied`` (bool), ``batch`` (its number or None), counts, ``notices``, ``fatal``, ``mistakes`` with
        their first cells; JSON-able.

    Raises:
        TabularError: the file is refused, or cannot be applied.
    """
    try:
        content = Path(path).read_bytes()
    except OSError as error:
        raise FileRefused(f"读不了文件 {path}：{error.strerror or error}") from error
    options = {"year": str(year)} if year else None
    preview = services.preview(kind, content, actor=None, name=Path(path).name, options=options)
    upload = services.owned(preview.id, None)
    batch = None
    try:
        if apply:
            batch = services.apply(preview.id, actor=None, mode=mode)
    finally:
        services.discard(upload)
    return _told(preview, batch)


def _told(preview: Preview, batch: Batch | None) -> dict[str, Any]:
    return {
        "kind": preview.kind,
        "label": preview.label,
        "file": preview.name,
        "applied": batch is not None,
        "batch": batch.pk if batch else None,
        "rows_ok": preview.rows_ok,
        "rows_bad": preview.rows_bad,
        "new": preview.new,
        "changed": preview.changed,
        "unchanged": preview.unchanged,
        "fatal": preview.fatal,
        "notices": list(preview.notices),
        "unknown_headings": [heading.text for heading in preview.unknown],
        "mistakes": [
            {
                "column": group.label,
                "message": group.message,
                "count": group.count,
                "cells": [f"{cell.sheet}!{cell.address}" for cell in group.cells[:_SHOWN]],
            }
            for group in preview.groups
        ],
    }


def cli_tables() -> list[dict[str, Any]]:
    """The kinds that can be imported, with their columns: for ``renda import --help`` and ``--list``."""
    return [
        {
            "kind": table.kind,
            "label": table.label,
            "columns": [
                {"label": column.label, "required": column.required, "aliases": list(column.aliases)}
                for column in table.columns
            ],
        }
        for table in schema.tables()
    ]
