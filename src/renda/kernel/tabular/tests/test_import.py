"""Preview, explain, apply, the same file twice, undo: on the real database, through the services."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, connections

from renda.kernel import clock
from renda.kernel.identity import api as identity
from renda.kernel.identity.api import Account
from renda.kernel.record import api as record
from renda.kernel.refs import Ref
from renda.kernel.tabular import api, queries, schema, services, store
from renda.kernel.tabular.models import Batch, BatchItem, RowMark, Upload
from renda.kernel.tabular.reading import sniff
from renda.kernel.tabular.tests.conftest import KIND, Register, table_of

pytestmark = pytest.mark.django_db
Make = Callable[..., bytes]
HEAD = ["编号", "标题", "承办单位", "身份证号"]
NUMBER = "11010519491231002X"


def rows(count: int, *, title: str = "建议") -> list[list[Any]]:
    return [HEAD, *([f"第{n}号", f"{title}{n}", "财政局", None] for n in range(1, count + 1))]


def test_a_clean_file_from_preview_to_record(register: Register, clerk: Account, workbook: Make) -> None:
    preview = api.preview(KIND, workbook(rows(250)), actor=clerk, name="台账.xlsx")
    assert (preview.rows_ok, preview.rows_bad, preview.new, preview.clean) == (250, 0, 250, True)
    assert preview.mapping["承办单位"] == "lead"
    assert register.rows == {}
    batch = api.apply(preview.id, actor=clerk)
    assert (batch.created, batch.changed, batch.unchanged, batch.left_out) == (250, 0, 0, 0)
    assert register.calls == [100, 100, 50]
    assert len(register.rows) == 250
    [line] = record.timeline(Ref("tabular.batch", str(batch.pk)))
    assert "新增 250 条" in line.sentence and line.actor_name == "登记员甲"
    assert line.origin.sha256 == batch.sha256
    assert BatchItem.objects.filter(batch=batch).count() == 250


def test_the_same_preview_applied_twice_is_one_batch(
    register: Register, clerk: Account, workbook: Make
) -> None:
    preview = api.preview(KIND, workbook(rows(3)), actor=clerk)
    assert api.apply(preview.id, actor=clerk).pk == api.apply(preview.id, actor=clerk).pk
    assert register.calls == [3]


def test_the_same_file_twice_changes_nothing(register: Register, clerk: Account, workbook: Make) -> None:
    content = workbook(rows(3))
    api.apply(api.preview(KIND, content, actor=clerk).id, actor=clerk)
    again = api.preview(KIND, content, actor=clerk)
    assert (again.new, again.changed, again.unchanged) == (0, 0, 3)
    batch = api.apply(again.id, actor=clerk)
    assert (batch.created, batch.changed, batch.unchanged) == (0, 0, 3)
    assert register.calls == [3]


def test_the_same_rows_in_another_form_change_nothing(
    register: Register, clerk: Account, workbook: Make
) -> None:
    api.apply(api.preview(KIND, workbook(rows(3)), actor=clerk).id, actor=clerk)
    text = "编号,标题,主办,身份证号\n" + "".join(f"第{n}号,建议{n},安澜市财政局,\n" for n in range(1, 4))
    assert api.preview(KIND, text.encode("gb18030"), actor=clerk).unchanged == 3


def test_a_corrected_row_is_a_correction(register: Register, clerk: Account, workbook: Make) -> None:
    api.apply(api.preview(KIND, workbook(rows(3)), actor=clerk).id, actor=clerk)
    changed = rows(4)
    changed[2][1] = "改过的标题"
    preview = api.preview(KIND, workbook(changed), actor=clerk)
    assert (preview.new, preview.changed, preview.unchanged) == (1, 1, 2)
    batch = api.apply(preview.id, actor=clerk)
    assert (batch.created, batch.changed, batch.unchanged) == (1, 1, 2)
    assert register.rows["第2号"]["title"] == "改过的标题"


def test_all_or_nothing(register: Register, clerk: Account, workbook: Make) -> None:
    content = rows(3)
    content[2][2] = "城建局"
    preview = api.preview(KIND, workbook(content), actor=clerk)
    assert (preview.rows_ok, preview.rows_bad) == (2, 1)
    with pytest.raises(api.TabularError, match="还有 1 行有误"):
        api.apply(preview.id, actor=clerk)
    assert register.rows == {} and Batch.objects.count() == 0
    batch = api.apply(preview.id, actor=clerk, mode="good")
    assert (batch.created, batch.left_out) == (2, 1)


def test_equal_mistakes_are_one_group_with_their_cells(
    register: Register, clerk: Account, workbook: Make
) -> None:
    content = rows(6)
    for line in (2, 4, 5):
        content[line][2] = "城建局"
    content[3][1] = None
    preview = api.preview(KIND, workbook(content), actor=clerk)
    first, second = preview.groups
    assert (first.count, first.value, first.mappable) == (3, "城建局", True)
    assert [cell.address for cell in first.cells] == ["C3", "C5", "C6"]
    assert first.proposals[0].endswith("城乡建设局")
    assert (second.label, second.message, second.cells[0].address) == ("标题", "不能为空，请填写。", "B4")


def test_what_the_sender_explains_is_remembered_for_them_alone(
    register: Register, clerk: Account, workbook: Make
) -> None:
    other = identity.create_account("other", "登记员乙", None, actor=None)
    identity.grant(other, identity.ADMINISTRATOR, identity.ALL, actor=None)
    content = workbook([["编号", "事由", "承办单位"], ["1", "甲", "城建局"]])
    preview = api.preview(KIND, content, actor=clerk)
    assert "缺少“标题”列" in preview.fatal
    upload = services.owned(preview.id, clerk)
    services.explain(upload, headings={"事由": "title"}, values={}, options={}, actor=clerk)
    assert services.look_through(upload).groups[0].value == "城建局"
    services.explain(
        upload, headings={}, values={"lead": {"城建局": "住房和城乡建设局"}}, options={}, actor=clerk
    )
    assert services.look_through(upload).clean
    api.apply(preview.id, actor=clerk)
    assert register.rows["1"]["lead"] == 1
    later = workbook([["编号", "事由", "承办单位"], ["2", "乙", "城 建 局"]])
    assert api.preview(KIND, later, actor=clerk).clean
    assert not api.preview(KIND, later, actor=other).clean


def test_a_text_may_be_explained_only_by_a_known_name(
    register: Register, clerk: Account, workbook: Make
) -> None:
    preview = api.preview(KIND, workbook([HEAD, ["1", "甲", "城建局"]]), actor=clerk)
    upload = services.owned(preview.id, clerk)
    with pytest.raises(api.TabularError, match="没有“建设厅”"):
        services.explain(upload, headings={}, values={"lead": {"城建局": "建设厅"}}, options={}, actor=clerk)
    with pytest.raises(api.TabularError, match="没有这样的列"):
        services.explain(upload, headings={"备注": "secret"}, values={}, options={}, actor=clerk)


def test_the_year_counts_for_one_file(register: Register, clerk: Account, workbook: Make) -> None:
    content = workbook([["编号", "标题", "交办日期"], ["1", "甲", "3月5日"]])
    preview = api.preview(KIND, content, actor=clerk)
    assert preview.asks_year
    upload = services.owned(preview.id, clerk)
    services.explain(upload, headings={}, values={}, options={"year": "2026"}, actor=clerk)
    assert services.look_through(upload).clean
    assert api.preview(KIND, content, actor=clerk).asks_year


def test_a_room_that_refuses_leaves_nothing(register: Register, clerk: Account, workbook: Make) -> None:
    register.fail_at = 150
    preview = api.preview(KIND, workbook(rows(250)), actor=clerk)
    with pytest.raises(api.Refused):
        api.apply(preview.id, actor=clerk)
    assert (Batch.objects.count(), BatchItem.objects.count(), RowMark.objects.count()) == (0, 0, 0)
    assert services.owned(preview.id, clerk).batch_id is None
    assert record.count(kind="tabular.imported") == 0


def test_undo_takes_back_what_was_made_and_what_was_changed(
    register: Register, clerk: Account, workbook: Make
) -> None:
    first = api.apply(api.preview(KIND, workbook(rows(3)), actor=clerk).id, actor=clerk)
    changed = rows(4)
    changed[2][1] = "改过的标题"
    content = workbook(changed)
    second = api.apply(api.preview(KIND, content, actor=clerk).id, actor=clerk)
    with pytest.raises(api.Refused, match="之后又导入过"):
        api.undo(first.pk, actor=clerk)
    api.undo(second.pk, actor=clerk)
    assert register.rows.keys() == {"第1号", "第2号", "第3号"}
    assert register.rows["第2号"]["title"] == "建议2"
    again = api.preview(KIND, content, actor=clerk)
    assert (again.new, again.changed, again.unchanged) == (1, 1, 2)
    api.undo(first.pk, actor=clerk)
    assert register.rows == {} and RowMark.objects.count() == 0
    with pytest.raises(api.Refused, match="已经撤销过"):
        api.undo(first.pk, actor=clerk)
    assert record.count(kind="tabular.undone") == 2


def test_undo_ends_where_notices_begin(register: Register, clerk: Account, workbook: Make) -> None:
    batch = api.apply(api.preview(KIND, workbook(rows(2)), actor=clerk).id, actor=clerk)
    register.sent = True
    with pytest.raises(api.Refused, match="已经通知了"):
        api.undo(batch.pk, actor=clerk)
    assert len(register.rows) == 2 and RowMark.objects.count() == 2
    register.sent = False
    api.close_batch(batch.pk)
    with pytest.raises(api.Refused, match="通知已经发出，不能再撤销"):
        api.undo(batch.pk, actor=clerk)


def test_a_table_without_undo_says_so(register: Register, clerk: Account, workbook: Make) -> None:
    schema.forget_table(KIND)
    schema.register(table_of(register, undo=None))
    batch = api.apply(api.preview(KIND, workbook(rows(1)), actor=clerk).id, actor=clerk)
    with pytest.raises(api.Refused, match="不能整批撤销"):
        api.undo(batch.pk, actor=clerk)


def test_only_who_may_and_only_one_s_own(register: Register, clerk: Account, workbook: Make) -> None:
    stranger = identity.create_account("stranger", "路人", None, actor=None)
    with pytest.raises(identity.Forbidden):
        api.preview(KIND, workbook(rows(1)), actor=stranger)
    preview = api.preview(KIND, workbook(rows(1)), actor=clerk)
    with pytest.raises(api.TabularError, match="已过保留期"):
        api.apply(preview.id, actor=stranger)
    batch = api.apply(preview.id, actor=clerk)
    with pytest.raises(identity.Forbidden):
        api.undo(batch.pk, actor=stranger)
    with pytest.raises(api.TabularError):
        services.owned("not-a-uuid", clerk)


def test_private_columns_are_masked_wherever_they_are_kept(
    register: Register, clerk: Account, workbook: Make
) -> None:
    content = workbook([HEAD, ["1", "甲", "财政局", NUMBER], ["2", "乙", "财政局", "110105194912310021"]])
    preview = api.preview(KIND, content, actor=clerk)
    upload = services.owned(preview.id, clerk)
    stored = str(upload.summary)
    assert NUMBER not in stored and "110105194912310021" not in stored
    assert preview.sample[0]["身份证号"] == "1101●●●●●●●●●●002X"
    assert NUMBER.encode() not in (store.folder() / f"{upload.pk}.bin").read_bytes()
    around = queries.around(upload, "台账", 3)
    assert around is not None and NUMBER not in str(around)
    api.apply(preview.id, actor=clerk, mode="good")
    assert register.rows["1"]["id_number"] == NUMBER
    with connection.cursor() as cursor:
        for table in ("tabular_upload", "tabular_batchitem", "tabular_rowmark", "tabular_batch"):
            cursor.execute(f"SELECT * FROM {table}")
            assert NUMBER not in str(cursor.fetchall())


def test_a_file_name_with_a_number_in_it_is_not_kept(
    register: Register, clerk: Account, workbook: Make
) -> None:
    preview = api.preview(KIND, workbook(rows(1)), actor=clerk, name=f"张某{NUMBER}.xlsx")
    assert NUMBER not in preview.name and preview.name.endswith(".xlsx")
    api.apply(preview.id, actor=clerk)


def test_files_are_forgotten_after_a_day(register: Register, clerk: Account, workbook: Make) -> None:
    preview = api.preview(KIND, workbook(rows(1)), actor=clerk)
    path = store.folder() / f"{preview.id}.bin"
    assert path.exists() and store.expire() == 0
    with clock.travel(clock.now() + dt.timedelta(hours=25)):
        assert store.expire() == 1
    assert not path.exists() and not Upload.objects.exists()
    with pytest.raises(api.TabularError, match="已过保留期"):
        api.apply(preview.id, actor=clerk)


def test_a_file_changed_on_disk_is_not_applied(register: Register, clerk: Account, workbook: Make) -> None:
    preview = api.preview(KIND, workbook(rows(1)), actor=clerk)
    path = store.folder() / f"{preview.id}.bin"
    sealed = bytearray(path.read_bytes())
    sealed[40] ^= 1
    path.write_bytes(bytes(sealed))
    with pytest.raises(api.TabularError, match="已过保留期"):
        api.apply(preview.id, actor=clerk)


def test_shredding_somebody_drops_waiting_files(register: Register, clerk: Account, workbook: Make) -> None:
    preview = api.preview(KIND, workbook(rows(1)), actor=clerk)
    copy = next(each for each in identity.derived_copies() if each.name == "待导入的表格")
    copy.forget(Ref("people.person", "1"))
    assert not (store.folder() / f"{preview.id}.bin").exists()


def test_a_refused_file_leaves_nothing_behind(register: Register, clerk: Account) -> None:
    with pytest.raises(api.FileRefused):
        api.preview(KIND, b"%PDF-1.7", actor=clerk)
    assert not Upload.objects.exists() and list(store.folder().glob("*")) == []


def test_rows_are_known_again_after_the_secret_changed(
    register: Register, clerk: Account, workbook: Make, settings: Any
) -> None:
    content = workbook(rows(3))
    api.apply(api.preview(KIND, content, actor=clerk).id, actor=clerk)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-secret-" + "1" * 40
    assert api.preview(KIND, content, actor=clerk).unchanged == 3


def test_bad_rows_go_out_marked_and_come_back_good(
    register: Register, clerk: Account, workbook: Make
) -> None:
    content = workbook(
        [
            ["单位：万元"],
            ["编号", "案由", "主办", "会办", "金额", "备注"],
            ["1", "甲", "财政局", "教育局", 2, "x"],
            ["2", "乙", "城建局", "教育局", 3, "y"],
            ["", "", "", "城市管理局", "", ""],
            ["3", "丙", "财政局", "", 4.10502e17, ""],
        ],
        merges={"A4:A5": "2", "B4:B5": "乙", "C4:C5": "城建局"},
    )
    preview = api.preview(KIND, content, actor=clerk)
    assert preview.rows_bad == 2
    out = sniff.read(api.bad_rows_workbook(preview.id, actor=clerk)).sheets[0].rows
    assert out[0] == ["错误", "编号", "标题", "承办单位", "会办单位", "金额（万元）", "备注"]
    assert "没有“城建局”这个单位" in str(out[1][0]) and out[1][4] == "教育局、城市管理局"
    assert out[2][5] == "4.10502e+17"
    out[1][3], out[2][5] = "住房和城乡建设局", 5
    back = api.preview(KIND, workbook(out), actor=clerk)
    assert back.clean and back.rows_ok == 2 and not back.unknown[1:]
    api.apply(back.id, actor=clerk)
    assert register.rows["2"]["joint"] == [3, 4] and register.rows["3"]["amount"] == 50_000


def test_queries_go_by_chunks_never_by_rows(
    register: Register, clerk: Account, workbook: Make, django_assert_max_num_queries: Any
) -> None:
    schema.forget_table(KIND)
    schema.register(table_of(register, chunk=500))
    content = workbook(rows(2000))
    preview = api.preview(KIND, content, actor=clerk)
    with django_assert_max_num_queries(80):
        api.apply(preview.id, actor=clerk)
    assert register.lookups <= 4


@pytest.mark.django_db(transaction=True)
def test_two_imports_of_one_kind_never_interleave(register: Register, clerk: Account, workbook: Make) -> None:
    """Both read before either applies; the second sees what the first did and finds nothing left to do."""
    content = workbook(rows(120))
    previews = [api.preview(KIND, content, actor=clerk).id for _ in range(2)]
    gate = threading.Barrier(2)
    made: list[tuple[int, int]] = []
    failed: list[BaseException] = []

    def run(preview_id: str) -> None:
        try:
            gate.wait()
            batch = api.apply(preview_id, actor=clerk)
            made.append((batch.created, batch.unchanged))
        except BaseException as error:  # shown by the assertion below
            failed.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(each,)) for each in previews]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    assert sorted(made) == [(0, 120), (120, 0)]
    assert len(register.rows) == 120


def test_the_command_line_tells_and_applies(
    register: Register, db: None, workbook: Make, tmp_path: Any
) -> None:
    path = tmp_path / "台账.xlsx"
    path.write_bytes(workbook([["编号", "标题", "交办日期", "x"], ["1", "甲", "3月5日"]]))
    told = api.cli_import(KIND, path)
    assert (told["applied"], told["rows_bad"], told["mistakes"][0]["cells"]) == (False, 1, ["台账!C2"])
    assert told["unknown_headings"] == ["x"]
    done = api.cli_import(KIND, path, apply=True, year=2026)
    assert done["applied"] and register.rows["1"]["day"] == dt.date(2026, 3, 5)
    assert not Upload.objects.exists()
    with pytest.raises(api.FileRefused, match="读不了文件"):
        api.cli_import(KIND, tmp_path / "没有.xlsx")
    with pytest.raises(api.TabularError, match=r"没有“x\.y”这种导入"):
        api.cli_import("x.y", path)
    assert any(each["kind"] == KIND for each in api.cli_tables())


@pytest.mark.alone
@pytest.mark.slow
def test_ten_thousand_rows_are_previewed_and_imported_within_the_bar(
    register: Register, clerk: Account, workbook: Make
) -> None:
    """The bar of the product: a preview under 10 seconds, the import under 20, on two cores."""
    schema.forget_table(KIND)
    schema.register(table_of(register, chunk=500))
    content = workbook(rows(10_000))
    began = time.monotonic()
    preview = api.preview(KIND, content, actor=clerk)
    seen = time.monotonic()
    batch = api.apply(preview.id, actor=clerk)
    done = time.monotonic()
    assert batch.created == len(register.rows) == 10_000
    assert seen - began < 10 and done - seen < 20
