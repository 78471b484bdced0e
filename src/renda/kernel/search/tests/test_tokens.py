"""Characters into tokens."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renda.kernel.search import tokens
from renda.kernel.search.privacy import cover


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("代表建议", ["代表", "表建", "建议", "议"]),
        ("第101号建议", ["第", "101", "号建", "建议", "议"]),
        ("５Ｇ网络", ["5g", "网络", "络"]),
        ("路灯 建设", ["路灯", "灯建", "建设", "设"]),
        ("路灯\n建设", ["路灯", "灯建", "建设", "设"]),
        ("路灯\n\n建设", ["路灯", "灯", "建设", "设"]),
        ("路灯，建设", ["路灯", "灯", "建设", "设"]),
        ("第 101\n号", ["第", "101", "号"]),
        ("第，101。号", ["第", "¦", "101", "¦", "号"]),
        ("安人建〔2026〕12号", ["安人", "人建", "建", "¦", "2026", "12", "号"]),
        ("𬭎㛃", ["𬭎㛃", "㛃"]),
        ("", []),
        ("。，！", []),
    ],
)
def test_tokens(text: str, expected: list[str]) -> None:
    assert tokens.tokens(tokens.plain(text)) == expected


def test_terms_are_separated_by_spaces_and_marks() -> None:
    asked = tokens.terms("  路灯、第101号 VPN “一” ")
    assert [(term.text, term.tokens, term.prefix) for term in asked] == [
        ("路灯", ("路灯",), False),
        ("第101号", ("第", "101", "号"), True),
        ("vpn", ("vpn",), True),
        ("一", ("一",), True),
    ]


def test_a_question_is_of_bounded_size() -> None:
    assert len(tokens.terms(" ".join(f"词{n}" for n in range(500)))) == 12
    assert len(tokens.terms("长" * 5000)[0].text) == 64


@given(st.text(max_size=60))
def test_no_token_can_be_taken_for_syntax(text: str) -> None:
    for token in tokens.tokens(tokens.plain(text)):
        assert token and not set(token) & set("\"'*:()^-{}\\&|!<># \t\r\n\0")
    for term in tokens.terms(text):
        assert term.tokens


@given(st.text(alphabet="路灯建设a1 \n，", max_size=30))
def test_plain_is_its_own_plain(text: str) -> None:
    assert tokens.plain(tokens.plain(text)) == tokens.plain(text)


@pytest.mark.parametrize(
    ("text", "covered"),
    [
        ("身份证110105194912310021。", "身份证●●●●●●●●●●●●●●●●●●。"),
        ("电话13800000000，", "电话●●●●●●●●●●●，"),
        ("电话１３８００００００００", "电话●●●●●●●●●●●"),
        ("文号202600000000123", "文号202600000000123"),
        ("第13800号", "第13800号"),
    ],
)
def test_numbers_of_persons_are_covered_character_for_character(text: str, covered: str) -> None:
    assert cover(text) == covered and len(cover(text)) == len(text)
