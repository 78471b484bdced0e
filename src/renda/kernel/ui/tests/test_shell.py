"""The shell: who may see which room, what is remembered, whom to call, how a form is sent by a script."""

import pytest
from django.http import HttpResponse, HttpResponseRedirect
from django.test import Client, RequestFactory
from django.urls import reverse

from renda.kernel.identity import api as identity
from renda.kernel.record import api as record
from renda.kernel.refs import Ref
from renda.kernel.ui import api as ui
from renda.kernel.ui import navigation
from renda.kernel.ui.middleware import Send


@pytest.fixture
def clerk(db):
    return identity.create_account("clerk", "王晓岚", actor=None)


@pytest.fixture
def entries(monkeypatch):
    """A navigation of its own."""
    reverse("desk")  # loads the addresses, with which the site registers its own
    monkeypatch.setattr(navigation, "_entries", {})


def groups(account, path="/"):
    return {
        group.label: [link.label for link in group.links]
        for group in navigation.groups_for(RequestFactory().get(path), account)
    }


def test_only_rooms_that_one_may_enter_are_shown_in_the_order_of_groups(clerk, entries, monkeypatch):
    ui.nav("管理", "账号", "ui:display", "tests.manage")
    ui.nav("我的", "待办", "desk")
    ui.nav("代表", "名册", "gallery:index", roles={"deputy"})
    ui.nav("代表", "没有的房间", "nowhere:list")
    monkeypatch.setattr(identity, "may", lambda policy, account, obj: policy == "tests.manage")
    assert groups(clerk) == {"我的": ["待办"], "管理": ["账号"]}
    monkeypatch.setattr(identity, "may", lambda policy, account, obj: False)
    monkeypatch.setattr(identity, "holders", lambda account: frozenset({"deputy@person:7"}))
    assert groups(clerk) == {"我的": ["待办"], "代表": ["名册"]}
    assert groups(None) == {}


def test_one_is_in_the_room_with_the_longest_address(clerk, entries):
    ui.nav("我的", "待办", "desk")
    ui.nav("代表", "样页", "gallery:index")
    found = navigation.groups_for(RequestFactory().get("/demo/ui/case/"), clerk)
    assert [(link.label, link.current) for group in found for link in group.links] == [
        ("待办", False),
        ("样页", True),
    ]


def test_a_group_that_is_not_one_is_refused_at_once():
    with pytest.raises(ValueError, match="没有“其他”这一组"):
        ui.nav("其他", "x", "desk")


def test_a_phone_has_at_most_four_tabs_of_rooms(clerk, entries):
    for number in range(6):
        navigation._entries[str(number)] = navigation.Entry(
            "我的", f"房间{number}", "desk", None, frozenset(), "inbox", number, f"页{number}", False
        )
    assert len(navigation.tabs_of(navigation.groups_for(RequestFactory().get("/"), clerk))) == 4


def test_large_type_and_the_dark_variant_are_remembered_and_drawn(client, db):
    answer = client.post(reverse("ui:display"), {"type": "large", "next": "/demo/ui/"})
    assert answer["Location"] == "/demo/ui/"
    assert answer.cookies["renda_type"]["httponly"]
    client.post(reverse("ui:display"), {"theme": "dark"})
    assert b'data-type="large" data-theme="dark"' in client.get("/demo/ui/").content
    client.post(reverse("ui:display"), {"type": "normal", "theme": "auto"})
    assert b'data-type="normal" data-theme="auto"' in client.get("/demo/ui/").content


@pytest.mark.parametrize(
    "target", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)"]
)
def test_nobody_is_led_elsewhere_and_nonsense_is_not_remembered(client, db, target):
    answer = client.post(reverse("ui:display"), {"type": "huge", "next": target})
    assert answer["Location"] == "/"
    assert "renda_type" not in answer.cookies
    client.cookies["renda_type"] = '"><script>'
    client.cookies["renda_theme"] = '"><script>'
    assert b'data-type="normal" data-theme="auto"' in client.get("/demo/ui/").content


def test_display_needs_a_token(db):
    assert Client(enforce_csrf_checks=True).post(reverse("ui:display"), {"type": "large"}).status_code == 403


def test_the_clerks_number_is_that_of_the_congress_else_of_the_installation(db):
    assert ui.contact(["congress:1"]) is None
    ui.set_contact("all", "代表联络工委", "0961-6012345", actor=None)
    ui.set_contact("congress:1", "代表联络工委", "0961-6012399 转 8", "工作日", actor=None)
    assert ui.contact(["congress:1"]).number == "0961-6012399 转 8"
    assert ui.contact(["congress:2"]).number == "0961-6012345"
    lines = record.timeline(Ref("ui.contact", "congress:1", ""))
    assert [line.sentence for line in lines] == ["咨询电话设为代表联络工委 0961-6012399 转 8"]


@pytest.mark.parametrize("number", ["", "打办公室", "13800138000", "138 0013 8000", "1" * 40])
def test_only_an_office_number_that_can_be_dialled_is_taken(db, number):
    with pytest.raises(ui.ContactError):
        ui.set_contact("all", "办公室", number, actor=None)
    assert ui.contact([]) is None


def test_only_an_administrator_sets_it(client, clerk):
    page = reverse("ui:contact")
    assert client.get(page).status_code == 302
    client.force_login(clerk)
    assert client.get(page).status_code == 403
    with pytest.raises(identity.Forbidden):
        ui.set_contact("all", "办公室", "0961-6012345", actor=clerk)
    assert ui.contact([]) is None


def test_an_administrator_sets_it_on_the_page_and_it_stands_on_every_page(client, clerk):
    identity.grant(clerk, identity.ADMINISTRATOR, "all", actor=None, since=None)
    client.force_login(clerk)
    page = reverse("ui:contact")
    refused = client.post(page, {"label": "办公室", "number": "13800138000"})
    assert "不留个人手机" in refused.content.decode()
    client.post(page, {"label": "办公室", "number": "0961-6012345", "hours": "工作日"})
    for address in ("/", "/demo/ui/", "/demo/ui/public/", "/demo/ui/bare/"):
        shown = client.get(address).content.decode()
        assert "打电话问" in shown and "tel:0961-6012345" in shown, address


def test_a_script_is_told_the_next_address_instead_of_being_led_there():
    def go(request):
        response = HttpResponseRedirect("/next/")
        response.set_cookie("kept", "1")
        return response

    factory = RequestFactory()
    told = Send(go)(factory.post("/", headers={"X-Send": "1"}))
    assert (told.status_code, told["X-Next"], told.cookies["kept"].value) == (204, "/next/", "1")
    assert Send(go)(factory.post("/")).status_code == 302
    same = HttpResponse("form", status=200)
    assert Send(lambda request: same)(factory.post("/", headers={"X-Send": "1"})) is same


def test_pages_carry_the_policy_and_every_sample_page_can_be_drawn(client, db):
    from renda.kernel.ui.gallery.views import PAGES

    for name, _ in PAGES:
        answer = client.get(reverse("gallery:page", args=[name]))
        assert answer.status_code == 200, name
        policy = answer["Content-Security-Policy"]
        assert "script-src 'self'" in policy and "style-src 'self'" in policy and "unsafe" not in policy
