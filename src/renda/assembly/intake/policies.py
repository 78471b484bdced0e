"""Who may receive, handle, pass on, answer and rate opinions of the public."""

from __future__ import annotations

from typing import Any

from renda.assembly.intake.models import Group, Opinion
from renda.kernel.identity import api as identity
from renda.kernel.identity.api import Denied

Account = identity.Account
DESK = ("intake_desk", "deputies_office")
ORGAN = ("handling_organ", "organ_head")


def declare() -> None:
    """The role of this room; called when it is ready."""
    identity.declare_role(
        "intake_desk",
        "群众意见受理人员",
        "congress",
        "登记、分办、答复群众意见，电话回访并代录评价。",
    )


def _congress(obj: Any) -> int | None:
    return obj.congress_id if isinstance(obj, Opinion | Group) else None


def on_desk(actor: Account, obj: Any) -> bool:
    """Whether the actor sits at the desk of the opinion's congress (of any, where none is meant)."""
    congress = _congress(obj)
    scope = f"congress:{congress}" if congress is not None else None
    return any(identity.has(actor, role, scope) for role in DESK)


def of_organ(actor: Account, opinion: Opinion) -> bool:
    """Whether the actor works for the organ that has the opinion now."""
    return opinion.organ_id is not None and any(
        identity.has(actor, role, f"org:{opinion.organ_id}") for role in ORGAN
    )


_NOT_THE_DESK = Denied("这件意见由本级群众意见受理人员办理。")


@identity.policy("intake.enter", label="登记群众意见", roles=DESK)
def can_enter(actor: Account, obj: Any) -> bool | Denied:
    """Telephone, letter, visit: typed by the desk."""
    return on_desk(actor, obj) or _NOT_THE_DESK


@identity.policy("intake.view", label="查看群众意见", roles=[*DESK, *ORGAN, "chairpersons"])
def can_view(actor: Account, opinion: Opinion | None) -> bool | Denied:
    """The desk and the leaders of the congress; an organ sees what it was handed."""
    if opinion is None or on_desk(actor, opinion) or of_organ(actor, opinion):
        return True
    if identity.has(actor, "chairpersons", f"congress:{opinion.congress_id}"):
        return True
    return Denied("群众意见由受理人员和承办机关查看；如需了解，请联系受理人员。")


@identity.policy("intake.decide", label="分办群众意见", roles=DESK)
def can_decide(actor: Account, opinion: Opinion) -> bool | Denied:
    """Answer, accept, pass on, raise, turn away, extend, group."""
    return on_desk(actor, opinion) or _NOT_THE_DESK


@identity.policy("intake.handle", label="办理转来的群众意见", roles=ORGAN)
def can_handle(actor: Account, opinion: Opinion) -> bool | Denied:
    """The organ answers or objects."""
    return of_organ(actor, opinion) or Denied("这件意见由承办机关办理。")


@identity.policy("intake.progress", label="填写办理进展", roles=[*DESK, *ORGAN])
def can_progress(actor: Account, opinion: Opinion) -> bool | Denied:
    """Whoever has it now."""
    if of_organ(actor, opinion) or on_desk(actor, opinion):
        return True
    return Denied("进展由承办机关或受理人员填写。")


@identity.policy("intake.rate", label="代录群众评价", roles=DESK)
def can_rate(actor: Account, opinion: Opinion) -> bool | Denied:
    """By telephone, never by the organ that answered; the sender rates with the code."""
    return on_desk(actor, opinion) or _NOT_THE_DESK


@identity.policy("intake.import", label="导入群众意见", roles=DESK)
def can_import(actor: Account, obj: Any) -> bool | Denied:
    """Past messages and code lists."""
    return True


@identity.policy("intake.reveal", label="查看反映人的姓名和电话", roles=[*DESK, *ORGAN])
def can_reveal(actor: Account, datum: identity.Datum) -> bool | Denied:
    """The desk, and the organ that has it, to get in touch (信访工作条例 第三十条: never to the accused)."""
    opinion = Opinion.objects.filter(pk=datum.subject.id).first()
    if opinion is None:
        return False
    if on_desk(actor, opinion):
        return True
    if of_organ(actor, opinion) and opinion.case is not None and opinion.case.state == "with_organ":
        return True
    return Denied("只有受理人员和正在办理的承办机关可以查看反映人的联系方式。")
