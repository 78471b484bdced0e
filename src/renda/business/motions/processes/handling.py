"""An organ's part: lead and separate organs answer, joint organs give their opinion; extensions are asked."""

from __future__ import annotations

from collections.abc import Iterable

from renda.business.motions import entries
from renda.business.motions.models import Assignment, Extension
from renda.business.motions.processes import reasons
from renda.kernel.workflow import api as workflow
from renda.kernel.workflow.api import Choice, Clock, DeadlineSpec, Field, Process, State, Transition

SERVICES = "renda.business.motions.services"


def load(case: workflow.Case) -> Assignment:
    return Assignment.objects.select_related("suggestion", "suggestion__lead", "organ", "case").get(case=case)


def resolve(case: workflow.Case, name: str) -> Iterable[str]:
    assignment = Assignment.objects.select_related("suggestion").get(case=case)
    if name == "organ":
        yield f"handling_organ@org:{assignment.organ_id}"
    elif name == "head":
        yield f"organ_head@org:{assignment.organ_id}"
    elif name == "ruler":
        role = "government_office" if assignment.through_government else "deputies_office"
        yield f"{role}@congress:{assignment.suggestion.congress_id}"


def url(case: workflow.Case) -> str:
    return f"/motions/handling/{case.subject_id}/"


CONTACT_FIELDS = (
    Field("how", "方式", "choice", choices=reasons.CONTACT_WAYS),
    Field("happened_at", "沟通时间", "moment", help="填实际沟通的时间；登记时间由系统另记，两个时间都保留"),
    Field("place", "地点", "text", required=False, max_length=100),
    Field("with_whom", "参加人", "text", required=False, max_length=200),
    Field("text", "谈了什么", "paragraph"),
)

PRESS = Transition(
    "press",
    "催办",
    source=("handed", "accepted", "signing", "rehandling", "resigning"),
    target=None,
    policy="motions.press",
    entry=entries.Pressed,
    fields=(
        Field("channel", "方式", "choice", choices=reasons.PRESS_CHANNELS),
        Field("text", "说了什么", "text", required=False, max_length=300),
    ),
    command=f"{SERVICES}.pressing.press",
)
CONTACT = Transition(
    "contact",
    "登记与代表沟通",
    source=("accepted", "signing", "rehandling", "resigning", "replied"),
    target=None,
    policy="motions.handle",
    entry=entries.Contacted,
    fields=CONTACT_FIELDS,
    command=f"{SERVICES}.pressing.record_contact",
)
DEPUTY_CONTACT = Transition(
    "deputy_contact",
    "登记承办单位与我的沟通",
    source=("handed", "accepted", "signing", "rehandling", "resigning", "replied"),
    target=None,
    policy="motions.record_contact",
    entry=entries.Contacted,
    fields=CONTACT_FIELDS,
    command=f"{SERVICES}.pressing.record_contact_by_deputy",
)
OBJECT_FIELDS = (
    Field("reason", "理由", "choice", choices=reasons.OBJECTION_REASONS),
    Field("text", "说明和依据", "paragraph", help="写明职责依据；裁定之前仍由你单位负责，不得自行转交"),
    Field("suggested_organ", "建议改由", "text", required=False, max_length=120),
)
RULE_FIELDS = (
    Field("text", "裁定说明", "paragraph"),
    Field("new_organ", "改由哪个单位办理", "organ", required=False, help="同意退回时填写"),
)

