"""How an opinion moves: from the first word to one of five outcomes, and to the sender's rating."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse

from renda.assembly.intake import entries
from renda.assembly.intake.models import Opinion, Satisfaction, Told
from renda.kernel.workflow import api as workflow
from renda.kernel.workflow.api import Choice, Clock, DeadlineSpec, Field, Process, State, Transition

# 信访工作条例 (2022): notice and objection 第二十三条, result and extension 第三十四条, review 第三十五条.
NOTICE, OBJECTION, RESULT, REVIEW_ASKED, REVIEW = "PET-006", "PET-008", "PET-012", "PET-014", "PET-015"

TOLD = tuple(Choice(str(value), label) for value, label in Told.choices if value != Told.BOARD)
RATING = tuple(Choice(str(value), label) for value, label in Satisfaction.choices)
_TEXT = Field(
    "text", "答复内容", "paragraph", help="写明查到什么、做了什么、还要做什么；不写他人的电话和身份证号"
)
_TOLD = Field("told_by", "怎样告知", "choice", choices=TOLD)


def _opinion(case: workflow.Case) -> Opinion:
    return Opinion.objects.select_related("case", "congress", "organ", "category", "group").get(case=case)


def _resolve(case: workflow.Case, name: str) -> Iterable[str]:
    opinion = Opinion.objects.only("congress_id", "organ_id").get(case=case)
    if name == "desk":
        yield f"intake_desk@congress:{opinion.congress_id}"
    elif name == "organ" and opinion.organ_id:
        yield f"handling_organ@org:{opinion.organ_id}"


OPINION = Process(
    key="intake.opinion",
    label="群众意见办理",
    version=1,
    states=(
        State("registered", "待分办", holders=("desk",), deadline="notice", public="已收到"),
        State("accepted", "本机关办理中", holders=("desk",), deadline="result", public="正在办理"),
        State("with_organ", "承办机关办理中", holders=("organ",), deadline="result", public="正在办理"),
        State("answered", "已答复", final=True, public="已答复"),
        State("transferred", "已转有关机关", final=True, public="已转有关机关"),
        State("raised", "已形成代表建议", final=True, public="已转请代表提出建议"),
        State("outside", "已告知其他途径", final=True, public="已告知办理途径"),
    ),
    deadlines=(
        DeadlineSpec("notice", "告知", rule=NOTICE, warn_days=5),
        DeadlineSpec("objection", "提出异议", rule=OBJECTION, warn_days=2),
        DeadlineSpec("result", "办结", rule=RESULT, alternatives=(REVIEW,), warn_days=15),
    ),
    transitions=(
        Transition(
            "classify",
            "归类",
            source=("registered", "accepted", "with_organ", "answered"),
            target=None,
            policy="intake.decide",
            entry=entries.Classified,
            fields=(Field("category", "分类", "intake_category"),),
            command="renda.assembly.intake.services.handling.classify",
        ),
        Transition(
            "answer",
            "直接答复",
            source=("registered",),
            target="answered",
            policy="intake.decide",
            entry=entries.Answered,
            fields=(_TEXT, _TOLD),
            clocks=(Clock("stop", "notice"),),
            command="renda.assembly.intake.services.handling.answer",
            primary=True,
            help="问的是政策、程序，当时就能答清楚的",
        ),
        Transition(
            "accept",
            "受理，由本机关办理",
            source=("registered",),
            target="accepted",
            policy="intake.decide",
            entry=entries.Accepted,
            clocks=(Clock("stop", "notice"), Clock("restart", "result")),
            command="renda.assembly.intake.services.handling.accept",
            help="属于本级人大及其常委会职权的",
        ),
        Transition(
            "conclude",
            "办结并答复",
            source=("accepted",),
            target="answered",
            policy="intake.decide",
            entry=entries.Answered,
            fields=(_TEXT, _TOLD),
            clocks=(Clock("stop", "result"),),
            command="renda.assembly.intake.services.handling.conclude",
            primary=True,
        ),
        Transition(
            "pass_on",
            "交承办机关办理并反馈",
            source=("registered", "accepted"),
            target="with_organ",
            policy="intake.decide",
            entry=entries.Passed,
            fields=(
                Field("organ", "承办机关", "organ"),
                Field("text", "告知反映人的话", "paragraph", required=False, help="不填时用通用的告知"),
                _TOLD,
            ),
            clocks=(Clock("stop", "notice"), Clock("restart", "objection"), Clock("start", "result")),
            command="renda.assembly.intake.services.handling.pass_on",
        ),
        Transition(
            "object",
            "不属于本机关职责，退回",
            source=("with_organ",),
            target="registered",
            policy="intake.handle",
            entry=entries.Objected,
            fields=(Field("reason", "理由和应由谁办理", "paragraph"),),
            clocks=(Clock("stop", "objection"), Clock("cancel", "result"), Clock("restart", "notice")),
            command="renda.assembly.intake.services.handling.object_to",
        ),
        Transition(
            "reply",
            "答复反映人",
            source=("with_organ",),
            target="answered",
            policy="intake.handle",
            entry=entries.Answered,
            fields=(_TEXT, _TOLD),
            clocks=(Clock("cancel", "objection"), Clock("stop", "result")),
            command="renda.assembly.intake.services.handling.reply",
            primary=True,
        ),
        Transition(
            "reply_for_organ",
            "代录承办机关的答复",
            source=("with_organ",),
            target="answered",
            policy="intake.decide",
            entry=entries.Answered,
            fields=(_TEXT, _TOLD),
            clocks=(Clock("cancel", "objection"), Clock("stop", "result")),
            command="renda.assembly.intake.services.handling.reply_for_organ",
            help="承办机关没有账号，用书面或电话反馈的",
        ),
        Transition(
            "transfer",
            "转有关机关，不要求反馈",
            source=("registered",),
            target="transferred",
            policy="intake.decide",
            entry=entries.Passed,
            fields=(
                Field("organ", "转给哪个机关", "organ"),
                Field("text", "告知反映人的话", "paragraph"),
                _TOLD,
            ),
            clocks=(Clock("stop", "notice"),),
            command="renda.assembly.intake.services.handling.transfer",
        ),
        Transition(
            "raise_suggestion",
            "转请代表形成建议",
            source=("registered", "accepted"),
            target="raised",
            policy="intake.decide",
            entry=entries.Raised,
            fields=(
                Field("deputy", "请哪位代表", "seat"),
                Field("note", "给代表的说明", "paragraph", required=False),
                Field("text", "告知反映人的话", "paragraph"),
                _TOLD,
            ),
            clocks=(Clock("stop", "notice"), Clock("stop", "result")),
            command="renda.assembly.intake.services.handling.raise_suggestion",
        ),
        Transition(
            "turn_away",
            "不属于受理范围，告知途径",
            source=("registered",),
            target="outside",
            policy="intake.decide",
            entry=entries.Outside,
            fields=(
                Field(
                    "where",
                    "应当向哪里提出",
                    "text",
                    max_length=120,
                    help="涉法涉诉的写政法机关，检举控告的写纪检监察机关",
                ),
                Field("text", "告知反映人的话", "paragraph"),
                _TOLD,
            ),
            clocks=(Clock("stop", "notice"),),
            command="renda.assembly.intake.services.handling.turn_away",
        ),
        Transition(
            "extend",
            "延长办理期限",
            source=("accepted", "with_organ"),
            target=None,
            policy="intake.decide",
            entry=entries.Extended,
            fields=(Field("reason", "理由", "paragraph", help="须经负责人批准，并告知反映人"), _TOLD),
            clocks=(Clock("restart", "result"),),
            command="renda.assembly.intake.services.handling.extend",
        ),
        Transition(
            "progress",
            "填写进展",
            source=("accepted", "with_organ"),
            target=None,
            policy="intake.progress",
            entry=entries.Progressed,
            fields=(Field("text", "进展", "paragraph", max_length=1000),),
            command="renda.assembly.intake.services.handling.progress",
        ),
        Transition(
            "rate",
            "代录评价",
            source=("answered",),
            target=None,
            policy="intake.rate",
            entry=entries.Rated,
            fields=(
                Field("attitude", "办理态度", "choice", choices=RATING),
                Field("result", "办理结果", "choice", choices=RATING),
                Field("comment", "说明", "paragraph", required=False, help="对结果不满意的，写明理由"),
            ),
            command="renda.assembly.intake.services.rating.rate",
        ),
        Transition(
            "reopen",
            "请求复查",
            source=("answered",),
            target="accepted",
            policy="intake.rate",
            entry=entries.Reopened,
            fields=(Field("reason", "反映人为什么不满意", "paragraph"),),
            clocks=(Clock("restart", "result"),),
            command="renda.assembly.intake.services.rating.reopen",
        ),
    ),
    subject=_opinion,
    resolve=_resolve,
    url=lambda case: reverse("intake:opinion", args=[int(case.subject_id)]),
)


def register() -> None:
    workflow.register(OPINION)
