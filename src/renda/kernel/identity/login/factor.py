"""allauth's adapter for second factors: secrets encrypted, and no way round them for staff."""

from __future__ import annotations

from typing import ClassVar

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings

from renda.kernel.identity import queries
from renda.kernel.identity.models import Account
from renda.kernel.identity.vault import cipher, keys

_BOUND = "renda-factor"


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """What this house does otherwise than allauth."""

    error_messages: ClassVar[dict[str, str]] = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "验证码不对。请看身份验证器上现在显示的六位数字；总是不对时，请核对手机的时间。",
        "cannot_delete_authenticator": (
            "您的岗位要求两步验证，不能自行撤销。换手机请用备用码登录，或请系统管理员重置。"
        ),
    }

    def get_totp_label(self, user: Account) -> str:
        return user.display_name

    def encrypt(self, text: str) -> str:
        return cipher.encrypt(keys.ring().factor, text.encode(), _BOUND)

    def decrypt(self, encrypted_text: str) -> str:
        return cipher.decrypt(keys.ring().factor, encrypted_text, _BOUND).decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        return not is_required(authenticator.user)


def is_required(account: Account) -> bool:
    """Whether this account must have a second factor."""
    return bool(settings.RENDA_REQUIRE_TOTP) and queries.is_staff(account)


def has_factor(account: Account) -> bool:
    """Whether the account has enrolled one."""
    return bool(Authenticator.objects.filter(user=account, type=Authenticator.Type.TOTP).exists())
