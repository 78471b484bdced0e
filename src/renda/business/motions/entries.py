"""What the record says of suggestions: each entry knows its sentence and its credit in the duty file."""

from __future__ import annotations

from dataclasses import dataclass, field

from renda.kernel.record import api as record
from renda.kernel.record.api import Credit
from renda.kernel.refs import Ref


def person(pk: int, name: str) -> Ref:
    return Ref("people.person", str(pk), name)


@record.entry("motions.drafted", label="开始起草")
@dataclass(frozen=True)
class Drafted(record.Entry):
    via: str

    def sentence(self) -> str:
        return f"开始起草（{self.via}）"


@record.entry("motions.edited", label="修改文稿")
@dataclass(frozen=True)
class Edited(record.Entry):
    parts: list[str]

    def sentence(self) -> str:
        return f"修改了{'、'.join(self.parts)}"


@record.entry("motions.sheet_handed_in", label="交来手写件")
@dataclass(frozen=True)
class SheetHandedIn(record.Entry):
    pages: int

    def sentence(self) -> str:
        return f"交来手写件 {self.pages} 页，请工作人员录入"


@record.entry("motions.transcribed", label="手写件已录入")
@dataclass(frozen=True)
class Transcribed(record.Entry):
    title: str

    def sentence(self) -> str:
        return f"手写件已录入为“{self.title}”，请代表本人核对确认"


@record.entry("motions.transcript_rejected", label="录入有误")
@dataclass(frozen=True)
class TranscriptRejected(record.Entry):
    reason: str

    def sentence(self) -> str:
        return f"核对认为录入有误：{self.reason}"


@record.entry("motions.cosign_invited", label="邀请附议")
@dataclass(frozen=True)
class CosignInvited(record.Entry):
    people: list[Ref]

    def sentence(self) -> str:
        return "邀请附议：" + "、".join(p.title for p in self.people)


@record.entry("motions.cosigned", label="附议")
@dataclass(frozen=True)
class Cosigned(record.Entry):
    deputy: Ref
    suggestion: str
    on_sheet: bool

    def sentence(self) -> str:
        return f"{self.deputy.title}附议" + ("（签字件代录）" if self.on_sheet else "")

    def credits(self) -> list[Credit]:
        return [Credit(self.deputy, "附议", f"附议《{self.suggestion}》")]


@record.entry("motions.cosign_declined", label="不附议")
@dataclass(frozen=True)
class CosignDeclined(record.Entry):
    deputy: Ref

    def sentence(self) -> str:
        return f"{self.deputy.title}没有附议"


@record.entry("motions.cosign_objected", label="对代录提出异议")
@dataclass(frozen=True)
class CosignObjected(record.Entry):
    deputy: Ref
    text: str

    def sentence(self) -> str:
        return f"{self.deputy.title}对代录的附议提出异议，附议撤销：{self.text}"


@record.entry("motions.submitted", label="提交建议")
@dataclass(frozen=True)
class Submitted(record.Entry):
    deputy: Ref
    title: str
    when: str
    cosigners: int
    consent: str

    def sentence(self) -> str:
        with_them = f"，{self.cosigners} 位代表附议" if self.cosigners else ""
        return f"提交（{self.when}{with_them}；公开意愿：{self.consent}）"

    def credits(self) -> list[Credit]:
        return [Credit(self.deputy, "建议", f"领衔提出《{self.title}》")]


@record.entry("motions.withdrawn", label="撤回建议")
@dataclass(frozen=True)
class Withdrawn(record.Entry):
    reason: str

    def sentence(self) -> str:
        return f"代表撤回：{self.reason}"


@record.entry("motions.checked", label="代表团初核")
@dataclass(frozen=True)
class Checked(record.Entry):
    delegation: str

    def sentence(self) -> str:
        return f"{self.delegation}初核，送代表联络工作机构"


@record.entry("motions.sent_back", label="退回补正")
@dataclass(frozen=True)
class SentBack(record.Entry):
    reason: str
    text: str

    def sentence(self) -> str:
        return f"退回补正（{self.reason}）：{self.text}"


