"""Write the generated parts of docs/.

processes/: every registered process as a page and a picture, from its declaration.
decisions/README.md: the index of the decisions, from their headings.

python scripts/docs.py             write them
python scripts/docs.py --check     exit code 1 if a page on disk is not what the program says
"""

from __future__ import annotations

import datetime as dt
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from renda.kernel.workflow.api import DeadlineSpec, Process, Transition

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
# Decisions by the tens of their numbers.
PARTS = {
    "01": "法律与日历",
    "02": "进程、部署、测试",
    "03": "记录、文号、消息",
    "04": "身份与保险库",
    "05": "公文",
    "06": "表格与检索",
    "07": "人员、群众意见",
    "08": "界面",
    "09": "流程与台账",
    "10": "代表建议",
    "11": "出版",
    "12": "代表建议（续）",
    "13": "表决",
    "14": "问卷与考试",
    "15": "会议与活动",
    "16": "直接选举",
    "17": "预算监督",
    "18": "速度",
    "19": "界面与人员（续）",
}
# The articles are those in force on this day, so that the pages do not change by themselves.
DAY = dt.date(2026, 1, 1)
# Whose turn it is, as the declarations call them.
HOLDERS = {
    "chairpersons": "主任会议",
    "committee": "承担督办的委员会",
    "delegation": "代表团工作人员",
    "deputy": "领衔代表",
    "desk": "群众意见工作台",
    "government": "政府督查机构",
    "head": "承办单位负责人",
    "office": "代表联络工作机构",
    "organ": "承办单位",
    "raters": "还没有评价的签名代表",
    "ruler": "交办的机关",
    "sittings": "会议工作机构",
    "supervisor": "督办人",
}
VERBS = {
    "start": "开始",
    "stop": "停止",
    "pause": "暂停",
    "resume": "继续",
    "restart": "重新起算",
    "cancel": "取消",
}
# On its own the picture has no page to take colours from.
STYLE = """<style>
svg{background:#fff;font:14px "PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif}
.process-state rect{fill:#fff;stroke:#87909b;stroke-width:1.25}
.process-state text{fill:#1f2328;text-anchor:middle}
.process-final rect{fill:#eeece5}
.process-way{fill:none;stroke:#87909b;stroke-width:1.25}
.process-back{stroke-dasharray:4 3}
.process-arrow{fill:#87909b}
.process-step{fill:#5b6470;font-size:12px}
</style>"""
HEAD = "<!-- 由 scripts/docs.py 按程序里的声明生成，不要手改；改了声明以后执行 make docs。 -->\n\n"


