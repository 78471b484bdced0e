"""Official stroke order: the order of the issue, the rules one by one, and the order's own properties."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renda.assembly.people.strokes import split_name, stroke_key, table


def in_order(*names: str) -> bool:
    return sorted(names, key=lambda n: stroke_key(n).key) == list(names)


def gb2312() -> list[str]:
    codes = ((high, low) for high in range(0xB0, 0xF8) for low in range(0xA1, 0xFF))
    return [bytes(c).decode("gb2312") for c in codes if not (c[0] == 0xD7 and c[1] > 0xF9)]


def test_the_ten_surnames_come_in_the_published_order() -> None:
    assert in_order("丁一", "于一", "万一", "马一", "王一", "刘一", "李一", "张一", "欧阳一", "赵一")


def test_count_comes_before_the_kinds_of_strokes() -> None:
    assert table()["丁"].sequence == "12" and table()["万"].sequence == "153"
    assert in_order("马明", "王明")  # 3 strokes beginning with 折 before 4 beginning with 横


def test_a_single_given_name_comes_before_a_double_one_of_the_same_surname() -> None:
    assert in_order("马飚", "马一鸣")
    assert in_order("王军", "王毅", "王小洪", "王玉普")


def test_a_compound_surname_follows_the_single_one_that_it_begins_with() -> None:
    assert split_name("欧阳修文") == ("欧阳", "修文")
    assert split_name("司马") == ("司", "马")  # two characters: a surname and a given name
    assert in_order("欧明远", "欧阳明", "欧阳明远")


def test_a_name_with_a_dot_is_ordered_by_its_characters() -> None:
    assert split_name("阿依古丽·买买提") == ("阿", "依古丽买买提")
    same = {stroke_key(f"阿依古丽{dot}买买提").key for dot in "·•・‧"}
    assert len(same) == 1


def test_spaces_inside_a_name_do_not_count() -> None:
    assert stroke_key("丁　一").key == stroke_key("丁一").key == stroke_key("丁 一").key


def test_characters_of_the_table_with_the_same_strokes_have_the_order_of_the_national_list() -> None:
    assert table()["甲"].sequence == table()["申"].sequence == "25112"
    assert in_order("甲一", "申一")


@pytest.mark.parametrize("character", gb2312()[::97])
def test_samples_of_gb2312_are_there(character: str) -> None:
    assert character in table()


def test_all_of_gb2312_is_covered() -> None:
    missing = [c for c in gb2312() if c not in table()]
    # Bare strokes and radicals that stand in GB 2312 but in no name.
    assert set(missing) <= set("丨丿丶匚刂亠冫冖讠卩阝廴艹扌彳彡犭夂饣忄丬氵宀辶彐屮纟灬礻疒衤")


def test_the_table_has_the_8105_and_more() -> None:
    assert len(table()) > 10_000
    for character in "玥珺堃旻赟镕昶喆垚淼翀嬿禤郄佟𬭎䶮":
        assert character in table(), character


def test_what_the_table_lacks_comes_last_and_is_named() -> None:
    key = stroke_key("王㐀")
    assert key.missing == "㐀"
    assert "㐀" in key.note and "核对" in key.note
    assert key.key > stroke_key("王鑫").key
    assert stroke_key("Anna").missing


CHARACTERS = st.sampled_from(sorted(table()))
NAMES = st.text(st.one_of(CHARACTERS, st.sampled_from("· aZ㐀")), min_size=1, max_size=8)


@given(st.lists(NAMES, max_size=12))
def test_the_order_is_total_and_does_not_depend_on_the_input_order(names: list[str]) -> None:
    def ordered(given_names: list[str]) -> list[str]:
        return [stroke_key(n).key for n in sorted(given_names, key=lambda n: stroke_key(n).key)]

    assert ordered(names) == ordered(names[::-1])


@given(CHARACTERS, CHARACTERS)
def test_different_characters_never_share_a_place(one: str, other: str) -> None:
    assert (stroke_key(one).key == stroke_key(other).key) == (one == other)


@given(CHARACTERS, CHARACTERS)
def test_fewer_strokes_come_first(one: str, other: str) -> None:
    fewer, more = sorted((one, other), key=lambda c: table()[c].count)
    if table()[fewer].count < table()[more].count:
        assert stroke_key(fewer + "鑫鑫").key < stroke_key(more + "一").key


@given(NAMES)
def test_a_key_has_digits_only_and_fits_its_column(name: str) -> None:
    key = stroke_key(name).key
    assert key.isdecimal() and key.isascii() and len(key) <= 1200
