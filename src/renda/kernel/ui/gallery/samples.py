"""Made-up things to show components with. They only look like those of the rooms; no table is read."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from renda.kernel import clock
from renda.kernel.refs import Ref
from renda.kernel.ui.widgets import Act, ChartTable, Figure, GridColumn, Step, Tab

TODAY = dt.date(2026, 6, 11)


@dataclass(frozen=True)
class SampleLight:
    key: str
    text: str


@dataclass(frozen=True)
class SampleDeadline:
    """Looks like workflow's Deadline to a component."""

    key: str
    text: str
    due_on: dt.date | None
    derived: dict[str, Any] = field(default_factory=dict)
    provisional: bool = False

    def light(self, today: dt.date | None = None) -> SampleLight:
        return SampleLight(self.key, self.text)


REPLY = {
    "value": {"kind": "date", "value": "2026-06-05"},
    "rule": "MOT-021",
    "version": "2025",
    "law": "中华人民共和国全国人民代表大会和地方各级人民代表大会代表法",
    "article": "第51条",
    "formula": "自交办之日 2026年3月5日 起三个月，届满 2026年6月5日",
    "inputs": {"from": "2026-03-05"},
    "unit": "month",
    "provisional": False,
    "reference": False,
}
MAJORITY = {
    "value": {"kind": "int", "value": 27},
    "rule": "MTG-005",
    "version": "2022",
    "law": "中华人民共和国地方各级人民代表大会和地方各级人民政府组织法",
    "article": "第51条",
    "formula": "全体组成人员 52 人的过半数：52 ÷ 2 = 26，过 26，即 27 人",
    "inputs": {"base": 52},
    "unit": "member",
    "provisional": False,
    "reference": True,
    "local": {"table": "过半数", "used": "过半数", "since": "2026-01-01", "reason": "本级议事规则与法律一致"},
    "notes": ["口径：全体组成人员按现有人数计"],
}

DEADLINES = [
    SampleDeadline("none", "未起算", None),
    SampleDeadline("running", "还有 23 个工作日", dt.date(2026, 7, 14), REPLY),
    SampleDeadline("near", "还有 3 个工作日", dt.date(2026, 6, 16), REPLY, provisional=True),
    SampleDeadline("overdue", "逾期 3 天", dt.date(2026, 6, 8), REPLY),
    SampleDeadline("paused", "暂停，等对方补正", dt.date(2026, 6, 20), REPLY),
    SampleDeadline("in_time", "按时办结", dt.date(2026, 6, 5), REPLY),
    SampleDeadline("late", "超期 5 天办结", dt.date(2026, 5, 29), REPLY),
]
BY_KEY = {deadline.key: deadline for deadline in DEADLINES}


@dataclass(frozen=True)
class SampleOrigin:
    text: str = ""


@dataclass(frozen=True)
class SampleLine:
    """Looks like a line of the record's timeline."""

    id: int
    sentence: str
    actor_name: str
    happened_at: dt.datetime
    recorded_at: dt.datetime
    on_behalf_of: Ref | None = None
    origin: SampleOrigin = SampleOrigin()

    @property
    def both_times(self) -> bool:
        return (self.recorded_at - self.happened_at).total_seconds() > 60


def _at(month: int, day: int, hour: int, minute: int = 0) -> dt.datetime:
    return clock.combine(dt.date(2026, month, day), dt.time(hour, minute))


LINES = [
    SampleLine(
        1187,
        "市政府督查室电话催办，市交通运输局答应 6月12日 前报初稿",
        "钱立群",
        _at(6, 10, 15, 20),
        _at(6, 10, 15, 20),
    ),
    SampleLine(1102, "会办单位市财政局报来会办意见", "沈文静", _at(5, 6, 9, 41), _at(5, 6, 9, 41)),
    SampleLine(
        988,
        "市交通运输局上门与领衔代表面商",
        "贺春生",
        _at(4, 21, 14),
        _at(4, 23, 8, 55),
    ),
    SampleLine(761, "市交通运输局签收", "贺春生", _at(3, 6, 10, 12), _at(3, 6, 10, 12)),
    SampleLine(740, "交办市交通运输局主办，市财政局会办", "王晓岚", _at(3, 5, 16, 2), _at(3, 5, 16, 2)),
    SampleLine(
        612,
        "附议代表罗秀英签名",
        "王晓岚",
        _at(2, 26, 11),
        _at(2, 26, 17, 30),
        Ref("people.person", "7", "罗秀英"),
        SampleOrigin("导入自《签名页0226.xlsx》第 3 行"),
    ),
    SampleLine(603, "提出建议", "丁福来", _at(2, 25, 20, 14), _at(2, 25, 20, 14)),
]

ACTS = [
    Act("答复", "#reply", primary=True, icon="file-pen"),
    Act("申请延期", "#extend"),
    Act("登记联系", "#contact"),
    Act(
        "退回交办",
        "#return",
        danger=True,
        refused="签收已过 10 个工作日，不能再提异议；确需调整请打电话问督查室。",
    ),
]
ACTS_FINAL = [
    Act("确认答复", "#ok", primary=True, dialog="sample-dialog"),
    Act("退回补正", "#back"),
    Act("撤回答复函", "#withdraw", danger=True),
]

FIGURES = [
    Figure("本年建议", 353, "件", as_of=TODAY, href="#all"),
    Figure("已答复", 286, "件", base=353, base_label="交办", as_of=TODAY, href="#replied"),
    Figure("逾期未复", 4, "件", base=353, base_label="交办", as_of=TODAY, href="#late", late=True),
    Figure(
        "满意率", "92.3", "%", base=260, base_label="已表态", as_of=TODAY, href="#rated", note="26 件未表态"
    ),
    Figure("兑现率", "61.5", "%", base=195, base_label="到期承诺", as_of=TODAY, href="#kept"),
    Figure("通过所需", 27, "票", base=52, base_label="全体组成人员", derived=MAJORITY),
]

