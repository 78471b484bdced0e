"""Writing and submitting without scripts; autosave and two windows; Word files good and hostile; a sheet."""

from __future__ import annotations

import datetime as dt
import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from renda.assembly.people import api as people
from renda.business.motions import indexing
from renda.business.motions.models import Suggestion
from renda.business.motions.services import cosigning, drafting
from renda.business.motions.tests.conftest import World, deliver_all, fresh, sentences
from renda.business.motions.tests.test_life import PNG
from renda.business.motions.tests.test_word import HEADINGS
from renda.kernel import clock
from renda.kernel.documents import api as documents

TEXTS = {
    "title": "关于修复滨河步道的建议",
    "how": "visit",
    "matter": "步道破损三百米，老人多次摔倒。",
    "analysis": "雨后积水，没有照明。",
    "proposal": "修复路面，加装路灯。",
    "proposed_organ": "",
    "consent": "title",
}


@pytest.fixture
def deputy(world: World) -> Client:
    return signed_in(world, "deputy")


def signed_in(world: World, key: str) -> Client:
    client = Client()
    client.force_login(world.accounts[key])
    return client


def docx(*paragraphs: str) -> SimpleUploadedFile:
    body = "".join(f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>" for text in paragraphs)
    return packed({"word/document.xml": document(body)})


def document(body: str) -> str:
    w = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    return f'<?xml version="1.0"?><w:document xmlns:w="{w}"><w:body>{body}</w:body></w:document>'


TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)


def packed(parts: dict[str, str], name: str = "建议.docx") -> SimpleUploadedFile:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        for path, text in parts.items():
            archive.writestr(path, text)
    return SimpleUploadedFile(name, buffer.getvalue())


def test_write_and_submit_without_scripts(world: World, deputy: Client) -> None:
    answer = deputy.post("/motions/new/", {"kind": "suggestion"})
    draft = Suggestion.objects.get()
    assert answer["Location"] == f"/motions/{draft.pk}/edit/"
    address = f"/motions/{draft.pk}/edit/"
    for step, names in (("title", ["title", "how"]), ("matter", ["matter"]), ("analysis", ["analysis"])):
        page = deputy.get(f"{address}?step={step}")
        seen = page.context["form"]["seen"].value()
        answer = deputy.post(address, {"step": step, "seen": seen, **{n: TEXTS[n] for n in names}})
        assert answer.status_code == 302
    assert answer["Location"].endswith("?step=proposal#step-proposal")
    page = deputy.get(f"/motions/{draft.pk}/submit/")
    assert [label for label, _ in page.context["missing"]] == ["具体建议", "公开意愿"]
    assert deputy.post(f"/motions/{draft.pk}/submit/").status_code == 422
    answer = deputy.post(address, {**TEXTS, "step": "consent", "go": "next"})
    assert answer["Location"] == f"/motions/{draft.pk}/submit/"
    page = deputy.get(answer["Location"])
    assert page.context["missing"] == []
    shown = page.content.decode()
    assert "标题和办理结果" in shown and "不写姓名" in shown and "丁一鸣代表" in shown and "闭会期间" in shown
    answer = deputy.post(f"/motions/{draft.pk}/submit/", {"seen": fresh(draft).case.step}, follow=True)
    assert "已提交" in answer.content.decode()
    assert fresh(draft).case.state == "submitted"


def test_a_secretary_writes_and_cannot_submit(world: World) -> None:
    secretary = signed_in(world, "secretary")
    secretary.post("/motions/new/", {"kind": "suggestion"})
    draft = Suggestion.objects.get()
    assert draft.lead_id == world.seats[0].person_id
    secretary.post(f"/motions/{draft.pk}/edit/", {**TEXTS, "go": "submit"})
    page = secretary.get(f"/motions/{draft.pk}/submit/").content.decode()
    assert "由代表本人提交" in page
    assert secretary.post(f"/motions/{draft.pk}/submit/").status_code in (403, 422)
    assert fresh(draft).case.state == "draft"


