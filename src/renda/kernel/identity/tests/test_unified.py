"""The office's unified log-in, against an issuer of our own on this machine."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.test import Client

from renda.kernel.identity import api
from renda.kernel.identity.models import Account
from renda.kernel.record import api as record

pytestmark = pytest.mark.django_db(databases=["default", "vault"])
Make = Callable[..., Account]
PASSWORD = "柳叶街道的石榴红了"
CLAIMS = {"sub": "u-17", "preferred_username": "zhang", "name": "张某", "phone_number": "13900000000"}


@pytest.fixture
def issuer(settings: Any) -> Iterator[str]:
    """An OIDC issuer that says yes to everybody as ``CLAIMS``."""

    class Issuer(BaseHTTPRequestHandler):
        def answer(self) -> None:
            base = f"http://127.0.0.1:{self.server.server_address[1]}"  # type: ignore[index]
            token = {**CLAIMS, "iss": base, "aud": "renda", "exp": 4102444800, "iat": 1}
            said: dict[str, Any] = {
                "/.well-known/openid-configuration": {
                    "issuer": base,
                    "authorization_endpoint": f"{base}/authorize",
                    "token_endpoint": f"{base}/token",
                    "userinfo_endpoint": f"{base}/userinfo",
                    "jwks_uri": f"{base}/jwks",
                    "token_endpoint_auth_methods_supported": ["client_secret_post"],
                },
                "/token": {
                    "access_token": "a",
                    "token_type": "Bearer",
                    "id_token": jwt.encode(token, "0" * 32, algorithm="HS256"),
                },
                "/userinfo": CLAIMS,
            }[urlsplit(self.path).path]
            body = json.dumps(said).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = answer

        def log_message(self, *args: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Issuer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_address[1]}"
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            **settings.SOCIALACCOUNT_PROVIDERS["openid_connect"],
            "APPS": [
                {
                    "provider_id": "unified",
                    "name": "市统一身份认证",
                    "client_id": "renda",
                    "secret": "s",
                    "settings": {"server_url": address},
                }
            ],
        }
    }
    yield address
    server.shutdown()
    server.server_close()


def go(client: Client, process: str = "") -> Any:
    """Press the button, come back from the issuer."""
    away = client.post(f"/login/unified/go/{process}")
    state = parse_qs(urlsplit(away.headers["Location"]).query)["state"][0]
    return client.get("/login/unified/back/", {"code": "c", "state": state}, follow=True)


def inside(client: Client) -> str | None:
    pk = client.session.get("_auth_user_id")
    return Account.objects.get(pk=pk).username if pk else None


def test_the_button_leads_to_the_issuer(client: Client, issuer: str) -> None:
    assert "用市统一身份认证登录" in client.get("/login/").content.decode()
    away = client.post("/login/unified/go/")
    asked = parse_qs(urlsplit(away.headers["Location"]).query)
    assert away.headers["Location"].startswith(f"{issuer}/authorize?")
    assert asked["client_id"] == ["renda"]
    assert asked["scope"] == ["openid"]
    assert asked["redirect_uri"] == ["http://testserver/login/unified/back/"]
    assert asked["code_challenge_method"] == ["S256"]
    assert client.get("/login/unified/go/").headers["Location"] == "/login/"  # by POST alone


def test_without_configuration_there_is_no_button(client: Client) -> None:
    assert "统一身份认证登录" not in client.get("/login/").content.decode()
    assert client.post("/login/unified/go/").status_code == 404


def test_a_stranger_gets_no_account(client: Client, issuer: str) -> None:
    page = go(client).content.decode()
    assert "还没有与本系统的账号关联" in page
    assert inside(client) is None
    assert Account.objects.count() == SocialAccount.objects.count() == 0


def test_linked_once_it_lets_in_and_keeps_nothing_but_the_subject(
    client: Client, issuer: str, make: Make
) -> None:
    account = make("zhang", password=PASSWORD)
    client.post("/login/", {"login": "zhang", "password": PASSWORD})
    go(client, "?process=connect")
    client.post("/logout/")
    assert inside(client) is None
    go(client)
    assert inside(client) == "zhang"
    assert record.timeline(account.ref, 1, None)[0].sentence == "以统一身份认证登录"
    stored = str(list(SocialAccount.objects.values()))
    assert "u-17" in stored
    assert "13900000000" not in stored and "张某" not in stored
    assert SocialToken.objects.count() == 0
    client.post("/account/unlink/")
    client.post("/logout/")
    go(client)
    assert inside(client) is None


def test_a_matching_username_only_where_configured(
    client: Client, issuer: str, make: Make, settings: Any
) -> None:
    make("zhang", password=PASSWORD)
    go(client)
    assert inside(client) is None
    settings.RENDA_OIDC_MATCH = "preferred_username"
    go(client)
    assert inside(client) == "zhang"


def test_a_closed_account_stays_closed(client: Client, issuer: str, make: Make, settings: Any) -> None:
    settings.RENDA_OIDC_MATCH = "preferred_username"
    account = make("zhang", password=PASSWORD)
    go(client)
    client.post("/logout/")
    api.close_account(account, actor=None, reason="调离")
    page = go(client).content.decode()
    assert "已停用" in page
    assert inside(client) is None


def test_refused_and_cancelled_come_back_with_a_word(client: Client, issuer: str) -> None:
    for error, said in (("access_denied", "您取消了"), ("server_error", "没有成功")):
        away = client.post("/login/unified/go/")
        state = parse_qs(urlsplit(away.headers["Location"]).query)["state"][0]
        page = client.get("/login/unified/back/", {"error": error, "state": state}, follow=True)
        assert said in page.content.decode()
    forged = client.get("/login/unified/back/", {"code": "c", "state": "forged"}, follow=True)
    assert "没有成功" in forged.content.decode()


def test_nobody_unlinks_his_only_way_in(client: Client, issuer: str, make: Make, settings: Any) -> None:
    settings.RENDA_OIDC_MATCH = "preferred_username"
    account = make("zhang")
    go(client)
    assert "先设置密码" in client.post("/account/unlink/", follow=True).content.decode()
    assert SocialAccount.objects.filter(user=account).exists()
