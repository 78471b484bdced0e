"""What is found: all that contains the words, nothing else, nothing that one may not see."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from renda.kernel.refs import Ref
from renda.kernel.search import api, engines, health, services
from renda.kernel.search.models import Entry, IndexState, Text
from renda.kernel.search.tests.conftest import KIND, OTHER, found
from renda.kernel.search.tokens import VERSION, plain, terms

pytestmark = pytest.mark.django_db
Put = Callable[..., Ref]


def truth(asked: str, texts: dict[str, str]) -> set[str]:
    """What contains every word: by looking, with numbers and Latin words from their beginnings."""
    patterns = []
    for term in terms(asked):
        before = r"(?<![0-9a-z])" if term.text[0].isascii() else ""
        after = r"(?![0-9a-z])" if term.text[-1].isascii() and not term.prefix else ""
        patterns.append(re.compile(f"{before}{re.escape(term.text)}{after}"))
    return {key for key, text in texts.items() if all(pattern.search(plain(text)) for pattern in patterns)}


small = st.text(alphabet="路灯建议12a， \n", max_size=24)


@settings(
    max_examples=120,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    texts=st.lists(small, min_size=1, max_size=12),
    asked=st.lists(st.text(alphabet="路灯建议12a", min_size=1, max_size=5), min_size=1, max_size=2),
)
def test_found_is_what_contains_the_words(put: Put, texts: list[str], asked: list[str]) -> None:
    with transaction.atomic():
        kept = {str(number): text for number, text in enumerate(texts)}
        for number, text in kept.items():
            put(number, text, title="无")
        assert found(" ".join(asked)) == truth(" ".join(asked), kept)
        transaction.set_rollback(True)


@pytest.mark.parametrize(
    ("asked", "hit"),
    [
        ("路灯", True), ("灯", True), ("建设局", True), ("城乡建设", True), ("住房和城乡建设局", True),
        ("乡建", True), ("第101号", True), ("101", True), ("101号", True), ("１０１", True), ("5g", True),
        ("5G网络", True), ("vpn", True), ("VP", True), ("路灯 5g", True), ("路灯，网络", True),
        ("人 行", True), ("第102号", True), ("路灯9", False),
        ("10", False), ("1010", False), ("pn", False), ("路桥", False), ("路灯 公园", False),
        ("网络5g", False),
    ],
)  # fmt: skip
def test_words_of_every_length_numbers_and_mixtures(put: Put, asked: str, hit: bool) -> None:
    put("1", "关于第101号：请住房和城乡建设局更换路灯，\n加装5G网络与VPN。人\n行道，第 102 号路灯，9盏。")
    assert (found(asked) == {"1"}) is hit


def test_titles_and_numbers_come_first(put: Put) -> None:
    put("body", "公交车" + "路灯" * 3)
    put("title", "别的", title="关于路灯的建议")
    put("bus", "乘101路公交车", title="关于101路公交的建议")
    put("number", "别的", title="关于公园的建议", number="第101号")
    assert [hit.ref.id for hit in api.query("路灯", scopes={"public"}).items] == ["title", "body"]
    assert next(hit.ref.id for hit in api.query("101", scopes={"public"}).items) == "number"


def test_very_common_words_are_ordered_by_title_and_newness(
    put: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("sqlite", "postgres"):
        monkeypatch.setattr(f"renda.kernel.search.engines.{module}.MANY", 5)
    for number in range(20):
        put(str(number), "路灯坏了", title="关于路灯" if number in {3, 7} else "别的")
    order = []
    for page in (1, 2, 3):
        order += [hit.ref.id for hit in api.query("路灯", scopes={"public"}, page=page, size=8).items]
    assert order == ["7", "3", *(str(number) for number in range(19, -1, -1) if number not in {3, 7})]


def test_pages_and_chips(put: Put) -> None:
    for number in range(45):
        put(str(number), "路灯", kind=KIND if number < 30 else OTHER)
    hits = api.query("路灯", scopes={"public"}, page=3)
    assert (hits.total, hits.pages, hits.page, len(hits.items)) == (45, 3, 3, 5)
    assert [(count.label, count.count) for count in hits.kinds] == [("代表建议", 30), ("答复", 15)]
    seen = {hit.ref for page in (1, 2, 3) for hit in api.query("路灯", scopes={"public"}, page=page).items}
    assert len(seen) == 45
    narrowed = api.query("路灯", scopes={"public"}, kind=OTHER)
    assert narrowed.total == 15 and {hit.kind for hit in narrowed.items} == {OTHER}
    assert [count.count for count in narrowed.kinds] == [30, 15]
    assert api.query("路灯", scopes={"public"}, page=99).page == 3


SCOPES = ["public", "congress:1", "congress:11", "org:1", "person:7", "office@congress:1"]


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    entries=st.lists(st.sets(st.sampled_from(SCOPES), max_size=3), min_size=1, max_size=8),
    mine=st.sets(st.sampled_from(SCOPES), max_size=3),
)
def test_nothing_is_found_counted_or_proposed_outside_one_s_scopes(
    put: Put, entries: list[set[str]], mine: set[str]
) -> None:
    with transaction.atomic():
        for number, scopes in enumerate(entries):
            put(str(number), "秘密路灯搅拌站丽发新城", scopes=scopes)
        allowed = {str(number) for number, scopes in enumerate(entries) if scopes & mine}
        hits = api.query("路灯", scopes=mine, size=100)
        assert {hit.ref.id for hit in hits.items} == allowed and hits.total == len(allowed)
        assert sum(count.count for count in hits.kinds) == len(allowed)
        alike = api.similar("秘密路灯搅拌站丽发新城", scopes=mine, limit=100)
        assert {each.ref.id for each in alike} <= allowed
        transaction.set_rollback(True)


def test_a_scope_is_a_whole_name(put: Put) -> None:
    put("1", "路灯", scopes={"congress:1"})
    for scope in ("congress:11", "congress", "1", "congress:1 OR public", 'congress:1"', "s*", ""):
        assert api.query("路灯", scopes={scope}).total == 0
    assert api.query("路灯", scopes=set()).total == 0
    assert found("路灯", "congress:1") == {"1"}


def test_scopes_and_kinds_cannot_be_searched_for_as_words(put: Put) -> None:
    put("1", "路灯", scopes={"congress:1"})
    from renda.kernel.search.tokens import kind_token, scope_token

    for word in (scope_token("congress:1"), kind_token(KIND), "congress:1", "congress"):
        assert api.query(word, scopes={"congress:1"}).total == 0


HOSTILE = [
    '"', '""', "路灯\"", '" OR "1"="1', "路灯 AND 建设", "NOT 路灯", "title:路灯", "{title}:路灯", "路灯*",
    "^路灯", "NEAR(路灯 建设)", "'; DROP TABLE search_entry; --", "路灯\0建设", "\0", "(((", "路灯:*",
    "!路灯", "<->", "\\", "%",
    "_", "路" * 100_000, " ".join("路灯" for _ in range(20_000)), "\ud800", "🏮路灯",
    "-", "--",
    "a" * 300, "1" * 300, "路灯&&公园",
]  # fmt: skip


@pytest.mark.parametrize("asked", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_questions_are_only_words(put: Put, asked: str) -> None:
    put("1", "路灯 title near and not or 建设", scopes={"public"})
    put("2", "路灯", scopes={"congress:1"})
    hits = api.query(asked, scopes={"public"})
    assert {hit.ref.id for hit in hits.items} <= {"1"}
    api.similar(asked, scopes={"public"})
    assert Entry.objects.count() == 2


@pytest.mark.parametrize(
    "body", ["含\0空字符的路灯", "\ud83c孤立", "<script>alert(1)</script>路灯&amp;", "路灯" * 200_000]
)
def test_hostile_texts_are_only_texts(put: Put, body: str) -> None:
    put("1", f"{body}路灯", title=f"<b>{body[:20]}</b>")
    [hit] = api.query("路灯", scopes={"public"}).items
    assert "<script" not in hit.snippet and "<b>" not in hit.title
    assert "<mark>路灯</mark>" in hit.snippet + hit.title


def test_the_passage_shows_the_words_in_their_place(put: Put) -> None:
    put("1", "开头的话很长。" * 30 + "城东的<b>路灯</b>坏了，请尽快修复。" + "后面的话。" * 30)
    [hit] = api.query("路灯 修复", scopes={"public"}).items
    assert "<mark>路灯</mark>" in hit.snippet and "<mark>修复</mark>" in hit.snippet
    assert "&lt;b&gt;" in hit.snippet and len(re.sub("<[^>]+>|&[a-z]+;", "", hit.snippet)) < 120
    assert hit.snippet.startswith("…城东的")


def test_words_are_marked_where_layout_and_width_differ(put: Put) -> None:
    put("1", "请住房和城\n乡建设局办理第１０１号，㎡单位")
    [hit] = api.query("城乡建设局 101", scopes={"public"}).items
    assert "<mark>城 乡建设局</mark>" in hit.snippet and "<mark>１０１</mark>" in hit.snippet


def test_updates_replace_and_removal_removes(put: Put) -> None:
    ref = put("1", "路灯坏了", title="甲")
    put("1", "下水道堵了", title="乙")
    assert found("路灯") == set() and found("下水道") == {"1"} and Entry.objects.count() == 1
    put("1", "下水道堵了", title="乙", scopes={"congress:1"})
    assert found("下水道") == set() and found("下水道", "congress:1") == {"1"}
    api.remove(ref)
    api.remove(ref)
    assert found("下水道", "congress:1") == set() and Text.objects.count() == 0
    assert engines.engine().size() == 0


def test_the_same_again_writes_nothing(put: Put, django_assert_num_queries: object) -> None:
    put("1", "路灯坏了")
    before = Entry.objects.get().digest
    with django_assert_num_queries(3):  # type: ignore[operator]  savepoint, look, release
        put("1", "路灯坏了")
    assert Entry.objects.get().digest == before


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_was_never_searchable(put: Put) -> None:
    put("1", "路灯坏了")

    class Change(Exception):
        pass

    with pytest.raises(Change), transaction.atomic():
        put("1", "桥梁坏了")
        put("2", "公园坏了")
        assert found("公园") == {"2"}
        raise Change
    with transaction.atomic():
        with pytest.raises(Change), transaction.atomic():
            api.remove(Ref(KIND, "1"))
            raise Change
        put("3", "学校坏了")
    assert (found("路灯"), found("桥梁"), found("公园"), found("学校")) == ({"1"}, set(), set(), {"3"})
    assert health.health() == []


def test_undeclared_kinds_are_not_indexed(db: None) -> None:
    for kind in ("elections.voter", "petitions.petition"):
        with pytest.raises(api.Undeclared, match="没有声明"):
            api.index(Ref(kind, "1"), kind=kind, title="张三", body="路灯", scopes={"public"})
    assert Entry.objects.count() == 0


def test_a_kind_that_is_no_longer_declared_is_not_shown(put: Put) -> None:
    put("1", "路灯")
    put("2", "路灯", kind=OTHER)
    api.forget_kind(OTHER)
    hits = api.query("路灯", scopes={"public"})
    assert hits.total == 1 and [hit.ref.id for hit in hits.items] == ["1"]
    api.declare(OTHER, "答复", lambda ref: "/")


def test_numbers_of_persons_never_reach_the_index(put: Put) -> None:
    put("1", "路灯，联系人电话13800000000，身份证110105194912310021", title="电话13800000000")
    assert found("13800000000") == set() and found("110105194912310021") == set()
    assert "138" not in str(list(Entry.objects.values())) + str(list(Text.objects.values()))


def test_rebuild_brings_what_is_and_removes_what_is_not(put: Put) -> None:
    put("1", "路灯")
    put("gone", "路灯")
    put("9", "路灯", kind=OTHER)

    def documents() -> list[api.Document]:
        return [
            api.Document(Ref(KIND, str(number)), "标题", f"路灯{number}", frozenset({"public"}))
            for number in (1, 2)
        ]

    api.declare(KIND, "代表建议", lambda ref: "/", documents=documents)
    assert api.rebuild(KIND) == 3
    assert found("路灯") == {"1", "2", "9"}
    assert api.rebuild() == 0
    with pytest.raises(api.Undeclared):
        api.rebuild("no.such")


def test_postings_are_written_anew_when_tokens_changed_or_were_lost(put: Put) -> None:
    for number in range(3):
        put(str(number), f"路灯\n坏了{number}")
    IndexState.objects.update_or_create(pk=1, defaults={"tokens": VERSION - 1})
    assert "旧的切分方法" in health.health()[0]
    services.ensure()
    assert health.health() == [] and found("路灯坏了") == {"0", "1", "2"}
    engines.engine().clear()
    assert "索引里有 0 条" in health.health()[0]
    services.ensure()
    assert found("路灯") == {"0", "1", "2"}


def test_forgetting_a_thing_leaves_nothing_in_the_index(put: Put) -> None:
    from renda.kernel.identity import api as identity

    ref = put("1", "路灯坏了")
    put("2", "公园")
    copy = next(each for each in identity.derived_copies() if each.name == "检索")
    copy.forget(ref)
    copy.forget(ref)
    assert found("路灯") == set() and found("公园") == {"2"}


def test_texts_longer_than_the_index_takes_are_found_by_their_beginning(put: Put) -> None:
    put("1", "路灯" + "甲乙丙丁" * 100_000 + "公园")
    assert found("路灯") == {"1"} and found("公园") == set() and found("丙丁甲") == {"1"}


def test_a_page_of_hits_asks_a_constant_number_of_questions(
    put: Put, django_assert_max_num_queries: object
) -> None:
    for number in range(30):
        put(str(number), "路灯坏了")
    with django_assert_max_num_queries(5):  # type: ignore[operator]
        assert len(api.query("路灯", scopes={"public"}).items) == 20
