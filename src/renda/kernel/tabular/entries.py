"""What tabular writes into the record: that a file came in, that it was taken back."""

from __future__ import annotations

from dataclasses import dataclass

from renda.kernel.record import api as record


@record.entry("tabular.imported", label="导入表格")
@dataclass(frozen=True)
class Imported(record.Entry):
    table: str
    file_name: str
    sha256: str
    created: int
    changed: int
    unchanged: int
    left_out: int

    def sentence(self) -> str:
        parts = [f"新增 {self.created} 条"]
        if self.changed:
            parts.append(f"更正 {self.changed} 条")
        if self.unchanged:
            parts.append(f"{self.unchanged} 条与上次相同")
        if self.left_out:
            parts.append(f"{self.left_out} 条有误未导入")
        return f"导入了{self.table}《{self.file_name}》：{'，'.join(parts)}"


@record.entry("tabular.undone", label="撤销导入")
@dataclass(frozen=True)
class Undone(record.Entry):
    table: str
    file_name: str
    created: int
    changed: int

    def sentence(self) -> str:
        back = f"，恢复 {self.changed} 条" if self.changed else ""
        return f"撤销了{self.table}《{self.file_name}》的导入：撤回 {self.created} 条{back}"
