"""Log-in codes by SMS: who sends them is registered by a higher floor; the demo has a paper plane."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.conf import settings

from renda.kernel.identity.errors import IdentityError
from renda.kernel.identity.models import Account, PaperCode
from renda.kernel.identity.vault import kinds, reveal, store

logger = logging.getLogger(__name__)
# (account, number in clear, code) -> None; raises when the message could not be handed on.
CodeSender = Callable[[Account, str, str], None]
_sender: CodeSender | None = None
_KEPT = 200  # paper planes that stay readable


def set_code_sender(sender: CodeSender | None) -> None:
    """Register who sends log-in codes; called by the room that holds the SMS adapter, in ``ready``.

    The sender gets the number in clear and must neither log nor store it.
    """
    global _sender
    _sender = sender


def can_send() -> bool:
    """Whether this installation can send codes at all: else the log-in page doesn't offer them."""
    return _sender is not None or settings.RENDA_PAPER_PLANE


def send(account: Account, code: str) -> None:
    """Send a log-in code to the account's number.

    Raises:
        IdentityError: no number, no gateway, or the gateway refused; says what to do instead.
    """
    if account.phone_id is None:
        raise IdentityError("这个账号没有登记手机号，请用密码登录，或打电话请联络人登记。")
    if _sender is None and not settings.RENDA_PAPER_PLANE:
        raise IdentityError("本系统还没有接通短信，请用密码登录，或请联络人给您一次性登录链接。")
    number = reveal.vault_use(account.phone_id, "发送登录验证码")
    try:
        (_sender or _paper_plane)(account, number, code)
    except Exception:
        logger.exception("登录验证码没有发出", extra={"account": account.pk})
        raise IdentityError(
            "短信没有发出去，请过几分钟再试，或改用密码登录；急用请打电话请联络人给您一次性登录链接。"
        ) from None


def _paper_plane(account: Account, number: str, code: str) -> None:
    PaperCode.objects.create(account=account, masked=kinds.kind("phone").mask(number), code=code)
    oldest = PaperCode.objects.order_by("-pk").values_list("pk", flat=True)[_KEPT : _KEPT + 1]
    if oldest:
        PaperCode.objects.filter(pk__lte=oldest[0]).delete()


def paper_codes(limit: int = 20) -> list[PaperCode]:
    """The last codes of the paper plane, newest first: for the demo's page of messages alone."""
    return list(PaperCode.objects.select_related("account")[:limit]) if settings.RENDA_PAPER_PLANE else []


def paper_code_for(account: Account | None) -> str:
    """An account's last code, for the demo's page that asks for it; empty in an office's installation."""
    if account is None or not settings.RENDA_PAPER_PLANE or _sender is not None:
        return ""
    last = PaperCode.objects.filter(account=account).first()
    return last.code if last else ""


def mask_of(account: Account) -> str | None:
    """The account's number as it may be shown."""
    return store.vault_mask(account.phone_id) if account.phone_id else None
