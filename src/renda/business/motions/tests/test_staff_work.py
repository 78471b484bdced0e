"""What staff do on their pages: write and sign a reply, press, enter for others, read figures."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from renda.assembly.people import api as people
from renda.business.motions import staff_papers
from renda.business.motions.models import Assignment, Press, Rating, Reply
from renda.business.motions.queries import figures
from renda.business.motions.services import drafting, editing, handling, pressing, rating, replying, workbooks
from renda.business.motions.tests.conftest import World, fresh, sentences
from renda.business.motions.tests.test_life import PNG
from renda.kernel import clock
from renda.kernel.identity import api as identity
from renda.kernel.record import api as record
from renda.kernel.workflow import api as workflow


def client_of(world: World, key: str) -> Client:
    client = Client()
    client.force_login(world.accounts[key])
    return client


def accepted(world: World, *joint: str) -> Assignment:
    part: Assignment = world.lead_of(world.handed(*joint))  # type: ignore[assignment]
    handling.receive(part, actor=world.urban_clerk)
    return part


def letter(world: World, **more: str) -> dict[str, str]:
    return {
        "reply_class": str(world.classes["B"].pk),
        "opening": "",
        "done": "已完成现场勘查。",
        "planned": "我局将于6月底前完成城南路口渠化改造。",
        "cannot": "",
        "contact": "",
        "go": "save",
        **more,
    }


def row(world: World, **more: str) -> dict[str, str]:
    return {
        "p_text": "完成渠化改造",
        "p_organ": str(world.organs["urban"].pk),
        "p_due_on": "2026-06-30",
        "p_condition": "",
        "p_measure": "新标线启用",
        "p_evidence_kind": "photo",
        "p_proposed": "",
        **more,
    }


def test_a_proposed_promise_enters_only_when_a_person_completes_it(world: World) -> None:
    part = accepted(world)
    client = client_of(world, "urban_clerk")
    url = f"/motions/handling/{part.pk}/reply/"
    client.post(url, letter(world))
    reply = Reply.objects.get()
    assert "列为承诺" in client.get(url).text and not reply.promises.exists()
    client.post(url, letter(world, go="take:0"))
    assert not reply.promises.exists()
    shown = client.get(url).text
    assert "还没有填：怎样算完成、以何为证" in shown and 'value="2026-06-30"' in shown
    client.post(url, letter(world) | row(world, p_proposed="我局将于6月底前完成城南路口渠化改造。"))
    assert reply.promises.get().proposed is True
    assert "列为承诺" not in client.get(url).text


def fresh_part(part: Assignment) -> Assignment:
    return Assignment.objects.select_related("case").get(pk=part.pk)


def test_an_incomplete_row_keeps_the_letter_from_the_head(world: World) -> None:
    part = accepted(world)
    client = client_of(world, "urban_clerk")
    url = f"/motions/handling/{part.pk}/reply/"
    pressing.record_contact(
        part, actor=world.urban_clerk, how="phone", happened_at=clock.now(), text="听取意见"
    )
    response = client.post(url, letter(world, go="head") | row(world, p_measure=""))
    assert response.status_code == 422 and "第 1 行没有填完" in response.text
    assert Reply.objects.get().rows[0]["text"] == "完成渠化改造"  # nothing typed is lost
    assert client.post(url, letter(world, go="head") | row(world)).status_code == 302
    assert fresh_part(part).case.state == "signing"
    head = client_of(world, "urban_head")
    sign = f"/motions/handling/{part.pk}/sign/"
    assert "签发答复" in head.get(sign).text
    assert head.post(sign, {"go": "return", "text": "把期限写明"}).status_code == 302
    assert fresh_part(part).case.state == "accepted"
    client.post(url, letter(world, go="head") | row(world))
    head.post(sign, {"go": "sign", "signer": "韩志远", "number": ""})
    assert Reply.objects.get().number == "安城管函〔2026〕1号"
    assert Reply.objects.get().promises.get().matter is not None


def test_autosave_and_two_windows(world: World) -> None:
    part = accepted(world)
    client = client_of(world, "urban_clerk")
    url = f"/motions/handling/{part.pk}/reply/save/"
    first = editing.token(replying.open_draft(part, actor=world.urban_clerk))
    answer = client.post(url, letter(world, seen=first) | row(world, p_due_on="")).json()
    assert answer["saved"] and Reply.objects.get().rows[0]["complete"] is False
    late = client.post(url, letter(world, seen=first, done="另一个窗口写的"))
    assert late.status_code == 409 and "另一个窗口" in late.json()["message"]
    page = client.post(f"/motions/handling/{part.pk}/reply/", letter(world, seen=first, done="别的"))
    assert page.status_code == 422 and "以这里写的为准" in page.text
    assert Reply.objects.get().done == "已完成现场勘查。"


def test_a_promise_in_the_past_is_refused_in_words(world: World) -> None:
    part = accepted(world)
    data = letter(world) | row(world, p_due_on="2026-01-01")
    response = client_of(world, "urban_clerk").post(f"/motions/handling/{part.pk}/reply/", data)
    assert response.status_code == 422 and "第 1 行的期限已经过去" in response.text


def test_countersign_by_the_joint_head(world: World) -> None:
    part = accepted(world, "traffic")
    joint = part.suggestion.assignments.select_related("case", "organ", "suggestion__case").get(role="joint")
    handling.receive(joint, actor=world.traffic_clerk)
    handling.opine(joint, actor=world.traffic_clerk, text="同意配合")
    client = client_of(world, "urban_clerk")
    client.post(f"/motions/handling/{part.pk}/reply/", letter(world, go="countersign") | row(world))
    head = client_of(world, "traffic_head")
    url = f"/motions/handling/{joint.pk}/countersign/"
    assert "已完成现场勘查" in head.get(url).text
    assert head.post(url, {"agrees": "no", "text": ""}).status_code == 422
    assert head.post(url, {"agrees": "yes", "text": ""}).status_code == 302
    assert Reply.objects.get().countersigns.get().agrees is True


def test_a_telephone_press_in_one_field(world: World) -> None:
    part = accepted(world)
    client = client_of(world, "office")
    url = f"/motions/handling/{part.pk}/press/"
    assert client.post(url, {"text": "请抓紧"}, headers={"HX-Request": "true"}).text.count("已登记") == 1
    assert Press.objects.get().channel == "phone"
    again = client.post(url, {"text": "再催"}, headers={"HX-Request": "true"})
    assert "以后可以再催" in again.text and 'value="再催"' in again.text
    back = client.post(url, {"text": "", "back": "https://elsewhere.example/"})
    assert back["Location"] == "/motions/government/"
    assert client_of(world, "urban_clerk").post(url, {"text": "x"}).status_code == 403
    shown = client.get("/motions/government/?pressed=1").text
    assert "已催" in shown and part.suggestion.title in shown


def test_a_rating_from_a_signed_sheet_needs_its_scan(world: World) -> None:
    suggestion = world.replied()
    client = client_of(world, "office")
    url = f"/motions/{suggestion.pk}/rating-sheet/"
    data: dict[str, Any] = {
        "person": str(suggestion.lead_id),
        "reply": str(suggestion.replies.get().pk),
        "attitude": "satisfied",
        "result": "basically",
        "signed_on": "2026-02-28",
    }
    assert client.post(url, data).status_code == 422 and not Rating.objects.exists()
    scan = SimpleUploadedFile("评价表.png", PNG, "image/png")
    assert client.post(url, data | {"sheet": scan}).status_code == 302
    made = Rating.objects.get()
    assert (made.method, made.entered_by) == ("sheet", world.office) and made.sheet is not None


def test_a_handwritten_sheet_is_typed_and_sent_to_the_deputy(world: World) -> None:
    suggestion = drafting.start_draft(world.seats[0], actor=world.deputy)
    photo = SimpleUploadedFile("手写.png", PNG, "image/png")
    drafting.hand_in_sheet(suggestion, actor=world.deputy, files=[photo])
    client = client_of(world, "office")
    url = f"/motions/{suggestion.pk}/transcribe/"
    assert 'class="sheet"' in client.get(url).text
    typed = {"title": "关于修桥的建议", "matter": "桥面破损。", "analysis": "", "proposal": "尽快维修。"}
    assert client.post(f"{url}save/", typed).json()["saved"]
    assert client.post(url, typed | {"go": "done"}).status_code == 302
    held = fresh(suggestion)
    assert (held.case.state, held.title) == ("confirming", "关于修桥的建议")


# — an organ without an account —


@pytest.fixture
def quiet(world: World) -> people.Organisation:
    """An organ that nobody has an account for."""
    return people.create_organisation(
        "安澜市气象局", "department", actor=None, short_name="市气象局", division=world.congress.division
    )


def handed_to(world: World, organ: people.Organisation) -> Assignment:
    from renda.business.motions.services import handover

    suggestion = world.registered(title="关于增设气象站的建议")
    (made,) = handover.hand_over(suggestion, actor=world.office, lead=organ)
    return made


def filled(content: bytes, **cells: Any) -> bytes:
    """A workbook as an organ sends it back, by its headings."""
    import io

    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(content))
    sheet = book.active
    heads = {str(cell.value).rstrip("*"): cell.column for cell in sheet[3] if cell.value}
    for heading, value in cells.items():
        sheet.cell(row=4, column=heads[heading]).value = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_workbook_comes_back_filled_and_is_entered(world: World, quiet: people.Organisation) -> None:
    part = handed_to(world, quiet)
    client = client_of(world, "office")
    assert "市气象局" in client.get("/motions/workbook/").text
    sent = client.get(f"/motions/workbook/{quiet.pk}/").content
    cells: dict[str, Any] = {
        "签收日期": dt.date(2026, 2, 28),
        "与代表沟通日期": dt.date(2026, 2, 28),
        "沟通情况": "电话听取意见",
        "办理进展": "已选址",
        "拟答复：打算做什么": "将于2026年6月底前建成气象站一座。",
        "承诺事项": "建成气象站一座",
        "承诺完成期限": dt.date(2026, 6, 30),
        "怎样算完成": "投入观测",
        "以何为证": "现场照片",
    }
    back = SimpleUploadedFile("办理表.xlsx", filled(sent, **cells))
    shown = client.post("/motions/workbook/", {"file": back}).text
    assert "签收，报告进展，登记与代表沟通，存为答复草稿，一项承诺" in shown
    assert fresh_part(part).case.state == "handed"
    payload = shown.split('name="payload" value="')[1].split('"')[0]
    assert client.post("/motions/workbook/", {"payload": payload}).status_code == 302
    assert fresh_part(part).case.state == "accepted"
    reply = Reply.objects.get()
    assert reply.promises.get().measure == "投入观测" and part.contacts.count() == 1
    line = next(x for x in record.timeline(part.suggestion.ref) if x.kind == "motions.received")
    assert line.actor_name == "周敏" and line.on_behalf_of is not None
    assert line.on_behalf_of.title == "安澜市气象局"


def test_a_workbook_that_lacks_something_is_refused_with_the_reason(
    world: World, quiet: people.Organisation
) -> None:
    handed_to(world, quiet)
    sent = workbooks.out(quiet, world.congress)
    lines, problems = workbooks.read(
        filled(sent, 办理进展="已选址"), actor=world.office, congress=world.congress
    )
    assert problems == [] and "请填写签收日期" in lines[0].problem
    with pytest.raises(workflow.WorkflowError, match="签收日期"):
        workbooks.enter(lines, actor=world.office)
    client = client_of(world, "office")
    wrong = client.post("/motions/workbook/", {"file": SimpleUploadedFile("x.xlsx", b"no workbook")})
    assert wrong.status_code == 422
    assert client.post("/motions/workbook/", {"payload": "forged"}).status_code == 302


def test_an_office_never_acts_for_an_organ_with_an_account(world: World, quiet: people.Organisation) -> None:
    part = accepted(world)
    with pytest.raises(identity.Forbidden):
        handling.report_progress(part, actor=world.office, text="代写")
    mine = handed_to(world, quiet)
    world.account("quiet_clerk", "气象局经办", ("handling_organ", f"org:{quiet.pk}"))
    office = identity.Account.objects.get(pk=world.office.pk)  # another request
    with pytest.raises(identity.Forbidden):
        handling.receive(mine, actor=office)


# — figures —


def test_satisfaction_and_kept_rate_stand_side_by_side(world: World) -> None:
    suggestion = world.replied(days=5)
    reply = suggestion.replies.get()
    rating.rate(suggestion, reply, actor=world.deputy, attitude="satisfied", result="satisfied")
    with clock.travel(dt.date(2026, 3, 20)):
        facts = figures.facts(world.congress, 2026)
        satisfied, kept = figures.figure(facts, "satisfaction"), figures.figure(facts, "kept")
        assert (satisfied.shown, kept.shown) == ("100.0%（1/1）", "0.0%（0/1）")
        assert satisfied.ids == kept.ids == (suggestion.pk,)


def test_silence_counts_in_the_base_once_the_rating_is_over(world: World) -> None:
    world.replied()
    facts = figures.facts(world.congress, 2026)
    assert figures.figure(facts, "satisfaction").base == 0
    for days in (4, 11, 25, 26):
        with clock.travel(dt.date(2026, 2, 28) + dt.timedelta(days=days)):
            rating.remind_and_close()
    facts = figures.facts(world.congress, 2026)
    assert figures.figure(facts, "satisfaction").shown == "0.0%（0/1）"
    assert figures.figure(facts, "silent").value == 1


def test_late_and_why_and_the_records_behind(world: World) -> None:
    suggestion = world.handed("traffic")
    with clock.travel(dt.date(2026, 6, 10)):
        facts = figures.facts(world.congress, 2026)
        late = figures.figure(facts, "late")
        assert (late.value, late.ids) == (1, (suggestion.pk,))
        client = client_of(world, "chair")
        shown = client.get("/motions/board/").text
        assert "还没有签收；会办意见没有到：市公安局" in shown and "13 天" in shown
        where = "/motions/board/records/?year=2026&figure=late&by=organ&key="
        assert suggestion.title in client.get(f"{where}{world.organs['urban'].pk}").text
        assert suggestion.title not in client.get(f"{where}{world.organs['traffic'].pk}").text
        assert "逾期未答复" in client.get("/motions/board/director/").text
        notices = client_of(world, "office").get("/motions/government/notices/")
        assert notices["Content-Type"] == "application/pdf"


def test_the_slices_of_a_dimension_add_up(world: World) -> None:
    for _ in range(2):
        world.replied()
    world.handed("traffic", lead="transport")
    facts = figures.facts(world.congress, 2026)
    whole = figures.figure(facts, "replied").value
    for by in ("organ", "delegation", "category", "class", "stage"):
        parts = figures.slices(facts, by).values()
        assert sum(int(figures.figure(p, "replied").value or 0) for p in parts) == whole == 2, by


def test_the_report_says_what_the_board_says(world: World) -> None:
    world.replied()
    board, report = (
        client_of(world, "chair").get(url).text for url in ("/motions/board/", "/motions/report/2026/")
    )
    assert "figure=replied&amp;by=organ" in board and "figure=replied&amp;by=organ" in report
    content = client_of(world, "chair").get("/motions/report/2026/pdf/").content
    assert content[:5] == b"%PDF-"
    facts = figures.facts(world.congress, 2026)
    paper = staff_papers.report_paper(world.congress, facts, [])
    said = "".join(str(getattr(block, "text", "")) for block in paper.body)
    for key in ("suggestions", "replied", "in_time", "kept"):
        assert f"{figures.figure(facts, key).label} {figures.figure(facts, key).shown}" in said


def test_lists_of_the_congress(world: World) -> None:
    client = client_of(world, "office")
    data = {"which": "category", "category-code": "ny", "category-label": "农业农村", "category-order": "2"}
    assert client.post("/motions/lists/", data).status_code == 302
    again = client.post("/motions/lists/", data)
    assert again.status_code == 422 and "已经有同样的代码" in again.text
    mark = {"which": "mark", "mark-organ": str(world.organs["traffic"].pk), "mark-mark": "安公函"}
    assert client.post("/motions/lists/", mark).status_code == 302
    assert "安公函" in client.get("/motions/lists/").text


def test_nothing_of_a_page_is_only_for_scripts(world: World) -> None:
    """A press without htmx comes back to the list it was made on, with a message."""
    part = accepted(world)
    client = client_of(world, "office")
    url = f"/motions/handling/{part.pk}/press/"
    response = client.post(url, {"text": "请抓紧", "back": "/motions/government/?late=1"}, follow=True)
    assert "已登记电话催办市城管局" in response.text
    assert "电话催办" in sentences(part.suggestion)[-1]
