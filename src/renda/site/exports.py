"""What ``renda export`` can write: what programs, auditors and people who fill tables need to take away."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from renda.kernel.identity import api as identity
from renda.kernel.record import api as record
from renda.kernel.tabular import api as tabular

Writer = Callable[[Path], None]
BLANK = "blank."


def _record(file: Path) -> None:
    head = record.export(file)
    if head is not None:
        file.with_name(f"{file.name}.head.json").write_text(json.dumps(head, ensure_ascii=False), "utf-8")


def _openapi(file: Path) -> None:
    from renda.site.api import api

    file.write_text(json.dumps(api.get_openapi_schema(), ensure_ascii=False, indent=1, default=str), "utf-8")


def _matrix(file: Path) -> None:
    file.write_text(identity.matrix_markdown(), "utf-8")


def _blank(table: tabular.Table) -> Writer:
    def write_table(file: Path) -> None:
        file.write_bytes(tabular.blank_workbook(table.kind))

    return write_table


def _writers() -> dict[str, tuple[str, Writer]]:
    writers: dict[str, tuple[str, Writer]] = {
        "record": ("全部工作记录（JSONL），旁边另写一份链头", _record),
        "openapi": ("接口说明（OpenAPI，JSON）", _openapi),
        "matrix": ("角色与权限对照表（Markdown）", _matrix),
    }
    for table in tabular.tables():
        writers[f"{BLANK}{table.kind}"] = (f"空白样表：{table.label}（xlsx）", _blank(table))
    return writers


def kinds() -> dict[str, str]:
    """Every kind with what it is."""
    return {kind: label for kind, (label, _) in _writers().items()}


def write(kind: str, file: Path) -> None:
    """Write one kind to a file.

    Raises:
        KeyError: no such kind.
        OSError: the file cannot be written.
    """
    _writers()[kind][1](file)
