"""The ledger's pages, by role; acts from the page; files of notes; constant queries."""

import datetime as dt
from io import BytesIO
from urllib.parse import quote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import CalamineWorkbook

from renda.assembly.ledger import api as ledger
from renda.assembly.ledger import queries
from renda.assembly.ledger.subscriptions import unreached
from renda.assembly.ledger.tests.conftest import DAY, DUE
from renda.assembly.ledger.tests.test_life import PNG
from renda.kernel import clock
from renda.kernel.documents import api as documents
from renda.kernel.identity import api as identity
from renda.kernel.notify import api as notify
from renda.kernel.workflow import api as workflow

pytestmark = pytest.mark.django_db
LIST = "/ledger/"
SEES = ["clerk", "second", "office", "chair", "government", "deputy"]
SEES_NOT = ["stranger", "committee", "auditor"]


def shown(client, place, key, url):
    client.force_login(place[key])
    return client.get(url)


@pytest.mark.parametrize("key", SEES)
def test_who_may_sees_the_matter_and_finds_it_in_the_list(client, place, key):
    matter = place.matter()
    page = shown(client, place, key, matter.flow.url)
    assert page.status_code == 200
    text = page.content.decode()
    for words in (
        "完成城南路口渠化改造",
        "新标线启用",
        "安澜市城市管理局",
        "现场查看记录",
        "关于城南路口的答复",
    ):
        assert words in text
    assert "完成城南路口渠化改造" in shown(client, place, key, LIST).content.decode()


@pytest.mark.parametrize("key", SEES_NOT)
def test_others_see_neither(client, place, key):
    matter = place.matter()
    assert shown(client, place, key, matter.flow.url).status_code == 403
    assert "完成城南路口渠化改造" not in client.get(LIST).content.decode()


def test_a_look_back_comes_to_the_desk_when_its_day_is_near(client, place):
    matter = place.kept()
    look = matter.flow.deadlines.get(key="lookback")
    holders = identity.holders(place["office"])
    client.force_login(place["office"])
    for day, waits in ((look.warn_on - dt.timedelta(days=1), False), (look.warn_on, True)):
        with clock.travel(day):
            assert workflow.turns(holders).filter(case=matter.case).exists() is waits
            assert workflow.resting(holders).filter(case=matter.case).exists() is not waits
            text = client.get("/").content.decode()
            assert ("还没到时候的 1 件" in text) is not waits
            assert "完成城南路口渠化改造" in text


def test_policy_and_list_agree_for_everybody(place):
    matters = [
        place.matter(),
        place.matter(title="委员会督办", supervisor=f"committee@org:{place.committee.pk}"),
        place.matter(title="别的单位", organ_id=place.other.pk, asked_first_id=None),
    ]
    for account in place.accounts.values():
        allowed = {m.pk for m in matters if identity.may("ledger.view", account, m)}
        assert set(ledger.visible_to(account).values_list("pk", flat=True)) == allowed, account.display_name


def test_without_log_in_there_is_the_log_in_page(client, place):
    for url in (LIST, place.matter().flow.url):
        answer = client.get(url)
        assert answer.status_code == 302 and "/login/" in answer["Location"]


def test_each_role_is_offered_its_own_acts(client, place):
    matter = place.matter()

    def acts(key):
        return {act.label for act in shown(client, place, key, matter.flow.url).context["acts"]}

    assert acts("clerk") == {"报告进展", "提交落实证明"}
    assert acts("office") == {"调整期限", "认定没有兑现", "撤销事项"}
    assert acts("chair") == acts("deputy") == set()
    ledger.submit_evidence(matter, actor=place["clerk"], text="完成", happened_on=DAY)
    assert acts("deputy") == {"核实落实情况"}
    assert acts("clerk") == set()


def test_evidence_is_handed_in_on_the_page_and_read_by_whoever_may(client, place):
    matter = place.matter(asked_first_id=None, evidence_kind="photo")
    act = reverse("cases:act", args=[matter.flow.pk, "submit_evidence"])
    client.force_login(place["clerk"])
    sent = {"text": "标线已启用", "happened_on": "2026-03-01", "seen": matter.flow.step}
    refused = client.post(act, sent)
    assert refused.status_code == 422 and "现场照片" in refused.content.decode()
    assert "标线已启用" in refused.content.decode()
    done = client.post(act, {**sent, "files": SimpleUploadedFile("现场.png", PNG, "image/png")})
    assert done.status_code == 302 and done["Location"] == matter.flow.url
    assert "现场.png" in client.get(matter.flow.url).content.decode()
    [file] = documents.attachments(matter.notes.get().ref)
    for key in SEES:
        assert documents.may_read(place[key], file) is (key != "deputy"), key  # nobody asks this deputy
    for key in SEES_NOT:
        assert not documents.may_read(place[key], file), key