@record.entry("motions.registered", label="立案编号")
@dataclass(frozen=True)
class Registered(record.Entry):
    number: str
    category: str

    def sentence(self) -> str:
        return f"审查通过，编为{self.number}，类别：{self.category}"


@record.entry("motions.refused", label="不予受理")
@dataclass(frozen=True)
class Refused(record.Entry):
    reason: str
    text: str

    def sentence(self) -> str:
        return f"不予受理（{self.reason}）：{self.text}"


@record.entry("motions.refusal_objected", label="对不予受理提出异议")
@dataclass(frozen=True)
class RefusalObjected(record.Entry):
    text: str

    def sentence(self) -> str:
        return f"代表对不予受理提出异议：{self.text}"


@record.entry("motions.refusal_final", label="不予受理生效")
@dataclass(frozen=True)
class RefusalFinal(record.Entry):
    text: str

    def sentence(self) -> str:
        return f"不予受理：{self.text}"


@record.entry("motions.merged", label="并案")
@dataclass(frozen=True)
class Merged(record.Entry):
    into: Ref
    number: str

    def sentence(self) -> str:
        return f"并入{self.number}《{self.into.title}》一并办理，分别答复"


@record.entry("motions.split", label="拆分")
@dataclass(frozen=True)
class Split(record.Entry):
    parts: list[Ref]

    def sentence(self) -> str:
        return f"一件多事，拆分为 {len(self.parts)} 件：" + "、".join(f"《{p.title}》" for p in self.parts)


@record.entry("motions.sent_to_government", label="转政府办理")
@dataclass(frozen=True)
class SentToGovernment(record.Entry):
    text: str

    def sentence(self) -> str:
        return "交政府督查机构转办" + (f"：{self.text}" if self.text else "")


@record.entry("motions.handed_over", label="交办")
@dataclass(frozen=True)
class HandedOver(record.Entry):
    organs: list[str]
    due_on: str
    rule: str

    def sentence(self) -> str:
        return f"交办：{'，'.join(self.organs)}；{self.due_on}前答复"


@record.entry("motions.hand_over_undone", label="收回交办")
@dataclass(frozen=True)
class HandOverUndone(record.Entry):
    reason: str

    def sentence(self) -> str:
        return f"收回交办（通知尚未发出）：{self.reason}"


@record.entry("motions.received", label="签收")
@dataclass(frozen=True)
class Received(record.Entry):
    organ: str

    def sentence(self) -> str:
        return f"{self.organ}签收，开始办理"


@record.entry("motions.objected", label="申请退回")
@dataclass(frozen=True)
class Objected(record.Entry):
    organ: str
    reason: str
    text: str

    def sentence(self) -> str:
        return f"{self.organ}申请退回（{self.reason}）：{self.text}"


@record.entry("motions.ruled", label="裁定退回申请")
@dataclass(frozen=True)
class Ruled(record.Entry):
    organ: str
    accepted: bool
    text: str
    new_organ: str = ""

    def sentence(self) -> str:
        if not self.accepted:
            return f"不同意{self.organ}退回，继续办理：{self.text}"
        to = f"，改由{self.new_organ}办理" if self.new_organ else ""
        return f"同意{self.organ}退回{to}：{self.text}"


@record.entry("motions.pressed", label="催办")
@dataclass(frozen=True)
class Pressed(record.Entry):
    organ: str
    side: str
    channel: str
    text: str

    def sentence(self) -> str:
        return f"{self.side}{self.channel}催办{self.organ}" + (f"：{self.text}" if self.text else "")


@record.entry("motions.contacted", label="与代表沟通")
@dataclass(frozen=True)
class Contacted(record.Entry):
    organ: str
    side: str
    how: str
    when: str
    text: str

    def sentence(self) -> str:
        return f"{self.side}记录：{self.when}{self.how}。{self.text}"


@record.entry("motions.progressed", label="办理进展")
@dataclass(frozen=True)
class Progressed(record.Entry):
    organ: str
    text: str

    def sentence(self) -> str:
        return f"{self.organ}报告进展：{self.text}"


