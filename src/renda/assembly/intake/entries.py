"""What intake writes into the record: never the sender, never the text."""

from __future__ import annotations

from dataclasses import dataclass

from renda.kernel.record import api as record


@record.entry("intake.received", label="收到群众意见")
@dataclass(frozen=True)
class Received(record.Entry):
    channel: str
    transferred_from: str = ""

    def sentence(self) -> str:
        source = f"（{self.transferred_from}转来）" if self.transferred_from else ""
        return f"收到群众意见，渠道：{self.channel}{source}"


@record.entry("intake.classified", label="意见归类")
@dataclass(frozen=True)
class Classified(record.Entry):
    before: str
    after: str

    def sentence(self) -> str:
        return f"归入“{self.after}”" + (f"（原为“{self.before}”）" if self.before else "")


@record.entry("intake.answered", label="答复群众")
@dataclass(frozen=True)
class Answered(record.Entry):
    """``outcome``: the one of five that it ended in."""

    outcome: str
    told_by: str
    organ: str = ""

    def sentence(self) -> str:
        who = f"{self.organ}" if self.organ else ""
        return f"{who}答复了反映人（{self.outcome}，{self.told_by}告知）"


@record.entry("intake.accepted", label="受理意见")
@dataclass(frozen=True)
class Accepted(record.Entry):
    def sentence(self) -> str:
        return "受理，由本机关办理"


@record.entry("intake.passed", label="转有关机关")
@dataclass(frozen=True)
class Passed(record.Entry):
    organ: str
    report: bool

    def sentence(self) -> str:
        return f"{'交' if self.report else '转'}{self.organ}办理{'并反馈结果' if self.report else ''}"


@record.entry("intake.objected", label="退回交办")
@dataclass(frozen=True)
class Objected(record.Entry):
    organ: str
    reason: str

    def sentence(self) -> str:
        return f"{self.organ}认为不属于其职责，退回：{self.reason}"


@record.entry("intake.raised", label="形成代表建议")
@dataclass(frozen=True)
class Raised(record.Entry):
    deputy: str
    suggestion: str

    def sentence(self) -> str:
        return f"转请{self.deputy}代表形成建议《{self.suggestion}》"

    def chronicle(self) -> str | None:
        return None


@record.entry("intake.outside", label="不属于受理范围")
@dataclass(frozen=True)
class Outside(record.Entry):
    where: str

    def sentence(self) -> str:
        return f"不属于受理范围，已告知反映人向{self.where}提出"


@record.entry("intake.extended", label="延长办理")
@dataclass(frozen=True)
class Extended(record.Entry):
    reason: str
    due: str

    def sentence(self) -> str:
        return f"延长办理期限至{self.due}，已告知反映人：{self.reason}"


@record.entry("intake.progressed", label="办理进展")
@dataclass(frozen=True)
class Progressed(record.Entry):
    text: str

    def sentence(self) -> str:
        return f"进展：{self.text}"


@record.entry("intake.rated", label="群众评价")
@dataclass(frozen=True)
class Rated(record.Entry):
    attitude: str
    result: str
    on_behalf: bool

    def sentence(self) -> str:
        how = "（电话回访代录）" if self.on_behalf else ""
        return f"反映人评价{how}：态度{self.attitude}，结果{self.result}"


@record.entry("intake.reopened", label="请求复查")
@dataclass(frozen=True)
class Reopened(record.Entry):
    reason: str

    def sentence(self) -> str:
        return f"反映人不满意，请求复查：{self.reason}"


@record.entry("intake.grouped", label="归并同类意见")
@dataclass(frozen=True)
class Grouped(record.Entry):
    group: str
    size: int

    def sentence(self) -> str:
        return f"与同类意见“{self.group}”归在一起（共 {self.size} 件），仍单独答复"


@record.entry("intake.ungrouped", label="移出同类意见")
@dataclass(frozen=True)
class Ungrouped(record.Entry):
    group: str

    def sentence(self) -> str:
        return f"从同类意见“{self.group}”中移出"


@record.entry("intake.category_added", label="增加分类")
@dataclass(frozen=True)
class CategoryAdded(record.Entry):
    parent: str

    def sentence(self) -> str:
        return f"在“{self.parent}”下增加了分类" if self.parent else "增加了一级分类"


@record.entry("intake.category_switched", label="启用停用分类")
@dataclass(frozen=True)
class CategorySwitched(record.Entry):
    active: bool

    def sentence(self) -> str:
        return "启用了分类" if self.active else "停用了分类"


@record.entry("intake.corrected", label="按文件更正意见")
@dataclass(frozen=True)
class Corrected(record.Entry):
    def sentence(self) -> str:
        return "按后来的文件更正了内容"


@record.entry("intake.import_undone", label="撤销导入意见")
@dataclass(frozen=True)
class ImportUndone(record.Entry):
    def sentence(self) -> str:
        return "随导入撤销"
