"""Quiet hours, pauses and the words of a digest."""

from __future__ import annotations

import datetime as dt

import pytest

from renda.kernel import clock
from renda.kernel.notify.rules import Told, digest_text, pause, quiet, urgent_text


@pytest.mark.parametrize(
    ("time", "expected"),
    [
        ((20, 59, 59), False),
        ((21, 0), True),
        ((23, 59), True),
        ((0, 0), True),
        ((6, 59, 59), True),
        ((7, 0), False),
    ],
)
def test_nobody_is_woken(time: tuple[int, ...], expected: bool) -> None:
    assert quiet(clock.combine(dt.date(2026, 3, 5), dt.time(*time))) is expected


def test_pauses_grow_to_an_hour() -> None:
    assert [pause(n).total_seconds() / 60 for n in (1, 2, 3, 6, 7, 50)] == [1, 2, 4, 32, 60, 60]


def test_a_digest_groups_by_kind_in_the_order_of_arrival() -> None:
    text = digest_text(
        dt.date(2026, 3, 5),
        [
            Told("催办", "请尽快答复第101号建议", "代表第二次催办。\n（细节）"),
            Told("答复", "第 88 号建议已答复", ""),
            Told("催办", "请尽快答复第102号建议", ""),
        ],
    )
    assert text.title == "3月5日消息摘要：3 件"
    assert text.long == (
        "催办（2 件）\n· 请尽快答复第101号建议\n  代表第二次催办。\n· 请尽快答复第102号建议\n\n"
        "答复（1 件）\n· 第 88 号建议已答复"
    )
    assert text.short == "《请尽快答复第101号建议》等 3 件新消息，请登录查看。"


def test_a_long_digest_says_how_many_more() -> None:
    text = digest_text(dt.date(2026, 3, 5), [Told("催办", f"第 {n} 件", "") for n in range(45)])
    assert "· 第 29 件\n\n另有 15 件，请登录查看。" in text.long
    assert "· 第 30 件" not in text.long


def test_an_sms_is_one_sentence() -> None:
    assert (
        digest_text(dt.date(2026, 3, 5), [Told("催办", "一" * 60, "")]).short
        == f"《{'一' * 23}…》，请登录查看。"
    )
    assert urgent_text(Told("催办", "请答复", "内容")).short == "【催办】请答复"


def test_an_urgent_letter_does_not_say_its_title_twice() -> None:
    assert urgent_text(Told("催办", "请答复", "内容")).long == "内容"
    assert urgent_text(Told("催办", "请答复", "")).long == "请答复"
