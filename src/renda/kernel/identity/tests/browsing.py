"""What a browser does, for several tests."""

from __future__ import annotations

from typing import Any

from django.test import Client

from renda.kernel.identity.models import Account

PASSWORD, PHONE = "柳叶街道的石榴红了", "13900000000"
NEW = "临河边上的第三棵老槐树"
TOO_MANY = "试的次数太多了"


def who(client: Client) -> str | None:
    """The account that the client is logged in with."""
    pk = client.session.get("_auth_user_id")
    return Account.objects.get(pk=pk).username if pk else None


def by_password(
    client: Client, name: str, password: str = PASSWORD, address: str = "10.0.0.1", **more: str
) -> Any:
    return client.post("/login/", {"login": name, "password": password, **more}, REMOTE_ADDR=address)


def ask_code(client: Client, number: str, address: str = "10.0.0.1") -> Any:
    return client.post("/login/code/", {"phone": number}, REMOTE_ADDR=address, follow=True)
