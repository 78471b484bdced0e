"""Typed record entries of attachments. A file's name may name a person, so it stays out of the record."""

from __future__ import annotations

from dataclasses import dataclass

from renda.kernel.record import api as record


@record.entry("documents.attached", label="添加附件")
@dataclass(frozen=True)
class Attached(record.Entry):
    """A file was put to something; its content is named by its hash."""

    attachment: str
    label: str
    size: int
    sha256: str

    def sentence(self) -> str:
        return f"添加了附件（{self.label}，{readable_size(self.size)}）"


@record.entry("documents.removed", label="移除附件")
@dataclass(frozen=True)
class Removed(record.Entry):
    """A file was taken away from something; its content stays in the store."""

    attachment: str
    label: str
    reason: str

    def sentence(self) -> str:
        return f"移除了附件（{self.label}），原因：{self.reason}"


def readable_size(size: int) -> str:
    """Bytes as people say them: 820 B, 34 KB, 1.2 MB."""
    if size < 1024:
        return f"{size} B"
    if size < 1024**2:
        return f"{round(size / 1024)} KB"
    return f"{size / 1024**2:.1f} MB"