def test_the_page_shows_the_plan_of_look_backs(client, place):
    matter = place.kept()
    text = shown(client, place, "office", matter.flow.url).content.decode()
    for words in ("销号后 3 个月", "2026年6月2日", "销号后 12 个月", "2027年3月2日", "已兑现·回访中"):
        assert words in text


def test_chips_narrow_the_list_and_count(client, place):
    place.kept(title="已经兑现的")
    place.matter(title="很近的", due_on=DAY + dt.timedelta(days=5))
    place.matter(title="很远的", organ_id=place.other.pk)

    def titles(query):
        answer = shown(client, place, "office", f"{LIST}?{query}")
        assert answer.status_code == 200
        return [row.obj.title for row in answer.context["listing"].shown_rows]

    assert titles("") == ["很近的", "很远的", "已经兑现的"]
    assert titles("sort=due") == ["很近的", "已经兑现的", "很远的"]
    assert titles("light=near") == ["很近的"]
    assert titles("light=near&light=in_time") == ["很近的", "已经兑现的"]
    assert titles("state=kept") == ["已经兑现的"]
    assert titles(f"organ={place.other.pk}") == ["很远的"]
    assert titles("kind=tests") == titles("")  # a kind nobody declared filters nothing
    assert titles("round=2") == []
    assert titles(f"q={quote('很远')}") == ["很远的"]
    with clock.travel(DUE + dt.timedelta(days=1)):
        assert set(titles("light=overdue")) == {"很近的", "很远的"}


def test_the_export_holds_what_is_shown(client, place):
    place.matter(title="=SUM(A1)")
    answer = shown(client, place, "office", f"{LIST}?export=xlsx")
    assert answer.status_code == 200
    [sheet] = CalamineWorkbook.from_filelike(BytesIO(answer.getvalue())).sheet_names
    rows = CalamineWorkbook.from_filelike(BytesIO(answer.getvalue())).get_sheet_by_name(sheet).to_python()
    cells = [str(cell) for row in rows for cell in row]
    assert any("SUM(A1)" in cell for cell in cells)
    assert {"事项", "责任单位", "状态", "期限", "时限"} <= set(cells)


def queries_of(client, url):
    with CaptureQueriesContext(connection) as seen:
        assert client.get(url).status_code == 200
    return len(seen)


def test_queries_do_not_grow_with_the_rows(client, place):
    first = place.matter()
    ledger.report_progress(first, actor=place["clerk"], text="已招标", happened_on=DAY)
    client.force_login(place["office"])
    client.get(LIST)
    few = queries_of(client, LIST)
    for number in range(12):
        place.matter(title=f"第{number}件", due_on=DUE + dt.timedelta(days=number))
    assert queries_of(client, LIST) == few
    before = queries_of(client, first.flow.url)
    for number in range(5):
        ledger.report_progress(first, actor=place["clerk"], text=f"进展{number}", happened_on=DAY)
    assert queries_of(client, first.flow.url) == before


def test_a_dead_number_goes_back_to_the_clerk(place):
    with transaction.atomic():
        unreached(notify.Unreached(place["deputy"], "短信", "空号"))
    titles = [told.title for told in notify.inbox(place["office"]).items]
    assert titles == ["丁一鸣收不到短信，请核对联系方式"]
    assert not notify.inbox(place["clerk"]).items


def test_there_is_no_page_of_a_matter_that_is_not_there(client, place):
    assert shown(client, place, "office", "/ledger/999999/").status_code == 404
    assert queries.source_url(place.matter()) == ""


def test_the_next_hand_is_told(place):
    matter = place.matter()
    ledger.submit_evidence(matter, actor=place["clerk"], text="完成", happened_on=DAY)
    told = notify.inbox(place["deputy"]).items
    assert [(m.title, m.url) for m in told] == [("轮到您办理：完成城南路口渠化改造", matter.flow.url)]
