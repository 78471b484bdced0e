"""How a sitting runs: planned, agenda settled, notified, open, adjourned, filed."""

from __future__ import annotations

from collections.abc import Iterable

from renda.assembly.meetings import entries
from renda.assembly.meetings.models import Sitting
from renda.kernel.workflow import api as workflow
from renda.kernel.workflow.api import Field, Process, State, Transition

SERVICES = "renda.assembly.meetings.services"
BEFORE = ("planning", "settled", "notified")


def _sitting(case: workflow.Case) -> Sitting:
    return Sitting.objects.select_related("case", "term__congress", "organ").get(case=case)


def _resolve(case: workflow.Case, name: str) -> Iterable[str]:
    if name == "sittings":
        yield f"meetings_office@{case.scope}"


def _act(
    key: str, label: str, source: tuple[str, ...], target: str | None, entry: type, **more: object
) -> Transition:
    return Transition(
        key,
        label,
        source=source,
        target=target,
        policy="meetings.conduct",
        entry=entry,
        **more,  # type: ignore[arg-type]
    )


SITTING = Process(
    key="meetings.sitting",
    label="会议",
    version=1,
    states=(
        State("planning", "拟议程", holders=("sittings",)),
        State("settled", "议程草案已定", holders=("sittings",)),
        State("notified", "已通知", holders=("sittings",)),
        State("open", "正在开会", holders=("sittings",)),
        State("adjourned", "已闭会，待归档", holders=("sittings",)),
        State("sealed", "已归档", final=True),
        State("cancelled", "已取消", final=True),
    ),
    deadlines=(),
    transitions=(
        _act("add_item", "列入议程", (*BEFORE, "open"), None, entries.ItemAdded, hidden=True),
        _act("drop_item", "移出议程", ("planning",), None, entries.ItemDropped, hidden=True),
        _act(
            "settle",
            "确定议程草案",
            ("planning",),
            "settled",
            entries.Settled,
            command=f"{SERVICES}.settle",
            primary=True,
        ),
        _act(
            "notify",
            "发出通知",
            ("settled",),
            "notified",
            entries.Notified,
            command=f"{SERVICES}.notify",
            primary=True,
        ),
        _act(
            "open", "开会", ("notified",), "open", entries.Opened, command=f"{SERVICES}.open_", primary=True
        ),
        _act("call", "进行下一项", ("open",), None, entries.ItemCalled, hidden=True),
        _act("prepare_vote", "准备表决", (*BEFORE, "open"), None, entries.VotePrepared, hidden=True),
        _act(
            "adjourn",
            "闭会",
            ("open",),
            "adjourned",
            entries.Adjourned,
            command=f"{SERVICES}.adjourn",
            danger=True,
        ),
        _act(
            "deliberate",
            "记审议意见",
            ("open", "adjourned"),
            None,
            entries.Deliberated,
            hidden=True,
        ),
        _act(
            "unsay",
            "撤下审议意见",
            ("open", "adjourned"),
            None,
            entries.Unsaid,
            hidden=True,
        ),
        _act(
            "hand_over",
            "交办审议意见",
            ("adjourned",),
            None,
            entries.HandedOver,
            command=f"{SERVICES}.hand_over",
        ),
        _act(
            "seal",
            "归档",
            ("adjourned",),
            "sealed",
            entries.Sealed,
            command=f"{SERVICES}.seal",
            primary=True,
        ),
        _act(
            "cancel",
            "取消会议",
            BEFORE,
            "cancelled",
            entries.Cancelled,
            fields=(Field("reason", "原因", "paragraph", max_length=200),),
            command=f"{SERVICES}.cancel",
            danger=True,
        ),
    ),
    subject=_sitting,
    resolve=_resolve,
    url=lambda case: f"/meetings/{case.subject_id}/",
)


def register() -> None:
    workflow.register(SITTING)
