"""企业微信: an application's message (text card) to a member, by its public interface; a private deployment
(政务微信) has the same one under its own address.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.core.cache import cache

from renda.kernel.identity.api import Account
from renda.kernel.notify.adapters.base import Dead, Outgoing, Temporary
from renda.kernel.notify.adapters.http import call
from renda.kernel.notify.models import Reach

# Codes of the interface (global error codes of its documentation).
_TOKEN_EXPIRED = {40014, 42001}
_NO_SUCH_MEMBER = {40003, 60111, 81013}
_CARD = 500  # characters of a card's text; the interface cuts at 512 bytes of markup-free text
_SAME_WITHIN = 4 * 3600  # seconds in which the interface drops an equal message: the longest it allows


class WeCom:
    """See the module.

    Args:
        corp: the enterprise's id.
        agent: the application's number.
        secret: the application's secret.
        base: ``https://qyapi.weixin.qq.com`` or a private deployment's.
    """

    name: ClassVar[str] = "wecom"
    label: ClassVar[str] = "企业微信"

    def __init__(self, corp: str, agent: int, secret: str, base: str) -> None:
        self._corp = corp
        self._agent = agent
        self._secret = secret
        self._base = base.rstrip("/")
        self._slot = "notify.wecom." + hashlib.sha256(f"{base} {corp} {agent}".encode()).hexdigest()[:16]

    def address(self, account: Account, reach: Reach) -> str:
        return reach.wecom

    def open(self, address: str) -> str:
        return address

    def send(self, out: Outgoing) -> str:
        answer = self._post(out, self._token())
        if answer.get("errcode") in _TOKEN_EXPIRED:
            cache.delete(self._slot)
            answer = self._post(out, self._token())
        code = answer.get("errcode")
        if code in _NO_SUCH_MEMBER or (code == 0 and answer.get("invaliduser")):
            raise Dead("企业微信中没有这个账号，或不在应用的可见范围")
        if code != 0:
            raise Temporary(f"企业微信返回 {code}")
        return str(answer.get("msgid", ""))

    def _token(self) -> str:
        token: str | None = cache.get(self._slot)
        if token is None:
            query = urlencode({"corpid": self._corp, "corpsecret": self._secret})
            answer = call(f"{self._base}/cgi-bin/gettoken?{query}")
            if answer.get("errcode") != 0 or not answer.get("access_token"):
                raise Temporary(f"企业微信不发令牌（{answer.get('errcode')}）：请核对企业编号和应用密钥")
            token = str(answer["access_token"])
            cache.set(self._slot, token, int(answer.get("expires_in", 7200)) // 2)
        return token

    def _post(self, out: Outgoing, token: str) -> dict[str, Any]:
        message = {
            "touser": out.address,
            "msgtype": "textcard",
            "agentid": self._agent,
            "textcard": {
                "title": out.title,
                "description": out.long[:_CARD],
                "url": out.url,
                "btntxt": "查看",
            },
            "enable_duplicate_check": 1,
            "duplicate_check_interval": _SAME_WITHIN,
        }
        return call(
            f"{self._base}/cgi-bin/message/send?{urlencode({'access_token': token})}",
            body=json.dumps(message, ensure_ascii=False).encode(),
            headers={"Content-Type": "application/json"},
        )
