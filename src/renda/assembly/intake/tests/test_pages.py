"""The desk's pages: entry in one form, the case with its acts, the list with constant queries."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from renda.assembly.intake import api as intake
from renda.assembly.intake.models import Category, Group, Opinion
from renda.assembly.intake.tests.conftest import Office
from renda.kernel.identity import api as identity

pytestmark = pytest.mark.django_db(databases=["default", "vault"])


def logged_in(account: identity.Account) -> Client:
    client = Client()
    client.force_login(account)
    return client


@pytest.fixture
def desk(office: Office) -> Client:
    return logged_in(office.desk)


def test_a_telephone_call_is_two_fields_and_one_click(office: Office, desk: Client) -> None:
    assert desk.get(reverse("intake:enter")).status_code == 200
    done = desk.post(
        reverse("intake:enter"),
        {"channel": "phone", "text": "青石桥路口的路灯坏了，请回电13911112222。"},
        follow=True,
    )
    opinion = Opinion.objects.get()
    text = done.content.decode()
    assert intake.shown_code(opinion.code) in text and "13911112222" not in text
    assert "139****2222" in text and "直接答复" in text


def test_what_is_wrong_stands_in_the_form_and_nothing_typed_is_lost(office: Office, desk: Client) -> None:
    page = desk.post(reverse("intake:enter"), {"channel": "phone", "text": "路灯坏了", "phone": "123"})
    assert page.status_code == 422
    assert "11 位" in page.content.decode() and "路灯坏了" in page.content.decode()
    secret = desk.post(reverse("intake:enter"), {"channel": "letter", "text": "机密★1年\n内容"})
    assert secret.status_code == 422 and "机要" in secret.content.decode()
    assert Opinion.objects.count() == 0


def test_every_offered_act_has_a_form_that_opens(office: Office, desk: Client) -> None:
    opinion = office.receive()
    page = desk.get(reverse("intake:opinion", args=[opinion.pk])).content.decode()
    keys = ["classify", "answer", "accept", "pass_on", "transfer", "raise_suggestion", "turn_away"]
    for key in keys:
        address = reverse("intake:act", args=[opinion.pk, key])
        assert address in page
        assert desk.get(address).status_code == 200
    assert reverse("intake:act", args=[opinion.pk, "reply"]) not in page
    assert desk.get(reverse("intake:act", args=[opinion.pk, "nonsense"])).status_code == 404
    assert desk.get(reverse("intake:act", args=[opinion.pk, "conclude"])).status_code == 302


def test_the_whole_way_by_clicking(office: Office, desk: Client) -> None:
    opinion = office.receive()
    address = reverse("intake:act", args=[opinion.pk, "pass_on"])
    desk.post(address, {"seen": 0, "organ": office.urban.pk, "told_by": "phone"})
    organ = logged_in(office.organ)
    listed = organ.get(reverse("intake:opinions")).content.decode()
    assert opinion.title in listed
    reply = reverse("intake:act", args=[opinion.pk, "reply"])
    stale = organ.post(reply, {"seen": 0, "text": "已修好。", "told_by": "phone"})
    assert (
        stale.status_code == 422
        and "别人办到" in stale.content.decode()
        and "已修好" in stale.content.decode()
    )
    done = organ.post(reply, {"seen": 1, "text": "已修好。", "told_by": "phone"}, follow=True)
    assert "未表态" in done.content.decode()
    rate = reverse("intake:act", args=[opinion.pk, "rate"])
    form = desk.get(rate).content.decode()
    assert "checked" not in form  # nothing is pre-filled
    bad = desk.post(rate, {"seen": 2, "attitude": "satisfied", "result": "dissatisfied"})
    assert bad.status_code == 422 and "理由" in bad.content.decode()
    desk.post(rate, {"seen": 2, "attitude": "satisfied", "result": "satisfied"})
    assert intake.public_status(intake.opinion(opinion.pk)).rating == "满意"


def test_strangers_and_other_organs_see_nothing(office: Office) -> None:
    opinion = office.receive()
    stranger = logged_in(identity.create_account("stranger", "路人", actor=None))
    assert stranger.get(reverse("intake:opinions")).status_code == 403
    for client in (stranger, logged_in(office.organ)):
        assert client.get(reverse("intake:opinion", args=[opinion.pk])).status_code == 403
        assert client.post(reverse("intake:act", args=[opinion.pk, "accept"]), {"seen": 0}).status_code == 403
    away = Client().get(reverse("intake:opinion", args=[opinion.pk]))
    assert away.status_code == 302


def test_the_list_has_constant_queries_and_finds_by_words(
    office: Office, desk: Client, django_assert_max_num_queries: object
) -> None:
    office.receive("丽景小区旁边的搅拌站夜里施工。")
    office.receive()
    with django_assert_max_num_queries(25) as few:  # type: ignore[operator]
        desk.get(reverse("intake:opinions"))
    for n in range(20):
        office.receive(f"第{n}中学门口早上堵车。")
    with django_assert_max_num_queries(len(few)):  # type: ignore[operator]
        page = desk.get(reverse("intake:opinions"))
    assert "20" in page.content.decode() or "22" in page.content.decode()
    found = desk.get(reverse("intake:opinions"), {"q": "搅拌站"}).content.decode()
    assert "丽景小区" in found and "第3中学" not in found


def test_picked_ones_are_tied_and_answered_together(office: Office, desk: Client) -> None:
    one, two, other = office.receive(), office.receive(), office.receive("别的事情")
    desk.post(reverse("intake:tie"), {"ids": [one.pk, two.pk]})
    group = Group.objects.get()
    address = reverse("intake:group", args=[group.pk])
    assert "没有办结的 2 件" in desk.get(address).content.decode()
    desk.post(address, {"text": "路灯已修好。", "told_by": "phone"})
    assert {o.outcome for o in Opinion.objects.filter(group=group)} == {"answered"}
    assert Opinion.objects.get(pk=other.pk).outcome == ""
    desk.post(reverse("intake:untie", args=[one.pk]))
    assert group.opinions.count() == 1


def test_all_alike_ones_are_proposed_to_pick_from(office: Office, desk: Client) -> None:
    first = office.receive("丽景小区旁边的混凝土搅拌站夜里施工，噪音和粉尘很大。")
    second = office.receive("搅拌站紧挨丽景小区，粉尘污染严重，居民无法开窗。")
    for n in range(30):
        office.receive(f"第{n}中学门口早上堵车，请交警疏导。")
    page = desk.get(reverse("intake:alike", args=[first.pk])).content.decode()
    assert f'value="{second.pk}"' in page and "搅拌站" in page and "第3中学" not in page
    assert "checked" not in page  # a person chooses
    alone = office.receive("图书馆周一闭馆，能否错开。")
    assert "没有找到" in desk.get(reverse("intake:alike", args=[alone.pk])).content.decode()


def test_classes_are_added_and_switched_off_but_never_lost(office: Office, desk: Client) -> None:
    desk.post(reverse("intake:class_new"), {"name": "城乡建设"})
    top = Category.objects.get()
    desk.post(reverse("intake:class_new"), {"name": "安全生产", "parent": top.pk})
    assert Category.objects.get(parent=top).name == "安全生产"
    opinion = office.receive()
    intake.classify(opinion, top, actor=office.desk)
    desk.post(reverse("intake:classes_off"), {"ids": [top.pk]})
    top.refresh_from_db()
    assert not top.active and Opinion.objects.get().category == top
    listed = desk.get(reverse("intake:classes")).content.decode()
    assert "已停用" in listed and "安全生产" in listed
    form = desk.get(reverse("intake:act", args=[opinion.pk, "classify"])).content.decode()
    assert "城乡建设</option>" not in form
    assert logged_in(office.organ).get(reverse("intake:classes")).status_code == 403


def test_a_proposed_class_is_taken_with_one_click(office: Office, desk: Client) -> None:
    lamps, _ = intake.add_category("城乡建设", actor=None)
    pipes, _ = intake.add_category("水务", actor=None)
    for n in range(4):
        intake.classify(office.receive(f"第{n}街路灯坏了，没有照明。"), lamps, actor=office.desk)
        intake.classify(office.receive(f"第{n}街水管漏水，停水。"), pipes, actor=office.desk)
    intake.learn()
    opinion = office.receive("巷子里路灯不亮。")
    page = desk.get(reverse("intake:opinion", args=[opinion.pk])).content.decode()
    assert "归入城乡建设" in page and "路灯" in page
    desk.post(reverse("intake:take_class", args=[opinion.pk]), {"category": lamps.pk})
    assert Opinion.objects.get(pk=opinion.pk).category == lamps
