"""The pages under /import/: what a clerk sees and does, without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from renda.kernel.identity import api as identity
from renda.kernel.identity.api import Account
from renda.kernel.tabular import api, schema, store, tasks
from renda.kernel.tabular.models import Batch, Mapping, Upload
from renda.kernel.tabular.tests.conftest import KIND, Register, table_of

pytestmark = pytest.mark.django_db
Make = Callable[..., bytes]


@pytest.fixture
def desk(client: Client, clerk: Account) -> Client:
    client.force_login(clerk)
    return client


def send(desk: Client, content: bytes, name: str = "台账.xlsx") -> Any:
    return desk.post(
        reverse("tabular:kind", args=[KIND]), {"file": SimpleUploadedFile(name, content)}, follow=True
    )


def text(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", response.content.decode()))


def test_one_sees_what_one_may_import(desk: Client, register: Register) -> None:
    page = text(desk.get(reverse("tabular:index")))
    assert "代表建议台账" in page
    assert identity.may("tabular.import", identity.Account.objects.get(username="clerk"))
    stranger = identity.create_account("stranger", "路人", None, actor=None)
    assert not identity.may("tabular.import", stranger)
    desk.force_login(stranger)
    assert "您现在没有可以导入的表格" in text(desk.get(reverse("tabular:index")))
    assert desk.get(reverse("tabular:kind", args=[KIND])).status_code == 403
    assert desk.get(reverse("tabular:kind", args=["no.such"])).status_code == 404
    desk.logout()
    assert desk.get(reverse("tabular:index")).status_code == 302


def test_from_upload_to_undo(desk: Client, register: Register, workbook: Make) -> None:
    page = send(desk, workbook([["编号", "标题"], ["1", "甲"], ["2", "乙"]]))
    assert "全部导入（2 行）" in text(page)
    upload = Upload.objects.get()
    page = desk.post(reverse("tabular:apply", args=[upload.pk]), {"mode": "all"}, follow=True)
    batch = Batch.objects.get()
    assert page.redirect_chain[-1][0] == reverse("tabular:batch", args=[batch.pk])
    assert "已导入" in text(page) and "新增 2 条" in text(page)
    assert len(register.rows) == 2
    page = desk.post(reverse("tabular:undo", args=[batch.pk]), follow=True)
    assert "已撤销" in text(page) and register.rows == {}
    assert "已撤销" in text(desk.get(reverse("tabular:index")))


def test_mistakes_are_shown_together_explained_once_and_looked_at_in_place(
    desk: Client, register: Register, workbook: Make
) -> None:
    content = workbook(
        [
            ["编号", "标题", "交办日期", "承办单位", "备 忘"],
            ["1", "甲", "3月5日", "城建局", "x"],
            ["2", "乙", "3月6日", "城建局", "y"],
            ["3", "<b>丙</b>", "3月7日", "财政局", "z"],
        ]
    )
    page = send(desk, content)
    shown = page.content.decode()
    assert "没有“城建局”这个单位" in shown and "没有写年份" in shown and "E 列“备 忘”是" in shown
    assert "<b>丙</b>" not in shown
    upload = Upload.objects.get()
    address = reverse("tabular:file", args=[upload.pk])
    near = desk.get(address, {"at": "台账!3"}).content.decode()
    assert '<tr class="here"><th scope="row">3</th>' in near and 'class="wrong"' in near
    names = dict(re.findall(r'<select name="(value-\d+)" id="[^"]+">\s*<option value="-">“(城建局)”', shown))
    [field] = names
    page = desk.post(
        reverse("tabular:explain", args=[upload.pk]),
        {field: "住房和城乡建设局", "year": "2026", "heading-0": "0"},
        follow=True,
    )
    assert "全部导入（3 行）" in text(page)
    assert {(row.column, row.source, row.target) for row in Mapping.objects.all()} == {
        ("lead", "城建局", "住房和城乡建设局"),
        ("", "备忘", ""),
    }
    kind_page = text(desk.get(reverse("tabular:kind", args=[KIND])))
    assert "“城建局” → 住房和城乡建设局" in kind_page
    desk.post(reverse("tabular:forget", args=[KIND, Mapping.objects.get(column="lead").pk]))
    assert Mapping.objects.count() == 1


def test_a_wrong_explanation_is_said_and_nothing_is_remembered(
    desk: Client, register: Register, workbook: Make
) -> None:
    send(desk, workbook([["编号", "标题", "承办单位"], ["1", "甲", "城建局"]]))
    upload = Upload.objects.get()
    page = desk.post(reverse("tabular:explain", args=[upload.pk]), {"other-0": "建设厅"}, follow=True)
    assert "没有“建设厅”" in text(page)
    assert not Mapping.objects.exists()


def test_good_rows_alone_and_the_bad_ones_to_mend(desk: Client, register: Register, workbook: Make) -> None:
    send(desk, workbook([["编号", "标题"], ["1", "甲"], ["2", None]]))
    upload = Upload.objects.get()
    page = desk.post(reverse("tabular:apply", args=[upload.pk]), {"mode": "all"}, follow=True)
    assert "还有 1 行有误" in text(page) and register.rows == {}
    bad = desk.get(reverse("tabular:bad", args=[upload.pk]))
    assert bad["Content-Disposition"].startswith("attachment") and bad.content[:2] == b"PK"
    page = desk.post(reverse("tabular:apply", args=[upload.pk]), {"mode": "good"}, follow=True)
    assert "有误，没有导入" in text(page) and list(register.rows) == ["1"]


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"%PDF-1.7", "这是 PDF"), (b"", "文件是空的"), (b"\x81\x20\xff\xff", "文字编码")],
)
def test_a_refused_file_is_answered_at_the_field(
    desk: Client, register: Register, content: bytes, said: str
) -> None:
    page = send(desk, content or b" ", "表.xlsx")
    assert page.status_code == 422
    assert said in text(page) and 'aria-invalid="true"' in page.content.decode()
    assert not Upload.objects.exists()


def test_no_file_at_all_is_answered_at_the_field(desk: Client, register: Register) -> None:
    page = desk.post(reverse("tabular:kind", args=[KIND]), {})
    assert page.status_code == 422 and "请先选择表格文件" in text(page)


def test_two_hundred_megabytes_are_refused_before_they_are_kept(desk: Client, register: Register) -> None:
    class Endless:
        """A body that nobody should hold in memory; it counts what was taken from it."""

        taken = 0

        def read(self, size: int = -1) -> bytes:
            self.taken += size
            return b"\0" * size

        readline = read

    body = Endless()
    page = desk.generic(
        "POST", reverse("tabular:kind", args=[KIND]), b"", "multipart/form-data; boundary=x",
        **{"CONTENT_LENGTH": str(200 * 1024 * 1024), "wsgi.input": body},
    )  # fmt: skip
    assert page.status_code == 413
    assert "200 MB，超过 50 MB" in text(page)
    assert body.taken <= 200 * 1024 * 1024
    assert not Upload.objects.exists()


def test_the_token_is_still_asked_for(register: Register, clerk: Account, workbook: Make) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(clerk)
    content = SimpleUploadedFile("台账.xlsx", workbook([["编号", "标题"], ["1", "甲"]]))
    assert strict.post(reverse("tabular:kind", args=[KIND]), {"file": content}).status_code == 403


def test_files_of_others_are_not_there(desk: Client, register: Register, workbook: Make) -> None:
    send(desk, workbook([["编号", "标题"], ["1", "甲"]]))
    upload = Upload.objects.get()
    other = identity.create_account("other", "登记员乙", None, actor=None)
    identity.grant(other, identity.ADMINISTRATOR, identity.ALL, actor=None)
    desk.force_login(other)
    for name in ("file", "bad"):
        assert desk.get(reverse(f"tabular:{name}", args=[upload.pk])).status_code == 404
    for name in ("explain", "apply", "drop"):
        assert desk.post(reverse(f"tabular:{name}", args=[upload.pk])).status_code == 404
    assert register.rows == {}


def test_a_file_may_be_dropped(desk: Client, register: Register, workbook: Make) -> None:
    send(desk, workbook([["编号", "标题"], ["1", "甲"]]))
    desk.post(reverse("tabular:drop", args=[Upload.objects.get().pk]))
    assert not Upload.objects.exists()


def test_the_blank_table_can_be_filled_and_sent(desk: Client, register: Register) -> None:
    blank = desk.get(reverse("tabular:blank", args=[KIND]))
    assert "filename" in blank["Content-Disposition"]
    page = send(desk, blank.content)
    assert "表头下面没有数据" in text(page)
    assert "没有认出的标题" not in text(page) and "可选内容" not in text(page)


def test_the_blank_table_of_a_room_with_nothing_to_look_up_is_still_there(
    desk: Client, register: Register, workbook: Make
) -> None:
    def nothing(context: api.Context) -> dict[str, int]:
        raise api.Refused("还没有登记人大。")

    columns = [api.Column("no", "编号", required=True), api.Column("o", "单位", kind="organ", lookup=nothing)]
    schema.forget_table(KIND)
    schema.register(table_of(register, columns=columns))
    blank = desk.get(reverse("tabular:blank", args=[KIND]))
    assert blank.content[:2] == b"PK"
    page = send(desk, workbook([["编号", "单位"], ["1", "甲局"]]))
    assert page.status_code == 422 and "还没有登记人大" in text(page)


def test_an_expired_file_is_said_not_a_fault(desk: Client, register: Register, workbook: Make) -> None:
    send(desk, workbook([["编号", "标题"], ["1", "甲"], ["2", None]]))
    upload = Upload.objects.get()
    store.drop(upload)
    assert desk.get(reverse("tabular:file", args=[upload.pk]), {"at": "台账!3"}).status_code == 200
    for address, sent in (("bad", None), ("apply", {"mode": "good"})):
        url = reverse(f"tabular:{address}", args=[upload.pk])
        page = desk.get(url, follow=True) if sent is None else desk.post(url, sent, follow=True)
        assert "已过保留期" in text(page)


@pytest.mark.parametrize("run", ["now", "later"])
def test_big_files_are_read_and_applied_by_the_worker(
    desk: Client, register: Register, workbook: Make, settings: Any, monkeypatch: pytest.MonkeyPatch, run: str
) -> None:
    backend = "immediate.ImmediateBackend" if run == "now" else "dummy.DummyBackend"
    settings.TASKS = {"default": {"BACKEND": f"django_tasks.backends.{backend}"}}
    monkeypatch.setattr(tasks, "READ_AT_ONCE", 10)
    monkeypatch.setattr(tasks, "APPLY_AT_ONCE", 1)
    page = send(desk, workbook([["编号", "标题"], ["1", "甲"], ["2", "乙"]]))
    upload = Upload.objects.get()
    if run == "later":
        assert "正在读取" in text(page) and b'hx-trigger="every 2s"' in page.content
        address = reverse("tabular:file", args=[upload.pk])
        assert "HX-Redirect" not in desk.get(address, headers={"HX-Request": "true"})
        tasks.read_file.func(str(upload.pk))
        assert desk.get(address, headers={"HX-Request": "true"})["HX-Redirect"] == address
    assert "全部导入（2 行）" in text(desk.get(reverse("tabular:file", args=[upload.pk])))
    page = desk.post(reverse("tabular:apply", args=[upload.pk]), {"mode": "all"}, follow=True)
    if run == "later":
        assert "正在导入：0 / 2 行" in text(page)
        desk.post(reverse("tabular:apply", args=[upload.pk]), {"mode": "all"})
        tasks.apply_file.func(str(upload.pk), "all")
        tasks.apply_file.func(str(upload.pk), "all")
    page = desk.get(reverse("tabular:file", args=[upload.pk]), follow=True)
    assert "已导入" in text(page) and register.calls == [2]


def test_a_fault_in_the_worker_leaves_the_file_waiting_with_a_word(
    desk: Client, register: Register, workbook: Make, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
    monkeypatch.setattr(tasks, "APPLY_AT_ONCE", 1)
    send(desk, workbook([["编号", "标题"], ["1", "甲"], ["2", "乙"]]))
    upload = Upload.objects.get()
    desk.post(reverse("tabular:apply", args=[upload.pk]), {"mode": "all"})
    schema.forget_table(KIND)

    def burst(rows: Any, context: Any) -> api.Applied:
        raise ZeroDivisionError

    schema.register(table_of(register, apply=burst))
    tasks.apply_file.func(str(upload.pk), "all")
    page = text(desk.get(reverse("tabular:file", args=[upload.pk])))
    assert "处理时出错，什么也没有改变" in page and "全部导入（2 行）" in page
    assert not Batch.objects.exists()


def test_pages_ask_the_database_a_constant_number_of_times(
    desk: Client, register: Register, workbook: Make, django_assert_max_num_queries: Any
) -> None:
    for number in range(12):
        send(desk, workbook([["编号", "标题"], [str(number), "甲"]]))
        upload = Upload.objects.filter(batch=None).latest("created_at")
        desk.post(reverse("tabular:apply", args=[upload.pk]), {"mode": "all"})
    with django_assert_max_num_queries(14):
        desk.get(reverse("tabular:index"))
    with django_assert_max_num_queries(14):
        desk.get(reverse("tabular:kind", args=[KIND]))
