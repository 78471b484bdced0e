"""Search and likeness over 100,000 invented suggestions: ``python -m benchmarks.search``

Runs on a new SQLite file in a folder of its own, or on the PostgreSQL of RENDA_DATABASE_URL (an empty one);
RENDA_BENCH_SIZE changes the number. Peers in the same run, over the same texts: LIKE without an index, and on
SQLite FTS5 with its own trigram tokenizer. What LIKE finds is the truth.
"""

from __future__ import annotations

import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks._bars import Bar, report

SIZE = int(os.environ.get("RENDA_BENCH_SIZE", "100000"))
SEARCH, SIMILAR = 100, 150  # milliseconds: p95, median
PLACES = [
    a + b + c
    for a in ("安", "青", "云", "石", "白", "金", "玉", "东", "西", "长", "平", "丰")
    for b in ("河", "山", "桥", "湖", "湾", "溪", "塘", "坪")
    for c in ("街道", "镇", "社区", "村", "路", "小区")
]
THINGS = [
    "路灯", "下水道", "公交线路", "停车位", "老旧小区", "加装电梯", "幼儿园", "卫生室", "养老服务",
    "垃圾分类", "农贸市场", "河道治理", "城市绿化", "消防通道", "校车安全", "自来水管网", "燃气管道",
    "充电桩", "人行天桥", "搅拌站", "夜间噪声", "餐饮油烟", "违章建筑", "物业管理", "医保报销", "就业培训",
    "营商环境", "乡村道路", "灌溉水渠", "文化站", "体育场地", "饮用水源", "危旧房屋", "电力线路",
    "快递站点", "共享单车", "学位紧张", "用地审批", "冷链物流", "古树保护",
]  # fmt: skip
ORGANS = [
    "市财政局", "市教育局", "市公安局", "市民政局", "市住房和城乡建设局", "市交通运输局", "市城市管理局",
    "市卫生健康委员会",
]  # fmt: skip
VERBS = [
    "加快建设", "进一步完善", "尽快修复", "规范管理", "加强监管", "加大投入", "合理规划", "依法整治",
    "统筹推进", "优化调整",
]  # fmt: skip
FORMULAS = [
    "群众反映强烈", "存在安全隐患", "影响居民出行", "近年来", "随着城市建设的不断发展", "建议有关部门",
    "据调查", "为此", "明确责任单位", "落实资金保障", "建立长效机制", "纳入年度计划", "广泛征求意见",
    "现将办理情况答复如下", "感谢您对我们工作的关心和支持", "于今年底前完成", "请研究解决",
]  # fmt: skip
# Frequent characters in no order: what else stands in texts.
CHARACTERS = (
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种"
    "面而方后多定行学法所民得经三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去"
    "把性好应开它合还因由其些然前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或"
    "但质气第向道命此变条只没结解问意建月公无系军很情者最立代想"
)


def texts(size: int) -> Iterator[tuple[str, str]]:
    """Title and text of invented suggestions; places and things by a long-tailed law, as in life."""
    rng = random.Random(2026)
    weights = [1 / (rank + 1) for rank in range(len(PLACES))]
    kinds = [1 / (rank + 1) for rank in range(len(THINGS))]
    for _ in range(size):
        place, thing = rng.choices(PLACES, weights)[0], rng.choices(THINGS, kinds)[0]
        length = rng.choice((200, 500, 800, 1200))
        parts: list[str] = []
        written = 0
        while written < length:
            roll = rng.random()
            if roll < 0.35:
                part = rng.choice(FORMULAS)
            elif roll < 0.45:
                part = place + thing
            elif roll < 0.5:
                part = rng.choice(ORGANS)
            else:
                part = "".join(rng.choices(CHARACTERS, k=rng.randint(4, 12)))
            part += rng.choice("，，，。；")
            parts.append(part)
            written += len(part)
        yield f"关于{rng.choice(VERBS)}{place}{thing}的建议", "".join(parts)


def questions(rng: random.Random, number: int) -> list[str]:
    """What people type: things, places, organs, parts of names, two words, numbers on paper."""
    asked = []
    for _ in range(number):
        place, thing = rng.choice(PLACES), rng.choice(THINGS)
        asked.append(
            rng.choice(
                [
                    thing,
                    thing[:2],
                    place,
                    place[:2],
                    f"{place} {thing}",
                    f"{place}{thing}",
                    rng.choice(ORGANS),
                    rng.choice(ORGANS)[-4:],
                    rng.choice(FORMULAS),
                    f"{rng.choice(VERBS)} {thing}",
                    f"第{rng.randrange(SIZE)}号",
                ]
            )
        )
    return asked


def milliseconds(work: Callable[[str], object], over: list[str]) -> list[float]:
    taken = []
    for each in over:
        began = time.perf_counter()
        work(each)
        taken.append((time.perf_counter() - began) * 1000)
    return sorted(taken)


def late(taken: list[float]) -> float:
    """95th percentile of a sorted list."""
    return taken[min(len(taken) - 1, int(len(taken) * 0.95))]


