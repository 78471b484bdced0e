"""Marks of state secrecy: refused where they mark, let pass where the words are ordinary."""

from __future__ import annotations

import pytest

from renda.kernel.identity import api
from renda.kernel.identity.secrecy import secret_mark

MARKED = [
    "机密★1年",
    "绝密★",
    "秘密 ★ 长期",
    "机 密★6个月",
    "绝密☆10年",
    "秘密＊５年",
    "000012\n机密★1年\n特急\n关于某事的报告",
    "机密\n关于某项工作的请示",
    "关于某项工作的请示\n　　绝  密　　\n正文",
    "000123 秘密\n标题",
    "【绝密】关于某事的通知",
    "（机密）会议纪要",
    "[秘密]名单",
    "密级：机密",
    "密 级：秘密　保密期限：一年",
    "密级 绝密",
    "机密 3年\n关于某事",
    "标题\r\n秘密★长期\r\n",
]
ORDINARY = [
    "请做好信访人信息的保密工作",
    "建议加强商业秘密保护",
    "泄露国家秘密的，依法追究责任",
    "采用秘密投票的方式表决",
    "用无记名投票（即秘密写票）的办法",
    "机密性、完整性和可用性",
    "办公室机密文件柜老化，建议更换",
    "他掌握绝密情报这样的说法没有根据",
    "保密",
    "密级：无",
    "密级：内部资料",
    "保密期限：长期",
    "五星★★★★★好评",
    "★重点建议：老旧小区加装电梯",
    "党和国家的秘密，一定要保守；这是公民的义务。",
    "秘密，是指不为公众所知悉的信息",
    "建立秘密举报奖励机制 3年来成效明显",
    "2*3=6，机密*不是乘法",
    "关于保守国家机密\n和个人隐私的建议",
    "",
]


@pytest.mark.parametrize("text", MARKED)
def test_marked_text_is_refused_with_the_way_to_go(text: str) -> None:
    with pytest.raises(api.SecretMarks, match="机要渠道") as refused:
        api.refuse_secret_marks(text)
    assert "保密办公室" in str(refused.value)


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_words_pass(text: str) -> None:
    api.refuse_secret_marks(text)
    assert secret_mark(text) is None


def test_the_message_repeats_the_mark_and_not_the_text() -> None:
    with pytest.raises(api.SecretMarks) as refused:
        api.refuse_secret_marks("某某计划的内容\n机密★1年\n")
    assert "“机密★" in str(refused.value)
    assert "某某计划" not in str(refused.value)