HANDLING = Process(
    key="motions.handling",
    label="承办单位办理",
    version=1,
    states=(
        State("handed", "待签收", holders=("organ",), deadline="objection"),
        State("objected", "申请退回·待裁定", holders=("ruler",), deadline="ruling"),
        State("accepted", "办理中", holders=("organ",), deadline="reply"),
        State("signing", "答复待审签", holders=("head",), deadline="reply"),
        State("replied", "已答复", final=True),
        State("rehandling", "重新办理", holders=("organ",), deadline="rehandle"),
        State("resigning", "重新答复待审签", holders=("head",), deadline="rehandle"),
        State("returned", "已退回", final=True),
        State("cancelled", "已收回", final=True),
    ),
    deadlines=(
        DeadlineSpec("objection", "提出退回", rule="MOT-030", warn_days=3),
        DeadlineSpec("ruling", "裁定退回申请", rule="MOT-031", warn_days=3),
        DeadlineSpec("reply", "答复代表", rule="MOT-021", alternatives=("MOT-022",), warn_days=15),
        DeadlineSpec("rehandle", "再次答复", rule="MOT-041", warn_days=7),
    ),
    transitions=(
        Transition(
            "receive",
            "签收",
            source=("handed",),
            target="accepted",
            policy="motions.handle",
            entry=entries.Received,
            clocks=(Clock("stop", "objection"),),
            command=f"{SERVICES}.handling.receive",
            primary=True,
        ),
        Transition(
            "object",
            "不属于本单位，申请退回",
            source=("handed", "accepted"),
            target="objected",
            policy="motions.object",
            entry=entries.Objected,
            fields=OBJECT_FIELDS,
            clocks=(Clock("stop", "objection"), Clock("restart", "ruling")),
            command=f"{SERVICES}.handling.object",
        ),
        Transition(
            "refuse_return",
            "不同意退回",
            source=("objected",),
            target="accepted",
            policy="motions.rule",
            entry=entries.Ruled,
            fields=(Field("text", "裁定说明", "paragraph"),),
            clocks=(Clock("stop", "ruling"),),
            command=f"{SERVICES}.handling.refuse_return",
        ),
        Transition(
            "accept_return",
            "同意退回，重新交办",
            source=("objected",),
            target="returned",
            policy="motions.rule",
            entry=entries.Ruled,
            fields=RULE_FIELDS,
            clocks=(Clock("stop", "ruling"), Clock("cancel", "reply")),
            command=f"{SERVICES}.handling.accept_return",
            primary=True,
        ),
        CONTACT,
        DEPUTY_CONTACT,
        Transition(
            "progress",
            "报告进展",
            source=("accepted", "rehandling"),
            target=None,
            policy="motions.handle",
            entry=entries.Progressed,
            fields=(
                Field("text", "办理进展", "paragraph"),
                Field("files", "附件", "files", required=False),
            ),
            command=f"{SERVICES}.handling.report_progress",
        ),
        Transition(
            "ask_extension",
            "申请延期",
            source=("accepted",),
            target=None,
            policy="motions.handle",
            entry=entries.ExtensionAsked,
            fields=(
                Field("until", "延至", "date", help="合计不得超过法律规定的最长期限"),
                Field("reason", "理由", "paragraph"),
                Field("told", "怎样告知了代表", "paragraph"),
            ),
            command=f"{SERVICES}.extensions.ask",
        ),
        Transition(
            "extend",
            "批准延期",
            source=("accepted", "signing"),
            target=None,
            policy="motions.decide_extension",
            entry=entries.DueMoved,
            clocks=(Clock("restart", "reply"),),
            hidden=True,
        ),
        Transition(
            "draft_reply",
            "起草答复",
            source=("accepted", "rehandling"),
            target=None,
            policy="motions.handle",
            entry=entries.ReplyDrafted,
            hidden=True,
        ),
        Transition(
            "send_to_head",
            "送负责人审签",
            source=("accepted",),
            target="signing",
            policy="motions.handle",
            entry=entries.ReplyDrafted,
            hidden=True,
        ),
        Transition(
            "send_to_head_again",
            "送负责人审签",
            source=("rehandling",),
            target="resigning",
            policy="motions.handle",
            entry=entries.ReplyDrafted,
            hidden=True,
        ),
        Transition(
            "return_reply",
            "退回修改",
            source=("signing",),
            target="accepted",
            policy="motions.issue_reply",
            entry=entries.ReplyReturned,
            fields=(Field("text", "哪里要改", "paragraph"),),
            command=f"{SERVICES}.replying.return_draft",
        ),
        Transition(
            "return_reply_again",
            "退回修改",
            source=("resigning",),
            target="rehandling",
            policy="motions.issue_reply",
            entry=entries.ReplyReturned,
            fields=(Field("text", "哪里要改", "paragraph"),),
            command=f"{SERVICES}.replying.return_draft",
        ),
        Transition(
            "issue_reply",
            "签发答复",
            source=("signing", "resigning"),
            target="replied",
            policy="motions.issue_reply",
            entry=entries.Replied,
            fields=(
                Field("signer", "签发人", "text", max_length=40, help="单位主要负责人"),
                Field(
                    "number",
                    "文号",
                    "text",
                    required=False,
                    max_length=60,
                    help="已在纸面上编号的填写；留空由系统编号",
                ),
            ),
            clocks=(Clock("stop", "reply"), Clock("stop", "rehandle")),
            command=f"{SERVICES}.replying.issue",
            primary=True,
        ),
        Transition(
            "withdraw_reply",
            "撤回答复",
            source=("replied",),
            target="accepted",
            policy="motions.withdraw_reply",
            entry=entries.ReplyWithdrawn,
            fields=(Field("reason", "原因", "paragraph", help="撤回的答复仍保留在时间线上"),),
            command=f"{SERVICES}.replying.withdraw",
            danger=True,
        ),
        Transition(
            "rehandle",
            "重新办理",
            source=("replied",),
            target="rehandling",
            policy="motions.rule",
            entry=entries.RehandlingOpened,
            clocks=(Clock("restart", "rehandle"),),
            hidden=True,
        ),
        PRESS,
        Transition(
            "cancel",
            "收回",
            source=("handed", "accepted", "objected"),
            target="cancelled",
            policy="motions.rule",
            entry=entries.HandOverUndone,
            clocks=(Clock("cancel", "objection"), Clock("cancel", "reply"), Clock("cancel", "ruling")),
            hidden=True,
        ),
    ),
    subject=load,
    resolve=resolve,
    url=url,
    about=lambda assignment: assignment.suggestion.ref,
)

