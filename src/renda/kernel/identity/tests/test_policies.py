"""Policies, refusals, the matrix."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import AnonymousUser

from renda.kernel.identity import access, api, checks, roles
from renda.kernel.identity.models import Account

Make = Callable[..., Account]
needs_db = pytest.mark.django_db(databases=["default", "vault"])


@needs_db
def test_may_check_and_why_not_agree(make: Make) -> None:
    deputy = make("deputy", "t_deputy@person:7")
    assert api.may("t.submit", deputy, "person:7")
    assert api.why_not("t.submit", deputy, "person:7") == ""
    api.check("t.submit", deputy, "person:7")
    assert not api.may("t.submit", deputy, "person:8")
    with pytest.raises(api.Forbidden, match="属于另一位代表，请回到您自己的建议列表"):
        api.check("t.submit", deputy, "person:8")


@needs_db
def test_a_secretary_drafts_and_does_not_sign(make: Make) -> None:
    secretary = make("secretary", "t_secretary@person:7")
    assert api.may("t.draft", secretary, "person:7")
    with pytest.raises(api.Forbidden, match="这项由代表办理"):
        api.check("t.submit", secretary, "person:7")


@needs_db
def test_without_the_role_the_refusal_names_who_does_it_and_the_way(make: Make) -> None:
    organ = make("organ", "t_organ@org:1")
    assert api.why_not("t.draft", organ, "person:7") == (
        "您现在不能“起草建议”：这项由代表、代表秘书办理。请用相应角色的账号登录，或联系系统管理员授权。"
    )


@needs_db
def test_strangers_and_closed_accounts_are_refused(make: Make) -> None:
    assert "先登录" in api.why_not("t.read", None)
    assert "先登录" in api.why_not("t.read", AnonymousUser())  # type: ignore[arg-type]
    deputy = make("deputy", "t_deputy@person:7")
    assert api.may("t.read", deputy)
    deputy.is_active = False
    assert "已停用" in api.why_not("t.read", deputy)


@needs_db
def test_an_account_without_any_role_may_do_what_everyone_may(make: Make) -> None:
    assert api.may("t.read", make("plain"))


def test_an_unknown_policy_is_an_error_not_an_open_door() -> None:
    with pytest.raises(KeyError, match=r"t\.sbumit"):
        api.may("t.sbumit", None)


def test_a_policy_needs_roles_and_is_declared_once() -> None:
    with pytest.raises(ValueError, match="没有写明角色"):
        api.policy("t.empty", label="空", roles=[])
    with pytest.raises(ValueError, match="另有声明"):
        api.policy("t.read", label="查看公告", roles=[api.EVERYONE])(lambda actor, obj: True)


def test_roles_are_declared_once_and_well_formed() -> None:
    with pytest.raises(ValueError, match="另有声明"):
        api.declare_role("t_deputy", "另一种代表", "person", "别的。")
    with pytest.raises(ValueError, match="小写字母"):
        api.declare_role("T-Deputy", "代表", "person", "大写。")
    same = roles.role("t_office")
    assert same is not None
    assert api.declare_role(
        "t_office", "代表联络工作机构", "congress", "交办建议。", manages=("t_deputy", "t_secretary")
    )


def test_scopes_lie_in_one_another() -> None:
    assert api.within("person:7", "congress:1")
    assert api.within("person:7", "all")
    assert api.within("person:7", "person:7")
    assert not api.within("person:107", "congress:1")
    assert not api.within("congress:1", "person:7")
    assert api.scope_title("person:7") == "人员7"
    assert api.scope_title("all") == "全部"
    assert api.scope_title("t_room:9") == "t_room:9"


def test_checks_name_roles_that_nobody_declared() -> None:
    assert [e for e in checks.roles_are_declared(None) if "规则 t." in e.msg] == []
    access.policy("t.typo", label="错字", roles=["t_deputty"])(lambda actor, obj: True)
    access.policy("t.nosign", label="无人可签", roles=["t_secretary"], signs=True)(lambda actor, obj: True)
    found = {error.id: error.msg for error in checks.roles_are_declared(None) if "规则 t." in error.msg}
    assert "t_deputty" in found["identity.E001"]
    assert "t.nosign" in found["identity.E002"]
    with pytest.raises(KeyError, match="t_deputty"):
        api.matrix()


def test_the_matrix_says_what_the_policies_say() -> None:
    table = api.matrix()
    rows = {row.key: row for row in table.rows}
    assert rows["t.submit"].roles == {"t_deputy"}
    assert rows["t.draft"].roles == {"t_deputy", "t_secretary"}
    assert rows["t.read"].roles == {r.key for r in table.roles}
    assert {"administrator", "t_office"} <= rows["identity.grant"].roles
    assert rows["identity.grant"].roles.isdisjoint({"t_deputy", "t_secretary", "t_organ"})


def test_every_policy_has_a_label_and_a_refusal_that_says_what_to_do() -> None:
    for row in api.matrix().rows:
        assert row.label
        assert any(word in row.denied for word in ("请", "联系"))


def test_the_matrix_page_marks_signing_and_names_every_role() -> None:
    page = api.matrix_markdown()
    line = next(line for line in page.splitlines() if "`t.submit`" in line)
    assert line.count("■") == 1
    assert next(line for line in page.splitlines() if "`t.draft`" in line).count("●") == 2
    for role in api.all_roles():
        assert f"`{role.key}`" in page
    assert "只起草，不签发" in page
    assert "不得代理、移交" in page
