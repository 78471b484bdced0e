"""What numbering writes into the record of the thing that is numbered."""

from __future__ import annotations

from dataclasses import dataclass

from renda.kernel.record import api as record


@record.entry("numbering.reserved", label="预留文号")
@dataclass(frozen=True)
class Reserved(record.Entry):
    number: str

    def sentence(self) -> str:
        return f"预留文号 {self.number}"


@record.entry("numbering.released", label="退回文号")
@dataclass(frozen=True)
class Released(record.Entry):
    number: str

    def sentence(self) -> str:
        return f"退回预留的文号 {self.number}"


@record.entry("numbering.issued", label="编发文号")
@dataclass(frozen=True)
class Issued(record.Entry):
    number: str
    on_paper: bool = False

    def sentence(self) -> str:
        return f"登记纸上已编的文号 {self.number}" if self.on_paper else f"编发文号 {self.number}"


@record.entry("numbering.voided", label="作废文号")
@dataclass(frozen=True)
class Voided(record.Entry):
    number: str
    reason: str

    def sentence(self) -> str:
        return f"文号 {self.number} 作废：{self.reason}"


@record.entry("numbering.unused", label="核定空号")
@dataclass(frozen=True)
class Unused(record.Entry):
    number: str
    reason: str

    def sentence(self) -> str:
        return f"核定 {self.number} 没有用过：{self.reason}"