JOINT = Process(
    key="motions.joint",
    label="会办",
    version=1,
    states=(
        State("handed", "待签收", holders=("organ",), deadline="opinion"),
        State("objected", "申请退回·待裁定", holders=("ruler",), deadline="ruling"),
        State("accepted", "待提会办意见", holders=("organ",), deadline="opinion"),
        State("opined", "已提会办意见", final=True),
        State("countersigning", "待会签", holders=("head",)),
        State("returned", "已退回", final=True),
        State("cancelled", "已收回", final=True),
    ),
    deadlines=(
        DeadlineSpec("opinion", "会办意见", rule="MOT-034", warn_days=10),
        DeadlineSpec("ruling", "裁定退回申请", rule="MOT-031", warn_days=3),
    ),
    transitions=(
        Transition(
            "receive",
            "签收",
            source=("handed",),
            target="accepted",
            policy="motions.handle",
            entry=entries.Received,
            clocks=(Clock("restart", "opinion"),),
            command=f"{SERVICES}.handling.receive",
            primary=True,
        ),
        Transition(
            "object",
            "不属于本单位，申请退回",
            source=("handed", "accepted"),
            target="objected",
            policy="motions.object",
            entry=entries.Objected,
            fields=OBJECT_FIELDS,
            clocks=(Clock("restart", "ruling"),),
            command=f"{SERVICES}.handling.object",
        ),
        Transition(
            "refuse_return",
            "不同意退回",
            source=("objected",),
            target="accepted",
            policy="motions.rule",
            entry=entries.Ruled,
            fields=(Field("text", "裁定说明", "paragraph"),),
            clocks=(Clock("stop", "ruling"),),
            command=f"{SERVICES}.handling.refuse_return",
        ),
        Transition(
            "accept_return",
            "同意退回",
            source=("objected",),
            target="returned",
            policy="motions.rule",
            entry=entries.Ruled,
            fields=RULE_FIELDS,
            clocks=(Clock("stop", "ruling"), Clock("cancel", "opinion")),
            command=f"{SERVICES}.handling.accept_return",
            primary=True,
        ),
        Transition(
            "opine",
            "提交会办意见",
            source=("accepted",),
            target="opined",
            policy="motions.handle",
            entry=entries.Opined,
            fields=(
                Field(
                    "text",
                    "会办意见",
                    "paragraph",
                    help="告知主办单位：本单位能做什么、何时完成、做不到的原因",
                ),
            ),
            clocks=(Clock("stop", "opinion"),),
            command=f"{SERVICES}.handling.opine",
            primary=True,
        ),
        Transition(
            "ask_countersign",
            "送会签",
            source=("opined",),
            target="countersigning",
            policy="motions.rule",
            entry=entries.CountersignAsked,
            hidden=True,
        ),
        Transition(
            "countersign",
            "会签",
            source=("countersigning",),
            target="opined",
            policy="motions.issue_reply",
            entry=entries.Countersigned,
            fields=(
                Field(
                    "agrees", "会签意见", "choice", choices=(Choice("yes", "同意"), Choice("no", "不同意"))
                ),
                Field("text", "说明", "paragraph", required=False, help="不同意的请写明哪一处、应当怎样写"),
            ),
            command=f"{SERVICES}.replying.countersign",
            primary=True,
        ),
        Transition(
            "press",
            "催办",
            source=("handed", "accepted", "countersigning"),
            target=None,
            policy="motions.press",
            entry=entries.Pressed,
            fields=PRESS.fields,
            command=PRESS.command,
        ),
        Transition(
            "cancel",
            "收回",
            source=("handed", "accepted", "objected"),
            target="cancelled",
            policy="motions.rule",
            entry=entries.HandOverUndone,
            clocks=(Clock("cancel", "opinion"), Clock("cancel", "ruling")),
            hidden=True,
        ),
    ),
    subject=load,
    resolve=resolve,
    url=url,
    about=lambda assignment: assignment.suggestion.ref,
)


