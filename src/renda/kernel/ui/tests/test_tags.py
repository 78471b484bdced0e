"""Formats and tags: days, spans, money, names, lights, 依据."""

import datetime as dt
from decimal import Decimal
from fractions import Fraction

import pytest
from django.template import Context, Template

from renda.kernel import clock
from renda.kernel.ui import formats, whys
from renda.kernel.ui.gallery import samples

DAY = dt.date(2026, 3, 5)
RULE = "MOT-021"


def render(text, **context):
    return Template(text).render(Context(context))


def test_days_are_written_as_an_office_writes_them():
    assert formats.day_text(DAY) == "2026年3月5日 周四"
    assert formats.day_text("2026-03-05", weekday=False) == "2026年3月5日"
    assert formats.day_text(None) == ""
    assert render("{% day d %}", d=DAY) == '<time datetime="2026-03-05">2026年3月5日 周四</time>'
    assert render("{% day d %}", d=None) == ""


def test_a_moment_belongs_to_the_day_it_has_here():
    late = dt.datetime(2026, 3, 4, 17, 30, tzinfo=dt.UTC)
    assert formats.day_text(late) == "2026年3月5日 周四"
    assert formats.moment_text(late) == "2026年3月5日 周四 01:30"


@pytest.mark.parametrize(("days", "text"), [(3, "还有 3 天"), (0, "今天"), (-3, "已过 3 天")])
def test_spans(days, text):
    assert formats.span_text(DAY + dt.timedelta(days=days), today=DAY) == text


@pytest.mark.parametrize(
    ("back", "text"),
    [
        (dt.timedelta(seconds=20), "刚刚"),
        (dt.timedelta(minutes=12), "12 分钟前"),
        (dt.timedelta(hours=3), "今天 11:00"),
        (dt.timedelta(hours=20), "昨天 18:00"),
        (dt.timedelta(days=9), "2026年2月24日 14:00"),
        (dt.timedelta(minutes=-5), "今天 14:05"),
    ],
)
def test_how_long_ago(back, text):
    now = clock.combine(DAY, dt.time(14))
    assert formats.ago_text(now - back, now) == text


def test_money_has_thousands_and_unit_and_is_never_a_float():
    assert formats.money_text(Decimal("1234567.5")) == "1,234,567.50 元"
    assert formats.money_text(300, "万元") == "300.00 万元"
    assert formats.money_text(None) == ""
    with pytest.raises(TypeError):
        formats.money_text(1.5)


def test_numbers_and_names():
    assert formats.number_text(1234567) == "1,234,567"
    assert formats.number_text(Fraction(2, 3)) == "2/3"
    assert formats.people_text(["丁", "于", "万", "马"]) == "丁、于、万等 4 人"
    assert formats.people_text(["丁", "于"]) == "丁、于"


@pytest.mark.parametrize("deadline", samples.DEADLINES, ids=lambda d: d.key)
def test_a_light_is_a_shape_and_words_never_colour_alone(deadline):
    shown = render("{% light d %}", d=deadline)
    assert f"lights.svg#{deadline.key}" in shown
    assert deadline.text in shown
    assert render("{% light d %}", d=None) == ""


def test_why_says_law_article_arithmetic_inputs_and_version():
    shown = render("{% why d %}", d=samples.REPLY)
    for word in ("代表法", "第51条", "起三个月", "起算", "2026年3月5日 周四", "MOT-021", "2025 年文本"):
        assert word in shown
    assert "<details" in shown, "没有脚本也能打开"
    assert not render("{% why d %}", d=None).strip()


def test_why_shows_a_congresss_own_number_beside_the_laws():
    shown = render("{% why d %}", d=samples.MAJORITY)
    assert "本级规定 过半数（法定 过半数），自2026年1月1日 周四起" in shown
    assert "口径：" in shown and "参照现行规定" in shown


def test_why_marks_what_is_provisional_or_judged_by_a_later_version():
    explained = whys.explain(samples.MAJORITY | {"provisional": True})
    assert "参照现行规定" in explained.plain
    assert "暂定" in explained.plain


def test_why_explains_a_value_of_the_law_kernel_and_the_json_it_is_kept_as(db):
    from renda.kernel.law import api as law

    derived = law.derive(RULE, {"from": DAY}, on=DAY)
    assert whys.explain(derived) == whys.explain(derived.as_json())
    explained = whys.explain(derived)
    assert explained.law and explained.article and explained.formula and explained.version
    assert all("from" not in label for label, _ in explained.inputs), "取值要用中文写"


def test_text_from_outside_is_escaped_everywhere():
    bad = "<script>alert(1)</script>"
    for shown in (
        render("{% why d %}", d=samples.REPLY | {"formula": bad, "law": bad, "inputs": {bad: bad}}),
        render("{% light d %}", d=samples.SampleDeadline("near", bad, None)),
        render("{% figure_mark label=b value=3 unit=b note=b %}", b=bad),
        render("{% grid_row c v 0 %}", c=samples.GRID_COLUMNS, v=[bad] * 4),
    ):
        assert bad not in shown
        assert "&lt;script&gt;" in shown


def test_a_figure_shows_base_day_and_its_records():
    shown = render("{% figure_mark f %}", f=samples.FIGURES[1])
    for word in ("286", "件", "交办 353", "截至", "#replied", "<meter"):
        assert word in shown
    empty = render('{% figure_mark label="满意率" value=None unit="%" %}')
    assert "—" in empty and "%" not in empty
