"""The pages: who may see which, what each act does, what a reveal shows."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, connections
from django.template import Context, Template
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from renda.kernel import clock
from renda.kernel.identity import access, acting, api
from renda.kernel.identity.models import Account, Grant, StandIn
from renda.kernel.record import api as record
from renda.kernel.refs import Ref

pytestmark = pytest.mark.django_db(databases=["default", "vault"])
Make = Callable[..., Account]
PHONE = "13900000000"


def logged_in(account: Account) -> Client:
    client = Client()
    client.force_login(account)
    return client


@pytest.fixture
def admin(make: Make) -> Account:
    return make("admin", "administrator@all")


OWN = ["/account/", "/account/password/", "/account/second/"]
MANAGERS = ["/account/admin/", "/account/admin/new/"]
OF_ACCOUNT = ["", "edit/", "grant/", "hand-over/", "close/", "reopen/"]


def test_every_page_by_every_role(make: Make, admin: Account) -> None:
    target = make("target", "t_organ@org:1")
    given = Grant.objects.get(account=target)
    pages = [*MANAGERS, f"/account/admin/grant/{given.pk}/end/"]
    pages += [f"/account/admin/{target.pk}/{act}" for act in OF_ACCOUNT] + [
        f"/account/admin/{target.pk}/stand-in/"
    ]
    nobody, boss = logged_in(make("organ", "t_organ@org:2")), logged_in(admin)
    for path in pages:
        assert Client().get(path).status_code == 302, path
        assert nobody.get(path).status_code in (403, 404), path
        assert boss.get(path).status_code == 200, path
    for act in ("link/", "factor/", "sessions/"):
        assert Client().post(f"/account/admin/{target.pk}/{act}").status_code == 302
        assert nobody.post(f"/account/admin/{target.pk}/{act}").status_code == 403
        assert boss.get(f"/account/admin/{target.pk}/{act}").status_code == 405
    for path in OWN:
        assert Client().get(path).status_code == 302, path
        assert nobody.get(path).status_code == 200, path


def test_refusals_say_why_and_what_to_do(make: Make) -> None:
    page = logged_in(make("organ", "t_organ@org:2")).get("/account/admin/")
    assert "您现在不能“管理账号”" in page.content.decode()


def test_create_grant_and_give_a_link(admin: Account) -> None:
    boss = logged_in(admin)
    made = boss.post(
        "/account/admin/new/", {"username": "wang", "display_name": "王某", "phone": "139 0000 0000"}
    )
    account = Account.objects.get(username="wang")
    assert made.headers["Location"] == f"/account/admin/{account.pk}/"
    assert not account.has_usable_password()
    boss.post(
        f"/account/admin/{account.pk}/grant/?role=administrator",
        {"scope": "all", "since": clock.today().isoformat()},
    )
    assert api.holders(account) == {"administrator@all"}
    page = boss.post(f"/account/admin/{account.pk}/link/", {"new_password": "on"})
    assert "no-store" in page.headers["Cache-Control"]
    address = re.search(r'value="http://testserver(/login/link/[^"]+)"', page.content.decode())
    assert address is not None
    client = Client()
    client.post(address.group(1))
    assert client.get("/").headers["Location"].startswith("/account/password/")


def test_the_form_offers_only_what_one_may_grant(make: Make) -> None:
    office, deputy = make("office", "t_office@congress:1"), make("deputy")
    client, path = logged_in(office), f"/account/admin/{deputy.pk}/grant/"
    first = client.get(path).content.decode()
    assert "role=t_deputy" in first and "role=administrator" not in first and "role=t_organ" not in first
    second = client.get(f"{path}?role=t_deputy").content.decode()
    assert 'value="person:7"' in second and 'value="all"' not in second and "person:107" not in second
    assert "先选角色" in client.get(f"{path}?role=administrator").content.decode()
    client.post(f"{path}?role=administrator", {"scope": "all", "since": "2026-03-05"})
    client.post(f"{path}?role=t_deputy", {"scope": "person:107", "since": "2026-03-05"})
    assert api.holders(deputy) == frozenset()
    client.post(f"{path}?role=t_deputy", {"scope": "person:7", "since": clock.today().isoformat()})
    assert api.holders(deputy) == {"t_deputy@person:7"}


def test_a_town_of_many_is_searched_not_listed(admin: Account, make: Make) -> None:
    from renda.kernel.identity import offers, roles

    asked: list[str] = []

    def parents(ident: str) -> tuple[str, ...]:
        asked.append(ident)
        return ("congress:1",)

    many = [(str(n), f"代表{n:04}") for n in range(5000)]
    roles.declare_scope("person", "人员", title=str, choices=lambda: many, parents=parents)
    office = make("office", "t_office@congress:1")
    page = logged_in(office).get(f"/account/admin/{admin.pk}/grant/?role=t_deputy").content.decode()
    assert page.count('name="scope"') == offers.SHOWN
    assert "还有更多" in page
    assert len(asked) <= 200
    page = logged_in(office).get(f"/account/admin/{admin.pk}/grant/?role=t_deputy&q=4321").content.decode()
    assert page.count('name="scope"') == 1 and "代表4321" in page


def test_mistakes_are_shown_beside_the_form(admin: Account, make: Make) -> None:
    boss, other = logged_in(admin), make("other", phone=PHONE)
    taken = boss.post("/account/admin/new/", {"username": "OTHER", "display_name": "又一人"}).content.decode()
    assert "已有人使用" in taken
    number = boss.post("/account/admin/new/", {"username": "new", "display_name": "某", "phone": PHONE})
    assert "已登记在other同志的账号上" in number.content.decode()
    assert not Account.objects.filter(username="new").exists()  # the whole act is taken back
    private = boss.post(f"/account/admin/{other.pk}/close/", {"reason": f"本人电话 {PHONE}"}).content.decode()
    assert "请不要在这里填写" in private
    own = boss.post(f"/account/admin/{admin.pk}/close/", {"reason": "不干了"}).content.decode()
    assert "不能停用自己的账号" in own
    named = boss.post("/account/admin/new/", {"username": "a" * 5, "display_name": PHONE}).content.decode()
    assert "姓名里不能有" in named


def test_end_stand_in_hand_over_close_reopen(admin: Account, make: Make) -> None:
    boss, old, new = logged_in(admin), make("old", "t_organ@org:1"), make("new")
    today = clock.today().isoformat()
    boss.post(
        f"/account/admin/{old.pk}/stand-in/",
        {"deputy": "new", "since": today, "until": today, "reason": "出差"},
    )
    assert api.holders(new) == {"t_organ@org:1"}
    boss.post(f"/account/stand-in/{StandIn.objects.get().pk}/end/")
    assert api.holders(new) == frozenset()
    boss.post(
        f"/account/admin/{old.pk}/hand-over/",
        {"to": "new", "holders": "t_organ@org:1", "from_day": today, "reason": "轮岗"},
    )
    assert api.holders(new) == {"t_organ@org:1"}
    given = Grant.objects.get(account=new)
    boss.post(f"/account/admin/grant/{given.pk}/end/", {"reason": "撤销"})
    assert api.holders(new) == frozenset()
    boss.post(f"/account/admin/{new.pk}/close/", {"reason": "调离"})
    assert not Account.objects.get(pk=new.pk).is_active
    boss.post(f"/account/admin/{new.pk}/reopen/", {"reason": "返岗"})
    assert Account.objects.get(pk=new.pk).is_active
    said = [line.sentence for line in record.timeline(new.ref, 20, None)]
    assert any("恢复了账号" in s for s in said) and any("收回“承办单位经办人”" in s for s in said)


def test_one_asks_for_ones_own_stand_in(make: Make) -> None:
    li, wang = make("li", "t_organ@org:1"), make("wang")
    client, today = logged_in(li), clock.today().isoformat()
    client.post(
        f"/account/admin/{li.pk}/stand-in/",
        {"deputy": "wang", "since": today, "until": today, "reason": "休假"},
    )
    assert api.holders(wang) == {"t_organ@org:1"}
    assert "wang同志代理" in client.get("/account/").content.decode()
    assert "代li同志" in logged_in(wang).get("/account/").content.decode()


def test_the_list_finds_by_name_and_by_the_whole_number(admin: Account, make: Make) -> None:
    make("deputy", "t_deputy@person:7", phone=PHONE)
    boss = logged_in(admin)
    for words, found in (("dep", True), ("139 0000 0000", True), ("1390000", False), ("不存在", False)):
        page = boss.get("/account/admin/", {"q": words}).content.decode()
        assert ("deputy同志" in page) is found, words
        assert PHONE not in page or words == PHONE


def test_the_list_is_a_constant_number_of_queries(admin: Account, make: Make) -> None:
    boss = logged_in(admin)

    def queries() -> int:
        with (
            CaptureQueriesContext(connection) as default,
            CaptureQueriesContext(connections["vault"]) as vault,
        ):
            boss.get("/account/admin/")
        return len(default) + len(vault)

    queries()
    few = queries()
    for n in range(12):
        make(f"more{n}", "t_organ@org:1")
    assert queries() == few


def test_a_managing_role_sees_whom_it_manages(make: Make) -> None:
    make("deputy", "t_deputy@person:7")
    make("fresh")
    make("organ", "t_organ@org:1")
    page = logged_in(make("office", "t_office@congress:1")).get("/account/admin/").content.decode()
    assert "deputy同志" in page and "fresh同志" in page
    assert "organ同志" not in page


def test_the_role_one_acts_in(make: Make) -> None:
    both = make("both", "administrator@all", "t_organ@org:1")
    client = logged_in(both)
    assert api.role_in_words(both) == "承办单位经办人"
    client.post("/account/role/", {"holder": "administrator@all"})
    assert client.session[acting.SESSION_KEY] == "administrator@all"
    acting.choose(both, "administrator@all")
    assert api.role_in_words(both) == "系统管理员"
    client.post("/account/role/", {"holder": "t_office@congress:1"})  # not one's own
    assert client.session[acting.SESSION_KEY] == "administrator@all"
    assert api.role_in_words(make("nobody")) == ""


def test_other_rooms_put_links_on_the_page(make: Make, monkeypatch: Any) -> None:
    from renda.kernel.identity.services import me

    monkeypatch.setattr(me, "_links", [])
    for _ in range(2):
        api.my_link("停收通知", "哪些消息发到哪里。", lambda: "/messages/stop/")
    page = logged_in(make("zhang")).get("/account/").content.decode()
    assert page.count('href="/messages/stop/"') == 1


def test_the_request_knows_what_its_account_holds(make: Make, rf: Any, client: Client) -> None:
    from django.contrib.auth.models import AnonymousUser
    from django.http import HttpResponse

    from renda.kernel.identity.middleware import Identity

    seen: list[frozenset[str]] = []

    def view(request: Any) -> HttpResponse:
        seen.append(frozenset(request.account_holders))
        with CaptureQueriesContext(connection) as queries:
            [api.holders(request.user) for _ in range(5) if request.user.is_authenticated]
        assert len(queries) == 0
        return HttpResponse()

    for user, held in ((make("zhang", "t_organ@org:1"), {"t_organ@org:1"}), (AnonymousUser(), set())):
        request = rf.get("/")
        request.user, request.session = user, client.session
        Identity(view)(request)
        assert seen.pop() == held


# Reveal


@pytest.fixture
def office(make: Make) -> Any:
    from renda.kernel.identity.vault import reveal

    access.policy("t.see_person", label="查看人员信息", roles=["t_office"])(lambda actor, datum: True)
    api.reveal_policy("t.person", "t.see_person")
    yield make("office", "t_office@congress:1")
    reveal._policies.pop("t.person")


def test_the_value_is_in_the_answer_to_a_reason_and_nowhere_else(office: Account) -> None:
    person = Ref("t.person", "7")
    item = api.vault_put("phone", PHONE, person)
    client, path = logged_in(office), reverse("identity:reveal", args=[item])
    asked = client.get(path).content.decode()
    assert "139****0000" in asked and PHONE not in asked
    without = client.post(path, {"choice": ""}).content.decode()
    assert PHONE not in without
    assert record.count(kind="identity.revealed") == 0
    answer = client.post(path, {"choice": "联系本人", "detail": "核对附议"})
    assert PHONE in answer.content.decode()
    assert "no-store" in answer.headers["Cache-Control"]
    assert record.timeline(person, 1, None)[0].sentence == "查看了手机号，事由：联系本人：核对附议"
    assert PHONE not in client.get(path).content.decode()


def test_htmx_gets_the_small_part(office: Account) -> None:
    item = api.vault_put("phone", PHONE, Ref("t.person", "7"))
    client, path = logged_in(office), reverse("identity:reveal", args=[item])
    part = client.post(path, {"choice": "核对身份"}, headers={"HX-Request": "true"}).content.decode()
    assert part.startswith(f'<span id="personal-{item}">')
    assert PHONE in part and "<html" not in part
    wrong = client.post(
        path, {"choice": "核对身份", "detail": f"打了 {PHONE}"}, headers={"HX-Request": "true"}
    ).content.decode()
    assert "事由里不要写" in wrong and PHONE not in wrong


def test_nobody_else_sees_it(office: Account, make: Make) -> None:
    item = api.vault_put("phone", PHONE, Ref("t.person", "7"))
    path = reverse("identity:reveal", args=[item])
    assert Client().post(path, {"choice": "核对身份"}).status_code == 302
    refused = logged_in(make("organ", "t_organ@org:1")).post(path, {"choice": "核对身份"})
    assert refused.status_code == 403
    assert PHONE not in refused.content.decode()
    gone = logged_in(office).post(reverse("identity:reveal", args=[uuid4()]), {"choice": "核对身份"})
    assert "已经销毁" in gone.content.decode()


def test_the_tag_shows_a_mask_and_the_button_to_whom_may(office: Account, make: Make, rf: Any) -> None:
    item = api.vault_put("phone", PHONE, Ref("t.person", "7"))
    template = Template("{% load identity %}{% personal item %}")

    def shown(account: Account, which: Any = item) -> str:
        request = rf.get("/")
        request.user = account
        return str(template.render(Context({"request": request, "item": which})))

    assert "139****0000" in shown(office) and "查看" in shown(office)
    other = shown(make("organ", "t_organ@org:1"))
    assert "139****0000" in other and "查看" not in other
    assert "—" in shown(office, None)
    assert "（已销毁）" in shown(office, uuid4())
    assert PHONE not in shown(office) + other


def test_ones_own_number_and_that_of_whom_one_manages(make: Make) -> None:
    deputy = make("deputy", "t_deputy@person:7", phone=PHONE)
    office, organ = make("office", "t_office@congress:1"), make("organ", "t_organ@org:1")
    path = reverse("identity:reveal", args=[deputy.phone_id])
    for account, status in ((deputy, 200), (office, 200), (organ, 403)):
        assert logged_in(account).post(path, {"choice": "联系本人"}).status_code == status


def test_days_are_typed_as_people_write_them(admin: Account, make: Make) -> None:
    zhang, boss = make("zhang"), logged_in(admin)
    boss.post(
        f"/account/admin/{zhang.pk}/grant/?role=administrator",
        {"scope": "all", "since": "2026年3月5日", "until": "2026/4/1"},
    )
    given = Grant.objects.get(account=zhang)
    assert (given.since, given.until) == (dt.date(2026, 3, 5), dt.date(2026, 4, 1))


def test_what_the_worker_throws_away(make: Make, settings: Any) -> None:
    from allauth.usersessions.models import UserSession
    from django.contrib.sessions.models import Session

    from renda.kernel.identity import schedule
    from renda.kernel.identity.models import PaperCode

    account = make("zhang", password="柳叶街道的石榴红了")
    client = Client()
    client.post("/login/", {"login": "zhang", "password": "柳叶街道的石榴红了"})
    PaperCode.objects.create(account=account, masked="139****0000", code="1")
    schedule.sweep_sessions()
    assert Session.objects.count() == UserSession.objects.count() == PaperCode.objects.count() == 1
    with clock.travel(clock.today() + dt.timedelta(days=100)):
        schedule.sweep_sessions()
    assert Session.objects.count() == UserSession.objects.count() == PaperCode.objects.count() == 0


def test_editing_is_one_act(admin: Account, make: Make) -> None:
    make("other", phone=PHONE)
    zhang, boss = make("zhang"), logged_in(admin)
    path = f"/account/admin/{zhang.pk}/edit/"
    taken = boss.post(path, {"display_name": "新名字", "phone": PHONE}).content.decode()
    assert "已登记在other同志的账号上" in taken
    zhang.refresh_from_db()
    assert zhang.display_name == "zhang同志"
    boss.post(path, {"display_name": "新名字", "phone": "13900000002"})
    zhang.refresh_from_db()
    assert zhang.display_name == "新名字"
    assert api.vault_find("phone", "13900000002") == [zhang.phone_id]
    boss.post(path, {"display_name": "新名字", "remove_phone": "on"})
    zhang.refresh_from_db()
    assert zhang.phone_id is None
