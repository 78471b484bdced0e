"""The figures of the annual work report, declared: each is a projection of typed entries of the record.

A room that comes later gives its figure here by naming the kinds of its entries; until then what the report
needs besides stands in ``UNKEPT``, and the page says that no room keeps it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from renda.kernel.record.api import Stored
from renda.publishing.reports.rules import Counted, Pick, kind, once_each, said, standing

RESULTS = ("满意", "基本满意", "不满意")
# What ends an opinion: an answer, a letter passed on for good, a suggestion made of it, another's business.
CONCLUDING = frozenset({"intake.answered", "intake.passed", "intake.raised", "intake.outside"})


@dataclass(frozen=True, slots=True)
class Item:
    """A figure of the report.

    Args:
        key: its name in the address; never changed.
        label: as the report writes it.
        part: the part of the report it stands in.
        kinds: kinds of entries it reads.
        pick: which of them it counts.
        value: how much; by default one a picked entry.
        base: of how many, from the same entries.
        note: what one must know to read it.
    """

    key: str
    label: str
    unit: str
    part: str
    kinds: frozenset[str]
    pick: Pick
    value: Callable[[Sequence[Stored]], int] = len
    base: Callable[[Sequence[Stored]], int] | None = None
    base_label: str = "应计"
    note: str = ""

    def count(self, entries: Sequence[Stored]) -> Counted:
        """The figure from a year's entries, in the order of their happening."""
        own = [stored for stored in entries if kind(stored) in self.kinds]
        picked = self.pick(own)
        return Counted(
            self.value(picked),
            tuple(stored.id for stored in picked),
            self.base(own) if self.base else None,
        )


def _last(begins: str, *ends: str) -> tuple[frozenset[str], Pick]:
    first, after = frozenset({begins}), frozenset(ends)
    return first | after, lambda entries: standing(entries, first, after)


def _organ(stored: Stored) -> str:
    return str(said(stored, "organ"))


ISSUED, WITHDRAWN = frozenset({"motions.replied"}), frozenset({"motions.reply_withdrawn"})
REPLY = ISSUED | WITHDRAWN


def _letters(entries: Sequence[Stored]) -> list[Stored]:
    """Replies that were not withdrawn, the last of each organ."""
    return standing(entries, ISSUED, WITHDRAWN, part=_organ)


def _replied(entries: Sequence[Stored]) -> list[Stored]:
    return once_each(_letters(entries))


def _in_time(entries: Sequence[Stored]) -> list[Stored]:
    """Cases all of whose letters were in time."""
    letters = _letters(entries)
    late = {stored.subject.id for stored in letters if not said(stored, "in_time")}
    return [stored for stored in once_each(letters) if stored.subject.id not in late]


CLOSED, _closed = _last("motions.closed", "motions.reopened")


def _closed_as(label: str) -> Pick:
    return lambda entries: [s for s in _closed(entries) if said(s, "kind_label") == label]


RATING = frozenset({"motions.rated", "motions.rating_closed"})


def _rated(result: str) -> Pick:
    return lambda entries: [s for s in entries if kind(s) == "motions.rated" and said(s, "result") == result]


def _silent(entries: Sequence[Stored]) -> list[Stored]:
    return [s for s in entries if kind(s) == "motions.rating_closed" and said(s, "silent")]


def _silence(entries: Sequence[Stored]) -> int:
    return sum(len(said(s, "silent")) for s in entries)


def _asked(entries: Sequence[Stored]) -> int:
    """Ratings given and withheld: silence is counted, and never as satisfaction."""
    return sum(kind(s) == "motions.rated" for s in entries) + _silence(_silent(entries))


def _ended(entries: Sequence[Stored]) -> list[Stored]:
    finals = [s for s in entries if kind(s) != "intake.passed" or not said(s, "report")]
    return standing(finals, CONCLUDING, frozenset({"intake.reopened"}))


OUTCOMES = {
    "answered": "当面或直接答复",
    "handled": "本机关办理",
    "passed": "转有关机关办理",
    "raised": "形成代表建议",
    "outside": "不属于受理范围",
}
BY_KIND = {
    "intake.passed": OUTCOMES["passed"],
    "intake.raised": OUTCOMES["raised"],
    "intake.outside": OUTCOMES["outside"],
}


