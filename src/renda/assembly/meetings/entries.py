"""What the record says of sittings."""

from __future__ import annotations

from dataclasses import dataclass

from renda.kernel.record import api as record


@record.entry("meetings.planned", label="筹备会议")
@dataclass(frozen=True)
class Planned(record.Entry):
    first_day: str
    last_day: str
    entitled: int

    def sentence(self) -> str:
        days = self.first_day if self.first_day == self.last_day else f"{self.first_day}至{self.last_day}"
        return f"筹备会议，{days}，应到 {self.entitled} 人"


@record.entry("meetings.item_added", label="列入议程")
@dataclass(frozen=True)
class ItemAdded(record.Entry):
    title: str
    because: str = ""

    def sentence(self) -> str:
        return f"列入议程：{self.title}" + (f"；通知以后增加，理由：{self.because}" if self.because else "")


@record.entry("meetings.item_dropped", label="移出议程")
@dataclass(frozen=True)
class ItemDropped(record.Entry):
    title: str

    def sentence(self) -> str:
        return f"移出议程草案：{self.title}"


@record.entry("meetings.settled", label="议程确定")
@dataclass(frozen=True)
class Settled(record.Entry):
    by: str
    items: int

    def sentence(self) -> str:
        return f"{self.by}确定议程草案，共 {self.items} 项"


@record.entry("meetings.notified", label="发出会议通知")
@dataclass(frozen=True)
class Notified(record.Entry):
    late: str = ""

    def sentence(self) -> str:
        return "发出会议通知" + (f"；{self.late}" if self.late else "")


@record.entry("meetings.paper_in", label="收到会议材料")
@dataclass(frozen=True)
class PaperIn(record.Entry):
    title: str
    version: int
    late: str = ""

    def sentence(self) -> str:
        return f"收到材料：{self.title}（第 {self.version} 稿）" + (f"，{self.late}" if self.late else "")


@record.entry("meetings.leave", label="请假")
@dataclass(frozen=True)
class LeaveMoved(record.Entry):
    name: str
    what: str

    def sentence(self) -> str:
        return f"{self.name}{self.what}"


@record.entry("meetings.roll_moved", label="应到名单更新")
@dataclass(frozen=True)
class RollMoved(record.Entry):
    added: str
    gone: str

    def sentence(self) -> str:
        parts = [f"增加 {self.added}"] if self.added else []
        parts += [f"减少 {self.gone}"] if self.gone else []
        return f"应到名单按现任组成人员更新：{'；'.join(parts)}"


@record.entry("meetings.attending", label="增加列席人员")
@dataclass(frozen=True)
class Attending(record.Entry):
    name: str
    post: str

    def sentence(self) -> str:
        return f"增加列席人员：{self.name}（{self.post}）"


@record.entry("meetings.signed", label="到会登记")
@dataclass(frozen=True)
class Signed(record.Entry):
    came: int
    left: int
    how: str
    names: str

    def sentence(self) -> str:
        parts = [f"到会 {self.came} 人"] if self.came else []
        parts += [f"离会 {self.left} 人"] if self.left else []
        return f"{self.how}登记{'，'.join(parts)}：{self.names}"


@record.entry("meetings.opened", label="开会")
@dataclass(frozen=True)
class Opened(record.Entry):
    entitled: int
    present: int
    words: str

    def sentence(self) -> str:
        return f"开会：应到 {self.entitled} 人，实到 {self.present} 人{self.words}"


@record.entry("meetings.item_called", label="进行议程")
@dataclass(frozen=True)
class ItemCalled(record.Entry):
    title: str

    def sentence(self) -> str:
        return f"进行议程：{self.title}"


@record.entry("meetings.speech", label="发言")
@dataclass(frozen=True)
class Spoken(record.Entry):
    name: str
    what: str
    item: str

    def sentence(self) -> str:
        return f"{self.name}{self.what}：{self.item}"


@record.entry("meetings.vote_prepared", label="准备付表决")
@dataclass(frozen=True)
class VotePrepared(record.Entry):
    title: str
    method: str

    def sentence(self) -> str:
        return f"准备付表决：{self.title}，{self.method}"


@record.entry("meetings.adjourned", label="闭会")
@dataclass(frozen=True)
class Adjourned(record.Entry):
    came: int
    absent: int
    on_leave: int
    put_off: int

    def sentence(self) -> str:
        left = f"；没有进行的议程 {self.put_off} 项" if self.put_off else ""
        return f"闭会：到过会 {self.came} 人，请假 {self.on_leave} 人，缺席 {self.absent} 人{left}"


@record.entry("meetings.deliberated", label="记下审议意见")
@dataclass(frozen=True)
class Deliberated(record.Entry):
    text: str
    organ: str

    def sentence(self) -> str:
        return f"记下审议意见：{self.text}（{self.organ}）"


@record.entry("meetings.unsaid", label="撤下审议意见")
@dataclass(frozen=True)
class Unsaid(record.Entry):
    text: str

    def sentence(self) -> str:
        return f"撤下还没交办的审议意见：{self.text}"


@record.entry("meetings.handed_over", label="交办审议意见")
@dataclass(frozen=True)
class HandedOver(record.Entry):
    count: int
    organs: str
    late: str = ""

    def sentence(self) -> str:
        return f"交办审议意见 {self.count} 条：{self.organs}" + (f"；{self.late}" if self.late else "")


@record.entry("meetings.sealed", label="归档")
@dataclass(frozen=True)
class Sealed(record.Entry):
    def sentence(self) -> str:
        return "会议归档，记录不再改动"


@record.entry("meetings.cancelled", label="取消会议")
@dataclass(frozen=True)
class Cancelled(record.Entry):
    reason: str

    def sentence(self) -> str:
        return f"取消会议：{self.reason}"
