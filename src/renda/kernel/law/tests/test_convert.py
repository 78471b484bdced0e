"""The rules in the repository are the shared table plus the overlay, nothing else."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from scripts.law import convert

from renda.kernel.law import table


@pytest.mark.shared
def test_yaml_is_the_table_plus_the_overlay(shared: Path) -> None:
    wanted = convert.files(shared / "law" / "rules.csv")
    assert sorted(wanted) == sorted(path.name for path in table.FOLDER.glob("*.yaml"))
    for name, text in wanted.items():
        assert (table.FOLDER / name).read_text(encoding="utf-8") == text, name


@pytest.mark.shared
def test_every_row_came_with_every_column(shared: Path) -> None:
    with (shared / "law" / "rules.csv").open(encoding="utf-8-sig", newline="") as handle:
        rows = {row["id"]: row for row in csv.DictReader(handle)}
    held = {
        rule_id: (document["law"], rule["versions"][0])
        for path in table.FOLDER.glob("*.yaml")
        for document in [table.document(path)]
        for rule_id, rule in document["rules"].items()
    }
    assert held.keys() == rows.keys()
    assert len(held) == 783
    for rule_id, row in rows.items():
        law, version = held[rule_id]
        assert law == row["law_zh"]
        for column in row.keys() - {"id", "law_zh"}:
            assert version.get(column, "") == row[column], (rule_id, column)
        assert {"roll", "tighten"} <= version.keys()
