"""What the ledger listens to: organs are succeeded; somebody is not reached any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from renda.assembly.ledger import services
from renda.assembly.people import api as people
from renda.kernel.notify import api as notify
from renda.kernel.refs import Ref

if TYPE_CHECKING:
    from renda.kernel.identity.api import Account

UNREACHED = "ledger.unreached"


def succeeded(old: int, new: int, actor: Account | None) -> None:
    """Open matters of the old organ, and those it supervises, belong to the new one."""
    services.succeed_organ(old, new, actor=actor)


def unreached(told: notify.Unreached) -> None:
    """A dead number goes back to the clerk of that congress, who can telephone and correct it."""
    congress = people.congress_for(told.account)
    if congress is None:
        return
    way = told.way or "短信、企业微信和邮件"
    notify.send(
        UNREACHED,
        to_holders={f"deputies_office@congress:{congress.pk}"},
        title=f"{told.account.display_name}收不到{way}，请核对联系方式",
        body=f"对方说明：{told.reason}。请电话联系本人，更正后重新发送。",
        url="/people/",
        subject=Ref("identity.account", str(told.account.pk), told.account.display_name),
    )


def register() -> None:
    """Called when the room is ready."""
    people.on_succession(succeeded)
    notify.declare_kind(UNREACHED, "联系不上的人", stoppable=False)
    notify.on_unreached(unreached)