def _ended_as(outcome: str) -> Pick:
    def pick(entries: Sequence[Stored]) -> list[Stored]:
        return [s for s in _ended(entries) if (BY_KIND.get(kind(s)) or said(s, "outcome")) == outcome]

    return pick


def _simple(key: str, label: str, unit: str, part: str, begins: str, *ends: str, note: str = "") -> Item:
    kinds, pick = _last(begins, *ends)
    return Item(key, label, unit, part, kinds, pick, note=note)


MOTIONS, RATINGS, PROMISES, OPINIONS = "议案建议", "代表评价", "承诺兑现", "群众意见"

ITEMS: tuple[Item, ...] = (
    _simple("submitted", "代表提出议案建议", "件", MOTIONS, "motions.submitted", "motions.withdrawn"),
    _simple("handed", "交办议案建议", "件", MOTIONS, "motions.handed_over", "motions.hand_over_undone"),
    Item("replied", "答复议案建议", "件", MOTIONS, REPLY, _replied),
    Item(
        "in_time",
        "按期答复",
        "件",
        MOTIONS,
        REPLY,
        _in_time,
        base=lambda entries: len(_replied(entries)),
        base_label="已答复",
    ),
    Item("closed_motions", "办结代表议案", "件", MOTIONS, CLOSED, _closed_as("代表议案")),
    Item("closed_suggestions", "办结代表建议", "件", MOTIONS, CLOSED, _closed_as("代表建议")),
    _simple("key", "确定重点建议", "件", MOTIONS, "motions.key_chosen"),
    *(
        Item(key, label, "份", RATINGS, RATING, _rated(label), base=_asked, base_label="应评")
        for key, label in zip(("satisfied", "basically", "dissatisfied"), RESULTS, strict=True)
    ),
    Item("silent", "未表态", "份", RATINGS, RATING, _silent, value=_silence, base=_asked, base_label="应评"),
    _simple("promised", "列入台账的承诺", "项", PROMISES, "ledger.opened"),
    _simple(
        "kept",
        "承诺兑现销号",
        "项",
        PROMISES,
        "ledger.closed",
        "ledger.broken",
        "ledger.sent_back",
        note="含以前年度作出的承诺",
    ),
    _simple("broken", "承诺没有兑现", "项", PROMISES, "ledger.broken", "ledger.closed"),
    _simple("dropped", "承诺撤销", "项", PROMISES, "ledger.dropped"),
    _simple("opinions", "收到群众意见", "件", OPINIONS, "intake.received"),
    *(
        Item(
            f"opinions_{key}",
            label,
            "件",
            OPINIONS,
            CONCLUDING | {"intake.reopened"},
            _ended_as(label),
            base=lambda entries: len(_ended(entries)),
            base_label="有结果的",
        )
        for key, label in OUTCOMES.items()
    ),
)
BY_KEY = {item.key: item for item in ITEMS}
PARTS = tuple(dict.fromkeys(item.part for item in ITEMS))
KINDS = frozenset().union(*(item.kinds for item in ITEMS))

# What a standing committee's report also gives and no room keeps yet: named, never typed in.
UNKEPT: tuple[tuple[str, str], ...] = (
    ("常委会会议", "次"),
    ("主任会议", "次"),
    ("制定地方性法规", "部"),
    ("听取审议专项报告", "个"),
    ("听取工作汇报", "个"),
    ("执法检查", "项"),
    ("工作评议部门", "个"),
    ("履职评议员额法官", "名"),
    ("履职评议员额检察官", "名"),
    ("决议决定", "项"),
    ("任免地方国家机关工作人员", "人次"),
    ("民生实事候选项目", "个"),
    ("为民办实事清单", "件"),
    ("为民办实事已完成", "件"),
    ("为民办实事长期坚持", "件"),
    ("计划督办代表议案", "件"),
    ("计划重点建议", "件"),
    ("计划工作评议部门", "个"),
    ("计划立法后评估", "部"),
    ("计划制定地方性法规", "部"),
)
