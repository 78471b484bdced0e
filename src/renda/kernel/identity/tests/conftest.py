"""Roles and people for the tests of identity: a small congress that no room declares."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from renda.kernel.identity import access, api, roles
from renda.kernel.identity.models import Account


@pytest.fixture(autouse=True)
def town() -> Iterator[None]:
    """Roles, scopes and policies of a test town, taken back afterwards."""
    before = (dict(roles._roles), dict(roles._scopes), dict(access._policies))
    roles.declare_role("t_deputy", "代表", "person", "提出建议。", staff=False, personal=True)
    roles.declare_role("t_secretary", "代表秘书", "person", "代为起草。", signs=False, staff=False)
    roles.declare_role(
        "t_office", "代表联络工作机构", "congress", "交办建议。", manages=("t_deputy", "t_secretary")
    )
    roles.declare_role("t_organ", "承办单位经办人", "org", "答复建议。")
    roles.declare_scope(
        "congress", "人民代表大会", title=lambda i: f"第{i}人大", choices=lambda: [("1", "甲")]
    )
    roles.declare_scope(
        "person",
        "人员",
        title=lambda i: f"人员{i}",
        choices=lambda: [("7", "代表七"), ("107", "外地代表")],
        parents=lambda i: ("congress:1",) if int(i) < 100 else ("congress:2",),
    )
    access.policy("t.submit", label="提交建议", roles=["t_deputy", "t_secretary"], signs=True)(_own)
    access.policy("t.draft", label="起草建议", roles=["t_deputy", "t_secretary"])(_own)
    access.policy("t.read", label="查看公告", roles=[access.EVERYONE])(_anyone)
    yield
    for registry, kept in zip((roles._roles, roles._scopes, access._policies), before, strict=True):
        registry.clear()
        registry.update(kept)


def _own(actor: Account, person: str) -> bool | access.Denied:
    if api.has(actor, "t_deputy", person) or api.has(actor, "t_secretary", person):
        return True
    return access.Denied("这件建议属于另一位代表，请回到您自己的建议列表。")


def _anyone(actor: Account, obj: object) -> bool:
    return True


@pytest.fixture
def make(db: None) -> Callable[..., Account]:
    """Make an account that holds the given ``role@scope`` texts."""

    def build(name: str, *holders: str, password: str | None = None, phone: str | None = None) -> Account:
        account = api.create_account(name, f"{name}同志", password, actor=None, phone=phone)
        for holder in holders:
            role, _, scope = holder.partition("@")
            api.grant(account, role, scope, actor=None)
        return account

    return build


@pytest.fixture(autouse=True)
def fresh_limits(settings: Any, tmp_path: Path) -> None:
    """Each test counts attempts from zero."""
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
            "LOCATION": str(tmp_path / "cache"),
            "OPTIONS": {"MAX_ENTRIES": 20_000},
        }
    }


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str, str]]:
    """An SMS gateway that keeps (username, number, code)."""
    from renda.kernel.identity.login import codes

    box: list[tuple[str, str, str]] = []
    monkeypatch.setattr(
        codes, "_sender", lambda account, number, code: box.append((account.username, number, code))
    )
    return box