def test_in_session_it_goes_through_the_delegation(world: World, deputy: Client) -> None:
    people.set_session(world.term, 5, opens=dt.date(2026, 2, 27), closes=dt.date(2026, 3, 2), actor=None)
    draft = world.draft()
    page = deputy.get(f"/motions/{draft.pk}/submit/").content.decode()
    assert "临河代表团初核" in page
    deputy.post(f"/motions/{draft.pk}/submit/")
    assert fresh(draft).case.state == "checking"


def test_autosave_keeps_and_says_when(world: World, deputy: Client) -> None:
    draft = world.draft()
    seen = draft.saved_at.isoformat()
    answer = deputy.post(f"/motions/{draft.pk}/save/", {"title": "关于修路的建议", "seen": seen}).json()
    draft.refresh_from_db()
    assert draft.title == "关于修路的建议"
    assert dt.datetime.fromisoformat(answer["saved"]) == draft.saved_at
    assert answer["values"]["seen"] == answer["saved"]
    assert draft.matter, "what was not sent stays as it was"


def test_two_windows_never_overwrite_each_other(world: World, deputy: Client) -> None:
    draft = world.draft()
    seen = draft.saved_at.isoformat()
    with clock.travel(clock.now() + dt.timedelta(minutes=5)):
        assert deputy.post(f"/motions/{draft.pk}/save/", {"matter": "甲", "seen": seen}).status_code == 200
        refused = deputy.post(f"/motions/{draft.pk}/save/", {"matter": "乙", "seen": seen})
        assert refused.status_code == 409
        assert "另一个窗口" in refused.json()["message"]
        page = deputy.post(f"/motions/{draft.pk}/edit/", {"matter": "乙", "seen": seen, "step": "matter"})
        assert page.status_code == 422
        assert page.context["theirs"] == [("案由", "甲")]
        assert "乙" in page.content.decode(), "what was typed here is still there"
        draft.refresh_from_db()
        assert draft.matter == "甲"
        deputy.post(f"/motions/{draft.pk}/edit/", {"matter": "乙", "seen": seen, "override": "1"})
    draft.refresh_from_db()
    assert draft.matter == "乙"


def test_autosave_is_refused_after_submission_and_to_others(world: World, deputy: Client) -> None:
    draft = world.draft()
    assert signed_in(world, "second").post(f"/motions/{draft.pk}/save/", {"title": "x"}).status_code == 403
    drafting.submit(draft, actor=world.deputy)
    refused = deputy.post(f"/motions/{draft.pk}/save/", {"title": "关于改了的建议"})
    assert refused.status_code == 422 and "不能再改" in refused.json()["message"]


def test_secret_marks_are_refused_with_the_way_to_go(world: World, deputy: Client) -> None:
    draft = world.draft()
    refused = deputy.post(f"/motions/{draft.pk}/save/", {"matter": "机密★10年 内容"})
    assert refused.status_code == 422
    assert "机密" not in Suggestion.objects.get().matter


def test_a_word_file_fills_the_draft(world: World, deputy: Client) -> None:
    answer = deputy.post("/motions/new/word/", {"file": docx(*HEADINGS.strip().splitlines())})
    draft = Suggestion.objects.get()
    assert answer["Location"] == f"/motions/{draft.pk}/edit/"
    assert draft.title == "关于在青石桥路口增设行人过街信号灯的建议"
    assert draft.proposal == "一、增设行人信号灯。\n二、设置安全岛。"
    assert draft.via == "word"
    assert [a.name for a in documents.attachments(draft.ref)] == ["建议.docx"]
    page = deputy.get(answer["Location"]).content.decode()
    assert "没有认出来的" in page and "代表建议</blockquote>" in page


def test_a_word_file_never_overwrites(world: World, deputy: Client) -> None:
    draft = world.draft(analysis="")
    deputy.post(f"/motions/{draft.pk}/word/", {"file": docx(*HEADINGS.strip().splitlines())})
    draft.refresh_from_db()
    assert draft.matter == "城南路口早晚高峰长期拥堵。"
    assert draft.analysis.startswith("一、早晚高峰")
    assert any("没有覆盖" in passage for passage in draft.source["word"]["unknown"])


