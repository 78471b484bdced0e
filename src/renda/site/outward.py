"""What leaves the house: e-mail, SMS, 企业微信, as the environment describes them (``docs/notify.md``).

RENDA_ADDRESS        the desk as people type it, ``https://renda.example.gov.cn``, for links in messages
RENDA_EMAIL_URL      ``smtp://user:password@host:587/?tls=1&from=renda@example.gov.cn`` (``tls`` or ``ssl``)
RENDA_SMS_URL        SMS gateway; RENDA_SMS_SECRET its shared secret, RENDA_SMS_SIGN the mark before the text
RENDA_WECOM          ``corp:agent``; RENDA_WECOM_SECRET; RENDA_WECOM_URL of a private deployment
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

WECOM = "https://qyapi.weixin.qq.com"


def email(env: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """Django's e-mail settings; empty without RENDA_EMAIL_URL."""
    url = env.get("RENDA_EMAIL_URL")
    if not url:
        return {}
    parts = urlsplit(url)
    query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    if parts.scheme != "smtp" or not parts.hostname or "from" not in query:
        raise RuntimeError("RENDA_EMAIL_URL 应写作 smtp://用户:口令@主机:端口/?tls=1&from=发件邮箱")
    return {
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or (465 if query.get("ssl") == "1" else 25),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": query.get("tls") == "1",
        "EMAIL_USE_SSL": query.get("ssl") == "1",
        "EMAIL_TIMEOUT": 10,
        "DEFAULT_FROM_EMAIL": query["from"],
        "SERVER_EMAIL": query["from"],
    }


def notify(*, paper_plane: bool, env: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """The setting NOTIFY: which ways lead out. With the paper plane (RENDA_PAPER_PLANE=1) no other does."""
    address = env.get("RENDA_ADDRESS", "")
    if paper_plane:
        return {"address": address, "paper": True}
    found: dict[str, Any] = {"address": address, "email": bool(env.get("RENDA_EMAIL_URL"))}
    if url := env.get("RENDA_SMS_URL"):
        found["sms"] = {
            "url": _web("RENDA_SMS_URL", url),
            "secret": _needed("RENDA_SMS_SECRET", env),
            "signature": env.get("RENDA_SMS_SIGN", ""),
        }
    if both := env.get("RENDA_WECOM"):
        corp, _, agent = both.partition(":")
        if not corp or not agent.isdecimal():
            raise RuntimeError("RENDA_WECOM 应写作 企业编号:应用编号，例如 ww0123456789abcdef:1000002")
        found["wecom"] = {
            "corp": corp,
            "agent": int(agent),
            "secret": _needed("RENDA_WECOM_SECRET", env),
            "base": _web("RENDA_WECOM_URL", env.get("RENDA_WECOM_URL", WECOM)),
        }
    if (found["email"] or found.keys() & {"sms", "wecom"}) and not address:
        raise RuntimeError("要发消息，请设 RENDA_ADDRESS 为本系统的网址，消息里的链接要用。")
    return found


def _needed(name: str, env: Mapping[str, str]) -> str:
    value = env.get(name)
    if not value:
        raise RuntimeError(f"缺少环境变量 {name}")
    return value


def _web(name: str, url: str) -> str:
    if urlsplit(url).scheme not in {"http", "https"}:
        raise RuntimeError(f"{name} 应为 http 或 https 网址")
    return url
