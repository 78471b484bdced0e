"""Workbooks as offices really keep them: three ways, and what goes wrong in them, by cell."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
import xlsxwriter

from renda.assembly.people import api as people
from renda.business.motions.models import Rating, Reply, Suggestion
from renda.business.motions.tests.conftest import World, sentences
from renda.kernel import clock
from renda.kernel.record import api as record
from renda.kernel.tabular import api as tabular

pytestmark = pytest.mark.django_db(databases=["default", "vault"])
KIND = "motions.suggestions"


def workbook(
    path: Path, rows: list[list[object]], title: str = "", merge: tuple[int, int, int] | None = None
) -> Path:
    """Write rows as an office would: a title over the heading, merged cells, dates of their own."""
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("建议")
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    top = 0
    if title:
        sheet.merge_range(0, 0, 0, len(rows[0]) - 1, title)
        top = 1
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            if isinstance(value, dt.date):
                sheet.write_datetime(top + r, c, dt.datetime.combine(value, dt.time()), day)
            elif value is not None:
                sheet.write(top + r, c, value)
    if merge:
        first, last, column = merge
        sheet.merge_range(top + first, column, top + last, column, rows[first][column])
    book.close()
    return path


def look(world: World, path: Path) -> tabular.Preview:
    return tabular.preview(KIND, path.read_bytes(), actor=world.office, name=path.name)


def whole(world: World, path: Path) -> tabular.Batch:
    """Preview without a mistake, then everything in."""
    preview = look(world, path)
    assert not preview.groups, [(g.message, g.count) for g in preview.groups]
    assert not preview.fatal, preview.fatal
    return tabular.apply(preview.id, actor=world.office, mode="all")


def test_the_office_with_a_title_row_and_mixed_dates(world: World, tmp_path: Path) -> None:
    rows: list[list[object]] = [
        [
            "序号",
            "建议标题",
            "领衔代表",
            "提出时间",
            "承办单位",
            "协办单位",
            "交办时间",
            "答复时间",
            "办理结果",
            "满意度",
        ],
        [
            101,
            "关于停车的建议",
            "丁一鸣",
            dt.date(2025, 1, 20),
            "市城管局",
            "市公安局、市交通局",
            "2025年2月10日",
            "2025.4.30",
            "A",
            "满意",
        ],
        [
            "第102号",
            "关于河道的建议",
            "马秋兰",
            "2025/1/21",
            "安澜市交通运输局",
            None,
            "20250210",
            "2025-05-06",
            "乙类",
            "",
        ],
        [103, "关于公交的建议", "欧阳致远", "2025-01-22", "市交通局", None, "2025-02-10", None, None, None],
    ]
    whole(world, workbook(tmp_path / "甲.xlsx", rows, title="安澜市人大代表建议办理登记表"))
    first, second, third = Suggestion.objects.order_by("serial").select_related("case")
    assert [s.serial for s in (first, second, third)] == [101, 102, 103]
    assert (first.case.state, second.case.state, third.case.state) == ("closed", "closed", "handling")
    assert Reply.objects.get(suggestion=first).reply_class.code == "A"
    assert Reply.objects.get(suggestion=second).reply_class.code == "B"
    rating = Rating.objects.get()  # the empty one is no statement
    assert (rating.result, rating.attitude, rating.method) == ("satisfied", "", "register")
    assert "据历史登记，丁一鸣评价安澜市城市管理局：满意" in sentences(first)
    assert third.case.deadlines.get(key="reply").due_on == dt.date(2025, 5, 12)  # 10 May is a Saturday
    line = record.timeline(first.ref)[-1]
    assert line.happened_at.date() == dt.date(2025, 1, 20)
    assert "甲.xlsx" in line.origin.text


def test_the_office_that_merges_cells_and_separates_by_semicolons(world: World, tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["代表姓名", "编号", "题目", "登记日期", "主办", "转办日期", "附议人", "是否公开"],
        [
            "丁一鸣",
            "7",
            "关于路灯的建议",
            "2025年3月1日",
            "市城管局；市公安局",
            "2025年3月8日",
            "马秋兰，欧阳致远",
            "公开",
        ],
        [None, "8", "关于路牌的建议", "2025年3月2日", "市城管局", "2025年3月8日", None, "否"],
    ]
    whole(world, workbook(tmp_path / "乙.xlsx", rows, merge=(1, 2, 0)))
    first = Suggestion.objects.get(serial=7)
    assert sorted(first.assignments.values_list("role", flat=True)) == ["separate", "separate"]
    assert first.cosignatures.count() == 2
    assert Suggestion.objects.get(serial=8).lead.name == "丁一鸣"
    assert Suggestion.objects.get(serial=8).consent == "none"


def test_the_office_with_a_csv_in_its_own_encoding(world: World, tmp_path: Path) -> None:
    path = tmp_path / "丙.csv"
    text = "建议编号,案由,提出人,收到日期,承办单位,交办日期\n201,关于养老的建议,马秋兰,2025-06-03,市城管局,2025-06-10\n"
    path.write_bytes(text.encode("gb18030"))
    whole(world, path)
    assert Suggestion.objects.get(serial=201).lead.name == "马秋兰"


def test_what_is_wrong_is_named_by_cell_and_nothing_comes_in(world: World, tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["编号", "标题", "领衔代表", "提出日期", "主办单位", "交办日期", "答复日期"],
        [1, "关于甲的建议", "丁一鸣", "2025-01-20", "市不存在局", "2025-02-01", None],
        [2, "关于乙的建议", "张无忌", "2025-01-20", "市城管局", "2025-02-01", None],
        [3, "关于丙的建议", "丁一鸣", "2062-01-20", "市城管局", "2025-02-01", None],
        [4, "关于丁的建议", "丁一鸣", "2025-01-20", "市城管局", "2025-02-01", "2025-01-25"],
        ["甲", "关于戊的建议", "丁一鸣", "2025-01-20", "市城管局", "2025-02-01", None],
    ]
    preview = look(world, workbook(tmp_path / "错.xlsx", rows))
    told = " ".join(f"{g.message}" for g in preview.groups)
    for word in ("市不存在局", "张无忌", "2062", "早于交办", "不是编号"):
        assert word in told, told
    assert preview.rows_bad == 5
    with pytest.raises(tabular.TabularError):
        tabular.apply(preview.id, actor=world.office, mode="all")
    assert not Suggestion.objects.exists()


def test_the_same_file_twice_and_undone(world: World, tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["编号", "标题", "领衔代表", "提出日期"],
        [1, "关于甲的建议", "丁一鸣", "2025-01-20"],
    ]
    path = workbook(tmp_path / "一.xlsx", rows)
    batch = whole(world, path)
    again = look(world, path)
    assert again.new == 0
    assert Suggestion.objects.count() == 1
    tabular.undo(batch.pk, actor=world.office)
    assert not Suggestion.objects.exists()


def test_numbers_start_again_each_term(world: World, tmp_path: Path) -> None:
    before = people.open_term(
        world.congress, 13, dt.date(2017, 1, 10), ends=dt.date(2021, 12, 31), actor=None
    )
    seat = world.seats[0]
    people.seat_deputy(seat.person, before, start=before.begins, actor=None)
    head: list[object] = ["编号", "标题", "领衔代表", "提出日期"]
    late = workbook(tmp_path / "本届.xlsx", [head, [12, "关于甲的建议", "丁一鸣", "2025-01-20"]])
    early = workbook(tmp_path / "上届.xlsx", [head, [12, "关于乙的建议", "丁一鸣", "2019-01-20"]])
    for path in (late, early):
        whole(world, path)
        assert look(world, path).new == 0
    found = dict(Suggestion.objects.filter(serial=12).values_list("term__number", "title"))
    assert found == {14: "关于甲的建议", 13: "关于乙的建议"}


def test_a_day_without_its_term_or_deputy_is_named(world: World, tmp_path: Path) -> None:
    people.open_term(world.congress, 13, dt.date(2017, 1, 10), ends=dt.date(2021, 12, 31), actor=None)
    rows: list[list[object]] = [
        ["编号", "标题", "领衔代表", "提出日期", "附议代表"],
        [1, "关于甲的建议", "丁一鸣", "2019-01-20", None],
        [2, "关于乙的建议", "丁一鸣", "2010-01-20", None],
        [3, "关于丙的建议", "马秋兰", "2019-01-20", "丁一鸣"],
    ]
    told = [g.message for g in look(world, workbook(tmp_path / "错届.xlsx", rows)).groups]
    assert any("提出时不是第十三届的代表" in text for text in told), told
    assert any("不在已登记的任何一届任期之内" in text for text in told), told
    assert any("附议的有人不是第十三届的代表" in text for text in told), told


def test_a_motion_and_a_suggestion_may_bear_one_number(world: World, tmp_path: Path) -> None:
    head: list[object] = ["编号", "种类", "标题", "领衔代表", "提出日期"]
    rows = [head, [1, "议案", "关于甲的议案", "丁一鸣", "2025-01-20"]]
    whole(world, workbook(tmp_path / "议案.xlsx", rows))
    rows = [head, [1, "建议", "关于乙的建议", "丁一鸣", "2025-01-20"]]
    whole(world, workbook(tmp_path / "建议.xlsx", rows))
    plain: list[list[object]] = [
        ["编号", "标题", "领衔代表", "提出日期"],
        [1, "关于丙的建议", "丁一鸣", "2025-01-20"],
    ]
    assert (
        look(world, workbook(tmp_path / "无种类.xlsx", plain)).new == 0
    )  # the suggestion, known and changed
    assert Suggestion.objects.count() == 2


def test_the_command_line_brings_ratings_in_too(world: World, tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["编号", "标题", "领衔代表", "提出日期", "主办单位", "交办日期", "答复日期", "答复分类", "代表评价"],
        [1, "关于甲的建议", "丁一鸣", "2025-01-20", "市城管局", "2025-02-01", "2025-03-01", "C", "不满意"],
    ]
    path = workbook(tmp_path / "命令行.xlsx", rows)
    preview = tabular.preview(KIND, path.read_bytes(), actor=None, name=path.name)
    tabular.apply(preview.id, actor=None)
    rating = Rating.objects.get()
    assert (rating.result, rating.entered_by) == ("dissatisfied", None)


@pytest.mark.slow
def test_ten_thousand_rows_come_in_whole(world: World, tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["编号", "标题", "领衔代表", "提出日期", "主办单位", "交办日期", "答复日期", "答复分类", "代表评价"]
    ]
    for n in range(1, 10_001):
        rows.append(
            [
                n,
                f"关于第{n}件事的建议",
                ("丁一鸣", "马秋兰")[n % 2],
                "2025-01-20",
                "市城管局",
                "2025-02-10",
                "2025-04-30",
                "ABCD"[n % 4],
                "满意",
            ]
        )
    whole(world, workbook(tmp_path / "万.xlsx", rows))
    assert Suggestion.objects.count() == 10_000
    with clock.travel(dt.date(2026, 3, 1)):
        assert Rating.objects.count() == 10_000
