"""Where an entry came from: a page, a row of an imported file, or a job of the worker."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Origin:
    """The origin of an entry.

    Args:
        type: ``page``, ``file`` or ``job``.
        name: the page's path, the file's name or the job's name.
        sha256: the file's digest, hexadecimal.
        row: the row in the file, counted from 1, heading included.
    """

    type: str
    name: str = ""
    sha256: str = ""
    row: int | None = None

    @classmethod
    def page(cls, path: str = "") -> Origin:
        """Somebody did it on a page."""
        return cls("page", path)

    @classmethod
    def file(cls, name: str, sha256: str, row: int | None = None) -> Origin:
        """It came in with a file."""
        return cls("file", name, sha256, row)

    @classmethod
    def job(cls, name: str) -> Origin:
        """A job of the worker or a command did it."""
        return cls("job", name)

    @property
    def text(self) -> str:
        """The origin in words, for the timeline; empty for a page."""
        if self.type == "file":
            return f"导入自《{self.name}》第 {self.row} 行" if self.row else f"导入自《{self.name}》"
        return f"系统任务：{self.name}" if self.type == "job" else ""

    def as_json(self) -> dict[str, Any]:
        stored: dict[str, Any] = {"type": self.type, "name": self.name}
        if self.type == "file":
            stored |= {"sha256": self.sha256, "row": self.row}
        return stored

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Origin:
        return cls(data["type"], data.get("name", ""), data.get("sha256", ""), data.get("row"))