@record.entry("motions.opined", label="会办意见")
@dataclass(frozen=True)
class Opined(record.Entry):
    organ: str
    text: str

    def sentence(self) -> str:
        return f"{self.organ}提出会办意见：{self.text}"


@record.entry("motions.extension_asked", label="申请延期")
@dataclass(frozen=True)
class ExtensionAsked(record.Entry):
    organ: str
    until: str
    reason: str
    told: str

    def sentence(self) -> str:
        return f"{self.organ}申请延至{self.until}：{self.reason}（已告知代表：{self.told}）"


@record.entry("motions.extension_decided", label="延期决定")
@dataclass(frozen=True)
class ExtensionDecided(record.Entry):
    organ: str
    granted: bool
    until: str
    text: str

    def sentence(self) -> str:
        if self.granted:
            return f"同意{self.organ}延至{self.until}" + (f"：{self.text}" if self.text else "")
        return f"不同意{self.organ}延期：{self.text}"


@record.entry("motions.due_moved", label="答复期限调整")
@dataclass(frozen=True)
class DueMoved(record.Entry):
    before: str
    after: str

    def sentence(self) -> str:
        return f"答复期限由{self.before}调整为{self.after}"


@record.entry("motions.reply_drafted", label="起草答复")
@dataclass(frozen=True)
class ReplyDrafted(record.Entry):
    organ: str
    promises: int

    def sentence(self) -> str:
        return f"{self.organ}起草答复，写明承诺 {self.promises} 项"


@record.entry("motions.countersign_asked", label="送会签")
@dataclass(frozen=True)
class CountersignAsked(record.Entry):
    organ: str

    def sentence(self) -> str:
        return f"答复送{self.organ}会签"


@record.entry("motions.countersigned", label="会签")
@dataclass(frozen=True)
class Countersigned(record.Entry):
    organ: str
    agrees: bool
    text: str

    def sentence(self) -> str:
        return f"{self.organ}{'同意会签' if self.agrees else '不同意会签'}" + (
            f"：{self.text}" if self.text else ""
        )


@record.entry("motions.reply_returned", label="答复退改")
@dataclass(frozen=True)
class ReplyReturned(record.Entry):
    organ: str
    text: str

    def sentence(self) -> str:
        return f"{self.organ}负责人退回修改答复：{self.text}"


@record.entry("motions.replied", label="答复代表")
@dataclass(frozen=True)
class Replied(record.Entry):
    organ: str
    number: str
    signer: str
    reply_class: str
    promises: int
    in_time: bool
    round: int = 1

    def sentence(self) -> str:
        times = "" if self.round == 1 else f"第{self.round}次"
        late = "" if self.in_time else "（逾期）"
        return (
            f"{self.organ}{times}答复{late}：{self.number}，{self.signer}签发，{self.reply_class}类，"
            f"承诺 {self.promises} 项"
        )


@record.entry("motions.reply_withdrawn", label="撤回答复")
@dataclass(frozen=True)
class ReplyWithdrawn(record.Entry):
    organ: str
    number: str
    reason: str

    def sentence(self) -> str:
        return f"{self.organ}撤回答复{self.number}：{self.reason}"


@record.entry("motions.all_replied", label="等待代表评价")
@dataclass(frozen=True)
class AllReplied(record.Entry):
    replies: list[str]
    due_on: str = ""

    def sentence(self) -> str:
        return f"应答复单位均已答复（{'、'.join(self.replies)}），请代表评价"


@record.entry("motions.rated", label="评价答复")
@dataclass(frozen=True)
class Rated(record.Entry):
    deputy: Ref
    organ: str
    attitude: str
    result: str
    reason: str
    on_sheet: bool

    def sentence(self) -> str:
        if not self.attitude:  # registers of former years know one grade, and no day of it
            return f"据历史登记，{self.deputy.title}评价{self.organ}：{self.result}"
        sheet = "（签字件代录）" if self.on_sheet else ""
        reason = f"，理由：{self.reason}" if self.reason else ""
        return f"{self.deputy.title}评价{self.organ}{sheet}：态度{self.attitude}，结果{self.result}{reason}"

    def credits(self) -> list[Credit]:
        return [Credit(self.deputy, "评价", f"评价{self.organ}的答复")]


