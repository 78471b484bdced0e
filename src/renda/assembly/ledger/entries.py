"""What the record says of matters."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from renda.kernel.record import api as record


def _day(iso: str) -> str:
    """2026年6月30日, from the day as it is kept."""
    day = dt.date.fromisoformat(iso)
    return f"{day.year}年{day.month}月{day.day}日"


@record.entry("ledger.opened", label="列入台账")
@dataclass(frozen=True)
class Opened(record.Entry):
    matter: str
    organ: str
    due_on: str
    source: str

    def sentence(self) -> str:
        return f"列入台账：{self.matter}，责任单位{self.organ}，{_day(self.due_on)}前完成"


@record.entry("ledger.progress", label="事项进展")
@dataclass(frozen=True)
class Progressed(record.Entry):
    text: str

    def sentence(self) -> str:
        return f"报告进展：{self.text}"


@record.entry("ledger.evidenced", label="提交落实证明")
@dataclass(frozen=True)
class Evidenced(record.Entry):
    evidence: str
    text: str
    files: list[str] = field(default_factory=list)

    def sentence(self) -> str:
        files = f"，附件 {len(self.files)} 个" if self.files else ""
        return f"提交落实证明（{self.evidence}）：{self.text.rstrip('。')}{files}"


@record.entry("ledger.answered", label="代表对落实的意见")
@dataclass(frozen=True)
class Answered(record.Entry):
    agrees: bool
    text: str

    def sentence(self) -> str:
        return f"代表{'认可已经落实' if self.agrees else '认为没有落实'}" + (
            f"：{self.text}" if self.text else ""
        )


@record.entry("ledger.closed", label="销号")
@dataclass(frozen=True)
class Closed(record.Entry):
    matter: str
    organ: str
    text: str
    in_time: bool
    first_lookback: str

    def sentence(self) -> str:
        when = "按期" if self.in_time else "逾期后"
        return f"{when}销号：{self.matter}。{self.text}（{_day(self.first_lookback)}回访）"


@record.entry("ledger.sent_back", label="退回继续落实")
@dataclass(frozen=True)
class SentBack(record.Entry):
    reason: str
    due_on: str
    round: int

    def sentence(self) -> str:
        return f"没有落实到位，退回继续办理（第{self.round}轮，{_day(self.due_on)}前）：{self.reason}"


@record.entry("ledger.postponed", label="调整期限")
@dataclass(frozen=True)
class Postponed(record.Entry):
    before: str
    after: str
    reason: str

    def sentence(self) -> str:
        return f"期限由{_day(self.before)}调整为{_day(self.after)}：{self.reason}"


@record.entry("ledger.dropped", label="撤销事项")
@dataclass(frozen=True)
class Dropped(record.Entry):
    reason: str

    def sentence(self) -> str:
        return f"撤销事项：{self.reason}"


@record.entry("ledger.looked_back", label="回访")
@dataclass(frozen=True)
class LookedBack(record.Entry):
    months: int
    text: str
    next_on: str

    def sentence(self) -> str:
        after = f"，{_day(self.next_on)}再回访" if self.next_on else "，回访完成"
        return f"销号后第{self.months}个月回访，仍然落实：{self.text}{after}"


@record.entry("ledger.broken", label="承诺没有兑现")
@dataclass(frozen=True)
class Broken(record.Entry):
    matter: str
    organ: str
    reason: str

    def sentence(self) -> str:
        return f"认定没有兑现：{self.matter}（{self.organ}）。{self.reason}"
