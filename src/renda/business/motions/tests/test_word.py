"""A Word file in the three usual layouts; what was not understood is handed back, never dropped."""

from __future__ import annotations

import pytest

from renda.business.motions import word

HEADINGS = """安澜市第十四届人民代表大会第五次会议代表建议
关于在青石桥路口增设行人过街信号灯的建议
案由
青石桥路口连接一中和菜市场，只有一条斑马线。
去年发生擦碰事故 9 起。
情况分析
一、早晚高峰过街一千多人次。
二、路口没有信号灯。
建议
一、增设行人信号灯。
二、设置安全岛。
此致
敬礼
"""

TABLE = (
    "代表建议表\n"
    "标题\t关于修复滨河步道的建议\n"
    "领衔代表\t丁一鸣\t代表团\t临河代表团\n"
    "案由\t步道破损三百米，老人多次摔倒。\n"
    "情况分析\t1.雨后积水。 2.没有照明。\n"
    "具体建议\t一、修复路面。 二、加装路灯。\n"
    "承办单位\t市城市管理局\n"
    "备注\t附照片两张\n"
)

MARKS = """《关于增加 12 路公交班次的建议》
一、案由：12 路公交高峰间隔二十五分钟。
二、分析：沿线新建小区三个，客流翻番。
三、建议：高峰间隔缩短到十分钟。
同时优化站点。
联系电话见附页
"""


def test_headings() -> None:
    found = word.read(HEADINGS)
    assert found.layout == "headings"
    assert found.parts["title"] == "关于在青石桥路口增设行人过街信号灯的建议"
    assert found.parts["matter"].splitlines() == [
        "青石桥路口连接一中和菜市场，只有一条斑马线。",
        "去年发生擦碰事故 9 起。",
    ]
    assert found.parts["analysis"].startswith("一、早晚高峰")
    assert found.parts["proposal"] == "一、增设行人信号灯。\n二、设置安全岛。"
    assert found.unknown == ["安澜市第十四届人民代表大会第五次会议代表建议", "此致", "敬礼"]


def test_a_form_drawn_as_a_table() -> None:
    found = word.read(TABLE)
    assert found.layout == "table"
    assert found.parts == {
        "title": "关于修复滨河步道的建议",
        "matter": "步道破损三百米，老人多次摔倒。",
        "analysis": "1.雨后积水。\n2.没有照明。",
        "proposal": "一、修复路面。\n二、加装路灯。",
        "proposed_organ": "市城市管理局",
    }
    assert found.unknown == ["代表建议表", "备注 附照片两张"]


def test_marks_in_running_text() -> None:
    found = word.read(MARKS)
    assert found.layout == "marks"
    assert found.parts == {
        "title": "关于增加 12 路公交班次的建议",
        "matter": "12 路公交高峰间隔二十五分钟。",
        "analysis": "沿线新建小区三个，客流翻番。",
        "proposal": "高峰间隔缩短到十分钟。\n同时优化站点。\n联系电话见附页",
    }
    assert found.unknown == []


@pytest.mark.parametrize(
    "text", ["", "今天天气很好。\n我们去公园。", "\t\t\n\t", "建议\n" * 50, "案由：" + "长" * 100_000]
)
def test_any_text_is_kept_whole(text: str) -> None:
    found = word.read(text)
    kept = "".join(found.parts.values()) + "".join(found.unknown)
    for sentence in ("今天天气很好。", "我们去公园。", "长" * 100_000):
        assert (sentence in text) == (sentence in kept)
