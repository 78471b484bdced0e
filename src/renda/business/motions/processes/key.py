"""Key suggestions: nominated, chosen by the council of chairpersons, planned, followed up, appraised."""

from __future__ import annotations

from collections.abc import Iterable

from renda.business.motions import entries
from renda.business.motions.models import KeySuggestion
from renda.kernel.workflow import api as workflow
from renda.kernel.workflow.api import Choice, Field, Process, State, Transition

SERVICES = "renda.business.motions.services"


def load(case: workflow.Case) -> KeySuggestion:
    return KeySuggestion.objects.select_related("suggestion", "leader", "committee", "case").get(case=case)


def resolve(case: workflow.Case, name: str) -> Iterable[str]:
    key = KeySuggestion.objects.select_related("suggestion").get(case=case)
    if name == "chairpersons":
        yield f"chairpersons@congress:{key.suggestion.congress_id}"
    elif name == "committee" and key.committee_id:
        yield f"committee@org:{key.committee_id}"


KEY = Process(
    key="motions.key",
    label="重点建议督办",
    version=1,
    states=(
        State("nominated", "待主任会议确定", holders=("chairpersons",)),
        State("chosen", "待制定督办方案", holders=("committee",)),
        State("following", "督办中", holders=("committee",)),
        State("appraised", "已测评", final=True),
        State("not_chosen", "未列入", final=True),
    ),
    deadlines=(),
    transitions=(
        Transition(
            "choose",
            "确定为重点建议",
            source=("nominated",),
            target="chosen",
            policy="motions.choose_key",
            entry=entries.KeyChosen,
            fields=(
                Field("chosen_on", "主任会议日期", "date"),
                Field("leader", "领衔督办领导", "person"),
                Field("committee", "督办的委员会", "committee"),
            ),
            command=f"{SERVICES}.keys.choose",
            primary=True,
        ),
        Transition(
            "leave_out",
            "不列入",
            source=("nominated",),
            target="not_chosen",
            policy="motions.choose_key",
            entry=entries.KeyNotChosen,
            fields=(Field("text", "说明", "paragraph"),),
            command=f"{SERVICES}.keys.leave_out",
        ),
        Transition(
            "plan",
            "制定督办方案",
            source=("chosen",),
            target="following",
            policy="motions.follow_key",
            entry=entries.KeyPlanned,
            fields=(Field("text", "督办方案", "paragraph", help="目标、步骤、时间、参加的人"),),
            command=f"{SERVICES}.keys.plan",
            primary=True,
        ),
        Transition(
            "visit",
            "登记督办活动",
            source=("following",),
            target=None,
            policy="motions.follow_key",
            entry=entries.KeyVisited,
            fields=(
                Field(
                    "how",
                    "方式",
                    "choice",
                    choices=(
                        Choice("visit", "现场督办"),
                        Choice("meeting", "督办座谈"),
                        Choice("report", "听取汇报"),
                    ),
                ),
                Field("held_on", "日期", "date"),
                Field("text", "情况", "paragraph"),
                Field("files", "照片和材料", "files", required=False),
            ),
            command=f"{SERVICES}.keys.visit",
        ),
        Transition(
            "appraise",
            "录入民主测评",
            source=("following",),
            target="appraised",
            policy="motions.follow_key",
            entry=entries.KeyAppraised,
            fields=(
                Field(
                    "sheets",
                    "测评票",
                    "paragraph",
                    help="一行一张：得分（0 到 100），后面可以写意见；票号由系统按行编",
                ),
            ),
            command=f"{SERVICES}.keys.appraise",
            primary=True,
        ),
    ),
    subject=load,
    resolve=resolve,
    url=lambda case: f"/motions/key/{case.subject_id}/",
    about=lambda key: key.suggestion.ref,
)
