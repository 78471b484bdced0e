"""Normalisation and masks, without a database."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renda.kernel.identity.errors import IdentityError
from renda.kernel.identity.vault import kinds


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("13800000000", "13800000000"),
        ("+86 138-0000-0000", "13800000000"),
        ("0086 138 0000 0000", "13800000000"),
        ("８６１３８００００００００", "13800000000"),
        ("（0999）8765432", "09998765432"),
        ("+852 2345 6789", "+85223456789"),
    ],
)
def test_phones(typed: str, stored: str) -> None:
    assert kinds.phone(typed) == stored


@pytest.mark.parametrize(
    "typed", ["", "1380000000", "138000000000", "12800000000", "八八八", "138 0000 000x"]
)
def test_no_phones(typed: str) -> None:
    with pytest.raises(IdentityError, match="11 位手机号"):
        kinds.phone(typed)


# Examples of the standard itself (GB 11643—1999, appendix): neither belongs to a person.
@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("11010519491231002X", "11010519491231002X"),
        ("１１０１０５１９４９１２３１００２ｘ", "11010519491231002X"),
        ("110105 19491231 002x", "11010519491231002X"),
        ("440524188001010014", "440524188001010014"),
        ("110105491231002", "11010519491231002X"),
    ],
)
def test_citizen_ids(typed: str, stored: str) -> None:
    assert kinds.citizen_id(typed) == stored


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("110105194912310021", "校验位"),
        ("11010519491331002X", "出生日期"),
        ("11010517001231002X", "过早"),
        ("1101051949123100", "18 位"),
        ("X1010519491231002X", "18 位"),
        ("110105491331002", "出生日期"),
    ],
)
def test_wrong_citizen_ids_say_what_is_wrong(typed: str, said: str) -> None:
    with pytest.raises(IdentityError, match=said):
        kinds.citizen_id(typed)


@given(
    st.text("0123456789", min_size=11, max_size=11),
    st.integers(0, 17),
    st.text("0123456789X", min_size=1, max_size=1),
)
def test_one_wrong_character_is_always_found(tail: str, place: int, other: str) -> None:
    first17 = f"999901{tail}"
    number = first17 + kinds.check_character(first17)
    changed = number[:place] + other + number[place + 1 :]
    if changed == number or (other == "X" and place < 17):
        return
    assert kinds.check_character(changed[:17]) != changed[17]


@pytest.mark.parametrize(
    "typed", ["1970-01-31", "1970/1/31", "1970年1月31日", "19700131", "１９７０．１．３１"]
)
def test_birth_dates(typed: str) -> None:
    assert kinds.birth_date(typed) == "1970-01-31"


def test_birth_dates_that_are_none() -> None:
    for typed in ("1970-02-30", "70-1-1", "昨天"):
        with pytest.raises(IdentityError, match="1970-01-31"):
            kinds.birth_date(typed)


def test_addresses_and_accounts() -> None:
    assert kinds.address("  安澜市　临河区  １号 ") == "安澜市 临河区 1号"
    assert kinds.bank_account("6200-0000 0000 1234") == "6200000000001234"
    for bad, normalise in (("", kinds.address), ("123", kinds.bank_account)):
        with pytest.raises(IdentityError):
            normalise(bad)


@given(
    st.sampled_from(sorted(set(kinds.KINDS) - {"address", "birth_date"})),
    st.text("0123456789", min_size=8, max_size=30),
)
def test_a_mask_hides_most_of_it(key: str, value: str) -> None:
    masked = kinds.KINDS[key].mask(value)
    assert len(masked) == len(value)
    assert masked != value


def test_an_address_mask_never_shows_the_door() -> None:
    mask = kinds.KINDS["address"].mask
    assert mask("临河区柳叶街道三号院2单元101室") == "临河区柳叶街道******"
    assert mask("安澜市青浦县双桥镇石门村5组") == "安澜市青浦县双桥镇******"
    assert mask("石门省安澜市临河区5号") == "石门省安澜市临河区******"
    assert mask("某处") == "******"
    assert mask("幸福里小区101室") == "******"


def test_an_unknown_kind_is_an_error() -> None:
    with pytest.raises(KeyError, match="dna"):
        kinds.kind("dna")
