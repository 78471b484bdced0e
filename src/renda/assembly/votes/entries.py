"""What the record says of votes: one entry an act of the sitting, none a press."""

from __future__ import annotations

from dataclasses import dataclass

from renda.kernel.record import api as record


@record.entry("votes.prepared", label="准备表决")
@dataclass(frozen=True)
class Prepared(record.Entry):
    body: str
    method: str

    def sentence(self) -> str:
        return f"准备付{self.body}表决，{self.method}"


@record.entry("votes.opened", label="付表决")
@dataclass(frozen=True)
class Opened(record.Entry):
    members: int
    present: int
    absent: int
    excluded: int

    def sentence(self) -> str:
        left = f"，不参加这次表决 {self.excluded} 人" if self.excluded else ""
        return f"付表决：全体 {self.members} 人，到会 {self.present} 人，未到会 {self.absent} 人{left}"


@record.entry("votes.begun", label="开始投票")
@dataclass(frozen=True)
class Begun(record.Entry):
    issued: int

    def sentence(self) -> str:
        return f"开始投票，已发出选票 {self.issued} 张"


@record.entry("votes.counted", label="录入计票")
@dataclass(frozen=True)
class Counted(record.Entry):
    """Without the numbers: the second teller reads the record too."""

    which: int

    def sentence(self) -> str:
        return f"录入第 {self.which} 份计票"


@record.entry("votes.differed", label="两份计票不一致")
@dataclass(frozen=True)
class Differed(record.Entry):
    first: str
    second: str

    def sentence(self) -> str:
        return f"两份计票不一致：{self.first}；{self.second}"


@record.entry("votes.closed", label="表决结果")
@dataclass(frozen=True)
class Closed(record.Entry):
    votes_for: int
    votes_against: int
    abstentions: int
    not_pressed: int
    carried: bool
    words: str
    settled: str = ""

    def sentence(self) -> str:
        return self.words + (f"；核定：{self.settled}" if self.settled else "")


@record.entry("votes.voided", label="表决作废")
@dataclass(frozen=True)
class Voided(record.Entry):
    reason: str

    def sentence(self) -> str:
        return f"表决作废：{self.reason}"