def say(name: str, taken: list[float]) -> None:
    p95 = late(taken)
    print(f"{name:<36}中位 {statistics.median(taken):8.1f}   p95 {p95:8.1f}   最长 {taken[-1]:8.1f} ms")


def main() -> None:
    os.environ.setdefault("RENDA_HOME", tempfile.mkdtemp(prefix="renda-bench-"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "renda.site.settings")
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from renda.kernel.refs import Ref
    from renda.kernel.search import api as search
    from renda.kernel.search.models import Text

    for label in ("jobs", "record", "identity", "search"):
        call_command("migrate", label, verbosity=0)
    for kind in [each.kind for each in search.kinds()]:
        search.forget_kind(kind)
    search.declare("bench.suggestion", "代表建议", lambda ref: f"/{ref.id}/")
    search.declare("bench.reply", "答复", lambda ref: f"/{ref.id}/")

    rng = random.Random(1)
    made: list[tuple[str, str]] = []

    def documents(kind: str, share: int) -> Iterator[search.Document]:
        for number, (title, body) in enumerate(texts(SIZE)):
            if number % 4 != share:
                continue
            if len(made) < 400:
                made.append((title, body))
            closed = {
                f"congress:{rng.randint(1, 9)}",
                f"org:{rng.randrange(200)}",
                f"person:{rng.randrange(400)}",
            }
            scopes = frozenset({"public"} if rng.random() < 0.5 else closed)
            yield search.Document(Ref(kind, str(number)), title, body, scopes, number=f"第{number}号")

    began = time.perf_counter()
    for share in range(4):
        kind = "bench.reply" if share == 3 else "bench.suggestion"
        search.index_many(kind, documents(kind, share))
    print(f"{connection.vendor}：{SIZE} 篇入索引 {time.perf_counter() - began:.0f} 秒")
    began = time.perf_counter()
    search.sample(force=True)
    print(f"常见字词统计 {time.perf_counter() - began:.1f} 秒")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE search_entry")
            cursor.execute("VACUUM ANALYZE search_text")

    mine = {"public", "congress:3", "org:12", "person:7", "office@congress:3", "deputy@person:7"}
    asked = questions(random.Random(3), 300)
    for each in asked[:20]:
        search.query(each, scopes=mine)
    page = milliseconds(lambda q: search.query(q, scopes=mine), asked)
    say("检索一页，含标出处和各类条数", page)
    say("检索，只看公开的", milliseconds(lambda q: search.query(q, scopes={"public"}), asked))
    say("检索第 10 页", milliseconds(lambda q: search.query(q, scopes=mine, page=10), asked))
    pairs = {body: title for title, body in made[:100]}
    alike = milliseconds(lambda b: search.similar(b, title=pairs[b], scopes=mine), list(pairs))
    say("相似，按全文", alike)
    say(
        "相似，只按标题",
        milliseconds(lambda t: search.similar("", title=t, scopes=mine), list(pairs.values())),
    )

    whole = SIZE >= 100_000
    report(
        Bar("检索一页，p95", late(page), "ms", SEARCH, whole),
        Bar("相似，按全文，中位", statistics.median(alike), "ms", SIMILAR, whole),
    )

    few = [q for q in asked if " " not in q and not any(c.isdigit() for c in q)][:12]

    def like(q: str) -> int:
        return Text.objects.filter(body__contains=q).count()

    say("对照：LIKE，无索引，只数条数", milliseconds(like, few))
    everything = mine | {f"congress:{n}" for n in range(1, 10)}
    wrong = 0
    for q in few:
        truth = Text.objects.filter(body__contains=q) | Text.objects.filter(entry__title__contains=q)
        hits = search.query(q, scopes=everything)
        wrong += hits.exact and hits.total != truth.distinct().count()
    print(f"与 LIKE 逐条核对 {len(few)} 个词：{wrong} 个不一致")
    if connection.vendor == "sqlite":
        size = Path(os.environ["RENDA_HOME"], "renda.sqlite3").stat().st_size
        print(f"数据库文件 {size / 1e6:.0f} MB")
        trigram(few, everything)


def trigram(few: list[str], everything: set[str]) -> None:
    """The peer that needs no code: it finds no word of two characters."""
    from django.db import connection

    from renda.kernel.search import api as search

    began = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute("CREATE VIRTUAL TABLE peer USING fts5(body, content='', tokenize='trigram')")
        cursor.execute("INSERT INTO peer (rowid, body) SELECT entry_id, body FROM search_text")
        print(f"对照：FTS5 trigram 建索引 {time.perf_counter() - began:.0f} 秒")

        def ask(q: str) -> int:
            cursor.execute("SELECT rowid FROM peer WHERE peer MATCH %s ORDER BY rank LIMIT 20", [f'"{q}"'])
            return len(cursor.fetchall())

        say("对照：FTS5 trigram，前 20 条", milliseconds(ask, few))
        none = [q for q in few if not ask(q) and search.query(q, scopes=everything).total]
        print(f"对照：FTS5 trigram 找不到的词：{'、'.join(none) or '无'}")


if __name__ == "__main__":
    main()
