"""Texts that are alike: the planted one among noise, and why it was found."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from renda.kernel.refs import Ref
from renda.kernel.search import api, commonness
from renda.kernel.search.tests.conftest import KIND, OTHER

pytestmark = pytest.mark.django_db
Put = Callable[..., Ref]

PLACES = ["青云路", "石桥镇", "白沙湖", "东岭村", "南塘社区", "平安街", "长河湾", "金沙坪"]
THINGS = [
    "下水道堵塞",
    "公交车太少",
    "幼儿园学位紧张",
    "老旧小区加装电梯",
    "农贸市场脏乱",
    "河道污染",
    "乱停车",
]
FORMULAS = [
    "群众反映强烈。",
    "建议有关部门高度重视。",
    "请尽快研究解决。",
    "近年来城市建设不断发展。",
    "希望加大投入。",
]
STATION = (
    "丽水新城旁边的混凝土搅拌站昼夜生产，粉尘很大，噪声扰民。小区居民多次反映搅拌站距离住宅不足一百米。"
    "建议将搅拌站迁出丽水新城周边，并在搬迁前限制夜间生产。"
)


def noise(put: Put, count: int) -> None:
    rng = random.Random(5)
    for number in range(count):
        place, thing = rng.choice(PLACES), rng.choice(THINGS)
        text = "".join(rng.choice(FORMULAS) for _ in range(4)) + f"{place}{thing}，影响居民出行。"
        put(f"n{number}", text, title=f"关于解决{place}{thing}问题的建议")


def test_the_near_duplicate_is_found_among_noise_with_its_reasons(put: Put) -> None:
    noise(put, 300)
    put("same", STATION, title="关于搬迁丽水新城搅拌站的建议")
    put(
        "other-words",
        "我们小区紧邻一家水泥搅拌站，灰尘满天，晚上也不停工。请求让丽水新城的搅拌站尽快搬走。",
        title="丽水新城居民请求搬走搅拌站",
    )
    commonness.sample(force=True)
    alike = api.similar(
        "丽水新城附近有搅拌站，粉尘污染严重，夜间噪声大，希望早日搬迁。",
        title="请解决丽水新城搅拌站扰民问题",
        scopes={"public"},
    )
    assert [each.ref.id for each in alike[:2]] in (["same", "other-words"], ["other-words", "same"])
    assert all(each.score < alike[1].score for each in alike[2:])
    first = next(each for each in alike if each.ref.id == "same")
    assert any("搅拌站" in phrase for phrase in first.phrases)
    assert any("丽水新城" in phrase for phrase in first.phrases)
    assert "<mark>" in first.passages[0].mine and "搅拌站</mark>" in first.passages[0].theirs
    assert first.url == "/t/same/" and first.label == "代表建议"


def test_what_has_only_formulas_in_common_is_not_alike(put: Put) -> None:
    noise(put, 300)
    commonness.sample(force=True)
    assert (
        api.similar("量子计算机实验室的采购与天文望远镜共享。" + "".join(FORMULAS), scopes={"public"}) == []
    )


def test_the_whole_text_again_is_the_most_alike(put: Put) -> None:
    noise(put, 100)
    put("same", STATION, title="关于搬迁丽水新城搅拌站的建议")
    commonness.sample(force=True)
    [first, *_] = api.similar(STATION, title="关于搬迁丽水新城搅拌站的建议", scopes={"public"})
    assert first.ref.id == "same" and first.score > 0.95


def test_a_title_alone_is_enough(put: Put) -> None:
    noise(put, 100)
    put("same", STATION, title="关于搬迁丽水新城搅拌站的建议")
    commonness.sample(force=True)
    assert api.similar("", title="搬走丽水新城的搅拌站", scopes={"public"})[0].ref.id == "same"


def test_itself_other_kinds_and_what_one_may_not_see_are_left_out(put: Put) -> None:
    noise(put, 60)
    put("self", STATION)
    put("hidden", STATION, scopes={"congress:2"})
    put("reply", STATION, kind=OTHER)
    ids = {e.ref.id for e in api.similar(STATION, scopes={"public"}, exclude=Ref(KIND, "self"))}
    assert "reply" in ids and not ids & {"self", "hidden"}
    assert {e.ref.id for e in api.similar(STATION, scopes={"public"}, kind=OTHER)} == {"reply"}
    assert "hidden" in {e.ref.id for e in api.similar(STATION, scopes={"congress:2"})}
    assert api.similar(STATION, scopes=set()) == []


def test_passages_are_safe_html(put: Put) -> None:
    text = "<script>alert(1)</script>丽水新城搅拌站粉尘扰民。"
    put("x", text, title="<b>丽水新城</b>搅拌站")
    noise(put, 30)
    [first, *_] = api.similar(text, scopes={"public"})
    for passage in first.passages:
        assert "<script" not in passage.mine + passage.theirs and "<b>" not in passage.mine + passage.theirs


@pytest.mark.parametrize("text", ["", "。", "的", "a", "123"])
def test_too_little_to_compare_finds_nothing_and_breaks_nothing(put: Put, text: str) -> None:
    noise(put, 20)
    assert api.similar(text, scopes={"public"}) == []


def test_nothing_indexed_nothing_found(db: None) -> None:
    assert api.similar(STATION, scopes={"public"}) == []


def test_the_sample_is_taken_when_there_is_much_more(put: Put) -> None:
    noise(put, 40)
    assert commonness.sample() is True
    assert commonness.sample() is False
    put("more", STATION)
    assert commonness.sample() is True
    known = commonness.commonness()
    assert known.sampled == 41
    assert known.weight("搅拌") > 6 * known.weight("建议")
