"""The arithmetic of a vote."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renda.assembly.votes import rules


@given(st.integers(0, 500), st.integers(0, 500), st.integers(0, 500), st.integers(0, 500))
def test_the_books_balance_or_the_difference_is_named(present: int, yes: int, no: int, none: int) -> None:
    cast = yes + no + none
    if cast > present:
        with pytest.raises(ValueError, match=f"多 {cast - present} 票"):
            rules.tally(present, yes, no, none)
    else:
        found = rules.tally(present, yes, no, none)
        assert found.present == present
        assert found.not_pressed == present - cast


def test_the_words_say_how_many_are_missing() -> None:
    found = rules.tally(30, 22, 2, 6)
    words = rules.verdict_words(found, members=45, needed=23, missing=1, carried=False, hand=False)
    assert words == (
        "赞成 22 票，反对 2 票，弃权 6 票，未按表决器 0 人。全体 45 人，须 23 票赞成，还差 1 票，没有通过"
    )
    words = rules.verdict_words(found, members=43, needed=22, missing=0, carried=True, hand=True)
    assert words.endswith("未表示 0 人。全体 43 人，须 22 票赞成，通过")
