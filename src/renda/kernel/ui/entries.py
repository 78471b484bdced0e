"""What the shell writes into the record."""

from __future__ import annotations

from dataclasses import dataclass

from renda.kernel.record import api as record


@record.entry("ui.contact_set", label="设定咨询电话")
@dataclass(frozen=True)
class ContactSet(record.Entry):
    """The clerk's number was set."""

    office: str
    number: str
    hours: str

    def sentence(self) -> str:
        return f"咨询电话设为{self.office} {self.number}"
