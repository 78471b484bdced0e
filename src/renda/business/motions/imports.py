"""A term's workbook as offices keep it: a row each, organs separated by 、 or ；, dates of all kinds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from renda.assembly.people import api as people
from renda.business.motions.models import Category, Consent, Grade, HandlingRole, Kind, ReplyClass, Suggestion
from renda.business.motions.services.importing import Past, take_back, take_in
from renda.kernel.tabular import api as tabular
from renda.kernel.tabular.api import (
    Ambiguous,
    Applied,
    AppliedItem,
    CellError,
    Column,
    Context,
    Refused,
    Row,
    Table,
)
from renda.kernel.workflow.api import WorkflowError


def _congress(context: Context) -> people.Congress:
    found = people.congress_for(context.actor) if context.actor is not None else people.congresses().first()
    if found is None:
        raise Refused("还没有登记人大，请先登记再导入。")
    return found


def _term(context: Context) -> people.Term:
    found = people.current_term(_congress(context), context.today)
    if found is None:
        raise Refused("今天不在任何一届任期之内，请先登记届次。")
    return found


def _deputies(context: Context) -> Mapping[str, Any]:
    """Deputies of the term, those who left included; who shares a name is told apart by delegation."""
    by_name: dict[str, list[people.Membership]] = {}
    for seat in people.deputies(_term(context), former=True):
        by_name.setdefault(seat.person.name, []).append(seat)
    found: dict[str, Any] = {}
    for name, seats in by_name.items():
        if len({s.person_id for s in seats}) == 1:
            found[name] = seats[0].pk
            continue
        fuller = [f"{name}（{s.delegation or '未分团'}）" for s in seats]
        found[name] = Ambiguous(tuple(fuller))
        found.update({text: s.pk for text, s in zip(fuller, seats, strict=True)})
    return found


def _organs(context: Context) -> Mapping[str, Any]:
    found: dict[str, Any] = {}
    for organ in people.list_organisations():
        found[organ.name] = organ.pk
        if organ.short_name:
            found.setdefault(organ.short_name, organ.pk)
    return found


def _categories(context: Context) -> Mapping[str, Any]:
    return {c.label: c.pk for c in Category.objects.filter(congress=_congress(context))}


def _classes(context: Context) -> Mapping[str, Any]:
    """Letters and meanings alike; 甲乙丙丁 where an office writes those for A to D."""
    found: dict[str, Any] = {}
    for number, row in enumerate(ReplyClass.objects.filter(term=_term(context))):
        found[row.code] = found[f"{row.code}类"] = found[row.label] = row.pk
        if number < len("甲乙丙丁"):
            found.setdefault("甲乙丙丁"[number], row.pk)
            found.setdefault("甲乙丙丁"[number] + "类", row.pk)
    return found


RESULTS = {
    "满意": Grade.SATISFIED,
    "基本满意": Grade.BASICALLY,
    "不满意": Grade.DISSATISFIED,
    "未表态": "",
    "未反馈": "",
    "—": "",
}
CONSENTS = {
    "公开": Consent.ALL,
    "全文公开": Consent.ALL,
    "是": Consent.ALL,
    "只公开标题": Consent.TITLE,
    "仅标题": Consent.TITLE,
    "不公开": Consent.NONE,
    "否": Consent.NONE,
}
KINDS = {"建议": Kind.SUGGESTION, "代表建议": Kind.SUGGESTION, "议案": Kind.MOTION, "代表议案": Kind.MOTION}


def _serial(value: Any) -> int | None:
    digits = str(value).strip().removeprefix("议案").removeprefix("第").removesuffix("号").strip()
    return int(digits) if digits.isdigit() and int(digits) > 0 else None


def _check_serial(value: Any) -> str | None:
    return None if _serial(value) else f"“{value}”不是编号，应为数字，例如 101。"


def check(rows: Sequence[Row], context: Context) -> Iterable[CellError]:
    """What rows say against each other: days in order, one number once, joint organs with a lead."""
    term = _term(context)
    taken = dict(Suggestion.objects.filter(term=term, serial__isnull=False).values_list("serial", "pk"))
    for row in rows:
        submitted, handed, replied = (row.get(k) for k in ("submitted_on", "handed_over_on", "replied_on"))
        if handed and submitted and handed < submitted:
            yield CellError(row, "handed_over_on", "交办日期早于提出日期，请核对。")
        if replied and not handed:
            yield CellError(row, "handed_over_on", "有答复日期但没有交办日期，请补上。")
        if replied and handed and replied < handed:
            yield CellError(row, "replied_on", "答复日期早于交办日期，请核对。")
        if replied and replied > context.today:
            yield CellError(row, "replied_on", "答复日期还没有到，请核对。")
        leads = row.get("lead_organ", [])
        if len(leads) > 1 and row.get("joint_organs"):
            yield CellError(
                row, "lead_organ", "有会办单位时只能有一个主办单位；几个单位各自答复的，请填分办单位。"
            )
        if row.get("joint_organs") and not leads:
            yield CellError(row, "lead_organ", "有会办单位就要有主办单位。")
        if set(leads) & set(row.get("joint_organs", [])):
            yield CellError(row, "joint_organs", "同一单位既是主办又是会办，请核对。")
        if replied and not leads and not row.get("separate_organs"):
            yield CellError(row, "lead_organ", "已答复的要写明承办单位。")
        if row.known is None and _serial(row.values["serial"]) in taken:
            yield CellError(row, "serial", "这个编号已有建议，请核对是不是同一件。")


def _organs_of(row: Row) -> tuple[tuple[int, HandlingRole], ...]:
    leads = list(row.get("lead_organ", []))
    separate = list(row.get("separate_organs", []))
    if len(leads) > 1:  # several “leads” without helpers are organs that each answer
        leads, separate = [], leads + separate
    return tuple(
        [(pk, HandlingRole.LEAD) for pk in leads]
        + [(pk, HandlingRole.JOINT) for pk in row.get("joint_organs", [])]
        + [(pk, HandlingRole.SEPARATE) for pk in dict.fromkeys(separate)]
    )


def apply(rows: Sequence[Row], context: Context) -> Applied:
    """Bring new rows in; a row that is here already is changed on its page, not by a file."""
    done = Applied()
    term = _term(context)
    known = [r for r in rows if r.known is not None]
    if known:
        raise Refused(
            f"第 {known[0].number} 行（{known[0].get('serial')}）以前导入过，内容有变化。"
            "已在系统里的建议请在它的页面上办理，不用表格覆盖。"
        )
    seats = people.memberships({pk for r in rows for pk in [r.values["lead"], *r.get("cosigners", [])]})
    categories = Category.objects.in_bulk({r.get("category", 0) for r in rows})
    classes = ReplyClass.objects.in_bulk({r.get("reply_class", 0) for r in rows})
    pasts = [_past(r, seats, categories, classes) for r in rows]
    try:
        made = take_in(pasts, term, actor=context.actor)
    except WorkflowError as error:
        raise Refused(str(error)) from error
    for row, suggestion in zip(rows, made, strict=True):
        done.created(row, suggestion.ref)
    return done


def _past(
    row: Row,
    seats: Mapping[int, people.Membership],
    categories: Mapping[int, Category],
    classes: Mapping[int, ReplyClass],
) -> Past:
    lead = seats[row.values["lead"]]
    serial = _serial(row.values["serial"])
    assert serial is not None  # the column's check has asked
    submitted: dt.date = row.values["submitted_on"]
    others = [seats[pk].person_id for pk in row.get("cosigners", [])]
    return Past(
        serial=serial,
        title=row.values["title"],
        text=row.get("text", ""),
        lead=lead,
        cosigners=tuple(pk for pk in dict.fromkeys(others) if pk != lead.person_id),
        submitted_on=submitted,
        category=categories.get(row.get("category", 0)),
        organs=_organs_of(row),
        handed_over_on=row.get("handed_over_on"),
        replied_on=row.get("replied_on"),
        letter=row.get("letter", ""),
        reply_class=classes.get(row.get("reply_class", 0)),
        result=row.get("result", ""),
        consent=row.get("consent", Consent.NONE),
        kind=row.get("kind", Kind.SUGGESTION),
        origin=row.origin,
    )


def undo(items: Sequence[AppliedItem], context: Context) -> None:
    """Take back what a file brought in, as long as nobody has acted on it."""
    wanted = [int(i.ref.id) for i in items if i.created]
    found = Suggestion.objects.select_related("case").in_bulk(wanted)
    try:
        take_back([found[pk] for pk in wanted if pk in found], actor=context.actor)
    except WorkflowError as error:
        raise Refused(str(error)) from error


SUGGESTIONS = Table(
    kind="motions.suggestions",
    label="代表建议办理登记表",
    columns=[
        Column(
            "serial",
            "编号",
            aliases=["建议编号", "件号", "序号", "案号"],
            kind="code",
            required=True,
            checks=[_check_serial],
            example="101",
        ),
        Column("kind", "种类", aliases=["性质", "类型"], kind="choice", choices=KINDS),
        Column(
            "title",
            "标题",
            aliases=["建议标题", "案由", "建议名称", "题目"],
            required=True,
            max_length=100,
            width=40,
        ),
        Column("text", "内容", aliases=["建议内容", "具体建议", "主要内容"], width=60),
        Column(
            "lead",
            "领衔代表",
            aliases=["提出人", "领衔人", "建议人", "代表姓名"],
            kind="lookup",
            required=True,
            lookup=_deputies,
            noun="代表",
        ),
        Column(
            "cosigners",
            "附议代表",
            aliases=["附议人", "联名代表", "联名人"],
            kind="lookup",
            many=True,
            lookup=_deputies,
            noun="代表",
        ),
        Column(
            "submitted_on",
            "提出日期",
            aliases=["提出时间", "提交日期", "收到日期", "登记日期"],
            kind="date",
            required=True,
        ),
        Column(
            "category",
            "类别",
            aliases=["分类", "建议类别", "内容分类"],
            kind="lookup",
            lookup=_categories,
            noun="类别",
        ),
        Column(
            "lead_organ",
            "主办单位",
            aliases=["承办单位", "主办", "承办"],
            kind="organ",
            many=True,
            lookup=_organs,
            noun="单位",
        ),
        Column(
            "joint_organs",
            "会办单位",
            aliases=["协办单位", "会办", "协办"],
            kind="organ",
            many=True,
            lookup=_organs,
            noun="单位",
        ),
        Column(
            "separate_organs",
            "分办单位",
            aliases=["分办"],
            kind="organ",
            many=True,
            lookup=_organs,
            noun="单位",
        ),
        Column("handed_over_on", "交办日期", aliases=["交办时间", "转办日期"], kind="date"),
        Column("replied_on", "答复日期", aliases=["答复时间", "办结日期", "办复日期"], kind="date"),
        Column("letter", "答复文号", aliases=["文号", "复文号"], max_length=60),
        Column(
            "reply_class",
            "答复分类",
            aliases=["办理结果", "答复类别", "结果分类"],
            kind="lookup",
            lookup=_classes,
            noun="答复分类",
        ),
        Column(
            "result", "代表评价", aliases=["满意度", "代表意见", "测评结果"], kind="choice", choices=RESULTS
        ),
        Column("consent", "是否公开", aliases=["公开", "公开意愿"], kind="choice", choices=CONSENTS),
    ],
    key=("serial", "kind"),
    apply=apply,
    undo=undo,
    check=check,
    policy="motions.import",
    help="一行一件。编号、日期按表中原样登记；空着的评价记为未表态，不会替代表填“满意”。",
    chunk=2000,
    after_url="motions:list",
)


def register() -> None:
    """Make the table importable; called in ``AppConfig.ready``."""
    tabular.register(SUGGESTIONS)
