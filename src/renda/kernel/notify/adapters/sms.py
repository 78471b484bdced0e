"""SMS through a gateway of the office's own choice: a signed POST that any supplier is soon fitted to.

POST {url}    Content-Type: application/json
              X-Renda-Key: idempotency key      X-Renda-Time: seconds since 1970
              X-Renda-Signature: hex HMAC-SHA256(secret, time + "\\n" + body)
{"key": …, "to": "13800138000", "kind": …, "text": …, "title": …, "url": …}
→ {"status": "ok", "id": …} | {"status": "dead", "reason": …} | {"status": "later", "reason": …}
"""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import ClassVar
from uuid import UUID, uuid4

from renda.kernel import clock
from renda.kernel.identity import api as identity
from renda.kernel.notify.adapters.base import Dead, Outgoing, Temporary
from renda.kernel.notify.adapters.http import call
from renda.kernel.notify.models import Reach


class Sms:
    """See the module.

    Args:
        url: the gateway's address, http or https.
        secret: shared with the gateway.
        signature: the sender's mark in front of the text, ``安澜人大``; empty where the gateway adds it.
    """

    name: ClassVar[str] = "sms"
    label: ClassVar[str] = "短信"

    def __init__(self, url: str, secret: str, signature: str = "") -> None:
        self._url = url
        self._secret = secret.encode()
        self._signature = f"【{signature}】" if signature else ""

    def address(self, account: identity.Account, reach: Reach) -> str:
        return str(account.phone_id or "")

    def open(self, address: str) -> str:
        try:
            return identity.vault_use(UUID(address), "发送短信")
        except identity.IdentityError:
            raise Dead("号码已从保险库删除") from None

    def send(self, out: Outgoing) -> str:
        return self._post(out.key, out.address, out.kind, out.title, f"{out.short} {out.url}", out.url)

    def send_code(self, account: identity.Account, number: str, code: str) -> None:
        """A log-in code, at once at any hour: somebody stands before the page and waits.

        Raises:
            Temporary, Dead: the caller says on the page what else to do.
        """
        text = f"您的登录验证码是 {code}，五分钟内有效。不要告诉任何人，工作人员也不会问您要。"
        self._post(uuid4().hex, number, "login.code", "登录验证码", text, "")

    def _post(self, key: str, to: str, kind: str, title: str, text: str, url: str) -> str:
        message = {
            "key": key,
            "to": to,
            "kind": kind,
            "text": f"{self._signature}{text}",
            "title": title,
            "url": url,
        }
        body = json.dumps(message, ensure_ascii=False).encode()
        time = str(int(clock.now().timestamp()))
        signed = hmac.new(self._secret, time.encode() + b"\n" + body, hashlib.sha256).hexdigest()
        headers = {
            "Content-Type": "application/json",
            "X-Renda-Key": key,
            "X-Renda-Time": time,
            "X-Renda-Signature": signed,
        }
        answer = call(self._url, body=body, headers=headers)
        status = answer.get("status")
        if status == "ok":
            return str(answer.get("id", ""))
        if status == "dead":
            raise Dead(str(answer.get("reason") or "空号或停机"))
        raise Temporary(str(answer.get("reason") or "短信网关没有收下"))