STEPS = [
    Step("事由", "#1", "done"),
    Step("案据与方案", "#2", "here"),
    Step("附件", "#3", "wrong"),
    Step("公开意愿", "#4"),
    Step("核对提交"),
]
TABS = [
    Tab("全部", "?", True, 353),
    Tab("办理中", "?state=handling", False, 63),
    Tab("已答复", "?state=replied", False, 286),
    Tab("不予受理", "?state=refused", False, 4),
]


@dataclass(frozen=True)
class SampleSuggestion:
    pk: int
    number: str
    title: str
    lead: str
    cosigners: int
    organ: str
    state: str
    deadline: SampleDeadline
    handed: dt.date | None


_TITLES = [
    ("关于在青石桥路口增设行人过街信号灯的建议", "丁福来", "市交通运输局", "办理中"),
    ("关于延长 12 路公交末班车时间的建议", "欧阳澜", "市交通运输局", "办理中"),
    ("关于规范老旧小区加装电梯费用分摊的建议", "赵秋实", "市住房和城乡建设局", "办理中"),
    ("关于在柳湾镇设立 24 小时急诊点的建议", "罗秀英", "市卫生健康委员会", "待签收"),
    ("关于清理安河上游乱占河道问题的建议", "马长河", "市水务局", "办理中"),
    ("关于增加农村中小学音乐美术教师编制的建议", "于静秋", "市教育局", "已答复"),
    ("关于给外卖骑手设立临时停靠点的建议", "万小满", "市城市管理局", "已答复"),
    ("关于建立高标准农田管护经费长效机制的建议", "石守田", "市农业农村局", "已答复"),
]
SUGGESTIONS = [
    SampleSuggestion(
        pk=index + 1,
        number=f"第{101 + index}号",
        title=title,
        lead=lead,
        cosigners=(index * 5) % 13,
        organ=organ,
        state=state,
        deadline=(DEADLINES[[3, 2, 1, 0, 4, 5, 5, 6][index]]),
        handed=None if state == "待签收" else dt.date(2026, 3, 5),
    )
    for index, (title, lead, organ, state) in enumerate(_TITLES)
]

CRUMBS = [("代表建议", "../list/")]
CHART = ChartTable(
    ["承办单位", "已答复", "办理中", "逾期"],
    [
        ["市交通运输局", 41, 9, 2],
        ["市住房和城乡建设局", 38, 7, 1],
        ["市教育局", 33, 4, 0],
        ["市卫生健康委员会", 27, 6, 0],
        ["市水务局", 19, 5, 1],
        ["市农业农村局", 18, 3, 0],
    ],
)
GRID_COLUMNS = [
    GridColumn("number", "编号"),
    GridColumn("day", "日期", type="date"),
    GridColumn("who", "接电话的人"),
    GridColumn("said", "答应了什么"),
]
GRID_ROWS = [
    ["第101号", "2026-06-10", "贺春生", "6月12日 前报初稿"],
    ["第105号", "2026-06-10", "", ""],
    ["", "", "", ""],
]


@dataclass(frozen=True)
class SampleThing:
    """Looks like a row of a desk."""

    title: str
    what: str
    who: str
    url: str
    due_on: dt.date | None
    deadline: SampleDeadline | None


def _thing(index: int, what: str, who: str, key: str | None) -> SampleThing:
    suggestion = SUGGESTIONS[index]
    deadline = BY_KEY[key] if key else None
    return SampleThing(
        suggestion.title,
        f"{suggestion.number} · {what}",
        who,
        "../case/",
        deadline.due_on if deadline else None,
        deadline,
    )


DESK_MINE = [
    _thing(0, "答复", "我", "overdue"),
    _thing(1, "答复", "我", "near"),
    _thing(2, "会办意见", "我", "running"),
    _thing(3, "签收", "我单位", "none"),
]
DESK_THEIRS = [
    _thing(4, "等市财政局的会办意见", "市财政局", "running"),
    _thing(5, "等代表评价", "代表 于静秋", "paused"),
]
DESK_CHANGED = [
    _thing(6, "代表评价满意", "今天 9:41", "in_time"),
    _thing(7, "公开答复函", "昨天 16:02", "late"),
]


def _process() -> str:
    """A picture as workflow draws it."""
    states = ["待交办", "待签收", "办理中", "已答复"]
    parts = [
        '<svg class="process" viewBox="0 0 420 264" width="420" height="264" role="img" aria-label="流程图">',
        '<defs><marker id="arrow" class="process-arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" ',
        'markerHeight="7" orient="auto"><path d="M0 0 8 4 0 8z"/></marker></defs>',
        '<path class="process-way process-back" d="M40 149H14V95H39" marker-end="url(#arrow)"/>',
    ]
    for row, step in enumerate(["交办", "签收", "答复"]):
        top = 44 + row * 64
        parts.append(f'<path class="process-way" d="M124 {top}V{top + 27}" marker-end="url(#arrow)"/>')
        parts.append(f'<text class="process-step" x="132" y="{top + 18}">{step}</text>')
    for row, state in enumerate(states):
        kind = {"办理中": " process-here", "已答复": " process-final"}.get(state, "")
        top = 8 + row * 64
        parts.append(
            f'<g class="process-state{kind}"><rect x="40" y="{top}" width="168" height="36" rx="6"/>'
        )
        parts.append(f'<text x="124" y="{top + 23}">{state}</text></g>')
    return "".join([*parts, "</svg>"])


PROCESS = _process()