def setup() -> None:
    """Load the program with an empty data folder."""
    sys.path.insert(0, str(ROOT / "src"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "renda.site.settings")
    os.environ.setdefault("RENDA_HOME", tempfile.mkdtemp())
    import django

    django.setup()


def written() -> dict[str, str]:
    """Paths under docs/ with their whole content."""
    made = {f"processes/{name}": text for name, text in pages().items()}
    return {**made, "decisions/README.md": decisions()}


def decisions() -> str:
    """The index of the decisions, by part of the house."""
    lines = [
        f"{HEAD}# 决定",
        "",
        "有得选的事，选了哪样、为什么、代价是什么。一件一页；改主意时另写一页，旧的注明被哪一页取代。",
    ]
    part = ""
    for path in sorted((DOCS / "decisions").glob("[0-9]*.md")):
        if path.name[1:3] != part:
            part = path.name[1:3]
            lines += ["", f"## {PARTS[part]}", ""]
        heading = path.read_text("utf-8").partition("\n")[0].removeprefix("# ")
        number, _, title = heading.replace("\u3000", " ").partition(" ")
        lines.append(f"- [{number}]({path.name}) {title.strip()}")
    return "\n".join(lines) + "\n"


def pages() -> dict[str, str]:
    """File names in docs/processes/ with their whole content."""
    from renda.kernel.identity import api as identity
    from renda.kernel.workflow import api as workflow

    acts = {row.key: row for row in identity.matrix().rows}
    found: dict[str, str] = {}
    index = [
        HEAD + "# 流程",
        "",
        "每张图都由程序里正在运行的声明画出，办件页上看到的是同一份。",
        "",
    ]
    index += ["| 流程 | 代号 | 状态 | 步骤 | 时限 |", "|---|---|---|---|---|"]
    for process in workflow.processes():
        if not process.subject.__module__.startswith("renda."):
            continue  # one that a test registered
        found[f"{process.key}.md"] = page(process, acts)
        found[f"{process.key}.svg"] = picture(process)
        index.append(
            f"| [{process.label}]({process.key}.md) | `{process.key}` | {len(process.states)} | "
            f"{len(process.transitions)} | {len(process.deadlines)} |"
        )
    found["index.md"] = "\n".join(index) + "\n"
    return found


def picture(process: Process) -> str:
    """The product's own diagram as a file that stands alone."""
    from renda.kernel.workflow import api as workflow

    drawn = workflow.diagram(process).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    start = drawn.index(">") + 1
    return drawn[:start] + STYLE + drawn[start:] + "\n"


def page(process: Process, acts: dict[str, Any]) -> str:
    """States, steps and deadlines in words."""
    labels = {state.key: state.label for state in process.states}
    clocks = {spec.key: spec.label for spec in process.deadlines}
    lines = [
        f"{HEAD}# {process.label}（`{process.key}`，第 {process.version} 版）",
        "",
        f"![{process.label}流程图]({process.key}.svg)",
        "",
        "## 状态",
        "",
        "| 状态 | 轮到谁 | 时限 | 公开页上的说法 |",
        "|---|---|---|---|",
    ]
    for state in process.states:
        who = "、".join(HOLDERS[name] for name in state.holders)
        who = who or ("下级事项的承办人" if state.children else "（结束）")
        due = clocks[state.deadline] if state.deadline else ""
        lines.append(f"| {state.label} | {who} | {due} | {state.public} |")
    lines += ["", "## 步骤", "", "| 步骤 | 从 | 到 | 谁可以办 | 要填 | 时限 |", "|---|---|---|---|---|---|"]
    lines += [_step(step, labels, clocks, acts) for step in process.transitions]
    if process.deadlines:
        lines += ["", "## 时限", "", "| 时限 | 规则 | 依据 | 多长 | 临近提醒 |", "|---|---|---|---|---|"]
        for spec in process.deadlines:
            lines += _deadline(spec)
        lines += [
            "",
            f"条文是{DAY.year}年{DAY.month}月{DAY.day}日有效的版本；办理时按交办那天有效的版本计算。",
        ]
    return "\n".join(lines) + "\n"


def _step(step: Transition, labels: dict[str, str], clocks: dict[str, str], acts: dict[str, Any]) -> str:
    from renda.kernel.identity import api as identity

    act = acts[step.policy]
    roles = [
        "所有登录的人" if role == identity.EVERYONE else identity.role(role).label
        for role in sorted(act.roles)
    ]
    asked = [f"{field.label}{'' if field.required else '（可不填）'}" for field in step.fields]
    moves = [f"{VERBS[clock.verb]}“{clocks[clock.key]}”" for clock in step.clocks]
    name = f"{step.label}（自动）" if step.hidden else step.label
    return (
        f"| {name} | {'、'.join(labels[s] for s in step.source)} | "
        f"{labels[step.target] if step.target else '不变'} | {'、'.join(roles)}：{act.label} | "
        f"{'、'.join(asked)} | {'、'.join(moves)} |"
    )


def _deadline(spec: DeadlineSpec) -> list[str]:
    from renda.kernel.law import api as law

    near = f"前 {spec.warn_days} 天"
    if spec.rule is None:
        return [f"| {spec.label} | — | 由人定下日期 | — | {near} |"]
    rows = []
    for number, key in enumerate((spec.rule, *spec.alternatives)):
        rule = law.rule(key, DAY)
        length = "" if rule.n is None else f"{rule.n}{UNITS[rule.unit]}"
        label = spec.label if number == 0 else f"{spec.label}（另一种情况：{rule.trigger}）"
        rows.append(f"| {label} | `{key}` | {rule.citation} | {length} | {near} |")
    return rows


UNITS = {"day": "日", "working_day": "个工作日", "month": "个月", "hour": "小时", "year": "年"}


def on_disk() -> dict[str, str]:
    """What lies there now, under the same paths."""
    files = [*(DOCS / "processes").glob("*"), DOCS / "decisions" / "README.md"]
    return {path.relative_to(DOCS).as_posix(): path.read_text("utf-8") for path in files if path.exists()}


def main() -> int:
    setup()
    made, there = written(), on_disk()
    if "--check" in sys.argv:
        stale = sorted(name for name in made.keys() | there.keys() if made.get(name) != there.get(name))
        for name in stale:
            print(f"docs/{name} 与程序不一致，请执行 make docs")
        return 1 if stale else 0
    (DOCS / "processes").mkdir(parents=True, exist_ok=True)
    for name in there.keys() - made.keys():
        (DOCS / name).unlink()
    for name, text in made.items():
        (DOCS / name).write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