BOMB = document("<w:p><w:r><w:t>" + "〇" * 10 + "</w:t></w:r></w:p>") + " " * (400 * 1024 * 1024)
HOSTILE = {
    "不是文档": lambda: SimpleUploadedFile("建议.docx", b"\x00\x01\x02 nothing"),
    "程序": lambda: SimpleUploadedFile("建议.docx", b"MZ\x90\x00" + b"\x00" * 200),
    "宏": lambda: packed({"word/document.xml": document(""), "word/vbaProject.bin": "x"}),
    "坏的包": lambda: SimpleUploadedFile("建议.docx", b"PK\x03\x04" + b"\xff" * 300),
    "没有文字": lambda: docx(""),
    "实体炸弹": lambda: packed({"word/document.xml": '<!DOCTYPE x [<!ENTITY a "a">]>' + document("")}),
    "空文件": lambda: SimpleUploadedFile("建议.docx", b""),
    "压缩炸弹": lambda: packed({"word/document.xml": BOMB}),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_file_gets_a_clear_message_and_leaves_nothing(
    world: World, deputy: Client, kind: str
) -> None:
    answer = deputy.post("/motions/new/word/", {"file": HOSTILE[kind]()})
    assert answer.status_code == 422
    (message,) = answer.context["word"].errors["file"]
    assert len(message) > 5 and "Error" not in message and "Traceback" not in message
    assert not Suggestion.objects.exists()


def test_a_handwritten_sheet_goes_to_the_office_and_back(world: World, deputy: Client) -> None:
    photo = SimpleUploadedFile("手写.png", PNG, "image/png")
    answer = deputy.post("/motions/new/sheet/", {"files": [photo]})
    draft = fresh(Suggestion.objects.get())
    assert answer["Location"] == f"/motions/{draft.pk}/"
    assert draft.case.state == "transcribing"
    drafting.save_draft(draft, {k: TEXTS[k] for k in ("title", "matter", "proposal")}, actor=world.office)
    drafting.transcribe(draft, actor=world.office)
    page = deputy.get(f"/motions/{draft.pk}/confirm/")
    assert len(page.context["pictures"]) == 1 and TEXTS["matter"] in page.content.decode()
    assert deputy.post(f"/motions/{draft.pk}/confirm/", {"reason": ""}).status_code == 422
    deputy.post(f"/motions/{draft.pk}/confirm/", {"reason": "第二行是三百米"})
    assert fresh(draft).case.state == "transcribing"
    assert sentences(draft)[-1] == "核对认为录入有误：第二行是三百米"
    assert deputy.post("/motions/new/sheet/", {}).status_code == 422


def test_files_are_put_on_and_taken_off(world: World, deputy: Client) -> None:
    draft = world.draft()
    photo = SimpleUploadedFile("现场.png", PNG, "image/png")
    deputy.post(f"/motions/{draft.pk}/edit/", {"step": "files", "files": [photo]})
    (file,) = documents.attachments(draft.ref)
    assert signed_in(world, "second").get(file.url).status_code in (403, 404)
    assert signed_in(world, "secretary").get(file.url).status_code == 200
    deputy.post(f"/motions/{draft.pk}/files/{file.id}/remove/")
    assert documents.attachments(draft.ref) == []
    bad = SimpleUploadedFile("程序.pdf", b"MZ\x90\x00" + b"\x00" * 200)
    page = deputy.post(
        f"/motions/{draft.pk}/edit/", {"step": "files", "title": "关于甲的建议", "files": [bad]}
    )
    assert page.status_code == 422 and page.context["form"].errors["files"]
    draft.refresh_from_db()
    assert draft.title == "关于甲的建议", "the text is kept though the file was refused"


def test_cosigners_are_invited_and_answer(world: World, deputy: Client) -> None:
    draft = world.draft()
    ids = [s.person_id for s in world.seats[1:]]
    page = deputy.get(f"/motions/{draft.pk}/cosign/?q=马").content.decode()
    assert "马秋兰" in page and "欧阳致远" not in page
    deputy.post(f"/motions/{draft.pk}/cosign/", {"people": ids})
    signed_in(world, "second").post(f"/motions/{draft.pk}/sign/", {"answer": "sign"})
    signed_in(world, "third").post(f"/motions/{draft.pk}/sign/", {"answer": "decline"})
    states = dict(draft.cosignatures.values_list("person__name", "state"))
    assert states == {"马秋兰": "signed", "欧阳致远": "declined"}


def test_similar_ones_with_what_was_answered(world: World, deputy: Client) -> None:
    old = world.replied()
    deliver_all()
    indexing.index([old.pk])
    draft = world.draft(title="关于城南路口渠化的建议")
    page = deputy.post(
        f"/motions/{draft.pk}/similar/",
        {"title": "关于整治城南路口拥堵的建议", "matter": "城南路口早晚高峰长期拥堵。"},
        headers={"HX-Request": "true"},
    ).content.decode()
    assert "<html" not in page
    assert "第1号" in page and "2026年" in page
    assert "已完成现场勘查" in page and "承诺 1 项，兑现 0 项" in page
    assert "<mark>" in page
    assert fresh(draft).title == "关于城南路口渠化的建议", "looking changes nothing"


def test_drafts_are_not_found_by_others(world: World) -> None:
    draft = world.draft(title="关于悄悄话的建议")
    cosigning.invite(draft, actor=world.deputy, people=[world.seats[1].person])
    deliver_all()
    indexing.index([draft.pk])
    page = signed_in(world, "office").get("/motions/?q=悄悄话")
    assert page.context["listing"].total == 0


def test_rating_by_page(world: World, deputy: Client) -> None:
    suggestion = world.replied()
    address = f"/motions/{suggestion.pk}/rate/{suggestion.replies.get().pk}/"
    page = deputy.get(address).content.decode()
    assert " checked" not in page
    assert "完成城南路口渠化改造" in page
    for grades in ({}, {"attitude": "satisfied"}, {"attitude": "satisfied", "result": "dissatisfied"}):
        assert deputy.post(address, grades).status_code == 422
    answer = deputy.post(address, {"attitude": "satisfied", "result": "basically"}, follow=True)
    assert "已登记您的评价" in answer.content.decode()
    assert deputy.post(address, {"attitude": "satisfied", "result": "satisfied"}).status_code == 302
    assert suggestion.replies.get().ratings.get().result == "basically"


def test_list_finds_by_number_words_and_chips_and_exports_what_it_shows(world: World) -> None:
    first, second = world.replied(), world.registered(title="关于河道清淤的建议")
    deliver_all()
    indexing.index([first.pk, second.pk])
    office = signed_in(world, "office")

    def found(query: str) -> list[int]:
        return sorted(row.pk for row in office.get(f"/motions/?{query}").context["listing"].shown_rows)

    both = sorted([first.pk, second.pk])
    assert found("") == both
    for query, rows in {
        "q=第1号": [first.pk],
        "q=2": [second.pk],
        "q=清淤": [second.pk],
        "state=replied": [first.pk],
        f"organ={world.organs['urban'].pk}": [first.pk],
        f"organ={world.organs['traffic'].pk}": [],
        "class=B": [first.pk],
        "class=A": [],
        "session=between": both,
        "session=in": [],
        "year=2026": both,
        "year=2025": [],
        "late=1": [],
        "key=1": [],
        "kind=motion": [],
    }.items():
        assert found(query) == rows, query
    with clock.travel(dt.date(2026, 6, 30)):
        assert found("late=1") == [first.pk], "the days to rate are over"
    sheet = office.get("/motions/?state=replied&export=xlsx")
    assert sheet["Content-Type"].endswith("spreadsheetml.sheet")
    from python_calamine import CalamineWorkbook

    rows = CalamineWorkbook.from_filelike(io.BytesIO(sheet.content)).get_sheet_by_index(0).to_python()
    texts = [str(cell) for row in rows for cell in row]
    assert "关于整治城南路口拥堵的建议" in texts and "关于河道清淤的建议" not in texts
