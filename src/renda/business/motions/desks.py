"""The staff's desks: who may open them, and where they stand in the navigation."""

from __future__ import annotations

from typing import Any

from renda.business.motions import queries
from renda.business.motions.models import Assignment
from renda.business.motions.policies import GOVERNMENT, OFFICE, ORGAN
from renda.kernel.identity import api as identity
from renda.kernel.identity.api import Denied
from renda.kernel.ui import api as ui

Account = identity.Account
LEADERS = ("chairpersons", "auditor")


@identity.policy("motions.batch", label="成批审查、编号和交办", roles=[OFFICE, GOVERNMENT])
def can_batch(actor: Account, obj: Any) -> bool | Denied:
    """The grid is open to both offices; what each row allows is asked row by row."""
    return True


@identity.policy("motions.organ_desk", label="承办台", roles=list(ORGAN))
def can_open_organ_desk(actor: Account, obj: Any) -> bool | Denied:
    return True


@identity.policy(
    "motions.view_handling",
    label="查看承办情况",
    roles=[OFFICE, GOVERNMENT, *ORGAN, "committee", *LEADERS],
)
def can_view_handling(actor: Account, assignment: Assignment) -> bool | Denied:
    """The organs of the case see one another's part; offices and leaders what they may see of the case."""
    if (
        isinstance(assignment, Assignment)
        and queries.visible(actor).filter(pk=assignment.suggestion_id).exists()
    ):
        return True
    return Denied("这件建议没有交您单位办理；如需了解，请联系代表联络工作机构。")


@identity.policy("motions.keys", label="重点建议台账", roles=[OFFICE, "committee", *LEADERS], denied="")
def can_list_keys(actor: Account, obj: Any) -> bool | Denied:
    return True


@identity.policy("motions.workbook", label="为没有账号的单位收发办理表", roles=[OFFICE])
def can_send_workbooks(actor: Account, obj: Any) -> bool | Denied:
    return True


def declare() -> None:
    """Tell the shell where the desks are; called when the room is ready."""
    ui.nav("代表", "审查交办", "motions:grid", "motions.batch", icon="clipboard-list", order=12, tab="交办")
    ui.nav("代表", "催办督查", "motions:government", "motions.batch", icon="phone", order=13, tab="催办")
    ui.nav("代表", "承办台", "motions:organ_desk", "motions.organ_desk", icon="inbox", order=14, tab="承办")
    ui.nav("代表", "重点建议", "motions:keys", "motions.keys", icon="star", order=16)
    ui.nav("代表", "办理情况", "motions:board", "motions.boards", icon="chart-column", order=18)
    ui.nav("代表", "收发办理表", "motions:workbook", "motions.workbook", icon="file-spreadsheet", order=28)
    ui.nav("代表", "类别和代字", "motions:lists", "motions.workbook", icon="list", order=30)