@record.entry("motions.rating_reminded", label="提醒评价")
@dataclass(frozen=True)
class RatingReminded(record.Entry):
    people: list[Ref]
    days: int

    def sentence(self) -> str:
        return f"答复后第{self.days}天，提醒评价：" + "、".join(p.title for p in self.people)


@record.entry("motions.rating_closed", label="评价结束")
@dataclass(frozen=True)
class RatingClosed(record.Entry):
    rated: int
    silent: list[Ref]

    def sentence(self) -> str:
        silent = f"，未表态：{'、'.join(p.title for p in self.silent)}" if self.silent else ""
        return f"评价结束，已评价 {self.rated} 份{silent}"


@record.entry("motions.rehandling_opened", label="重新办理")
@dataclass(frozen=True)
class RehandlingOpened(record.Entry):
    organ: str
    due_on: str
    why: str

    def sentence(self) -> str:
        return f"{self.organ}重新办理，{self.due_on}前再次答复：{self.why}"


@record.entry("motions.assessment_called", label="召集评估")
@dataclass(frozen=True)
class AssessmentCalled(record.Entry):
    why: str

    def sentence(self) -> str:
        return f"再次答复仍不满意，组织评估：{self.why}"


@record.entry("motions.assessed", label="评估意见")
@dataclass(frozen=True)
class Assessed(record.Entry):
    conclusion: str
    participants: str
    text: str

    def sentence(self) -> str:
        return f"评估（{self.participants}）：{self.conclusion}。{self.text}"


@record.entry("motions.closed", label="办结")
@dataclass(frozen=True)
class Closed(record.Entry):
    kind_label: str
    title: str
    solved: bool
    kept: int
    promised: int

    def sentence(self) -> str:
        return f"办结：承诺 {self.promised} 项，兑现 {self.kept} 项"


@record.entry("motions.reopened", label="重新打开")
@dataclass(frozen=True)
class Reopened(record.Entry):
    why: str

    def sentence(self) -> str:
        return f"重新打开：{self.why}"


@record.entry("motions.key_nominated", label="提名重点建议")
@dataclass(frozen=True)
class KeyNominated(record.Entry):
    year: int
    reason: str

    def sentence(self) -> str:
        return f"提名为{self.year}年重点建议：{self.reason}"


@record.entry("motions.key_chosen", label="确定重点建议")
@dataclass(frozen=True)
class KeyChosen(record.Entry):
    title: str
    leader: str
    committee: str

    def sentence(self) -> str:
        return f"主任会议确定为重点建议，{self.leader}领衔督办，{self.committee}承办督办"

    def chronicle(self) -> str | None:
        return f"主任会议确定《{self.title}》为重点建议"


@record.entry("motions.key_not_chosen", label="未列为重点")
@dataclass(frozen=True)
class KeyNotChosen(record.Entry):
    text: str

    def sentence(self) -> str:
        return f"主任会议未列为重点建议：{self.text}"


@record.entry("motions.key_planned", label="督办方案")
@dataclass(frozen=True)
class KeyPlanned(record.Entry):
    text: str

    def sentence(self) -> str:
        return f"督办方案：{self.text}"


@record.entry("motions.key_visited", label="督办活动")
@dataclass(frozen=True)
class KeyVisited(record.Entry):
    how: str
    held_on: str
    text: str

    def sentence(self) -> str:
        return f"{self.held_on}{self.how}：{self.text}"


@record.entry("motions.key_appraised", label="民主测评")
@dataclass(frozen=True)
class KeyAppraised(record.Entry):
    sheets: int
    total: int

    def sentence(self) -> str:
        return f"民主测评收回 {self.sheets} 张，合计 {self.total} 分"


@record.entry("motions.published", label="公开")
@dataclass(frozen=True)
class Published(record.Entry):
    what: list[str] = field(default_factory=list)

    def sentence(self) -> str:
        return f"向社会公开：{'、'.join(self.what)}"