def load_extension(case: workflow.Case) -> Extension:
    return Extension.objects.select_related(
        "assignment", "assignment__suggestion", "assignment__organ", "assignment__case"
    ).get(case=case)


def resolve_extension(case: workflow.Case, name: str) -> Iterable[str]:
    extension = load_extension(case)
    yield f"deputies_office@congress:{extension.assignment.suggestion.congress_id}"


EXTENSION = Process(
    key="motions.extension",
    label="延期申请",
    version=1,
    states=(
        State("asked", "待决定", holders=("office",)),
        State("granted", "已同意", final=True),
        State("refused", "未同意", final=True),
    ),
    deadlines=(),
    transitions=(
        Transition(
            "grant",
            "同意延期",
            source=("asked",),
            target="granted",
            policy="motions.decide_extension",
            entry=entries.ExtensionDecided,
            fields=(
                Field("until", "延至", "date", help="可以与申请的日期不同，合计不得超过法律规定的最长期限"),
                Field("text", "说明", "paragraph", required=False),
            ),
            command=f"{SERVICES}.extensions.grant",
            primary=True,
        ),
        Transition(
            "refuse",
            "不同意",
            source=("asked",),
            target="refused",
            policy="motions.decide_extension",
            entry=entries.ExtensionDecided,
            fields=(Field("text", "理由", "paragraph"),),
            command=f"{SERVICES}.extensions.refuse",
        ),
    ),
    subject=load_extension,
    resolve=resolve_extension,
    url=lambda case: f"/motions/extension/{case.subject_id}/",
    about=lambda extension: extension.assignment.suggestion.ref,
)
